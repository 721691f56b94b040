//! A crawl from its plan to the store: what `crawl` and `demo` have in common.

use std::{collections::HashSet, path::PathBuf};

use catalog_core::{
    model::{CatalogChange, Diagnostic, RepositoryId, Visit},
    store::{Store, StoreError},
};
use catalog_ingest::{
    crawl::{CrawlOptions, Isolation, crawl},
    host::{HostOptions, SourceReading, read_source},
    plan::{PlannedRepository, Planner},
    progress::{CrawlEvent, CrawlReport},
};

use super::{
    CommandError,
    context::Context,
    logins::login_sources,
    progress::CrawlProgress,
    sources::{ConfiguredSource, SystemClock},
    store_known::StoreKnown,
    visit_child,
};
use crate::{
    clock::{Stopwatch, now},
    settings::{IsolationSetting, ScanSetting},
};

/// What a crawl amounted to.
pub(super) struct Crawled {
    pub(super) crawl: CrawlReport,
    /// Sources whose list of repositories could be read whole.
    pub(super) sources_read: usize,
    /// How long it took, in seconds.
    pub(super) seconds: f64,
}

/// The diagnostics that a crawl brought, with the repositories that they are about.
pub(super) type Seen = Vec<(String, Diagnostic)>;

/// What is to be crawled, and how.
pub(super) struct CrawlJob {
    /// Repositories that are named.
    pub(super) planner: Planner,
    /// Hosts that name more of them.
    pub(super) sources: Vec<ConfiguredSource>,
    /// Where repositories that are fetched are kept.
    pub(super) cache: PathBuf,
    /// How manifests are found.
    pub(super) scan: ScanSetting,
}

/// Crawls into a store, with progress on standard error.
pub(super) fn crawl_into(
    context: &Context,
    store: &Store,
    job: CrawlJob,
) -> Result<(Crawled, Seen), CommandError> {
    crawl_with(context, store, job, &mut |known, change| {
        known.check()?;
        store.apply(&change, known.now()).map(|_revision| ())
    })
}

/// Crawls and hands on what that brings, with progress on standard error.
pub(super) fn crawl_with(
    context: &Context,
    store: &Store,
    job: CrawlJob,
    take: &mut dyn FnMut(&StoreKnown<'_>, CatalogChange) -> Result<(), StoreError>,
) -> Result<(Crawled, Seen), CommandError> {
    let CrawlJob { mut planner, sources, cache, scan } = job;
    let started = Stopwatch::start();
    let options = crawl_options(context, cache, scan)?;
    let known = StoreKnown::read(store, options.now).map_err(|error| context.store_error(&error))?;
    known.sorted_heads().into_iter().for_each(|head| planner.miss(&head.id, &head.address));
    let readings = read_sources(&sources, &known, &options);
    readings.iter().flat_map(|reading| &reading.repositories).for_each(|url| planner.listed(url.clone()));
    let plan = planner.finish();
    if plan.repositories.is_empty() && plan.diagnostics.is_empty() && sources.is_empty() {
        return Err(CommandError::undecided("there is nothing to read: no repository is named")
            .hint("name folders, repositories or URLs, one a line of a list"));
    }
    let mut seen: Seen = plan.diagnostics.into_iter().map(|of| (String::new(), of)).collect();
    let refused = seen.len();
    let sources_read = readings.iter().filter(|reading| reading.is_whole).count();
    let sources_failed = readings.len() - sources_read;
    let of_sources = CatalogChange { visits: visits_of(readings, &plan.repositories) };
    let progress = CrawlProgress::new();
    let events = |event: CrawlEvent<'_>| progress.show(&event);
    let mut sink = |change: CatalogChange| {
        for visit in &change.visits {
            note_diagnostics(visit, &mut seen);
        }
        take(&known, change)
    };
    let of_sources = if of_sources.visits.is_empty() { Ok(()) } else { sink(of_sources) };
    let crawled = of_sources.and_then(|()| crawl(&plan.repositories, &known, &options, &events, &mut sink));
    progress.finish();
    let mut crawled = crawled.map_err(|error| context.store_error(&error))?;
    crawled.repositories_failed += refused + sources_failed;
    Ok((Crawled { crawl: crawled, sources_read, seconds: started.seconds() }, seen))
}

/// Asks every source, all at once, so that a slow host holds nobody up.
fn read_sources(
    sources: &[ConfiguredSource],
    known: &StoreKnown<'_>,
    options: &CrawlOptions,
) -> Vec<SourceReading> {
    let read = |of: &ConfiguredSource| {
        let options = HostOptions { limits: &options.limits.host, clock: &SystemClock, now: options.now };
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

/// How the settings want a crawl to be done.
fn crawl_options(context: &Context, cache: PathBuf, scan: ScanSetting) -> Result<CrawlOptions, CommandError> {
    let settings = &context.settings;
    let mut options = reading_options(context, cache)?;
    options.limits.scan = scan.into();
    Ok(CrawlOptions {
        logins: login_sources(settings, &|name| std::env::var(name).ok()),
        authorities: settings.fetch.ca_file.clone(),
        ..options
    })
}

/// How the settings want repositories of this machine to be read.
pub(super) fn reading_options(context: &Context, cache: PathBuf) -> Result<CrawlOptions, CommandError> {
    let settings = &context.settings;
    let isolation = match settings.crawl.isolation {
        IsolationSetting::Process => visit_child::isolation()?,
        IsolationSetting::None => Isolation::InProcess,
    };
    Ok(CrawlOptions { limits: settings.crawl_limits(), isolation, ..CrawlOptions::new(cache, now()) })
}

fn note_diagnostics(visit: &Visit, seen: &mut Seen) {
    let id = visit.repository().to_string();
    match visit {
        Visit::Read(declarations) => {
            let of_manifests = declarations.manifests.iter().flat_map(|manifest| &manifest.diagnostics);
            seen.extend(of_manifests.chain(&declarations.diagnostics).map(|of| (id.clone(), of.clone())));
        }
        Visit::Unreadable { diagnostic, .. } => seen.push((id, diagnostic.clone())),
        Visit::Unchanged { .. } => {}
    }
}
