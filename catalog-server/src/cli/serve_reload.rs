//! What `serve` reads again when it is told to, and what answers are measured by.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use catalog_core::graph::CatalogGraph;

use super::context::say;
use crate::{
    graphql::{ChangeMeasures, Measures},
    http::{ServerState, TellMeasures},
    settings::{DocumentSettings, Settings, SettingsError, seen_measures},
};

/// Says to whoever starts a server that something is not as they mean it.
pub(super) fn warn(message: &str) {
    say(&format!("warning: {message}"));
}

/// Has a server keep the documents of a folder as they are now, also while it runs. What is wrong with one is
/// said, and does not keep the others from being served.
///
/// # Errors
///
/// The folder cannot be read: the server goes on with the documents that it has.
pub(super) fn keep_documents(
    documents: &DocumentSettings,
    state: &ServerState,
    warn: &dyn Fn(&str),
) -> Result<(), SettingsError> {
    for fault in state.keep_documents(documents.read()?, documents.only) {
        warn(&format!("document {fault}; it is not served"));
    }
    Ok(())
}

/// What answers are measured by. What is wrong with a policy is said, and does not keep the others from serving.
pub(super) fn measures(settings: &Settings, warn: &dyn Fn(&str)) -> Measures {
    let policies = settings.policies();
    for fault in &policies.faults {
        let place = if fault.line > 0 { format!(":{}:{}", fault.line, fault.column) } else { String::new() };
        warn(&format!("{}{place}: {}", fault.file, fault.message));
    }
    // Manifests in changes are read as in a crawl.
    let mut limits = settings.crawl_limits();
    limits.scan = settings.crawl.scan.into();
    let changes = ChangeMeasures { policy: settings.check.policy(), limits };
    Measures {
        gaps: Arc::new(settings.gap_settings()),
        policies: Arc::new(policies),
        changes: Arc::new(changes),
    }
}

/// The same for those who answer from a copy of the graph.
pub(super) fn told_measures(settings: &Settings, warn: &dyn Fn(&str)) -> Option<TellMeasures> {
    let told = settings.measures();
    let whole =
        told.map_err(|error| warn(&format!("{error}; commands with `--server` get no answer"))).ok()?;
    let document = whole.clone();
    let of_part = move |graph: &CatalogGraph| {
        let seen = seen_measures(&document, graph);
        seen.inspect_err(|error| tracing::error!(%error, "measures cannot be told of a part")).ok()
    };
    Some(TellMeasures { whole, of_part: Box::new(of_part) })
}

/// Reads the settings again, and takes from them what can be changed while the server runs: see
/// [`Settings::take_live`]. Settings that cannot be used leave everything as it was.
pub(super) fn reload_hook(
    config: Option<PathBuf>,
    settings: Settings,
    state: ServerState,
) -> impl Fn() + Send + Sync {
    let former = Mutex::new(settings);
    move || {
        let warn = |message: &str| tracing::warn!("{message}");
        let read = match Settings::read(config.as_deref()) {
            Ok(read) => read,
            Err(error) => {
                tracing::error!(%error, "the settings cannot be used; the former are used on");
                return;
            }
        };
        if let Err(error) = state.share_with(&read.server.cors.origins) {
            tracing::error!(%error, "the settings cannot be used; the former are used on");
            return;
        }
        if let Err(error) = keep_documents(&read.server.documents, &state, &warn) {
            tracing::error!(%error, "the former documents are kept");
        }
        let mut present = former.lock().unwrap_or_else(PoisonError::into_inner);
        if read.limits.rate != present.limits.rate {
            state.limit_rates(&read.limits.rate_limits());
        }
        let others_wait = present.take_live(&read);
        state.measure_by(measures(&present, &warn), told_measures(&read, &warn));
        if others_wait {
            tracing::warn!(
                "the settings were read again; other changes than those of `[server.cors]`, `[server.documents]`, `[limits.rate]` and what answers are measured by (`[gaps]`, `[[journey]]`, `[[gate]]`, `[policy]`, `[check]`) wait for a restart"
            );
        } else {
            tracing::info!("the settings were read again");
        }
    }
}
