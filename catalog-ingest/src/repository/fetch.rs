//! A repository of another machine, brought into a folder of the cache.

use catalog_core::model::grouped;

use std::{
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use git2::{
    AutotagOption, Direction, FetchOptions, FetchPrune, Oid, RemoteCallbacks, Repository,
    RepositoryInitOptions, RepositoryOpenFlags,
};

use super::{RemoteUrl, RepositoryError, address::printable, error::FetchTrouble, libgit2};
use crate::limits::FetchLimits;

/// How much of a fetch has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchProgress {
    /// Objects received so far.
    pub objects: usize,
    /// Objects that are on their way altogether.
    pub objects_total: usize,
    /// Bytes received so far.
    pub bytes: u64,
}

/// What the transports of the running fetch need to know; libgit2 hands them nothing but a URL.
pub(super) struct FetchContext {
    pub(super) url: RemoteUrl,
    pub(super) limits: FetchLimits,
    /// A file of further certificates that https trusts.
    pub(super) authorities: Option<PathBuf>,
    /// The program that speaks ssh, and what it is told before our own arguments.
    pub(super) ssh_command: Vec<String>,
    /// What went wrong in the words of the transport, which libgit2 would shorten.
    pub(super) failure: RefCell<Option<FetchFailure>>,
    deadline: Instant,
    received: AtomicU64,
}

/// What went wrong, in the words of a transport.
#[derive(Clone, Debug)]
pub(super) struct FetchFailure {
    pub(super) reason: String,
    pub(super) trouble: FetchTrouble,
}

impl FetchContext {
    pub(super) fn new(url: &RemoteUrl, limits: &FetchLimits) -> Self {
        Self {
            url: url.clone(),
            limits: limits.clone(),
            authorities: None,
            ssh_command: vec!["ssh".to_owned()],
            failure: RefCell::new(None),
            deadline: Instant::now() + limits.total_max,
            received: AtomicU64::new(0),
        }
    }

    /// How much time is left.
    pub(super) fn time_left(&self) -> Result<Duration, String> {
        match self.deadline.checked_duration_since(Instant::now()) {
            Some(left) if !left.is_zero() => Ok(left),
            _ => {
                Err(format!("it took longer than the limit `fetch.total_max` of {:?}", self.limits.total_max))
            }
        }
    }

    /// Counts bytes that arrived, and refuses them beyond the limits.
    pub(super) fn received(&self, bytes: usize) -> Result<(), String> {
        self.time_left()?;
        let total = self.received.fetch_add(bytes as u64, Ordering::Relaxed) + bytes as u64;
        if total > self.limits.received_bytes_max {
            let value = grouped(self.limits.received_bytes_max);
            return Err(format!("it sent more than the limit `fetch.received_bytes_max` of {value}"));
        }
        Ok(())
    }
}

thread_local! {
    /// The fetch that runs on this thread. Libgit2 calls transports on the thread that fetches.
    static CONTEXT: RefCell<Option<Arc<SharedContext>>> = const { RefCell::new(None) };
}

/// A [`FetchContext`] that the transports of one fetch share.
///
/// Streams must be `Send` for git2, although libgit2 uses them only on the thread that fetches, so the
/// cell for failures stands behind a lock.
pub(super) struct SharedContext(std::sync::Mutex<FetchContext>);

impl SharedContext {
    /// Works with the context.
    pub(super) fn with<T>(&self, work: impl FnOnce(&FetchContext) -> T) -> T {
        let context = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        work(&context)
    }

    /// Keeps the words of a failure for the message, and gives the error that libgit2 takes.
    pub(super) fn fail(&self, trouble: FetchTrouble, reason: impl Into<String>) -> git2::Error {
        let reason = reason.into();
        let error = git2::Error::from_str(&reason.replace('\0', " "));
        self.with(|context| context.failure.replace(Some(FetchFailure { reason, trouble })));
        error
    }

