//! When the server is told to stop.

use tokio::signal;

/// Ends when the process is interrupted (Ctrl-C) or asked to terminate.
pub async fn stop_signal() {
    let interrupt = async {
        if let Err(fault) = signal::ctrl_c().await {
            tracing::error!(%fault, "interrupts cannot be waited for");
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(fault) => {
                tracing::error!(%fault, "requests to terminate cannot be waited for");
                std::future::pending::<()>().await;
            }
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
