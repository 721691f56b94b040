//! `catalog crawl`: read repositories into the store.

use std::path::{Path, PathBuf};

use catalog_core::{
    catalog::store_summary,
    model::{RepositoryId, Severity},
    store::{Store, StoreError},
};
use catalog_ingest::{crawl::Known, plan::Planner};

use super::{
    CommandError, ExitStatus,
    context::Context,
    crawl_job::{CrawlJob, crawl_into, crawl_with},
    crawl_remote,
    diagnostics::SeverityArgument,
    scan::ScanArgument,
    sources,
};
use crate::{
    crawling::ConfiguredSource,
    report::{CrawlPreviewReport, CrawlSummaryReport, RepositoryPreview, show_diagnostics},
    settings::ScanSetting,
};

/// What to read.
#[derive(Debug, Default, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// Repositories: working or bare ones, plain directories, folders that hold many of them, or URLs;
    /// where nothing is named, everything that `catalog.toml` names is read
    #[arg(value_name = "REPOSITORY")]
    pub(super) repositories: Vec<String>,
    /// A file with one repository a line, optionally followed by its id; `#` begins a comment
    #[arg(long = "repositories", value_name = "FILE")]
    pub(super) list: Vec<PathBuf>,
    /// A `[[source]]` of `catalog.toml` by its organisation, as in `acme` or `github.com/acme`; `all` for
    /// each
    #[arg(long = "source", value_name = "NAME")]
    pub(super) sources: Vec<String>,
    /// The id under which to keep the repository, in place of `host/owner/name`; for one repository
    #[arg(long, value_name = "ID")]
    pub(super) id: Option<String>,
    /// Find manifests by the names of files, or also by what is in YAML files
    #[arg(long, value_enum, value_name = "MODE")]
    pub(super) scan: Option<ScanArgument>,
    /// End with exit code 1 where the catalog has a diagnostic of this severity or worse afterwards
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<SeverityArgument>,
    /// Where repositories that are fetched are kept [default: a folder beside the store]
    #[arg(long, value_name = "FOLDER", env = "CATALOG_CACHE")]
    cache: Option<PathBuf>,
    /// Whether that folder is named by the option itself, not only by the environment.
    #[arg(skip)]
    pub(super) cache_is_named: bool,
    /// Show notes among the diagnostics, too
    #[arg(long)]
    notes: bool,
    /// Say what would change, and write nothing into the store; what is on other machines is still
    /// fetched into the cache
    #[arg(long, conflicts_with = "fail_on")]
    pub(super) dry_run: bool,
}

const AFTER_HELP: &str = "\
With `--server URL` the server reads into its own store: repositories of the catalog, named as in
`github.com/acme/shop` or by their URLs, sources of its settings, or everything that these name.
It wants a token with the scopes `crawl` and `read`. Ctrl-C ends the waiting, not the crawl.

  catalog crawl .                                     every repository below this folder
  catalog crawl --source acme                         an organisation of `catalog.toml`
  catalog crawl github.com/acme/shop --server URL     have a server read a repository again";

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    if let Some(server) = &context.server {
        return crawl_remote::run(context, server, arguments);
    }
    let store = context.store()?;
    let planner = plan(context, arguments)?;
    let sources = sources_of(context, arguments)?;
    let cache = arguments.cache.clone().unwrap_or_else(|| context.cache_folder());
    let least = arguments.least_shown();
    let scan = arguments.scan.map_or(context.settings.crawl.scan, ScanSetting::from);
    let job = CrawlJob { planner, sources, cache, scan };
    if arguments.dry_run {
        return preview(context, &store, job, least);
    }
    let (report, seen) = crawl_into(context, &store, job)?;
    show_diagnostics(&seen, least, &mut anstream::stderr())?;
    let counts = match store_summary(&store, &context.identity) {
        // Nothing was named that could be visited, as was just said.
        Err(StoreError::NotFound) if !seen.is_empty() => return Ok(ExitStatus::Undecided),
        counts => counts.map_err(|error| context.store_error(&error))?,
    };
    let summary = CrawlSummaryReport::new(&report.crawl, &seen, &counts, report.seconds);
    context.write(&summary, None)?;
    Ok(arguments.status(&summary, report.sources_read))
}