    /// The same for a stream, where another attempt would fail likewise.
    pub(super) fn fail_io(&self, reason: impl Into<String>) -> std::io::Error {
        self.fail_io_with(FetchTrouble::Lasting, reason)
    }

    /// The same for a stream.
    pub(super) fn fail_io_with(&self, trouble: FetchTrouble, reason: impl Into<String>) -> std::io::Error {
        std::io::Error::other(self.fail(trouble, reason).message().to_owned())
    }

    /// What went wrong so far, in words.
    pub(super) fn failure(&self) -> Option<String> {
        self.with(|context| context.failure.borrow().as_ref().map(|failure| failure.reason.clone()))
    }
}

/// The context of the fetch that runs on this thread.
pub(super) fn current() -> Result<Arc<SharedContext>, git2::Error> {
    CONTEXT
        .with_borrow(Clone::clone)
        .ok_or_else(|| git2::Error::from_str("transports are only made for a fetch of this program"))
}

/// Brings the default branch of a repository into a bare repository below `cache`, and gives its folder.
///
/// What was fetched before is used again. HEAD of the copy follows HEAD of the other machine, branches
/// that are gone there go here, and a rewritten branch is taken as it is.
///
/// # Errors
///
/// The other machine cannot be reached, refuses, is silent or slow beyond the limits, or sends too much.
pub(crate) fn fetch(
    url: &RemoteUrl,
    cache: &Path,
    limits: &FetchLimits,
    authorities: Option<&Path>,
    progress: &dyn Fn(FetchProgress),
) -> Result<PathBuf, RepositoryError> {
    let mut context = FetchContext::new(url, limits);
    context.authorities = authorities.map(Path::to_owned);
    fetch_with(context, cache, progress)
}

pub(super) fn fetch_with(
    context: FetchContext,
    cache: &Path,
    progress: &dyn Fn(FetchProgress),
) -> Result<PathBuf, RepositoryError> {
    libgit2::prepare();
    let url = context.url.clone();
    let folder = cache.join(folder_name(&url));
    let shared = Arc::new(SharedContext(std::sync::Mutex::new(context)));
    CONTEXT.with_borrow_mut(|current| *current = Some(Arc::clone(&shared)));
    let outcome = update(&url, &folder, progress);
    CONTEXT.with_borrow_mut(|current| *current = None);
    outcome.map_err(|failure| match failure {
        Failure::Git(error) => {
            let failure = shared.with(|context| context.failure.take()).unwrap_or_else(|| FetchFailure {
                reason: error.message().to_owned(),
                trouble: FetchTrouble::Lasting,
            });
            RepositoryError::Unreachable {
                address: url.to_string(),
                reason: printable(&failure.reason),
                trouble: failure.trouble,
            }
        }
        Failure::Repository(error) => error,
    })?;
    Ok(folder)
}

/// Where a cache folder keeps the copy of a repository of another machine, fetched or not.
pub fn cached_folder(url: &RemoteUrl, cache: &Path) -> PathBuf {
    cache.join(folder_name(url))
}

/// Removes what a fetch left behind that was ended from outside: packs that were never finished.
pub(crate) fn remove_unfinished_packs(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder.join("objects/pack")) else { return };
    for entry in entries.flatten() {
        // Libgit2 names a pack so until it is whole.
        if entry.file_name().to_string_lossy().starts_with("pack_git2_") {
            let _already_gone = fs::remove_file(entry.path());
        }
    }
}

/// The folder of an address in the cache: readable, and distinct for distinct addresses.
fn folder_name(url: &RemoteUrl) -> PathBuf {
    let canonical = url.canonical();
    let digest = super::objects::content_id(canonical.as_bytes()).to_string();
    let name = canonical.rsplit('/').next().unwrap_or_default();
    let name: String =
        name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).take(40).collect();
    PathBuf::from(format!("{}-{name}.git", &digest[..20]))
}

enum Failure {
    Git(git2::Error),
    Repository(RepositoryError),
}

impl From<git2::Error> for Failure {
    fn from(error: git2::Error) -> Self {
        Self::Git(error)
    }
}

