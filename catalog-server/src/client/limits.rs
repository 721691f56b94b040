//! Every bound on what a server can make a command wait for, or hold.

use std::time::Duration;

/// The bounds on asking a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientLimits {
    /// How long a connection may take.
    pub connect_max: Duration,
    /// How long the server may be silent: it may have to make its graph file first.
    pub silence_max: Duration,
    /// The same where a copy can answer instead.
    pub silence_with_copy_max: Duration,
    /// How long an answer may take as a whole.
    pub whole_max: Duration,
    /// The same where a copy can answer instead.
    pub whole_with_copy_max: Duration,
    /// The graph file, in bytes.
    pub graph_bytes_max: u64,
    /// Any other answer, in bytes.
    pub answer_bytes_max: u64,
}

impl Default for ClientLimits {
    fn default() -> Self {
        Self {
            connect_max: Duration::from_secs(5),
            silence_max: Duration::from_secs(60),
            silence_with_copy_max: Duration::from_secs(10),
            whole_max: Duration::from_secs(600),
            whole_with_copy_max: Duration::from_secs(120),
            graph_bytes_max: 8 << 30,
            answer_bytes_max: 64 << 20,
        }
    }
}
