//! The crawls of a server: who works through the queue, and who says that something is due.
//!
//! One thread reads single repositories, one everything else, one watches the time. What they bring goes
//! through one gate into the store and from there into the graph, so that there is one writer. A crawl that
//! fails or panics is one line of the log and one of the board.

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use catalog_core::{
    catalog::Catalog,
    graph::CatalogGraph,
    model::{CatalogChange, RepositoryId, Timestamp},
};
use tokio::sync::watch;
use tracing::field::Empty;

use super::{
    board::{Board, Counters, JobOutcome, JobView},
    job_summary::{JobSummary, Noticed},
    means::CrawlMeans,
    newest::Overtaken,
    queue::{JobId, Lane, QueueFull, Reason, Target, Waiting},
    timetable::{Schedule, ScheduleView, Timetable},
    work::{CrawlError, Crawled, Watching, run_job},
};
use crate::clock::now;

/// How long ending waits for crawls that are under way.
const STOP_MAX: Duration = Duration::from_secs(2);
/// How long the time is left unwatched at most.
const LOOK: Duration = Duration::from_secs(3_600);

/// Crawls for a server. Cloning is cheap; clones share everything.
#[derive(Clone)]
pub struct Crawler {
    shared: Arc<Shared>,
}

/// Ends the crawls of a server when it is dropped: what is committed stays, what is under way is given up.
#[must_use]
pub struct CrawlerStopped(Crawler);

struct Shared {
    catalog: Arc<Catalog>,
    means: CrawlMeans,
    board: Mutex<Board>,
    /// Told when there is something to do.
    work: Condvar,
    timetable: Mutex<Timetable>,
    /// Told when the timetable changes.
    time: Condvar,
    began: Instant,
    /// Passed by one commit at a time.
    gate: Mutex<Overtaken>,
    is_stopped: AtomicBool,
    /// Counts up with every change of the board.
    changed: watch::Sender<u64>,
}

impl Crawler {
    /// Begins: nothing is read until it is asked for or due.
    pub fn start(
        catalog: Arc<Catalog>,
        means: CrawlMeans,
        schedules: Vec<Schedule>,
    ) -> (Self, CrawlerStopped) {
        let seed = u64::from_ne_bytes(now().0.to_ne_bytes()) ^ u64::from(std::process::id());
        let shared = Arc::new(Shared {
            catalog,
            means,
            board: Mutex::default(),
            work: Condvar::new(),
            timetable: Mutex::new(Timetable::new(schedules, Duration::ZERO, seed)),
            time: Condvar::new(),
            began: Instant::now(),
            gate: Mutex::default(),
            is_stopped: AtomicBool::new(false),
            changed: watch::Sender::new(0),
        });
        for lane in [Lane::Single, Lane::Whole] {
            let shared = Arc::clone(&shared);
            thread::spawn(move || shared.work_through(lane));
        }
        let of_time = Arc::clone(&shared);
        thread::spawn(move || of_time.watch_the_time());
        let crawler = Self { shared };
        (crawler.clone(), CrawlerStopped(crawler))
    }

    /// Has targets read, and gives the number of the job that does it, which may have been waiting already.
    pub fn ask(&self, targets: BTreeSet<Target>, reason: Reason) -> Result<JobId, QueueFull> {
        self.shared.ask(targets, reason)
    }

    /// What is to be read for a repository that somebody names; see [`CrawlMeans::target_of`].
    pub fn target_of(&self, id: &str) -> Option<Target> {
        self.shared.means.target_of(&self.shared.catalog.graph(), id)
    }

    /// The target that a source of the settings is, by its name or its id.
    pub fn source_called(&self, word: &str) -> Option<Target> {
        let sources = &self.shared.means.sources;
        let source = sources.iter().find(|of| of.source.is_called(word))?;
        Some(Target::Source(source.source.id().clone()))
    }

    /// The targets that all sources of the settings are.
    pub fn every_source(&self) -> impl Iterator<Item = Target> {
        self.shared.means.sources.iter().map(|of| Target::Source(of.source.id().clone()))
    }

