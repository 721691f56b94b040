//! `catalog demo`: everything at once, on an example organisation that is part of the program.
//!
//! The example's files become real git repositories in a folder of one's own, which are crawled and
//! asked, and then served. Nothing leaves the machine.

use std::path::{Path, PathBuf};

use catalog_core::{
    gaps::{gaps_about, ownership_gaps},
    model::Timestamp,
    needs::Direction,
    query::{BlastRadiusQuery, blast_radius, find_entity, ownership},
};
use catalog_ingest::repository::{CommitWords, commit_files};
use include_dir::{Dir, include_dir};

use super::{
    CommandError, ExitStatus,
    context::{Context, say, stdout},
    crawl::plan_of,
    crawl_job::{CrawlJob, crawl_into},
    serve::{listen_address, serve},
};
use crate::{
    clock,
    report::{BlastRadiusReport, GapsReport, OwnershipReport},
    settings::ScanSetting,
};

/// How to try it.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where to put the example's repositories and its store
    #[arg(long, value_name = "FOLDER", default_value = "catalog-demo")]
    folder: PathBuf,
    /// The address and port to serve on afterwards
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    listen: String,
    /// Only print the answers
    #[arg(long)]
    no_serve: bool,
}

/// The example: a ferry company. One folder to a repository; `FACTS.md` tells what is in it.
static ALDERSOUND: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../tests/fixtures/organizations/aldersound");
/// The name of the company, and of the folder that its repositories lie in.
const COMPANY: &str = "aldersound";
/// The entities that the answers are about: one that much depends on, and one that two claim.
const HUB: &str = "resource:identity-db";
const CONTESTED: &str = "component:loyalty-service";
/// A moment that the example could count back from: 2026-11-01T09:00:00Z.
const COMMITTED_AT: Timestamp = Timestamp(1_793_523_600);
/// How long before that its repositories were begun.
const FIRST_COMMIT_DAYS: i64 = 300;

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let address = listen_address(&arguments.listen)?;
    let folder = &arguments.folder;
    let repositories = folder.join(COMPANY);
    write_repositories(&repositories, clock::now())?;
    let store_path = folder.join("catalog.redb");
    let store = context.store_at(&store_path);
    say(&format!("reading the repositories of an example company in {}\n", repositories.display()));
    let job = CrawlJob {
        planner: plan_of(&repositories)?,
        sources: Vec::new(),
        cache: folder.join("cache"),
        scan: ScanSetting::Name,
    };
    let (crawled, seen) = crawl_into(context, &store, job)?;
    let graph = catalog_core::catalog::open_graph(&store, &context.identity)
        .map_err(|error| context.store_error(&error))?;
    let counts = catalog_core::catalog::store_summary(&store, &context.identity)
        .map_err(|error| context.store_error(&error))?;
    context.write(
        &crate::report::CrawlSummaryReport::new(&crawled.crawl, &seen, &counts, crawled.seconds),
        None,
    )?;
    section("catalog blast-radius resource:identity-db")?;
    let query = BlastRadiusQuery::new(vec![find_entity(&graph, HUB)?], Direction::Dependents);
    context.write(&BlastRadiusReport::new(&graph, &blast_radius(&graph, &query)), None)?;
    section("catalog owner component:loyalty-service")?;
    let contested = find_entity(&graph, CONTESTED)?;
    let gaps = gaps_about(context.gap_question(&graph), contested);
    context.write(&OwnershipReport::new(&ownership(contested), &gaps, clock::now()), None)?;
    section("catalog gaps")?;
    context.write(&GapsReport::new(&graph, &ownership_gaps(context.gap_question(&graph)), false), None)?;

    say(&format!("\nask it yourself: export CATALOG_STORE={}\n", store_path.display()));
    if arguments.no_serve {
        return Ok(ExitStatus::Fine);
    }
    serve(context, store, address, false)
}

fn section(command: &str) -> Result<(), CommandError> {
    use std::io::Write;
    let mut to = stdout();
    let style = owo_colors::Style::new().dimmed();
    writeln!(to, "\n{} {}\n", style.style("$"), style.style(command))?;
    Ok(to.flush()?)
}

