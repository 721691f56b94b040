//! Spans on their way to a collector, as OTLP says it (OpenTelemetry Protocol 1, JSON over HTTP).
//!
//! `layer` makes a span of each span of `tracing` at the level of errors, `place` says where one stands in its
//! trace, `queue` holds those that have ended, and `export` sends them from a thread of its own, in the form
//! that `document` writes. Nobody waits for a collector: what it does not take in time is dropped, and counted.
//!
//! The libraries of OpenTelemetry do not say how many spans they drop, and would be a dozen crates for the one
//! document that is sent here.

mod document;
mod endpoint;
mod export;
mod layer;
mod place;
mod queue;
mod span;

#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};

pub use endpoint::TraceEndpoint;
pub use export::TracesEnded;
pub(super) use layer::SpanLayer;
use queue::SpanQueue;

/// What became of spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanOutcome {
    /// The collector took them.
    Exported,
    /// They were dropped: the collector was not there, did not want them, or was too slow.
    Lost,
}

/// Who is told how many spans came to which end.
pub type OnSpans = Arc<dyn Fn(SpanOutcome, u64) + Send + Sync>;

/// Where ended spans of this process go, once it is known.
static QUEUE: OnceLock<Arc<SpanQueue>> = OnceLock::new();

/// Sends the spans of this process to a collector from now on, until what is returned is dropped; `tell` counts.
/// A process does so once; a second time changes nothing.
pub fn export_spans(endpoint: TraceEndpoint, tell: OnSpans) -> Option<TracesEnded> {
    let queue = Arc::new(SpanQueue::new(tell));
    QUEUE.set(Arc::clone(&queue)).ok()?;
    Some(export::start(endpoint, queue))
}
