//! Where fetching and reading happen: in this process, or in processes of their own.

use std::{
    ffi::OsString,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::Duration,
};

use catalog_core::{
    model::{CommitId, DiagnosticCode, RepositoryStatus, Visit},
    store::{decode_visit, encode_declarations},
};

use super::{
    message::{FetchRefusal, Reply, Request},
    visit::{FolderVisit, Outcome, Reading, defect_message},
    worker::{Lane, WorkerFailure},
    workers::Workers,
};
use crate::{
    limits::{CrawlLimits, FetchLimits},
    repository::{
        FetchProgress, FetchTrouble, RemoteUrl, RepositoryError, Snapshot, cached_folder, fetch,
        remove_unfinished_packs,
    },
};

/// How much longer than its limit a fetch may take before it is ended from outside: it ends itself first.
const FETCH_GRACE: Duration = Duration::from_secs(2);

/// Where repositories are fetched and read.
///
/// What libgit2 does with a hostile repository cannot be bounded from inside: it hangs for ever on
/// some, and takes all memory for others. So repositories that others can write belong into processes
/// of their own; each is one diagnostic, whatever happens to the process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// In this process: for tests, and for repositories that nobody else can write.
    InProcess,
    /// In processes of a program that calls [`read_for_crawl`](super::read_for_crawl) with its standard
    /// input and output. They get no more of the environment than they need.
    Children {
        /// The program.
        program: PathBuf,
        /// What it is called with.
        arguments: Vec<OsString>,
    },
}

/// Does what a crawl asks for, in one place or the other.
pub(super) enum Hands {
    Here,
    Workers(Workers),
}

/// Fetches in this process.
pub(super) fn fetch_here(
    url: &RemoteUrl,
    cache: &Path,
    limits: &FetchLimits,
    authorities: Option<&Path>,
    progress: &dyn Fn(FetchProgress),
) -> Result<PathBuf, FetchRefusal> {
    let fetched = catch_unwind(AssertUnwindSafe(|| fetch(url, cache, limits, authorities, progress)));
    let fetched = fetched.map_err(|panic| FetchRefusal {
        is_empty: false,
        trouble: FetchTrouble::Lasting,
        message: defect_message("fetch", &*panic),
    })?;
    fetched.map_err(|error| FetchRefusal {
        is_empty: matches!(error, RepositoryError::Empty),
        trouble: match &error {
            RepositoryError::Unreachable { trouble, .. } => *trouble,
            _ => FetchTrouble::Lasting,
        },
        message: error.to_string(),
    })
}

impl Hands {
    /// Brings a repository of another machine into the cache, with the login that its address holds.
    pub(super) fn fetch(
        &self,
        url: &RemoteUrl,
        cache: &Path,
        limits: &FetchLimits,
        authorities: Option<&Path>,
        progress: &dyn Fn(FetchProgress),
    ) -> Result<PathBuf, FetchRefusal> {
        let workers = match self {
            Self::Here => return fetch_here(url, cache, limits, authorities, progress),
            Self::Workers(workers) => workers,
        };
        let request = Request::Fetch {
            address: url.to_string().into(),
            login: url.credentials().map(|login| login.reveal().into()),
        };
        let mut fetched: Result<PathBuf, _> =
            Err(FetchRefusal { is_empty: false, message: String::new(), trouble: FetchTrouble::Lasting });
        let time_max = limits.total_max.saturating_add(FETCH_GRACE);
        let asked = workers.ask(&Lane::of(url), &request, time_max, &mut |reply| match reply {
            Reply::Progress { objects, objects_total, bytes } => {
                progress(FetchProgress {
                    objects: usize::try_from(objects).unwrap_or(usize::MAX),
                    objects_total: usize::try_from(objects_total).unwrap_or(usize::MAX),
                    bytes,
                });
                Ok(false)
            }
            Reply::Fetched { folder } => {
                fetched = Ok(folder.into());
                Ok(true)
            }
            Reply::NotFetched { refusal } => {
                fetched = Err(refusal);
                Ok(true)
            }
            Reply::Visited { .. } | Reply::Paths { .. } | Reply::NoPaths { .. } => {
                Err(WorkerFailure::Nonsense)
            }
        });
        let said = |reason: String| FetchRefusal {
            is_empty: false,
            message: format!("`{url}` could not be fetched: {reason}"),
            trouble: FetchTrouble::Lasting,
        };
        // Where the copy lies is known here; a process that says otherwise would choose what is read.
        let folder = cached_folder(url, cache);
        if asked.is_err() {
            remove_unfinished_packs(&folder);
        }
        match asked {
            Ok(()) => {}
            Err(WorkerFailure::Late) => {
                let limit = limits.total_max;
                return Err(said(format!("it took longer than the limit `fetch.total_max` of {limit:?}")));
            }
            Err(failure) => return Err(said(workers.explain(&failure))),
        }
        match fetched {
            Ok(said_folder) if said_folder != folder => Err(said(workers.explain(&WorkerFailure::Nonsense))),
            Ok(_) => Ok(folder),
            Err(refusal) => Err(refusal),
        }
    }

