//! The graph file that a server keeps up to date, for those who need it when the server is down.

use std::{
    path::Path,
    sync::{
        Arc, Weak,
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use catalog_core::{
    catalog::CurrentGraph,
    graph::{CatalogGraph, GraphFile, GraphOrigin},
};

use super::store_watch::INTERVAL;
use crate::settings::GraphFileSettings;

/// A thread that writes the graph to a file whenever it is another one. When it is dropped, what is not written
/// yet is written, and it ends.
pub(super) struct GraphFileWriter {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl GraphFileWriter {
    /// Begins to write, where the settings name a file.
    pub(super) fn start(settings: &GraphFileSettings, current: Arc<CurrentGraph>) -> Option<Self> {
        let path = settings.path.clone()?;
        let interval = settings.interval();
        let (stop, stopped) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let mut written: Weak<CatalogGraph> = Weak::new();
            let mut tried: Option<Instant> = None;
            loop {
                let is_end = stopped.recv_timeout(INTERVAL.min(interval.max(Duration::from_millis(1))))
                    != Err(RecvTimeoutError::Timeout);
                let graph = current.get();
                let is_new = !std::ptr::eq(written.as_ptr(), Arc::as_ptr(&graph));
                if is_new && (is_end || tried.is_none_or(|tried| tried.elapsed() >= interval)) {
                    tried = Some(Instant::now());
                    if write(&path, &graph) {
                        written = Arc::downgrade(&graph);
                    }
                }
                if is_end {
                    return;
                }
            }
        });
        Some(Self { stop: Some(stop), thread: Some(thread) })
    }
}

/// Writes a graph; whether that was done.
fn write(path: &Path, graph: &CatalogGraph) -> bool {
    let shown = path.display();
    match GraphFile::write(path, graph, &GraphOrigin::default()) {
        Ok(bytes) => {
            tracing::info!(path = %shown, bytes, revision = graph.revision().0, "the graph file is written");
            true
        }
        Err(error) => {
            tracing::error!(
                path = %shown,
                error = &error as &dyn std::error::Error,
                "the graph file could not be written, and is tried again"
            );
            false
        }
    }
}

impl Drop for GraphFileWriter {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}
