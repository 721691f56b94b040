//! What the server reads by itself: its jobs and its schedules.

use async_graphql::{Enum, ID, SimpleObject};

use crate::{
    clock::rfc3339,
    crawling::{Crawler, JobProgress, JobState, JobSummary, JobView, Reason, ScheduleView},
    graphql::{moment::passing_now, types::diagnostic::DiagnosticObject},
};
use catalog_core::model::{Severity, Timestamp};

/// What the server reads by itself, what of it is under way, and what is due.
#[derive(Clone, SimpleObject)]
#[graphql(name = "Crawls")]
pub(crate) struct CrawlsObject {
    /// Jobs that wait, in the order in which they were asked for.
    queued: Vec<CrawlJobObject>,
    /// Jobs that are under way: one at a time of single repositories, one of everything else.
    running: Vec<CrawlJobObject>,
    /// Jobs that have ended since the server began, the last one first; up to a hundred.
    ended: Vec<CrawlJobObject>,
    /// What is read again and again, as `[[server.schedule]]` has it.
    schedules: Vec<CrawlScheduleObject>,
}

/// A job of the server: something that it reads, was asked to read or has read.
#[derive(Clone, SimpleObject)]
#[graphql(name = "CrawlJob")]
pub(crate) struct CrawlJobObject {
    /// Its number, as long as the server runs.
    id: ID,
    /// Whether it waits, runs or has ended, and how.
    state: CrawlJobState,
    /// What it reads: names of repositories and sources, words of the settings, or `everything`.
    targets: Vec<String>,
    /// Why it was asked for first.
    reason: CrawlReason,
    /// Who asked for it, where somebody did.
    asked_by: Option<String>,
    /// How often it was asked for before it began: what waits is read once.
    asked: u64,
    /// When it was asked for first, as an RFC 3339 timestamp in UTC.
    asked_at: String,
    /// When it began, as an RFC 3339 timestamp in UTC; null while it waits.
    started_at: Option<String>,
    /// When it ended, as an RFC 3339 timestamp in UTC; null before.
    ended_at: Option<String>,
    /// How long it took, in seconds; null before it has ended.
    seconds: Option<f64>,
    /// How far it is, or was when it ended.
    progress: CrawlProgressObject,
    /// What it amounted to; null before it has ended, and where it ended early.
    summary: Option<CrawlSummaryObject>,
    /// The revision of the catalog after it; null before it has ended.
    revision: Option<u64>,
    /// Why it ended early, in one sentence; null where it did not. That single repositories could not be read
    /// is no such reason: `unreadable` counts them, and each says so itself.
    error: Option<String>,
}

/// How far a job is.
#[derive(Clone, Copy, SimpleObject)]
#[graphql(name = "CrawlProgress")]
pub(crate) struct CrawlProgressObject {
    /// Repositories that it visits; 0 until its sources have said which.
    repositories: usize,
    /// Of those, the ones that were read.
    read: usize,
    /// Of those, the ones that are as they were.
    unchanged: usize,
    /// Of those, the ones that could not be read; what they said before is kept.
    unreadable: usize,
    /// Manifests of the repositories that were read.
    manifests: usize,
}

/// What a job amounted to.
#[derive(Clone, SimpleObject)]
#[graphql(name = "CrawlSummary")]
pub(crate) struct CrawlSummaryObject {
    /// Repositories that were read.
    read: usize,
    /// Repositories that are as they were.
    unchanged: usize,
    /// Repositories and sources that could not be read; what was known of them is kept.
    unreadable: usize,
    /// Sources whose list of repositories could be read whole.
    sources_read: usize,
    /// Manifests of the repositories that were read.
    manifests: usize,
    /// Of those, the ones that were new or changed.
    manifests_read: usize,
    /// Remarks that something could not be read or is broken.
    errors: usize,
    /// Remarks that something is doubtful.
    warnings: usize,
    /// Remarks that are worth knowing.
    notes: usize,
    /// The first remarks of each severity, up to ten of each, in the order in which they came. One that is about
    /// no repository of the catalog, as a word of the settings that cannot be understood, has an empty
    /// `repository`.
    diagnostics: Vec<DiagnosticObject>,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum CrawlJobState {
    /// It waits for others.
    Queued,
    /// It is under way.
    Running,
    /// It has ended, and could read something of what it was to read.
    Done,
    /// It ended early, or could read nothing.
    Failed,
}

/// Why something is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum CrawlReason {
    /// It was due.
    Schedule,
    /// A host said that it changed.
    Webhook,
    /// Somebody asked for it.
    Asked,
    /// It was read by two jobs at once, of which the longer one may have seen the older state.
    Overtaken,
}

