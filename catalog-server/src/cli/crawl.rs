//! `catalog crawl`: read repositories into the store.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use catalog_core::{
    catalog::store_summary,
    model::{
        CatalogChange, Diagnostic, RepositoryDeclarations, RepositoryHead, RepositoryId, Severity, Visit,
    },
    store::{Store, StoreError},
};
use catalog_ingest::{
    crawl::{CrawlOptions, Known, crawl},
    plan::Planner,
    progress::{CrawlEvent, CrawlReport},
};

use super::{
    CommandError, ExitStatus, context::Context, diagnostics::SeverityArgument, progress::CrawlProgress,
};
use crate::{
    clock::{Stopwatch, now},
    report::{CrawlSummaryReport, show_diagnostics},
};

/// What to read.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Arguments {
    /// Repositories: working or bare ones, plain directories, folders that hold many of them, or URLs
    #[arg(value_name = "REPOSITORY")]
    repositories: Vec<String>,
    /// A file with one repository a line, optionally followed by its id; `#` begins a comment
    #[arg(long = "repositories", value_name = "FILE")]
    list: Vec<PathBuf>,
    /// The id under which to keep the repository, in place of `host/owner/name`; for one repository
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// End with exit code 1 where the catalog has a diagnostic of this severity or worse afterwards
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<SeverityArgument>,
    /// Where repositories that are fetched are kept [default: a folder beside the store]
    #[arg(long, value_name = "FOLDER", env = "CATALOG_CACHE")]
    cache: Option<PathBuf>,
    /// Show notes among the diagnostics, too
    #[arg(long)]
    notes: bool,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let planner = plan(context, arguments)?;
    let cache = arguments.cache.clone().unwrap_or_else(|| context.cache_folder());
    let store = context.store();
    let (report, seen) = crawl_into(context, &store, planner, cache)?;
    let least = if arguments.notes { Severity::Note } else { Severity::Warning };
    show_diagnostics(&seen, least, &mut anstream::stderr())?;
    let counts = match store_summary(&store) {
        // Nothing was named that could be visited, as was just said.
        Err(StoreError::NotFound) if !seen.is_empty() => return Ok(ExitStatus::Undecided),
        counts => counts.map_err(|error| context.store_error(&error))?,
    };
    let summary = CrawlSummaryReport::new(&report.crawl, &seen, &counts, report.seconds);
    context.write(&summary, None)?;
    let fails = arguments.fail_on.map(Severity::from);
    let has_failed = fails.is_some_and(|severity| {
        // Of the whole catalog: what nobody mended fails again although nothing changed, and what
        // several repositories say together is nothing that one of them could be seen to say.
        let standing = counts.diagnostics[severity as usize..].iter().any(|count| *count > 0);
        standing || seen.iter().any(|(_, of)| of.severity >= severity)
    });
    let nothing_read = report.crawl.repositories_read + report.crawl.repositories_unchanged == 0;
    Ok(if nothing_read {
        ExitStatus::Undecided
    } else if has_failed || report.crawl.repositories_failed > 0 {
        ExitStatus::Findings
    } else {
        ExitStatus::Fine
    })
}

fn plan(context: &Context, arguments: &Arguments) -> Result<Planner, CommandError> {
    let here = working_folder()?;
    let mut planner = Planner::new(&here);
    if let Some(id) = &arguments.id {
        let [only] = arguments.repositories.as_slice() else {
            return Err(CommandError::usage("`--id` names one repository, so name exactly one"));
        };
        let id = RepositoryId::new(id).ok_or_else(|| {
            CommandError::usage(format!("`{id}` is no id")).hint("write it as in `acme/shop`")
        })?;
        planner.word_with_id(only, &id);
        return Ok(planner);
    }
    let is_bare_call = arguments.repositories.is_empty() && arguments.list.is_empty();
    let words = if is_bare_call { &context.settings.crawl.repositories } else { &arguments.repositories };
    if words.is_empty() && arguments.list.is_empty() {
        return Err(CommandError::usage("nothing to crawl")
            .hint("name a repository or a folder of them, as in `catalog crawl .`")
            .hint("or list them as `[crawl] repositories = […]` in `catalog.toml`"));
    }
    words.iter().for_each(|word| planner.word(word));
    for list in &arguments.list {
        let text = std::fs::read_to_string(list).map_err(|error| {
            CommandError::undecided(format!("the list `{}` could not be read: {error}", list.display()))
        })?;
        planner.list(&text, &here.join(list.parent().unwrap_or(Path::new(""))));
    }
    Ok(planner)
}

