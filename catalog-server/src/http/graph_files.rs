//! The graph file of the present graph: made when somebody first asks for it, once, and shared by all who ask.

use std::{
    fs::File,
    io,
    sync::{Arc, Weak},
    time::Duration,
};

use catalog_core::{
    catalog::CurrentGraph,
    graph::{CatalogGraph, GraphFile, GraphOrigin},
};
use tokio::{sync::Mutex, task::spawn_blocking, time::timeout};

/// How long a request waits for the file to be made. A million entities take some seconds.
const MAKING_TIME_MAX: Duration = Duration::from_secs(60);

/// Where graph files are made: in files without a name, which are gone with the last who reads them.
#[derive(Debug, Default)]
pub(super) struct GraphFiles {
    made: Mutex<Option<Made>>,
}

#[derive(Debug)]
struct Made {
    of: Weak<CatalogGraph>,
    file: Arc<MadeGraphFile>,
}

/// A graph file that does not change any more.
#[derive(Debug)]
pub(super) struct MadeGraphFile {
    pub(super) file: GraphFile,
    /// What tells it from other ones.
    pub(super) tag: String,
}

/// Why there is no graph file.
#[derive(Debug, thiserror::Error)]
pub(super) enum GraphFilesError {
    /// It takes longer than a request may wait.
    #[error("the graph file takes longer to make than {} s", MAKING_TIME_MAX.as_secs())]
    TimeOver,
    /// It cannot be made. The log has more.
    #[error("the graph file could not be made")]
    Failed,
}

impl GraphFiles {
    /// The file of the graph as it is now. Making it goes on where whoever asked first goes away, and is not
    /// begun again for those who come meanwhile.
    pub(super) async fn present(
        files: Arc<Self>,
        current: Arc<CurrentGraph>,
    ) -> Result<Arc<MadeGraphFile>, GraphFilesError> {
        let making = tokio::spawn(async move { files.make(&current).await });
        match timeout(MAKING_TIME_MAX, making).await {
            Ok(Ok(Ok(file))) => Ok(file),
            Ok(Ok(Err(error))) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the graph file could not be made");
                Err(GraphFilesError::Failed)
            }
            Ok(Err(_)) => Err(GraphFilesError::Failed),
            Err(_) => Err(GraphFilesError::TimeOver),
        }
    }

    async fn make(&self, current: &CurrentGraph) -> io::Result<Arc<MadeGraphFile>> {
        let mut made = self.made.lock().await;
        let graph = current.get();
        if let Some(made) = &*made
            && std::ptr::eq(made.of.as_ptr(), Arc::as_ptr(&graph))
        {
            return Ok(Arc::clone(&made.file));
        }
        let of = Arc::downgrade(&graph);
        let file = spawn_blocking(move || {
            let file = GraphFile::write_into(tempfile::tempfile()?, &graph, &GraphOrigin::default())
                .map_err(io::Error::other)?;
            Ok::<_, io::Error>(Arc::new(MadeGraphFile { tag: file.tag(), file }))
        });
        let file = file.await.map_err(io::Error::other)??;
        *made = Some(Made { of, file: Arc::clone(&file) });
        Ok(file)
    }
}

/// Reads from a place of a file that others read from, too; fewer bytes than asked for only at its end.
pub(super) fn read_at(file: &File, at: u64, bytes: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    while read < bytes.len() {
        let place = at + read as u64;
        #[cfg(unix)]
        let more = std::os::unix::fs::FileExt::read_at(file, &mut bytes[read..], place);
        #[cfg(windows)]
        let more = std::os::windows::fs::FileExt::seek_read(file, &mut bytes[read..], place);
        match more {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(read)
}