fn update(url: &RemoteUrl, folder: &Path, progress: &dyn Fn(FetchProgress)) -> Result<(), Failure> {
    let _alone = lock(folder);
    let repository = open_copy(folder)?;
    // The transports know the address; what libgit2 sees, and could write down, holds nobody's secret.
    let mut remote = repository.remote_anonymous(&format!("{}://{}/", url.scheme().name(), url.host()))?;
    let mut connection = remote.connect_auth(Direction::Fetch, None, None)?;
    let Some((branch, tip)) = default_branch(connection.list()?, connection.default_branch().ok().as_ref())
    else {
        return Err(Failure::Repository(RepositoryError::Empty));
    };
    if repository.refname_to_id(&branch).ok() != Some(tip) || !repository.odb()?.exists(tip) {
        let mut callbacks = RemoteCallbacks::new();
        callbacks.transfer_progress(|state| {
            progress(FetchProgress {
                objects: state.received_objects(),
                objects_total: state.total_objects(),
                bytes: state.received_bytes() as u64,
            });
            true
        });
        let mut options = FetchOptions::new();
        options.remote_callbacks(callbacks);
        options.prune(FetchPrune::On);
        options.download_tags(AutotagOption::None);
        options.update_fetchhead(false);
        let reference = format!("+{branch}:{branch}");
        connection.remote().fetch(&[reference.as_str()], Some(&mut options), None)?;
    }
    repository.set_head(&branch)?;
    remove_other_branches(&repository, &branch)?;
    Ok(())
}

/// Waits until nobody else fetches into a folder: two crawls at once would be in each other's way. Where the
/// system has no such locks, fetches go on without one. It is let go when it is dropped, or its process ends.
fn lock(folder: &Path) -> Option<fs::File> {
    let mut name = folder.as_os_str().to_owned();
    name.push(".lock");
    fs::create_dir_all(folder.parent()?).ok()?;
    let file = fs::File::options().create(true).append(true).open(name).ok()?;
    file.lock().ok()?;
    Some(file)
}

/// The copy in the cache, made where it is not there yet or was left half made.
fn open_copy(folder: &Path) -> Result<Repository, Failure> {
    let flags = RepositoryOpenFlags::NO_SEARCH | RepositoryOpenFlags::BARE;
    if folder.join("HEAD").is_file()
        && let Ok(repository) = Repository::open_ext(folder, flags, &[] as &[&std::ffi::OsStr])
    {
        return Ok(repository);
    }
    let failed =
        |source| Failure::Repository(RepositoryError::Io { action: "made", path: folder.to_owned(), source });
    fs::create_dir_all(folder).map_err(failed)?;
    let mut options = RepositoryInitOptions::new();
    options.bare(true).external_template(false).initial_head("main");
    Ok(Repository::init_opts(folder, &options)?)
}

/// The branch that HEAD of the other machine names, and its commit.
fn default_branch(heads: &[git2::RemoteHead<'_>], named: Option<&git2::Buf>) -> Option<(String, Oid)> {
    let named = named.and_then(|name| std::str::from_utf8(name).ok());
    let head = heads.iter().find(|head| head.name() == "HEAD");
    let branch = head.and_then(|head| head.symref_target()).or(named);
    let tip_of = |name: &str| heads.iter().find(|head| head.name() == name).map(git2::RemoteHead::oid);
    if let Some(branch) = branch
        && let Some(tip) = tip_of(branch)
    {
        return Some((branch.to_owned(), tip));
    }
    // A server that does not say which branch HEAD names: the first one at the same commit.
    let head = head?.oid();
    heads
        .iter()
        .find(|other| other.name().starts_with("refs/heads/") && other.oid() == head)
        .map(|other| (other.name().to_owned(), head))
}

fn remove_other_branches(repository: &Repository, branch: &str) -> Result<(), git2::Error> {
    for reference in repository.references()? {
        let mut reference = reference?;
        if reference.name_bytes() != branch.as_bytes() {
            reference.delete()?;
        }
    }
    Ok(())
}