/// What a crawl amounted to.
pub(super) struct Crawled {
    pub(super) crawl: CrawlReport,
    /// How long it took, in seconds.
    pub(super) seconds: f64,
}

/// The diagnostics that a crawl brought, with the repositories that they are about.
pub(super) type Seen = Vec<(String, Diagnostic)>;

/// Crawls a plan into a store, with progress on standard error.
pub(super) fn crawl_into(
    context: &Context,
    store: &Store,
    mut planner: Planner,
    cache: PathBuf,
) -> Result<(Crawled, Seen), CommandError> {
    let started = Stopwatch::start();
    let known = StoreKnown::read(store).map_err(|error| context.store_error(&error))?;
    known.sorted_heads().into_iter().for_each(|head| planner.miss(&head.id, &head.address));
    let plan = planner.finish();
    if plan.repositories.is_empty() && plan.diagnostics.is_empty() {
        return Err(CommandError::undecided("there is nothing to read: no repository is named")
            .hint("name folders, repositories or URLs, one a line of a list"));
    }
    let mut seen: Seen = plan.diagnostics.into_iter().map(|of| (String::new(), of)).collect();
    let refused = seen.len();
    let options = CrawlOptions { limits: context.settings.crawl_limits(), cache, now: now() };
    let progress = CrawlProgress::new();
    let events = |event: CrawlEvent<'_>| progress.show(&event);
    let mut commit = |change: CatalogChange| {
        known.check()?;
        for visit in &change.visits {
            note_diagnostics(visit, &mut seen);
        }
        store.apply(&change, options.now).map(|_revision| ())
    };
    let crawled = crawl(&plan.repositories, &known, &options, &events, &mut commit);
    progress.finish();
    let mut crawled = crawled.map_err(|error| context.store_error(&error))?;
    crawled.repositories_failed += refused;
    Ok((Crawled { crawl: crawled, seconds: started.seconds() }, seen))
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

/// What the store knew before the crawl.
struct StoreKnown<'a> {
    store: &'a Store,
    heads: HashMap<RepositoryId, RepositoryHead>,
    /// Why something could not be read: what the crawl made without it must not be committed.
    failure: Mutex<Option<StoreError>>,
}

impl<'a> StoreKnown<'a> {
    fn read(store: &'a Store) -> Result<Self, StoreError> {
        let heads = match store.read(catalog_core::store::StoreReader::heads) {
            Ok(heads) => heads,
            // The first crawl makes the store.
            Err(StoreError::NotFound) => Vec::new(),
            Err(error) => return Err(error),
        };
        let heads = heads.into_iter().map(|head| (head.id.clone(), head)).collect();
        Ok(Self { store, heads, failure: Mutex::new(None) })
    }

    /// Fails where something that was asked for could not be read.
    fn check(&self) -> Result<(), StoreError> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take().map_or(Ok(()), Err)
    }

    fn sorted_heads(&self) -> Vec<&RepositoryHead> {
        let mut heads: Vec<_> = self.heads.values().collect();
        heads.sort_unstable_by(|left, right| left.id.cmp(&right.id));
        heads
    }
}

impl Known for StoreKnown<'_> {
    fn head(&self, id: &RepositoryId) -> Option<RepositoryHead> {
        self.heads.get(id).cloned()
    }

    fn declarations(&self, id: &RepositoryId) -> Option<RepositoryDeclarations> {
        match self.store.read(|reader| reader.declarations(id)) {
            Ok(declarations) => declarations,
            Err(error) => {
                self.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                None
            }
        }
    }
}

/// The plan of one folder that is full of repositories, as the example organisation's is.
pub(super) fn plan_of(folder: &Path) -> Result<Planner, CommandError> {
    let mut planner = Planner::new(&working_folder()?);
    planner.word(&folder.to_string_lossy());
    Ok(planner)
}

fn working_folder() -> Result<PathBuf, CommandError> {
    std::env::current_dir()
        .map_err(|error| CommandError::undecided(format!("the working folder cannot be told: {error}")))
}
