//! Whatever graph file is put in the place of the one that is served is served soon after.

use std::{
    path::Path,
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread::JoinHandle,
};

use catalog_core::{
    catalog::CurrentGraph,
    graph::{CatalogGraph, GraphFile, GraphFileError},
};

use super::store_watch::{INTERVAL, Stamp, stamp};

/// A thread that watches a graph file. Ends when it is dropped.
pub(super) struct GraphFileWatch {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl GraphFileWatch {
    /// Begins to watch a file, and puts its graph in place when it is another one than when it had the stamp
    /// `served`. One that cannot be used leaves the former in place.
    pub(super) fn start(path: &Path, served: Option<Stamp>, current: Arc<CurrentGraph>) -> Self {
        let (stop, stopped) = mpsc::channel();
        let path = path.to_owned();
        let thread = std::thread::spawn(move || {
            let (mut served, mut met) = (served, served);
            while stopped.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
                let now = stamp(&path);
                // A file that is still being copied is looked at when it has stopped to grow.
                let is_at_rest = now == met;
                met = now;
                if now == served || now.is_none() || !is_at_rest {
                    continue;
                }
                served = now;
                match read(&path) {
                    Ok(graph) => {
                        let revision = graph.revision().0;
                        current.replace(graph);
                        tracing::info!(revision, "serving another graph file");
                    }
                    Err(error) => {
                        let error = match std::error::Error::source(&error) {
                            Some(source) => format!("{error}: {source}"),
                            None => error.to_string(),
                        };
                        tracing::error!(
                            error,
                            "the graph file changed and cannot be used; the former is served on"
                        );
                    }
                }
            }
        });
        Self { stop: Some(stop), thread: Some(thread) }
    }
}

fn read(path: &Path) -> Result<CatalogGraph, GraphFileError> {
    GraphFile::open(path)?.read()
}

impl Drop for GraphFileWatch {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}
