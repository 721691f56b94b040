//! The server: what listens, what it answers, and how it stops.
//!
//! [`run`] builds a runtime, binds an address and calls [`serve()`], which accepts connections until it
//! is told to stop and then lets the open requests end. A [`ServerState`] holds what the answers are
//! made from: the current graph, its [`Readiness`], and the limits. `router` says which address is
//! answered by which file, and what everything passes on its way.

mod accept;
mod admission;
mod authentication;
mod backstage;
mod body;
mod compression;
mod connection_slots;
mod cors;
mod drain;
mod etag;
mod event_source;
mod export_endpoint;
mod export_graph;
mod export_measures;
mod exposure;
mod framing;
mod graph_files;
mod graphql_endpoint;
mod headers;
mod health;
mod home;
mod host_check;
mod kept_answers;
mod limits;
mod lingering;
mod metrics;
mod observe;
mod origin_check;
mod peer;
mod rate;
mod readiness;
mod reload;
mod request_id;
mod router;
mod serve;
mod shutdown;
mod state;
mod tls;
mod traced;
mod views;
mod webhooks;
mod websocket;
mod write_stall;

#[cfg(test)]
mod access_tests;
#[cfg(test)]
mod backstage_tests;
#[cfg(test)]
mod graphql_tests;
#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod stream_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tls_tests;
#[cfg(test)]
mod transport_tests;
#[cfg(test)]
mod wire_tests;

pub use cors::{CorsOrigins, NoOrigin};
pub use export_measures::{TellMeasures, TellPart};
pub use exposure::Transport;
pub use limits::{HttpLimits, RateLimits};
pub use metrics::{CrawlMetrics, Metrics};
pub use readiness::Readiness;
pub use serve::{ServeError, run, serve};
pub use shutdown::{StopHandle, stop_signal};
pub use state::ServerState;
use state::SharedState;
pub use tls::{TlsError, TlsIdentity, TlsReload};
pub use views::Views;

/// A request on its way to what answers it. In a box, since each step of the way would else keep room for it.
type BoxedRequest = Box<axum::extract::Request>;