    /// The jobs that wait, that run, and that have ended, the last ones first.
    pub fn jobs(&self) -> Vec<JobView> {
        self.shared.board().jobs().collect()
    }

    /// A job by its number, if it is still remembered.
    pub fn job(&self, id: JobId) -> Option<JobView> {
        self.shared.board().job(id)
    }

    /// The schedules.
    pub fn schedules(&self) -> Vec<ScheduleView> {
        self.shared.timetable().views(self.shared.began.elapsed())
    }

    /// Counts up whenever a job waits, begins, goes on or ends.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.shared.changed.subscribe()
    }
}

impl std::fmt::Debug for Crawler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Crawler").finish_non_exhaustive()
    }
}

impl Drop for CrawlerStopped {
    fn drop(&mut self) {
        let shared = &self.0.shared;
        shared.is_stopped.store(true, Ordering::Relaxed);
        let board = shared.board();
        shared.work.notify_all();
        shared.time.notify_all();
        // What hangs ends with the process; a commit is whole or is not.
        let is_busy = |board: &mut Board| board.is_running(Lane::Single) || board.is_running(Lane::Whole);
        let _ended = shared.work.wait_timeout_while(board, STOP_MAX, is_busy);
    }
}

impl Shared {
    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn timetable(&self) -> MutexGuard<'_, Timetable> {
        self.timetable.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Relaxed)
    }

    fn tell(&self) {
        self.changed.send_modify(|count| *count += 1);
    }

    fn ask(&self, targets: BTreeSet<Target>, reason: Reason) -> Result<JobId, QueueFull> {
        let id = self.board().queue.ask(targets, reason, now())?;
        self.work.notify_all();
        self.tell();
        Ok(id)
    }

    /// What the thread of a lane does until the server ends.
    fn work_through(&self, lane: Lane) {
        loop {
            let (job, counters) = {
                let mut board = self.board();
                loop {
                    if self.is_stopped() {
                        return;
                    }
                    if let Some(begun) = board.begin(lane, now()) {
                        break begun;
                    }
                    board = self.work.wait(board).unwrap_or_else(PoisonError::into_inner);
                }
            };
            self.tell();
            let outcome = self.run(lane, &job, &counters);
            let (is_fine, at) = (outcome.is_fine, outcome.at);
            self.board().end(lane, outcome);
            self.work.notify_all();
            if let Reason::Schedule(number) = job.reason {
                let last = Some((job.id, at));
                self.timetable().ended(number, self.began.elapsed(), is_fine, last);
                self.time.notify_all();
            }
            self.tell();
        }
    }

    /// Runs one job. Whatever happens in it ends no more than it.
    fn run(&self, lane: Lane, job: &Waiting, counters: &Counters) -> JobOutcome {
        let began = Instant::now();
        let first = job.targets.first().map(ToString::to_string).unwrap_or_default();
        // For traces; nothing of it goes to the log.
        let span = tracing::error_span!(
            "crawl",
            otel.status_code = Empty,
            catalog.crawl.job = job.id.0,
            catalog.crawl.target = first,
            catalog.crawl.targets = job.targets.len(),
        );
        let _within = span.enter();
        if lane == Lane::Whole {
            self.gate().begin();
        }
        let mut noticed = Noticed::default();
        let crawled = catch_unwind(AssertUnwindSafe(|| self.crawl(lane, job, counters, &mut noticed)));
        if lane == Lane::Whole {
            self.gate().end();
        }
        let seconds = began.elapsed().as_secs_f64();
        let mut summary = None;
        let (error, is_fine) = match crawled {
            Ok(Ok(crawled)) => {
                let of = crawled.crawl;
                let seen = of.repositories_read + of.repositories_unchanged + crawled.sources_read;
                tracing::info!(
                    job = job.id.0, target = %first, targets = job.targets.len(), seconds,
                    read = of.repositories_read, unchanged = of.repositories_unchanged,
                    unreadable = of.repositories_failed, manifests = of.manifests, "a crawl has ended"
                );
                summary = Some(Arc::new(JobSummary { crawled, noticed }));
                (None, seen > 0 || of.repositories_failed == 0)
            }
            Ok(Err(CrawlError::Stopped)) => (Some(CrawlError::Stopped.to_string()), true),
            Ok(Err(error)) => {
                let text = in_full(&error);
                tracing::error!(job = job.id.0, target = %first, error = %text, "a crawl ended early");
                (Some(text), false)
            }
            Err(_panic) => {
                tracing::error!(job = job.id.0, target = %first, "a crawl ended in a panic; please report it");
                (Some("something went wrong in the crawl; the log has more".to_owned()), false)
            }
        };
        if !is_fine {
            span.record("otel.status_code", "ERROR");
        }
        let revision = self.catalog.graph().revision();
        JobOutcome { at: now(), seconds, revision, error: error.map(Into::into), is_fine, summary }
    }

    fn crawl(
        &self,
        lane: Lane,
        job: &Waiting,
        counters: &Counters,
        noticed: &mut Noticed,
    ) -> Result<Crawled, CrawlError> {
        let graph: Arc<CatalogGraph> = self.catalog.graph();
        let work = self.means.work(&job.targets, &graph, now());
        // What it holds is not kept while others may change it.
        drop(graph);
        let events = |event: catalog_ingest::progress::CrawlEvent<'_>| {
            counters.count(&event);
            self.tell();
        };
        let watching = Watching {
            events: &events,
            on_pause: &|id, time| {
                tracing::info!(source = id, seconds = time.as_secs(), "a host wants to be asked later");
            },
            on_diagnostic: &mut |repository, of| {
                tracing::debug!(repository, code = of.code.name(), message = %of.message, "noticed");
                noticed.note(repository, of);
            },
        };
        run_job(self.catalog.store(), work, watching, &mut |known, change| {
            if self.is_stopped() {
                return Err(CrawlError::Stopped);
            }
            known.check()?;
            self.commit(lane, change, known.now())
        })
    }

    fn gate(&self) -> MutexGuard<'_, Overtaken> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a change into the store and at once into the graph.
    fn commit(&self, lane: Lane, mut change: CatalogChange, at: Timestamp) -> Result<(), CrawlError> {
        let again: BTreeSet<RepositoryId> = {
            let mut gate = self.gate();
            let again = match lane {
                Lane::Whole => gate.sift(&mut change),
                Lane::Single => BTreeSet::new(),
            };
            if !change.visits.is_empty() {
                self.catalog.store().apply(&change, at)?;
                if lane == Lane::Single {
                    gate.note(&change);
                }
                if let Err(error) = self.catalog.refresh() {
                    tracing::warn!(%error, "a crawl was committed, and the store cannot be read again at once");
                }
            }
            again
        };
        if !again.is_empty() {
            let targets = again.into_iter().map(Target::Repository).collect();
            if let Err(error) = self.ask(targets, Reason::Overtaken) {
                tracing::warn!(%error, "what was read twice at once is not read again");
            }
        }
        Ok(())
    }

    /// Asks for what is due, until the server ends.
    fn watch_the_time(&self) {
        let mut timetable = self.timetable();
        loop {
            if self.is_stopped() {
                return;
            }
            let present = self.began.elapsed();
            for number in timetable.due(present) {
                let targets = timetable.targets(number).iter().cloned().collect();
                // Joined with a job that waits for another reason, it is due again after its interval.
                let asked = self.ask(targets, Reason::Schedule(number));
                let is_own = asked.is_ok_and(|id| self.is_of_schedule(id, number));
                if !is_own {
                    timetable.ended(number, present, asked.is_ok(), None);
                }
            }
            let wait = timetable.next().map_or(LOOK, |next| next.saturating_sub(self.began.elapsed()));
            let waited = self.time.wait_timeout(timetable, wait.min(LOOK));
            timetable = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn is_of_schedule(&self, id: JobId, number: usize) -> bool {
        self.board().job(id).is_some_and(|job| job.reason == Reason::Schedule(number))
    }
}

/// An error with what led to it.
fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(of) = source {
        text = format!("{text}: {of}");
        source = of.source();
    }
    text
}
