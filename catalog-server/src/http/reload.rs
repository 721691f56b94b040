//! What is read again while the server runs: certificates when their files change, and all that can be
//! changed live when the process is told to (`SIGHUP`).

use std::{fmt, sync::Arc, time::Duration};

use super::{ServerState, SharedState, TlsIdentity, TlsReload};

/// How often the files of the certificate are looked at.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// Something that is read again when the process is told to. It says itself, in the log, what came of it.
#[derive(Clone)]
pub(super) struct ReloadHook(pub(super) Arc<dyn Fn() + Send + Sync>);

impl fmt::Debug for ReloadHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReloadHook")
    }
}

/// Reads the certificate again whenever its files have changed. Ends only by being dropped.
///
/// A pair is written one file after the other, so it is read once nothing has changed between two looks.
pub(super) async fn follow_certificate(identity: Arc<TlsIdentity>, state: SharedState) {
    let mut has_changed = false;
    loop {
        tokio::time::sleep(LOOK_INTERVAL).await;
        let had_changed = std::mem::replace(&mut has_changed, identity.has_changed());
        if had_changed && has_changed {
            reload_certificate(&identity, &state);
            has_changed = false;
        }
    }
}

/// Reads everything again that can be, each time the process is told to. Ends only by being dropped.
#[cfg(unix)]
pub(super) async fn follow_signal(state: SharedState) {
    use tokio::signal::unix::{SignalKind, signal};
    let mut hangups = match signal(SignalKind::hangup()) {
        Ok(hangups) => hangups,
        Err(fault) => {
            tracing::error!(%fault, "requests to reload cannot be waited for");
            return;
        }
    };
    while hangups.recv().await.is_some() {
        tracing::info!("reloading");
        if let Some(identity) = &state.tls {
            reload_certificate(identity, &state);
        }
        for hook in state.reload_hooks.iter().cloned() {
            // A hook reads files, and one that panics is no reason to stop serving.
            if let Err(fault) = tokio::task::spawn_blocking(move || (hook.0)()).await {
                tracing::error!(%fault, "reloading ended in a panic; what it was to change is as before");
            }
        }
    }
}

/// Where there is no such signal, nothing is waited for.
#[cfg(not(unix))]
pub(super) async fn follow_signal(_: SharedState) {}

fn reload_certificate(identity: &TlsIdentity, state: &ServerState) {
    let reloaded = identity.reload();
    state.metrics.certificate_reloaded(matches!(reloaded, TlsReload::Replaced));
    match reloaded {
        TlsReload::Replaced => tracing::info!("the certificate was read again"),
        TlsReload::Kept(error) => {
            tracing::error!(%error, "the certificate cannot be used; the former is used on");
        }
    }
}
