//! A crawl from its plan to the store: what the commands `crawl` and `demo` and the server have in common.

use std::collections::HashSet;

use catalog_core::{
    model::{CatalogChange, Diagnostic, RepositoryId, Visit},
    store::{Store, StoreError},
};
use catalog_ingest::{
    crawl::{CrawlOptions, crawl},
    host::{HostOptions, SourceReading, read_source},
    plan::{PlannedRepository, Planner},
    progress::{CrawlEvent, CrawlReport},
};

use super::{
    known::StoreKnown,
    sources::{ConfiguredSource, OnPause, SystemClock},
};
use crate::clock::Stopwatch;

/// What a crawl amounted to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crawled {
    /// The repositories.
    pub crawl: CrawlReport,
    /// Sources whose list of repositories could be read whole.
    pub sources_read: usize,
    /// How long it took, in seconds.
    pub seconds: f64,
}

/// What is to be crawled, and how.
pub struct CrawlWork {
    /// What is to be read.
    pub wanted: Wanted,
    /// How.
    pub options: CrawlOptions,
}

/// What is to be read.
pub enum Wanted {
    /// What is named, and what hosts name.
    Named {
        /// Repositories that are named.
        planner: Planner,
        /// Hosts that name more of them.
        sources: Vec<ConfiguredSource>,
    },
    /// Single repositories, whose addresses are known; nothing is looked for beside them.
    Single(Vec<PlannedRepository>),
}

/// Why a crawl ended early.
#[derive(Debug, thiserror::Error)]
pub enum CrawlError {
    /// The store could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nothing is named that could be read.
    #[error("there is nothing to read: no repository is named")]
    Nothing,
    /// It was told to end.
    #[error("the crawl was ended before it was done")]
    Stopped,
}

/// Takes what a crawl brings, a bounded number of visits at a time, with what was known before.
pub type TakeChange<'a> = dyn FnMut(&StoreKnown<'_>, CatalogChange) -> Result<(), CrawlError> + 'a;

/// Who is told of what, while a crawl runs.
pub struct Watching<'a> {
    /// Told how it goes on, from many threads at once.
    pub events: &'a (dyn Fn(CrawlEvent<'_>) + Sync),
    /// Told of long pauses.
    pub on_pause: OnPause<'a>,
    /// Told of each diagnostic with the repository that it is about; of what could not be planned, with an
    /// empty one.
    pub on_diagnostic: &'a mut dyn FnMut(&str, &Diagnostic),
}

/// Crawls, and hands on what that brings.
///
/// # Errors
///
/// Those of `take` and of the store. What cannot be read elsewhere is a diagnostic.
pub fn run_job(
    store: &Store,
    job: CrawlWork,
    watching: Watching<'_>,
    take: &mut TakeChange<'_>,
) -> Result<Crawled, CrawlError> {
    let CrawlWork { wanted, options } = job;
    let Watching { events, on_pause, on_diagnostic } = watching;
    let started = Stopwatch::start();
    let (known, repositories, readings, refused) = match wanted {
        Wanted::Single(repositories) => {
            let ids = repositories.iter().map(|planned| &planned.id);
            (StoreKnown::read_of(store, ids, options.now)?, repositories, Vec::new(), 0)
        }
        Wanted::Named { mut planner, sources } => {
            let known = StoreKnown::read(store, options.now)?;
            known.sorted_heads().into_iter().for_each(|head| planner.miss(&head.id, &head.address));
            let readings = read_sources(&sources, &known, &options, on_pause);
            let listed = readings.iter().flat_map(|reading| &reading.repositories);
            listed.for_each(|url| planner.listed(url.clone()));
            let plan = planner.finish();
            if plan.repositories.is_empty() && plan.diagnostics.is_empty() && sources.is_empty() {
                return Err(CrawlError::Nothing);
            }
            plan.diagnostics.iter().for_each(|of| on_diagnostic("", of));
            (known, plan.repositories, readings, plan.diagnostics.len())
        }
    };
    let sources_read = readings.iter().filter(|reading| reading.is_whole).count();
    let sources_failed = readings.len() - sources_read;
    let of_sources = CatalogChange { visits: visits_of(readings, &repositories) };
    let mut sink = |change: CatalogChange| {
        change.visits.iter().for_each(|visit| tell_diagnostics(visit, on_diagnostic));
        take(&known, change)
    };
    if !of_sources.visits.is_empty() {
        sink(of_sources)?;
    }
    let mut crawled = crawl(&repositories, &known, &options, events, &mut sink)?;
    crawled.repositories_failed += refused + sources_failed;
    Ok(Crawled { crawl: crawled, sources_read, seconds: started.seconds() })
}

/// Asks every source, all at once, so that a slow host holds nobody up.
fn read_sources(
    sources: &[ConfiguredSource],
    known: &StoreKnown<'_>,
    options: &CrawlOptions,
    on_pause: OnPause<'_>,
) -> Vec<SourceReading> {
    let read = |of: &ConfiguredSource| {
        let clock = SystemClock(on_pause);
        let options = HostOptions { limits: &options.limits.host, clock: &clock, now: options.now };
        read_source(&of.source, &of.access, known, &options)
    };
    std::thread::scope(|scope| {
        let asked: Vec<_> = sources.iter().map(|of| scope.spawn(move || read(of))).collect();
        asked.into_iter().map(|of| of.join().expect("reading a source does not panic")).collect()
    })
}

/// What the sources themselves say, and which repositories they do not list any more, but for those
/// that the crawl visits for another reason.
fn visits_of(readings: Vec<SourceReading>, planned: &[PlannedRepository]) -> Vec<Visit> {
    let planned: HashSet<&RepositoryId> = planned.iter().map(|of| &of.id).collect();
    let visits = readings.into_iter().flat_map(|reading| {
        let unlisted = reading.unlisted.into_iter().filter(|visit| !planned.contains(visit.repository()));
        std::iter::once(reading.visit).chain(unlisted).collect::<Vec<_>>()
    });
    visits.collect()
}

fn tell_diagnostics(visit: &Visit, tell: &mut dyn FnMut(&str, &Diagnostic)) {
    let id = visit.repository().as_str();
    match visit {
        Visit::Read(declarations) => {
            let of_manifests = declarations.manifests.iter().flat_map(|manifest| &manifest.diagnostics);
            of_manifests.chain(&declarations.diagnostics).for_each(|of| tell(id, of));
        }
        Visit::Unreadable { diagnostic, .. } => tell(id, diagnostic),
        Visit::Unchanged { .. } => {}
    }
}
