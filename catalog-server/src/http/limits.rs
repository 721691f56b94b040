//! Every bound on connections, requests and rates, by name.

use std::time::Duration;

/// The bounds on what a client can make the server hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpLimits {
    /// The body of a request, in bytes.
    pub body_bytes_max: usize,
    /// How long a body may take to arrive.
    pub body_time_max: Duration,
    /// How long the head of a request may take to arrive, counted from the end of the one before it or
    /// from the beginning of the connection; so silent connections end, too.
    pub head_time_max: Duration,
    /// The headers of a request, in number.
    pub headers_max: usize,
    /// The head of a request, in bytes; at least 8 KiB.
    pub head_bytes_max: usize,
    /// How long a client may read nothing of an answer that is being sent.
    pub write_stall_max: Duration,
    /// How long a client may go on sending a request that was answered before it had come as a whole.
    pub linger_max: Duration,
    /// How long the handshake of an encrypted connection may take.
    pub handshake_time_max: Duration,
    /// Connections that are open at once; further ones are closed at once.
    pub connections_max: usize,
    /// Connections of one address that are open at once; of one network of 64 bits for IPv6.
    pub connections_per_address_max: usize,
    /// Requests that are answered at once, those of probes not counted; further ones are refused.
    pub requests_max: usize,
    /// Answers that are kept for whoever asks the same again, in bytes; 0 for none.
    pub kept_answers_bytes_max: usize,
    /// How long connections are still accepted after the server was told to stop, so that a balancer that
    /// asks `/readyz` has time to see it.
    pub drain_delay: Duration,
    /// How long open requests may go on after the server was told to stop.
    pub drain_time_max: Duration,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            body_bytes_max: 1024 * 1024,
            body_time_max: Duration::from_secs(10),
            head_time_max: Duration::from_secs(10),
            headers_max: 64,
            head_bytes_max: 16 * 1024,
            write_stall_max: Duration::from_secs(30),
            linger_max: Duration::from_secs(2),
            handshake_time_max: Duration::from_secs(10),
            connections_max: 2_000,
            connections_per_address_max: 1_000,
            requests_max: 1_024,
            kept_answers_bytes_max: 32 * 1024 * 1024,
            drain_delay: Duration::ZERO,
            drain_time_max: Duration::from_secs(10),
        }
    }
}

/// How much each client may ask in a minute, in the cost of queries; every request costs at least 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// For each token; 0 for as much as they like.
    pub token_cost_per_minute: u32,
    /// For each address from which somebody asks without a token, or each network of 64 bits for IPv6; 0 for as
    /// much as they like. Whoever asks a server of their own machine is not counted.
    pub address_cost_per_minute: u32,
    /// Of how many clients is kept what they asked; further ones share.
    pub clients_max: usize,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self { token_cost_per_minute: 60_000, address_cost_per_minute: 6_000, clients_max: 100_000 }
    }
}
