//! `catalog demo`: everything at once, on an example organisation that is part of the program.
//!
//! The example's files become real git repositories in a folder of one's own, which are crawled and
//! asked, and then served. Nothing leaves the machine.

mod history;
mod reviews;

use std::path::{Path, PathBuf};

use catalog_core::{
    gaps::{gaps_about, ownership_gaps},
    model::Timestamp,
    needs::Direction,
    query::{BlastRadiusQuery, blast_radius, find_entity, ownership},
};
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
    settings::{DEFAULT_FILE, ScanSetting},
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

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let address = listen_address(&arguments.listen)?;
    let folder = &arguments.folder;
    let repositories = folder.join(COMPANY);
    let present = present_of_example(clock::now());
    history::write_repositories(&repositories, present)?;
    let settings_path = folder.join(DEFAULT_FILE);
    write_settings(&settings_path)?;
    let context = &context.with_settings(&settings_path)?;
    let store = context.store()?;
    say(&format!("reading the repositories of an example company in {}\n", repositories.display()));
    let job = CrawlJob {
        planner: plan_of(&repositories)?,
        sources: Vec::new(),
        cache: folder.join("cache"),
        scan: ScanSetting::Name,
    };
    let (crawled, seen) = crawl_into(context, &store, job)?;
    reviews::hold(context, &store, present)?;
    let graph = context.graph()?;
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

    say(&format!("\nask it yourself: export CATALOG_CONFIG={}\n", settings_path.display()));
    if arguments.no_serve {
        return Ok(ExitStatus::Fine);
    }
    serve(context, store, address)
}

/// Puts the company's settings beside the store, which they name.
fn write_settings(path: &Path) -> Result<(), CommandError> {
    let settings = ALDERSOUND.get_file(DEFAULT_FILE).expect("the example has settings");
    std::fs::write(path, settings.contents()).map_err(|error| {
        CommandError::undecided(format!("the settings could not be written to `{}`: {error}", path.display()))
    })
}

fn section(command: &str) -> Result<(), CommandError> {
    use std::io::Write;
    let mut to = stdout();
    let style = owo_colors::Style::new().dimmed();
    writeln!(to, "\n{} {}\n", style.style("$"), style.style(command))?;
    Ok(to.flush()?)
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

/// The words of each line of a file of the example.
fn lines_of(file: &str) -> impl Iterator<Item = Vec<&'static str>> {
    let text = ALDERSOUND.get_file(file).and_then(include_dir::File::contents_utf8);
    let lines = text.expect("the example has the file").lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_whitespace().collect::<Vec<_>>()).filter(|words| !words.is_empty())
}

/// `Henrik Dahl` for `henrik.dahl`.
fn name_of(who: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    who.split('.').map(capital).collect::<Vec<_>>().join(" ")
}
