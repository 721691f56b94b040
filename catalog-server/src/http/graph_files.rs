//! The graph file of the present graph, whole or of a part: made when somebody first asks for it, once, and
//! shared by all who see the same.

use std::{
    collections::BTreeMap,
    fs::File,
    io,
    sync::{Arc, Mutex as StdMutex, PoisonError, Weak},
    time::Duration,
};

use catalog_core::graph::{CatalogGraph, GraphFile, GraphOrigin};
use tokio::{
    sync::{Mutex, Semaphore},
    task::spawn_blocking,
    time::timeout,
};

use super::state::SeenPlace;

/// How long a request waits for the file to be made. A million entities take some seconds.
const MAKING_TIME_MAX: Duration = Duration::from_secs(60);
/// How many files are made at once.
const MAKING_MAX: usize = 2;

/// Where graph files are made: in files without a name, which are gone with the last who reads them. One is kept
/// of the whole and of each part that somebody asked for, of which there are `server.views_max` at most.
#[derive(Debug)]
pub(super) struct GraphFiles {
    of_part: StdMutex<BTreeMap<u16, OfPart>>,
    making: Semaphore,
}

/// The last file of a part; held while the next one is made.
type OfPart = Arc<Mutex<Option<Made>>>;

impl Default for GraphFiles {
    fn default() -> Self {
        Self { of_part: StdMutex::default(), making: Semaphore::new(MAKING_MAX) }
    }
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
    /// The file of the graph of a place as it is now. Making it goes on where whoever asked first goes away,
    /// and is not begun again for those who come meanwhile.
    pub(super) async fn present(
        files: Arc<Self>,
        seen: SeenPlace,
    ) -> Result<Arc<MadeGraphFile>, GraphFilesError> {
        let making = tokio::spawn(async move { files.make(&seen).await });
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

    async fn make(&self, seen: &SeenPlace) -> io::Result<Arc<MadeGraphFile>> {
        let of_part = {
            let mut parts = self.of_part.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(parts.entry(seen.part_number()).or_default())
        };
        let mut made = of_part.lock().await;
        let kept = |made: &Option<Made>, graph: &Arc<CatalogGraph>| {
            let made = made.as_ref().filter(|made| std::ptr::eq(made.of.as_ptr(), Arc::as_ptr(graph)));
            made.map(|made| Arc::clone(&made.file))
        };
        if let Some(file) = kept(&made, &seen.graph()) {
            return Ok(file);
        }
        let _place = self.making.acquire().await.map_err(io::Error::other)?;
        // What was waited for may have brought another one.
        let graph = seen.graph();
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