    /// Reads a folder.
    pub(super) fn read(&self, reading: &Reading<'_>, folder: &FolderVisit<'_>) -> Outcome {
        let workers = match self {
            Self::Here => return reading.visit(folder),
            Self::Workers(workers) => workers,
        };
        let previous = (folder.previous)();
        let sealed = previous.as_ref().map(encode_declarations);
        let request = Request::Read {
            id: folder.id.as_str(),
            address: folder.address,
            folder: folder.folder.into(),
            current: folder.current.map(|CommitId(id)| id),
            had_commit: folder.had_commit,
            previous: sealed.as_deref(),
        };
        let time_max = reading.limits.visit.time_max;
        let mut outcome = None;
        let asked = workers.ask(&Lane::Folder, &request, time_max, &mut |reply| {
            let Reply::Visited { visit, manifests_read } = reply else { return Err(WorkerFailure::Nonsense) };
            let visit = decode_visit(visit).map_err(|_| WorkerFailure::Nonsense)?;
            if !is_answer_to(&visit, reading, folder, previous.is_some()) {
                return Err(WorkerFailure::Nonsense);
            }
            let manifests_read = usize::try_from(manifests_read).unwrap_or(usize::MAX);
            outcome = Some(Outcome { visit, manifests_read });
            Ok(true)
        });
        let reason = match (asked, outcome) {
            (Ok(()), Some(outcome)) => return outcome,
            (Err(WorkerFailure::Late), _) => {
                format!("reading it took longer than the limit `visit.time_max` of {time_max:?}")
            }
            (Err(failure), _) => workers.explain(&failure),
            (Ok(()), None) => workers.explain(&WorkerFailure::Nonsense),
        };
        let message = format!("the repository could not be read: {reason}");
        reading.unreadable(folder, DiagnosticCode::RepositoryUnreadable, message)
    }
}

/// The paths of all regular files of a folder here, each ended by a zero byte.
pub(super) fn paths_here(
    folder: &Path,
    commit: Option<CommitId>,
    limits: &CrawlLimits,
) -> Result<Vec<u8>, String> {
    let listed = Snapshot::open_at(folder, commit).and_then(|snapshot| snapshot.paths(&limits.tree));
    let paths = listed.map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    for path in paths {
        bytes.extend_from_slice(&path);
        bytes.push(0);
    }
    Ok(bytes)
}

impl Hands {
    /// The paths of all regular files of a folder at a commit, each ended by a zero byte.
    pub(super) fn paths(
        &self,
        folder: &Path,
        commit: Option<CommitId>,
        limits: &CrawlLimits,
    ) -> Result<Vec<u8>, String> {
        let workers = match self {
            Self::Here => return paths_here(folder, commit, limits),
            Self::Workers(workers) => workers,
        };
        let request = Request::Paths { folder: folder.into(), commit: commit.map(|CommitId(id)| id) };
        let mut answer = None;
        let asked = workers.ask(&Lane::Folder, &request, limits.visit.time_max, &mut |reply| {
            answer = Some(match reply {
                Reply::Paths { paths } => Ok(paths.to_vec()),
                Reply::NoPaths { reason } => Err(reason.to_owned()),
                _ => return Err(WorkerFailure::Nonsense),
            });
            Ok(true)
        });
        match (asked, answer) {
            (Ok(()), Some(answer)) => answer,
            (Err(WorkerFailure::Late), _) => Err(format!(
                "reading it took longer than the limit `visit.time_max` of {:?}",
                limits.visit.time_max
            )),
            (Err(failure), _) => Err(workers.explain(&failure)),
            (Ok(()), None) => Err(workers.explain(&WorkerFailure::Nonsense)),
        }
    }
}

/// Whether a visit is one that can come of what was asked.
fn is_answer_to(visit: &Visit, reading: &Reading<'_>, folder: &FolderVisit<'_>, is_known: bool) -> bool {
    if visit.repository() != folder.id {
        return false;
    }
    match visit {
        Visit::Unchanged { observed_at, .. } => *observed_at == reading.now && is_known,
        Visit::Unreadable { address, observed_at, .. } => {
            *observed_at == reading.now && **address == *folder.address
        }
        Visit::Read(declarations) => {
            let head = &declarations.head;
            head.observed_at == Some(reading.now)
                && *head.address == *folder.address
                && head.status == RepositoryStatus::Read
                && head.reader == reading.fingerprint
                && declarations.manifests.is_sorted_by(|left, right| left.path < right.path)
                && declarations.manifests.len() <= reading.limits.tree.manifests_max
        }
    }
}
