//! The other side of a crawl: the process that fetches and reads repositories that may be hostile.
//!
//! It begins by taking away from itself what it does not need, does what it is asked for, and ends when
//! nobody asks any more. What it reads can end or stop it, and nothing but it.

use std::{
    cell::RefCell,
    io::{self, Read, Write},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use catalog_core::{
    model::{CommitId, Diagnostic, DiagnosticCode, RepositoryDeclarations, RepositoryId, Visit, grouped},
    store::{decode_visit, encode_visit},
};

use super::{
    isolation::{fetch_here, paths_here},
    message::{Reply, Request, Setup, message, receive, send},
    visit::{FolderVisit, Outcome, Reading},
};
use crate::{
    assemble::BuiltInReader,
    limits::VisitLimits,
    repository::{FetchProgress, RemoteUrl, Secret},
};

/// How much longer than its limit a request may take before this process ends itself. Whoever asked ends
/// it earlier, if he still lives.
const GRACE: Duration = Duration::from_secs(10);
/// How often the time is looked at.
const TICK: Duration = Duration::from_secs(5);
/// How often progress is told at most.
const PROGRESS_PAUSE: Duration = Duration::from_millis(100);

/// Reads repositories for the crawl that started this process, until its standard input ends. Answers go
/// to standard output.
///
/// It limits the memory of the whole process and ends the process when it hangs, so nothing else may run
/// in it.
///
/// # Errors
///
/// The crawl is gone, or says something that is none of its messages.
pub fn read_for_crawl() -> io::Result<()> {
    let mut input = io::BufReader::new(io::stdin().lock());
    serve(&mut input, &mut unbuffered_output()?)
}

/// Standard output without the buffer that breaks what is written after its last line.
#[cfg(unix)]
fn unbuffered_output() -> io::Result<impl Write> {
    let output = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned()?;
    Ok(std::fs::File::from(output))
}

#[cfg(not(unix))]
fn unbuffered_output() -> io::Result<impl Write> {
    Ok(io::stdout().lock())
}

fn serve(input: &mut dyn Read, output: &mut dyn Write) -> io::Result<()> {
    let Some(body) = receive(input, u64::from(u32::MAX))? else { return Ok(()) };
    let setup: Setup = message(&body)?;
    restrict(&setup.limits.visit)?;
    let watchdog = Watchdog::start()?;
    while let Some(body) = receive(input, u64::from(u32::MAX))? {
        let request: Request<'_> = message(&body)?;
        watchdog.watch(match &request {
            Request::Fetch { .. } => setup.limits.fetch.total_max,
            Request::Read { .. } | Request::Paths { .. } => setup.limits.visit.time_max,
        });
        match request {
            Request::Fetch { address, login } => {
                let login = login.map(|login| Secret::new(login.into_owned()));
                fetch(&setup, &address, login, output)?;
            }
            request @ Request::Read { .. } => read(&setup, request, output)?,
            Request::Paths { folder, commit } => {
                let folder = PathBuf::from(folder);
                match paths_here(&folder, commit.map(CommitId), &setup.limits) {
                    Ok(paths) => send(output, &Reply::Paths { paths: &paths })?,
                    Err(reason) => send(output, &Reply::NoPaths { reason: &reason })?,
                }
            }
        }
        watchdog.rest();
    }
    Ok(())
}

fn fetch(setup: &Setup, address: &str, login: Option<Secret>, output: &mut dyn Write) -> io::Result<()> {
    let url = RemoteUrl::parse(address).map_err(io::Error::other)?;
    let url = match login {
        Some(login) => url.with_login(login),
        None => url,
    };
    let cache = PathBuf::from(setup.cache.clone());
    let authorities = setup.authorities.clone().map(PathBuf::from);
    let telling = RefCell::new(Telling { output: &mut *output, told: None, failure: None });
    let progress = |progress| telling.borrow_mut().tell(progress);
    let fetched = fetch_here(&url, &cache, &setup.limits.fetch, authorities.as_deref(), &progress);
    if let Some(failure) = telling.into_inner().failure {
        return Err(failure);
    }
    match fetched {
        Ok(folder) => send(output, &Reply::Fetched { folder: folder.as_path().into() }),
        Err(refusal) => send(output, &Reply::NotFetched { refusal }),
    }
}

/// Tells how a fetch goes on, now and then.
struct Telling<'a> {
    output: &'a mut dyn Write,
    told: Option<Instant>,
    failure: Option<io::Error>,
}

