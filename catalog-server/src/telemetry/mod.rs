//! What goes to the log: on standard error, as text, by `CATALOG_LOG` or the number of `-v`.

use tracing_subscriber::EnvFilter;

/// Starts the log. Without `verbosity` only warnings of the product itself are shown.
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
    // A second start, as tests do, keeps the first.
    let _already_started = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .try_init();
}
