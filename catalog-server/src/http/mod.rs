//! The server: what listens, what it answers, and how it stops.
//!
//! [`run`] builds a runtime, binds an address and calls [`serve()`], which accepts connections until it
//! is told to stop and then lets the open requests end. A [`ServerState`] holds what the answers are
//! made from: the current graph, its [`Readiness`], and the limits. `router` says which address is
//! answered by which file; everything passes `host_check` and `headers` on its way.

mod authentication;
mod backstage;
mod body;
mod graphql_endpoint;
mod headers;
mod health;
mod home;
mod host_check;
mod limits;
mod readiness;
mod router;
mod serve;
mod shutdown;
mod state;
mod write_stall;

#[cfg(test)]
mod tests;

pub use limits::HttpLimits;
pub use readiness::Readiness;
pub use serve::{ServeError, run, serve};
pub use shutdown::stop_signal;
pub use state::ServerState;
