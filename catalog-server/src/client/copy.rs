//! The copy of a server's graph: fetched where it changed, checked, and kept for when the server is down.

use std::{
    fs::{self, File},
    io::{self, Read, Write as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, SystemTime},
};

use catalog_core::{
    graph::{CatalogGraph, GraphFile, GraphFileError},
    model::Timestamp,
};
use sha2::{Digest as _, Sha256};
use ureq::{Body, http::Response};

use super::{
    AskError, BringError, ServerClient, ServerUrl,
    ask::broken,
    tokens::{make_folder, new_file},
};

/// The header by which a server tells which measures belong to its graph.
const MEASURES: &str = "x-catalog-measures";
/// How much of a graph file is awaited before its beginning is believed, which is longer than that.
const BEGINNING_BYTES: u64 = 4_096;
/// How old a file must be that a broken download left behind for it to be taken away.
const LEFT_BEHIND: Duration = Duration::from_secs(86_400);

/// What commands answer from.
#[derive(Debug)]
pub struct Brought {
    /// The graph.
    pub graph: CatalogGraph,
    /// The graph file that it was read from.
    pub path: PathBuf,
    /// What the organisation measures by, as the server tells it.
    pub measures: Vec<u8>,
    /// Why this may not be what the server has now; `None` where it is.
    pub outdated: Option<Outdated>,
}

/// Why a copy stands in for the server.
#[derive(Debug)]
pub struct Outdated {
    /// Why the server gave no answer.
    pub why: AskError,
    /// When the server last said that this is what it has.
    pub current_at: Option<Timestamp>,
}

/// Where the copy of a server lies within a folder for such copies.
pub fn copy_folder(caches: &Path, server: &ServerUrl) -> PathBuf {
    caches.join(server.file_name())
}

/// The graph of a server and what it is measured by, of which only what changed is fetched into a folder.
///
/// Where the server gives no answer, the last copy stands in, unless it must be `fresh`. One request where
/// nothing changed.
///
/// # Errors
///
/// There is neither an answer nor a copy that may stand in for one, or the folder does not take the copy.
pub fn bring(
    client: &ServerClient,
    folder: &Path,
    fresh: bool,
    now: Timestamp,
) -> Result<Brought, BringError> {
    let copy = Copy { folder: folder.to_owned() };
    match copy.bring(client, fresh, now) {
        Err(BringError::Ask(why)) if !fresh && why.leaves_copy() => {
            let current_at = copy.current_at();
            match copy.read() {
                Some((graph, measures)) => {
                    let outdated = Some(Outdated { why, current_at });
                    Ok(Brought { graph, path: copy.graph(), measures, outdated })
                }
                None => Err(why.into()),
            }
        }
        brought => brought,
    }
}

/// A folder with a graph file and the measures that belong to it.
struct Copy {
    folder: PathBuf,
}

impl Copy {
    fn graph(&self) -> PathBuf {
        self.folder.join("catalog.graph")
    }

    fn measures(&self) -> PathBuf {
        self.folder.join("measures.json")
    }

    /// Both, where both are there and whole.
    fn read(&self) -> Option<(CatalogGraph, Vec<u8>)> {
        let measures = fs::read(self.measures()).ok()?;
        match GraphFile::open(&self.graph()).and_then(|file| file.read()) {
            Ok(graph) => Some((graph, measures)),
            Err(error) => {
                tracing::debug!(%error, "the copy is not used");
                None
            }
        }
    }

    /// When the server last said that the copy is what it has.
    fn current_at(&self) -> Option<Timestamp> {
        let since = fs::metadata(self.graph()).and_then(|metadata| metadata.modified()).ok()?;
        let seconds = since.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
        i64::try_from(seconds).ok().map(Timestamp)
    }

    fn bring(&self, client: &ServerClient, fresh: bool, now: Timestamp) -> Result<Brought, BringError> {
        // One that cannot be read need not be whole: it is asked for as if it were not there.
        let known = fs::read(self.measures()).ok().zip(GraphFile::open(&self.graph()).ok());
        let limits = &client.limits;
        let (silence_max, whole_max) = match known {
            Some(_) if !fresh => (limits.silence_with_copy_max, limits.whole_with_copy_max),
            _ => (limits.silence_max, limits.whole_max),
        };
        let tag = known.as_ref().map(|(_, file)| file.tag());
        let mut answer = client.get("/export/graph", tag.as_deref(), silence_max, whole_max)?;
        let mut kept = None;
        if answer.status() == 304 {
            kept = known.and_then(|(measures, file)| Some((measures, file.read().ok()?)));
            if kept.is_none() {
                answer = client.get("/export/graph", None, limits.silence_max, limits.whole_max)?;
            }
        }
        let measures_tag =
            answer.headers().get(MEASURES).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
        let measures_tag = measures_tag
            .ok_or_else(|| AskError::Foreign(format!("its answer has no header `{MEASURES}`")))?;
        let (graph, measures) = match kept {
            Some((measures, graph)) if tag_of(&measures) == measures_tag => (graph, measures),
            Some((_, graph)) => (graph, self.fetch_measures(client)?),
            None if answer.status() == 304 => {
                return Err(AskError::Foreign("it says that nothing changed since nothing".to_owned()).into());
            }
            None => {
                let part = self.part()?;
                let fetched = self.fetch_graph(client, answer, &part).and_then(|graph| {
                    let measures = match fs::read(self.measures()) {
                        Ok(measures) if tag_of(&measures) == measures_tag => measures,
                        _ => self.fetch_measures(client)?,
                    };
                    self.put(&part, &self.graph())?;
                    Ok((graph, measures))
                });
                if fetched.is_err() {
                    let _gone = fs::remove_file(&part);
                }
                fetched?
            }
        };
        self.note_current(now);
        Ok(Brought { graph, path: self.graph(), measures, outdated: None })
    }