/// Something that is read again and again.
#[derive(Clone, SimpleObject)]
#[graphql(name = "CrawlSchedule")]
pub(crate) struct CrawlScheduleObject {
    /// What it reads: names of sources, words of the settings, or `everything`.
    targets: Vec<String>,
    /// How often, in seconds.
    every_seconds: u64,
    /// By how many seconds a run may be later, so that not all come at once.
    jitter_seconds: u64,
    /// When it is next due, as an RFC 3339 timestamp in UTC; null while it waits or runs.
    next_at: Option<String>,
    /// How often in a row it failed; it is tried again sooner then, and ever later.
    failures: u32,
    /// When its last run ended, as an RFC 3339 timestamp in UTC; null before the first.
    last_ended_at: Option<String>,
    /// Its last run, if it is still remembered.
    last_job: Option<CrawlJobObject>,
}

impl CrawlsObject {
    pub(crate) fn of(crawler: &Crawler) -> Self {
        let (mut queued, mut running, mut ended) = (Vec::new(), Vec::new(), Vec::new());
        for job in crawler.jobs() {
            match job.state {
                JobState::Queued => queued.push(job.into()),
                JobState::Running => running.push(job.into()),
                JobState::Ended(_) => ended.push(job.into()),
            }
        }
        let schedules = crawler.schedules();
        let schedules = schedules.iter().map(|of| CrawlScheduleObject::new(crawler, of)).collect();
        Self { queued, running, ended, schedules }
    }
}

impl CrawlScheduleObject {
    fn new(crawler: &Crawler, view: &ScheduleView) -> Self {
        let next_at = view.next_in.map(|next| {
            let seconds = i64::try_from(next.as_secs()).unwrap_or(i64::MAX);
            rfc3339(Timestamp(passing_now().0.saturating_add(seconds)))
        });
        Self {
            targets: view.schedule.targets.iter().map(ToString::to_string).collect(),
            every_seconds: view.schedule.every.as_secs(),
            jitter_seconds: view.schedule.jitter.as_secs(),
            next_at,
            failures: view.failures,
            last_ended_at: view.last.map(|(_, at)| rfc3339(at)),
            last_job: view.last.and_then(|(id, _)| crawler.job(id)).map(Into::into),
        }
    }
}

impl From<JobView> for CrawlJobObject {
    fn from(job: JobView) -> Self {
        let outcome = match job.state {
            JobState::Ended(ref outcome) => Some(outcome.clone()),
            JobState::Queued | JobState::Running => None,
        };
        let state = match (&job.state, &outcome) {
            (JobState::Queued, _) => CrawlJobState::Queued,
            (_, Some(outcome)) if outcome.is_fine && outcome.error.is_none() => CrawlJobState::Done,
            (_, Some(_)) => CrawlJobState::Failed,
            _ => CrawlJobState::Running,
        };
        let (reason, asked_by) = match job.reason {
            Reason::Schedule(_) => (CrawlReason::Schedule, None),
            Reason::Webhook => (CrawlReason::Webhook, None),
            Reason::Asked { by } => (CrawlReason::Asked, Some(by.into())),
            Reason::Overtaken => (CrawlReason::Overtaken, None),
        };
        Self {
            id: job.id.to_string().into(),
            state,
            targets: job.targets.iter().map(ToString::to_string).collect(),
            reason,
            asked_by,
            asked: job.asked,
            asked_at: rfc3339(job.asked_at),
            started_at: job.started_at.map(rfc3339),
            ended_at: outcome.as_ref().map(|outcome| rfc3339(outcome.at)),
            seconds: outcome.as_ref().map(|outcome| outcome.seconds),
            progress: job.progress.into(),
            summary: outcome.as_ref().and_then(|outcome| outcome.summary.as_deref().map(Into::into)),
            revision: outcome.as_ref().map(|outcome| outcome.revision.0),
            error: outcome.and_then(|outcome| outcome.error).map(Into::into),
        }
    }
}

impl From<JobProgress> for CrawlProgressObject {
    fn from(progress: JobProgress) -> Self {
        let JobProgress { repositories, read, unchanged, unreadable, manifests } = progress;
        Self { repositories, read, unchanged, unreadable, manifests }
    }
}

impl From<&JobSummary> for CrawlSummaryObject {
    fn from(summary: &JobSummary) -> Self {
        let (crawl, noticed) = (&summary.crawled.crawl, &summary.noticed);
        let of = |severity: Severity| noticed.counts[severity as usize];
        Self {
            read: crawl.repositories_read,
            unchanged: crawl.repositories_unchanged,
            unreadable: crawl.repositories_failed,
            sources_read: summary.crawled.sources_read,
            manifests: crawl.manifests,
            manifests_read: crawl.manifests_read,
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            notes: of(Severity::Note),
            diagnostics: noticed.first.iter().map(|(id, of)| DiagnosticObject::of(id, of)).collect(),
        }
    }
}
