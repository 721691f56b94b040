//! `catalog crawl` on a server: asked for there, followed until it ends, and told as a crawl of this machine is.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use catalog_core::model::{Diagnostic, DiagnosticCode, Excerpt, Position, Severity};
use catalog_ingest::{plan::Planner, repository::RepositoryAddress};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    CommandError, ExitStatus,
    asked_server::{ask_error, client},
    context::Context,
    crawl::{Arguments, working_folder},
    crawl_job::Seen,
    progress::CrawlProgress,
};
use crate::{
    client::{AskError, ServerClient, ServerUrl},
    clock::Stopwatch,
    report::{CatalogCounts, CrawlSummaryReport, SCHEMA_VERSION, SeverityCounts, show_first_diagnostics},
};

/// How long is waited before the server is asked again how far the crawl is, at first and at most.
const PAUSE_FIRST: Duration = Duration::from_millis(50);
const PAUSE_MAX: Duration = Duration::from_secs(2);
/// How long a server that does not answer is asked again, in seconds: as long as it takes to start it anew.
const SILENCE_MAX: f64 = 60.0;

const ASK: &str = "mutation($repositories: [ID!], $sources: [String!]) {
    done: crawl(repositories: $repositories, sources: $sources) {
        job { id askedAt } userErrors { code message } } }";
const FOLLOW: &str = "query($id: ID!) {
    job: crawlJob(id: $id) { askedAt state error progress { repositories read unchanged unreadable } } }";
const END: &str = "query($id: ID!) {
    job: crawlJob(id: $id) { seconds summary {
        read unchanged unreadable sourcesRead manifests manifestsRead error: errors warning: warnings note: notes
        diagnostics { code severity repository path document line column message suggestion excerpt { text length } } } }
    catalog { revision counts { entities relations error: errors warning: warnings note: notes } } }";

/// How far a crawl is, as the server tells it.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct ToldProgress {
    pub(super) repositories: u64,
    read: u64,
    unchanged: u64,
    unreadable: u64,
}

impl ToldProgress {
    /// Repositories that were visited.
    pub(super) fn visited(self) -> u64 {
        self.read + self.unchanged + self.unreadable
    }
}

/// What the server tells at the end.
#[derive(Debug, Deserialize)]
struct Ended {
    job: EndedJob,
    catalog: ToldCatalog,
}

