//! What goes to the log: on standard error, one line an event, by `CATALOG_LOG` or the number of `-v`; and what
//! goes to a collector of traces.
//!
//! `line` writes the lines, as text or as JSON; what is in them is escaped and bounded, so that nothing that
//! was read anywhere can look like a line of ours or fill the disk by itself. `traces` sends spans.

mod line;
mod traces;

use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

pub use line::LogFormat;
use line::{KeptFields, LineFormat};
use traces::SpanLayer;
pub use traces::{OnSpans, SpanOutcome, TraceEndpoint, TracesEnded, export_spans};

/// Starts the log, as text, and makes ready for traces. Without `verbosity` only warnings of the product
/// itself are shown.
pub fn start(verbosity: u8) {
    let level = match verbosity {
        0 => "warn",
        1 => "info",
        2 => "debug",
        _ => "trace",
    };
    let filter = EnvFilter::try_from_env("CATALOG_LOG").unwrap_or_else(|_| {
        EnvFilter::new(format!("warn,catalog_core={level},catalog_ingest={level},catalog_server={level}"))
    });
    // A second start, as tests do, keeps the first. A log that cannot be written is no reason to stop.
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .log_internal_errors(false)
        .fmt_fields(KeptFields)
        .event_format(LineFormat)
        .with_filter(filter);
    let _already_started = tracing_subscriber::registry().with(lines).with(SpanLayer::new()).try_init();
}

/// Writes the log in a form from now on.
pub fn write_as(format: LogFormat) {
    line::write_as(format);
}