impl Telling<'_> {
    fn tell(&mut self, progress: FetchProgress) {
        if self.told.is_some_and(|told| told.elapsed() < PROGRESS_PAUSE) || self.failure.is_some() {
            return;
        }
        self.told = Some(Instant::now());
        let reply = Reply::Progress {
            objects: progress.objects as u64,
            objects_total: progress.objects_total as u64,
            bytes: progress.bytes,
        };
        self.failure = send(self.output, &reply).err();
    }
}

fn read(setup: &Setup, request: Request<'_>, output: &mut dyn Write) -> io::Result<()> {
    let nonsense = || io::Error::from(io::ErrorKind::InvalidData);
    let Request::Read { id, address, folder, current, had_commit, previous } = request else {
        return Err(nonsense());
    };
    let id = RepositoryId::new(id).ok_or_else(nonsense)?;
    let previous = || -> Option<RepositoryDeclarations> {
        match decode_visit(previous?) {
            Ok(Visit::Read(declarations)) => Some(*declarations),
            _ => None,
        }
    };
    let reading = Reading::new(&setup.limits, setup.now(), &BuiltInReader);
    let outcome = reading.visit(&FolderVisit {
        id: &id,
        address,
        folder: &PathBuf::from(folder),
        current: current.map(CommitId),
        had_commit,
        previous: &previous,
    });
    let mut visit = encode_visit(&outcome.visit);
    let limit = setup.limits.visit.answer_bytes_max;
    if visit.len() as u64 > limit {
        let (bytes, limit) = (grouped(visit.len()), grouped(limit));
        let message = format!(
            "what its manifests say is {bytes} bytes, over the limit `visit.answer_bytes_max` of {limit}"
        );
        let diagnostic = Diagnostic::new(DiagnosticCode::RepositoryUnreadable, message);
        visit = encode_visit(&Outcome::unreadable(&id, address, setup.now(), diagnostic).visit);
    }
    send(output, &Reply::Visited { visit: &visit, manifests_read: outcome.manifests_read as u64 })
}

/// Bounds the memory of this process. Maps of packs that are only read do not count.
#[cfg(unix)]
fn restrict(limits: &VisitLimits) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let lower = |resource: Resource, bytes: u64| {
        let before = getrlimit(resource);
        let bytes = before.maximum.map_or(bytes, |maximum| maximum.min(bytes));
        setrlimit(resource, Rlimit { current: Some(bytes), maximum: Some(bytes) })
    };
    lower(Resource::Data, limits.memory_bytes_max)?;
    // A dump of its memory could hold a login.
    lower(Resource::Core, 0)?;
    Ok(())
}

#[cfg(not(unix))]
fn restrict(_limits: &VisitLimits) -> io::Result<()> {
    Ok(())
}

/// Ends this process when a request takes so long that whoever asked must be gone.
struct Watchdog {
    began: Instant,
    /// When the request has to be done, in milliseconds since the beginning; 0 where there is none.
    deadline: Arc<AtomicU64>,
}

impl Watchdog {
    fn start() -> io::Result<Self> {
        let (began, deadline) = (Instant::now(), Arc::new(AtomicU64::new(0)));
        let watched = Arc::clone(&deadline);
        thread::Builder::new().name("watchdog".to_owned()).spawn(move || {
            loop {
                thread::sleep(TICK);
                let deadline = watched.load(Ordering::Relaxed);
                if deadline != 0 && millis(began.elapsed()) > deadline {
                    std::process::abort();
                }
            }
        })?;
        Ok(Self { began, deadline })
    }

    fn watch(&self, time_max: Duration) {
        let deadline = self.began.elapsed().saturating_add(time_max).saturating_add(GRACE);
        self.deadline.store(millis(deadline), Ordering::Relaxed);
    }

    fn rest(&self) {
        self.deadline.store(0, Ordering::Relaxed);
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