#[derive(Debug, Deserialize)]
struct EndedJob {
    seconds: f64,
    summary: ToldSummary,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ToldSummary {
    read: usize,
    unchanged: usize,
    unreadable: usize,
    sources_read: usize,
    manifests: usize,
    manifests_read: usize,
    #[serde(flatten)]
    counts: SeverityCounts,
    diagnostics: Vec<ToldDiagnostic>,
}

#[derive(Debug, Deserialize)]
struct ToldCatalog {
    revision: u64,
    counts: ToldCounts,
}

#[derive(Debug, Deserialize)]
struct ToldCounts {
    entities: u64,
    relations: u64,
    #[serde(flatten)]
    diagnostics: SeverityCounts,
}

#[derive(Debug, Deserialize)]
struct ToldDiagnostic {
    code: String,
    severity: String,
    repository: String,
    path: Option<Box<str>>,
    document: Option<u32>,
    line: Option<u32>,
    column: Option<u32>,
    message: Box<str>,
    suggestion: Option<Box<str>>,
    excerpt: Option<ToldExcerpt>,
}

#[derive(Debug, Deserialize)]
struct ToldExcerpt {
    text: Box<str>,
    length: u32,
}

/// What happens while a crawl is waited for.
enum Event {
    /// The server has taken it, under this number.
    Asked(String),
    /// It is so far.
    Progress(ToldProgress),
    /// It has ended, or it is not known any more how it goes on.
    Ended(Result<Ended, CommandError>),
    /// Whoever waits has had enough.
    Interrupted,
}

pub(super) fn run(
    context: &Context,
    url: &ServerUrl,
    arguments: &Arguments,
) -> Result<ExitStatus, CommandError> {
    refuse_local(arguments)?;
    let repositories = repositories(arguments)?;
    let variables = json!({ "repositories": repositories, "sources": arguments.sources });
    let client = Arc::new(client(&context.settings, url.clone())?);
    let (tell, events) = mpsc::channel();
    watch_interrupts(tell.clone());
    // A thread of its own, since whoever has had enough does not wait for an answer either.
    let asking = Arc::clone(&client);
    thread::spawn(move || {
        let ended = follow(&asking, &variables, &tell);
        let _nobody_waits = tell.send(Event::Ended(ended));
    });
    let progress = CrawlProgress::new();
    let mut job = None;
    let ended = loop {
        match events.recv() {
            Ok(Event::Asked(id)) => job = Some(id),
            Ok(Event::Progress(told)) => progress.show_told(told),
            Ok(Event::Ended(ended)) => break ended,
            Ok(Event::Interrupted) | Err(_) => break Err(interrupted(url, job.as_deref())),
        }
    };
    progress.finish();
    let ended = ended.map_err(|error| named_here(error, &repositories))?;
    tell_end(context, arguments, &ended)
}

/// What only a crawl of this machine can do.
fn refuse_local(arguments: &Arguments) -> Result<(), CommandError> {
    let of_settings = "the server's own settings say that";
    let here = "leave it out, or crawl on this machine with `--store FILE`";
    let refused = [
        (arguments.id.is_some(), "--id", "the server names what it reads by its address"),
        (arguments.scan.is_some(), "--scan", of_settings),
        (arguments.cache_is_named, "--cache", "the server fetches into a folder of its own"),
        (arguments.dry_run, "--dry-run", "a server reads into its store"),
    ];
    match refused.into_iter().find(|(is_given, ..)| *is_given) {
        Some((_, name, why)) => {
            Err(CommandError::usage(format!("`{name}` is of this machine, and a server is asked: {why}"))
                .hint(here))
        }
        None => Ok(()),
    }
}

/// The repositories that are named, as a server knows them. Addresses stay here: they may hold a login.
fn repositories(arguments: &Arguments) -> Result<Vec<String>, CommandError> {
    let here = working_folder()?;
    let mut names = Vec::new();
    for word in &arguments.repositories {
        let is_path = word.starts_with(['.', '/', '~']) || word.contains('\\') || word.starts_with("file:");
        match RepositoryAddress::parse(word, &here) {
            Ok(address @ RepositoryAddress::Remote(_)) => {
                let id = address.id();
                let id = id.ok_or_else(|| CommandError::usage(format!("`{address}` names no repository")))?;
                names.push(id.to_string());
            }
            Ok(RepositoryAddress::Folder(_)) if !is_path => names.push(word.clone()),
            Ok(RepositoryAddress::Folder(_)) => return Err(folder_of_this_machine(word)),
            Err(error) => return Err(CommandError::usage(error.to_string())),
        }
    }
    for list in &arguments.list {
        names.extend(listed(list, &here)?);
    }
    Ok(names)
}

/// The repositories of a list: the ids that it gives, or that the addresses give.
fn listed(list: &PathBuf, here: &Path) -> Result<Vec<String>, CommandError> {
    let text = fs::read_to_string(list).map_err(|error| {
        CommandError::undecided(format!("the list `{}` could not be read: {error}", list.display()))
    })?;
    let mut planner = Planner::new(here);
    planner.list(&text, &here.join(list.parent().unwrap_or(Path::new(""))));
    let plan = planner.finish();
    if let Some(of) = plan.diagnostics.first() {
        return Err(CommandError::usage(format!("the list `{}`: {}", list.display(), of.message)));
    }
    let names = plan.repositories.iter().map(|planned| match planned.address {
        RepositoryAddress::Remote(_) => Ok(planned.id.to_string()),
        RepositoryAddress::Folder(_) => Err(folder_of_this_machine(&planned.address.to_string())),
    });
    names.collect()
}

fn folder_of_this_machine(word: &str) -> CommandError {
    CommandError::usage(format!("`{word}` is a folder of this machine, and a server reads none of it"))
        .hint("push it, and name the repository as the catalog does, as in `github.com/acme/shop`")
        .hint("or crawl it on this machine with `--store FILE`")
}

/// Where a server does not know a name that a folder here has, that is what was meant.
fn named_here(error: CommandError, repositories: &[String]) -> CommandError {
    let is_unknown = error.message.contains("is no repository of the catalog or of the settings");
    match repositories.iter().find(|name| is_unknown && error.message.contains(&format!("`{name}`"))) {
        Some(name) if Path::new(name).exists() => error.hint(format!(
            "`{name}` is a folder of this machine, which a server does not read; `--store FILE` crawls it here"
        )),
        Some(_) => error.hint("what is not in the catalog yet is named in the settings of the server first"),
        None => error,
    }
}

/// Asks for a crawl, and waits for its end.
fn follow(
    client: &ServerClient,
    variables: &Value,
    tell: &mpsc::Sender<Event>,
) -> Result<Ended, CommandError> {
    let url = client.url();
    let asked = client.graphql(ASK, variables).map_err(|error| ask_refused(url, &error))?;
    if let Some(error) = asked["done"]["userErrors"].get(0) {
        return Err(user_error(url, error));
    }
    let job = &asked["done"]["job"];
    let (Some(id), asked_at) = (job["id"].as_str(), &job["askedAt"]) else {
        return Err(ask_error(url, &AskError::Foreign("it names no job".to_owned())));
    };
    let _nobody_waits = tell.send(Event::Asked(id.to_owned()));
    let variables = json!({ "id": id });
    let mut pause = PAUSE_FIRST;
    loop {
        let told = patiently(client, FOLLOW, &variables, id)?;
        let job = &told["job"];
        // After a start of the server another job may have the number.
        if job.is_null() || job["askedAt"] != *asked_at {
            return Err(lost(url, id));
        }
        let progress = ToldProgress::deserialize(&job["progress"]).unwrap_or_default();
        let _nobody_waits = tell.send(Event::Progress(progress));
        match job["state"].as_str() {
            Some("QUEUED" | "RUNNING") => {}
            _ => {
                if let Some(error) = job["error"].as_str() {
                    return Err(CommandError::undecided(format!("the server `{url}`: {error}")));
                }
                break;
            }
        }
        thread::sleep(pause);
        pause = (pause * 3 / 2).min(PAUSE_MAX);
    }
    let told = patiently(client, END, &variables, id)?;
    if told["job"].is_null() {
        return Err(lost(url, id));
    }
    serde_json::from_value(told).map_err(|_| {
        ask_error(url, &AskError::Foreign("what the crawl amounted to is not told in full".to_owned()))
    })
}

/// Asks, and again where the server is away for a moment: the crawl goes on there.
fn patiently(
    client: &ServerClient,
    query: &str,
    variables: &Value,
    job: &str,
) -> Result<Value, CommandError> {
    let silent = Stopwatch::start();
    loop {
        match client.graphql(query, variables) {
            Ok(told) => return Ok(told),
            Err(AskError::Unreachable(_) | AskError::Status { status: 429 | 500..=599, .. })
                if silent.seconds() < SILENCE_MAX =>
            {
                thread::sleep(PAUSE_MAX);
            }
            Err(error) => {
                // That a copy answers is no help: it says what was read before.
                return Err(CommandError { hints: Vec::new(), ..ask_error(client.url(), &error) }
                    .hint(format!("crawl {job} was asked for; it is not known how it goes on")));
            }
        }
    }
}

fn ask_refused(url: &ServerUrl, error: &AskError) -> CommandError {
    let said = ask_error(url, error);
    match error {
        AskError::Forbidden(why) if why.contains("scope") => said.hint(
            "a crawl needs the scope `crawl`, and following it `read`: `catalog token create --scope read --scope crawl`",
        ),
        AskError::Unreachable(_) => CommandError { hints: Vec::new(), ..said }
            .hint("`--store FILE` crawls on this machine, into a store of its own"),
        _ => said,
    }
}

fn user_error(url: &ServerUrl, error: &Value) -> CommandError {
    let message = error["message"].as_str().unwrap_or("it does not crawl, and does not say why");
    let said = CommandError::undecided(format!("the server `{url}`: {message}"));
    match error["code"].as_str() {
        Some("CRAWLING_OFF") => said.hint(
            "or say in its settings when it reads what: `[[server.schedule]]`, `[server] crawl = true`",
        ),
        Some("QUEUE_FULL") => said.hint("ask again when some of them have ended"),
        _ => said,
    }
}

fn lost(url: &ServerUrl, job: &str) -> CommandError {
    CommandError::undecided(format!("the server `{url}` knows nothing of crawl {job} any more"))
        .hint("it was started anew, or many others have ended since; what was read is kept: ask once more")
}

fn interrupted(url: &ServerUrl, job: Option<&str>) -> CommandError {
    match job {
        Some(job) => {
            CommandError::undecided(format!("no longer waiting: crawl {job} goes on at the server `{url}`"))
                .hint("`catalog status` shows what it has read")
        }
        None => CommandError::undecided(format!(
            "no longer waiting: it is not known whether the server `{url}` has begun to crawl"
        )),
    }
}

/// Tells of Ctrl-C. Where it cannot be waited for, it ends the program as ever.
fn watch_interrupts(tell: mpsc::Sender<Event>) {
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let Ok(runtime) = runtime else { return };
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            let _nobody_waits = tell.send(Event::Interrupted);
        }
    });
}

