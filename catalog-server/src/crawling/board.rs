//! What became of each job: which wait, which run and how far, and how the last ones ended.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use catalog_core::model::{Revision, Timestamp};
use catalog_ingest::progress::{CrawlEvent, VisitOutcome};

use super::{
    job_summary::JobSummary,
    queue::{JobId, Lane, Queue, Reason, Target, Waiting},
};

/// How many jobs that have ended are remembered.
const ENDED_MAX: usize = 100;

/// A job, as it is at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct JobView {
    /// Its number.
    pub id: JobId,
    /// What it reads.
    pub targets: Vec<Target>,
    /// Why it was asked for first.
    pub reason: Reason,
    /// How often it was asked for while it waited.
    pub asked: u64,
    /// When it was asked for first.
    pub asked_at: Timestamp,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// How far it is.
    pub progress: JobProgress,
    /// Whether it waits, runs or has ended, and how.
    pub state: JobState,
}

/// Where a job stands.
#[derive(Clone, Debug, PartialEq)]
pub enum JobState {
    /// Others are before it.
    Queued,
    /// It is under way.
    Running,
    /// It has ended.
    Ended(JobOutcome),
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq)]
pub struct JobOutcome {
    /// When.
    pub at: Timestamp,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// The revision of the catalog afterwards.
    pub revision: Revision,
    /// Why it ended early, in one sentence, if it did.
    pub error: Option<Box<str>>,
    /// Whether something could be read of all that it was to read.
    pub is_fine: bool,
    /// What it amounted to; `None` where it ended early.
    pub summary: Option<Arc<JobSummary>>,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JobProgress {
    /// Repositories to be visited, as far as that is known yet.
    pub repositories: usize,
    /// Of those, the ones that were read.
    pub read: usize,
    /// Of those, the ones that are as they were.
    pub unchanged: usize,
    /// Of those, the ones that could not be read.
    pub unreadable: usize,
    /// Manifests of the repositories that were read.
    pub manifests: usize,
}

/// Counts the events of a crawl, from many threads.
#[derive(Debug, Default)]
pub(super) struct Counters {
    repositories: AtomicUsize,
    read: AtomicUsize,
    unchanged: AtomicUsize,
    unreadable: AtomicUsize,
    manifests: AtomicUsize,
}

impl Counters {
    pub(super) fn count(&self, event: &CrawlEvent<'_>) {
        let add = |counter: &AtomicUsize, count: usize| {
            counter.fetch_add(count, Ordering::Relaxed);
        };
        match event {
            CrawlEvent::Started { repositories } => add(&self.repositories, *repositories),
            CrawlEvent::Fetching { .. } => {}
            CrawlEvent::Done { outcome, .. } => match outcome {
                VisitOutcome::Read { manifests, .. } => {
                    add(&self.read, 1);
                    add(&self.manifests, *manifests);
                }
                VisitOutcome::Unchanged => add(&self.unchanged, 1),
                VisitOutcome::Unreadable { .. } => add(&self.unreadable, 1),
            },
        }
    }

    pub(super) fn progress(&self) -> JobProgress {
        let of = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        JobProgress {
            repositories: of(&self.repositories),
            read: of(&self.read),
            unchanged: of(&self.unchanged),
            unreadable: of(&self.unreadable),
            manifests: of(&self.manifests),
        }
    }
}

/// A job that runs.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) job: Waiting,
    pub(super) started_at: Timestamp,
    pub(super) counters: Arc<Counters>,
}

/// All jobs that are known.
#[derive(Debug, Default)]
pub(super) struct Board {
    pub(super) queue: Queue,
    running: [Option<Running>; 2],
    ended: VecDeque<JobView>,
}

impl Board {
    /// Begins the next job of a lane, if one waits.
    pub(super) fn begin(&mut self, lane: Lane, now: Timestamp) -> Option<(Waiting, Arc<Counters>)> {
        let job = self.queue.take(lane)?;
        let counters = Arc::<Counters>::default();
        self.running[lane as usize] =
            Some(Running { job: job.clone(), started_at: now, counters: Arc::clone(&counters) });
        Some((job, counters))
    }

    /// Notes how the job of a lane ended.
    pub(super) fn end(&mut self, lane: Lane, outcome: JobOutcome) {
        let Some(running) = self.running[lane as usize].take() else { return };
        self.ended.push_front(JobView { state: JobState::Ended(outcome), ..of_running(&running) });
        self.ended.truncate(ENDED_MAX);
    }

    /// Whether the job of a lane runs.
    pub(super) fn is_running(&self, lane: Lane) -> bool {
        self.running[lane as usize].is_some()
    }

    /// A job by its number, if it is still remembered.
    pub(super) fn job(&self, id: JobId) -> Option<JobView> {
        self.jobs().find(|job| job.id == id)
    }

    /// The jobs that wait, that run, and that have ended, the last ones first.
    pub(super) fn jobs(&self) -> impl Iterator<Item = JobView> {
        let waiting = self.queue.waiting().map(of_waiting);
        let running = self.running.iter().flatten().map(of_running);
        waiting.chain(running).chain(self.ended.iter().cloned())
    }
}

fn of_waiting(job: &Waiting) -> JobView {
    JobView {
        id: job.id,
        targets: job.targets.iter().cloned().collect(),
        reason: job.reason.clone(),
        asked: job.asked,
        asked_at: job.asked_at,
        started_at: None,
        progress: JobProgress::default(),
        state: JobState::Queued,
    }
}

fn of_running(running: &Running) -> JobView {
    JobView {
        started_at: Some(running.started_at),
        progress: running.counters.progress(),
        state: JobState::Running,
        ..of_waiting(&running.job)
    }
}
