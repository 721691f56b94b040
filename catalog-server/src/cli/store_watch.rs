//! Whatever another process commits to the store is served soon after.

use std::{
    path::Path,
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread::JoinHandle,
    time::{Duration, SystemTime},
};

use catalog_core::{catalog::Catalog, store::StoreError};

use crate::http::Views;

/// How often the store's file is looked at.
pub(super) const INTERVAL: Duration = Duration::from_millis(250);

/// A thread that watches a store. Ends when it is dropped.
pub(super) struct StoreWatch {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl StoreWatch {
    /// Begins to watch the store of a catalog, and brings the catalog and the views of it up to date when its file
    /// changes.
    pub(super) fn start(catalog: Arc<Catalog>, views: Arc<Views>) -> Self {
        let (stop, stopped) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let mut seen = stamp(catalog.store().path());
            while stopped.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
                let now = stamp(catalog.store().path());
                if now == seen {
                    continue;
                }
                match catalog.refresh().and_then(|changed| views.refresh().map(|()| changed)) {
                    Ok(changed) => {
                        seen = now;
                        if changed {
                            tracing::info!(revision = catalog.graph().revision().0, "serving a new revision");
                        }
                    }
                    // A crawl that is writing holds the store; it is looked at again in a moment.
                    Err(StoreError::Held { .. }) => {}
                    Err(error) => {
                        seen = now;
                        tracing::error!(%error, "the store changed and cannot be read; the former revision is served on");
                    }
                }
            }
        });
        Self { stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for StoreWatch {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

/// What tells one state of a file from another without opening it: when it was written, and its length.
pub(super) type Stamp = (SystemTime, u64);

/// The stamp of a file as it is now.
pub(super) fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