/// Shows what a crawl amounted to, and says how the command ends.
fn tell_end(context: &Context, arguments: &Arguments, ended: &Ended) -> Result<ExitStatus, CommandError> {
    let (summary, catalog) = (&ended.job.summary, &ended.catalog);
    let seen: Seen = summary.diagnostics.iter().filter_map(ToldDiagnostic::known).collect();
    let least = arguments.least_shown();
    let total = usize::try_from(summary.counts.at_least(least)).unwrap_or(usize::MAX);
    show_first_diagnostics(&seen, total, least, &mut anstream::stderr())?;
    let report = CrawlSummaryReport {
        schema_version: SCHEMA_VERSION,
        revision: catalog.revision,
        repositories_read: summary.read,
        repositories_unchanged: summary.unchanged,
        repositories_failed: summary.unreadable,
        manifests: summary.manifests,
        manifests_read: summary.manifests_read,
        diagnostics: summary.counts,
        catalog: CatalogCounts {
            entities: catalog.counts.entities,
            relations: catalog.counts.relations,
            diagnostics: catalog.counts.diagnostics,
        },
        seconds: (ended.job.seconds * 1_000.0).round() / 1_000.0,
    };
    context.write(&report, None)?;
    Ok(arguments.status(&report, summary.sources_read))
}

impl ToldDiagnostic {
    /// The diagnostic with its repository; `None` for a code that only the server's version has.
    fn known(&self) -> Option<(String, Diagnostic)> {
        let severity = Severity::ALL.into_iter().find(|of| of.name().eq_ignore_ascii_case(&self.severity))?;
        let diagnostic = Diagnostic {
            code: DiagnosticCode::from_name(&self.code)?,
            severity,
            path: self.path.clone(),
            document: self.document,
            position: Position::new(self.line.unwrap_or(0), self.column.unwrap_or(0)),
            message: self.message.clone(),
            suggestion: self.suggestion.clone(),
            excerpt: self.excerpt.as_ref().map(|of| Excerpt { text: of.text.clone(), length: of.length }),
        };
        Some((self.repository.clone(), diagnostic))
    }
}
