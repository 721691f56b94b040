//! Every bound on connections and requests, by name.

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
    /// How long the handshake of an encrypted connection may take.
    pub handshake_time_max: Duration,
    /// Connections that are open at once; further ones are closed at once.
    pub connections_max: usize,
    /// Connections of one address that are open at once; of one network of 64 bits for IPv6.
    pub connections_per_address_max: usize,
    /// Requests that are answered at once, those of probes not counted; further ones are refused.
    pub requests_max: usize,
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
            handshake_time_max: Duration::from_secs(10),
            connections_max: 2_000,
            connections_per_address_max: 1_000,
            requests_max: 1_024,
            drain_delay: Duration::ZERO,
            drain_time_max: Duration::from_secs(10),
        }
    }
}