/// Makes a git repository of each folder of the example, with the commits that `HISTORY` tells of. Those
/// that are there already are made anew, so that the answers are those of the documentation.
fn write_repositories(folder: &Path, now: Timestamp) -> Result<(), CommandError> {
    let failed = |error: &dyn std::fmt::Display| {
        CommandError::undecided(format!(
            "the example could not be written to `{}`: {error}",
            folder.display()
        ))
        .hint("choose another place with `--folder FOLDER`")
    };
    let present = present_of_example(now);
    for repository in ALDERSOUND.dirs() {
        let target = folder.join(repository.path());
        if target.join(".git").is_dir() {
            std::fs::remove_dir_all(&target).map_err(|error| failed(&error))?;
        }
        let changes = changes_of(&repository.path().to_string_lossy());
        // A file that is changed later begins with an empty line at its end for each time.
        let left =
            |path: &str, done: usize| changes[done..].iter().filter(|change| change.path == path).count();
        let content = |path: &str, content: &[u8], done: usize| {
            [content, "\n".repeat(left(path, done)).as_bytes()].concat()
        };
        let files = files_below(repository);
        let files: Vec<(&str, &[u8])> = files
            .iter()
            .filter_map(|file| {
                Some((file.path().strip_prefix(repository.path()).ok()?.to_str()?, file.contents()))
            })
            .collect();
        let first: Vec<(&str, Vec<u8>)> =
            files.iter().map(|(path, bytes)| (*path, content(path, bytes, 0))).collect();
        let words = CommitWords {
            name: "Marit Solberg",
            email: "marit.solberg@example.com",
            at: days_before(present, FIRST_COMMIT_DAYS),
            message: "Say what is here and whose it is",
        };
        let first = first.iter().map(|(path, bytes)| (*path, bytes.as_slice()));
        commit_files(&target, false, first, words).map_err(|error| failed(&error))?;
        for (number, change) in changes.iter().enumerate() {
            let file = files.iter().find(|(path, _)| *path == change.path);
            let (path, bytes) = file.expect("the history of the example names its files");
            let words = CommitWords {
                name: &change.name(),
                email: &format!("{}@example.com", change.who),
                at: days_before(present, change.days),
                message: &format!("Change {path}"),
            };
            let bytes = content(path, bytes, number + 1);
            commit_files(&target, false, [(*path, bytes.as_slice())], words)
                .map_err(|error| failed(&error))?;
        }
    }
    Ok(())
}

/// One line of the example's history.
struct Change {
    days: i64,
    who: &'static str,
    path: &'static str,
}

impl Change {
    /// `Henrik Dahl` for `henrik.dahl`.
    fn name(&self) -> String {
        let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
        self.who.split('.').map(capital).collect::<Vec<_>>().join(" ")
    }
}

/// What was changed in a repository of the example, oldest first.
fn changes_of(repository: &str) -> Vec<Change> {
    let history = ALDERSOUND.get_file("HISTORY").and_then(include_dir::File::contents_utf8);
    let lines = history.expect("the example has a history").lines().filter(|line| !line.starts_with('#'));
    let change = |line: &'static str| match *line.split_whitespace().collect::<Vec<_>>() {
        [of, days, who, path] if of == repository => {
            Some(Change { days: days.parse().expect("the history of the example counts days"), who, path })
        }
        _ => None,
    };
    lines.filter_map(change).collect()
}

/// The moment that the example counts back from. It stays the same for a quarter of a year, so that the same
/// demo is made again, and is never long ago, so that who was active then still is.
fn present_of_example(now: Timestamp) -> Timestamp {
    const QUARTER: i64 = 90 * 86_400;
    let quarters = (now.seconds() - COMMITTED_AT.seconds()).div_euclid(QUARTER);
    Timestamp(COMMITTED_AT.seconds() + quarters * QUARTER)
}

fn days_before(moment: Timestamp, days: i64) -> Timestamp {
    Timestamp(moment.seconds() - days * 86_400)
}

fn files_below<'d>(folder: &'d Dir<'d>) -> Vec<&'d include_dir::File<'d>> {
    let mut files = Vec::new();
    let mut open = vec![folder];
    while let Some(folder) = open.pop() {
        files.extend(folder.files());
        open.extend(folder.dirs());
    }
    files.sort_by_key(|file| file.path());
    files
}