/// Visits everything, and tells what would come of it.
fn preview(
    context: &Context,
    store: &Store,
    job: CrawlJob,
    least: Severity,
) -> Result<ExitStatus, CommandError> {
    let mut repositories = Vec::new();
    let (report, seen) = crawl_with(context, store, job, &mut |known, change| {
        for visit in &change.visits {
            let id = visit.repository();
            let before = known.head(id).and_then(|_| known.declarations(id));
            repositories.push(RepositoryPreview::new(visit, before.as_ref()));
        }
        known.check()
    })?;
    show_diagnostics(&seen, least, &mut anstream::stderr())?;
    context.write(&CrawlPreviewReport::new(repositories), None)?;
    let crawl = &report.crawl;
    Ok(if crawl.repositories_read + crawl.repositories_unchanged == 0 {
        ExitStatus::Undecided
    } else if crawl.repositories_failed > 0 {
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
    let is_bare_call = arguments.is_bare();
    let words = if is_bare_call { &context.settings.crawl.repositories } else { &arguments.repositories };
    if is_bare_call && words.is_empty() && context.settings.source.is_empty() {
        return Err(CommandError::usage("nothing to crawl")
            .hint("name a repository or a folder of them, as in `catalog crawl .`")
            .hint("or list them as `[crawl] repositories = […]` in `catalog.toml`")
            .hint("or name an organisation there, as in `[[source]]` and `github = \"acme\"`"));
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

impl Arguments {
    /// Whether nothing is named, so that what the settings name is meant.
    fn is_bare(&self) -> bool {
        self.repositories.is_empty() && self.list.is_empty() && self.sources.is_empty()
    }

    /// The least severity of diagnostics that are shown.
    pub(super) fn least_shown(&self) -> Severity {
        if self.notes { Severity::Note } else { Severity::Warning }
    }

    /// How a crawl ends that amounted to this.
    pub(super) fn status(&self, summary: &CrawlSummaryReport, sources_read: usize) -> ExitStatus {
        let has_failed = self.fail_on.map(Severity::from).is_some_and(|severity| {
            // Of the whole catalog: what nobody mended fails again although nothing changed, and what
            // several repositories say together is nothing that one of them could be seen to say.
            summary.catalog.diagnostics.at_least(severity) > 0 || summary.diagnostics.at_least(severity) > 0
        });
        let nothing_read =
            summary.repositories_read + summary.repositories_unchanged == 0 && sources_read == 0;
        if nothing_read {
            ExitStatus::Undecided
        } else if has_failed || summary.repositories_failed > 0 {
            ExitStatus::Findings
        } else {
            ExitStatus::Fine
        }
    }
}

fn sources_of(context: &Context, arguments: &Arguments) -> Result<Vec<ConfiguredSource>, CommandError> {
    if arguments.id.is_some() && !arguments.sources.is_empty() {
        return Err(CommandError::usage("`--id` names one repository, so name no `--source`"));
    }
    if arguments.is_bare() {
        sources::configured(&context.settings)
    } else {
        sources::chosen(&context.settings, &arguments.sources)
    }
}

/// The plan of one folder that is full of repositories, as the example organisation's is.
pub(super) fn plan_of(folder: &Path) -> Result<Planner, CommandError> {
    let mut planner = Planner::new(&working_folder()?);
    planner.word(&folder.to_string_lossy());
    Ok(planner)
}

/// The folder that one stands in.
pub(super) fn working_folder() -> Result<PathBuf, CommandError> {
    std::env::current_dir()
        .map_err(|error| CommandError::undecided(format!("the working folder cannot be told: {error}")))
}