    /// Fetches a graph file, of which no more is taken than its own beginning says, and reads it.
    fn fetch_graph(
        &self,
        client: &ServerClient,
        answer: Response<Body>,
        part: &Path,
    ) -> Result<CatalogGraph, BringError> {
        let mut from = answer.into_body().into_reader();
        let mut file = new_file(part).map_err(|error| self.failed(error))?;
        let mut bytes = vec![0; 1 << 18];
        let (mut fetched, mut expected) = (0, None);
        loop {
            let read = match from.read(&mut bytes) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(broken(&error).into()),
            };
            file.write_all(&bytes[..read]).map_err(|error| self.failed(error))?;
            fetched += read as u64;
            if expected.is_none() && fetched >= BEGINNING_BYTES {
                expected = Some(expected_bytes(part, client.limits.graph_bytes_max)?);
            }
            if expected.is_some_and(|expected| fetched > expected) {
                return Err(AskError::Foreign("it sends more than its graph file has".to_owned()).into());
            }
        }
        file.sync_all().map_err(|error| self.failed(error))?;
        GraphFile::open(part).and_then(|file| file.read()).map_err(|error| not_usable(error).into())
    }

    fn fetch_measures(&self, client: &ServerClient) -> Result<Vec<u8>, BringError> {
        let limits = &client.limits;
        let answer =
            client.get("/export/measures", None, limits.silence_with_copy_max, limits.whole_with_copy_max)?;
        let measures = client.body(answer)?;
        if serde_json::from_slice::<serde_json::Value>(&measures).is_err() {
            return Err(AskError::Foreign("its measures are no JSON".to_owned()).into());
        }
        let part = self.part()?;
        let written = new_file(&part)
            .and_then(|mut file| {
                file.write_all(&measures)?;
                file.sync_all()
            })
            .map_err(|error| self.failed(error))
            .and_then(|()| self.put(&part, &self.measures()));
        if written.is_err() {
            let _gone = fs::remove_file(&part);
        }
        written.map(|()| measures)
    }

    /// A name for a file that is not whole yet, in a folder that only its owner can enter.
    fn part(&self) -> Result<PathBuf, BringError> {
        static TAKEN: AtomicU32 = AtomicU32::new(0);
        make_folder(&self.folder).map_err(|error| self.failed(error))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let closed = fs::Permissions::from_mode(0o700);
            fs::set_permissions(&self.folder, closed).map_err(|error| self.failed(error))?;
        }
        let number = TAKEN.fetch_add(1, Ordering::Relaxed);
        Ok(self.folder.join(format!("part-{}-{number}", std::process::id())))
    }

    fn put(&self, part: &Path, place: &Path) -> Result<(), BringError> {
        fs::rename(part, place).map_err(|error| self.failed(error))
    }

    /// Notes that the copy is what the server has now, and takes away what broken downloads left long ago.
    fn note_current(&self, now: Timestamp) {
        let since = u64::try_from(now.seconds()).unwrap_or_default();
        let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(since);
        let noted = File::options().write(true).open(self.graph()).and_then(|file| file.set_modified(moment));
        if let Err(error) = noted {
            tracing::debug!(%error, "it could not be noted that the copy is current");
        }
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let is_part = entry.file_name().to_string_lossy().starts_with("part-");
            let age =
                entry.metadata().and_then(|metadata| metadata.modified()).map(|at| moment.duration_since(at));
            if is_part && age.is_ok_and(|age| age.is_ok_and(|age| age > LEFT_BEHIND)) {
                let _gone = fs::remove_file(entry.path());
            }
        }
    }

    fn failed(&self, source: io::Error) -> BringError {
        BringError::Copy { path: self.folder.clone(), source }
    }
}

/// How long a graph file will be of which the beginning is there.
fn expected_bytes(part: &Path, bytes_max: u64) -> Result<u64, AskError> {
    let expected = match GraphFile::open(part) {
        Ok(file) => file.bytes(),
        Err(GraphFileError::Truncated { expected, .. }) => expected,
        Err(error) => return Err(not_usable(error)),
    };
    if expected > bytes_max {
        return Err(AskError::TooLarge { name: "client.graph_bytes_max", value: bytes_max });
    }
    Ok(expected)
}

fn not_usable(error: GraphFileError) -> AskError {
    match error {
        GraphFileError::Foreign => AskError::Foreign("it sends something that is no graph file".to_owned()),
        GraphFileError::Damaged { part: "end" } => {
            AskError::Foreign("it sends more than its graph file has".to_owned())
        }
        error => AskError::Graph(error),
    }
}

/// What tells measures from other ones, as the server says it: the first half of their SHA-256.
fn tag_of(measures: &[u8]) -> String {
    Sha256::digest(measures).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
