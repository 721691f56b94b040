//! When the server is told to stop, and when it is told twice.

use tokio::{signal, sync::watch};

/// How a process ends that was told to stop a second time before it had stopped.
const TOLD_TWICE: i32 = 130;

/// Tells the server from within to stop, as where the graph cannot be loaded.
#[derive(Debug)]
pub struct StopHandle(watch::Sender<bool>);

impl StopHandle {
    /// Tells it.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

/// Ends when the process is interrupted (Ctrl-C) or asked to terminate, or when the handle says so.
///
/// From then on, a second signal ends the process at once: what is committed is safe in the store.
pub fn stop_signal() -> (StopHandle, impl Future<Output = ()>) {
    let (sender, mut receiver) = watch::channel(false);
    let stopped = async move {
        let told = async {
            if receiver.wait_for(|is_told| *is_told).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = told => {}
            () = one_signal() => {
                tracing::info!("stopping; a second signal ends the process at once");
                tokio::spawn(async {
                    one_signal().await;
                    std::process::exit(TOLD_TWICE);
                });
            }
        }
    };
    (StopHandle(sender), stopped)
}

async fn one_signal() {
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
