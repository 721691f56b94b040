//! A crawl as commands do it: by the settings, with progress on standard error.

use std::{path::PathBuf, time::Duration};

use catalog_core::{
    model::{CatalogChange, Diagnostic},
    store::{Store, StoreError},
};
use catalog_ingest::{
    crawl::{CrawlOptions, Isolation},
    plan::Planner,
    progress::CrawlEvent,
};

use super::{
    CommandError,
    context::{Context, say},
    logins::login_sources,
    progress::CrawlProgress,
    visit_child,
};
use crate::{
    clock::now,
    crawling::{ConfiguredSource, CrawlError, CrawlWork, Crawled, StoreKnown, Wanted, Watching, run_job},
    settings::{IsolationSetting, ScanSetting},
};

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
    let CrawlJob { planner, sources, cache, scan } = job;
    let work = CrawlWork {
        wanted: Wanted::Named { planner, sources },
        options: crawl_options(context, cache, scan)?,
    };
    let progress = CrawlProgress::new();
    let mut seen = Seen::new();
    let watching = Watching {
        events: &|event: CrawlEvent<'_>| progress.show(&event),
        on_pause: &say_pause,
        on_diagnostic: &mut |repository, of| seen.push((repository.to_owned(), of.clone())),
    };
    let crawled = run_job(store, work, watching, &mut |known, change| Ok(take(known, change)?));
    progress.finish();
    match crawled {
        Ok(crawled) => Ok((crawled, seen)),
        Err(CrawlError::Store(error)) => Err(context.store_error(&error)),
        Err(error @ (CrawlError::Nothing | CrawlError::Stopped)) => {
            Err(CommandError::undecided(error.to_string())
                .hint("name folders, repositories or URLs, one a line of a list"))
        }
    }
}

/// Tells a person that a host wants to be left alone for a while.
pub(super) fn say_pause(id: &str, time: Duration) {
    say(&format!("waiting {} s before `{id}` is asked again, as its host wants", time.as_secs()));
}

/// How the settings want a crawl to be done.
pub(super) fn crawl_options(
    context: &Context,
    cache: PathBuf,
    scan: ScanSetting,
) -> Result<CrawlOptions, CommandError> {
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
