//! The command line: one file to a command.
//!
//! Data goes to standard output, everything else to standard error. [`main`] reads the arguments,
//! runs the command and turns what went wrong into a message and an [`ExitStatus`].

mod access;
mod asked_server;
mod audit;
mod availability;
mod blast_radius;
mod check;
mod check_faces;
mod command_error;
mod comment;
mod config;
mod context;
mod crawl;
mod crawl_job;
mod crawl_remote;
mod data_reach;
mod demo;
mod diagnostics;
mod difference;
mod exit_code;
mod export;
mod gaps;
mod graph_file_watch;
mod graph_file_writer;
mod init;
mod journey;
mod lint;
mod list;
mod login;
mod logins;
mod owner;
mod progress;
mod rank;
mod readiness;
mod report;
mod responsibility;
mod review;
mod rollout;
mod roots;
mod scan;
mod search;
mod serve;
mod serve_reload;
mod server_crawls;
mod service_manager;
mod show;
mod simulate;
mod sources;
mod status;
mod store_watch;
mod structure;
mod token;
mod visit_child;

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, error::ErrorKind, parser::ValueSource};

pub use command_error::CommandError;
pub use exit_code::ExitStatus;

use crate::{
    document::DocumentFormat,
    picture::PictureFormat,
    report::{FindingsFormat, Format},
};
use context::Context;

/// Who owns a thing, and what breaks if it fails or changes.
///
/// Reads the ownership manifests that already lie in git repositories (catalog-info.yaml, CODEOWNERS,
/// OWNERS and those of other catalogs) into one file, and answers from it.
#[derive(Debug, Parser)]
#[command(name = "catalog", version, max_term_width = 100, after_help = AFTER_HELP)]
struct Arguments {
    /// The store: one file that holds what was read; or a graph file, which answers without one
    /// [default: catalog.redb]
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "FILE", env = "CATALOG_STORE")]
    store: Option<PathBuf>,
    /// Whether the store is named by the option itself, not only by the environment.
    #[arg(skip)]
    store_is_named: bool,
    /// A server to ask in place of a store, as in `https://catalog.example.com`
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "URL", env = "CATALOG_SERVER")]
    server: Option<String>,
    /// Whether the server is named by the option itself, not only by the environment.
    #[arg(skip)]
    server_is_named: bool,
    /// Take nothing but the server's own word: where it does not answer, its last copy does not either
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    fresh: bool,
    /// The settings file [default: catalog.toml, where there is one]
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "FILE", env = "CATALOG_CONFIG")]
    config: Option<PathBuf>,
    /// How to write the answer
    #[arg(long, global = true, help_heading = EVERYWHERE, value_enum, default_value_t, hide_default_value = true)]
    format: FormatArgument,
    /// Whether the format is named by the option itself.
    #[arg(skip)]
    format_is_named: bool,
    /// When to use colour
    #[arg(long, global = true, help_heading = EVERYWHERE, value_enum, default_value_t, hide_default_value = true)]
    color: Color,
    /// How long to wait for a store that another process is writing, in seconds
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "SECONDS", default_value_t = 5)]
    wait: u32,
    /// Say more about what happens; twice for even more
    #[arg(long, short, global = true, help_heading = EVERYWHERE, action = clap::ArgAction::Count)]
    verbose: u8,
    #[command(subcommand)]
    command: Command,
}

/// What stands above the options that every command has, below its own.
const EVERYWHERE: &str = "Options of every command";

const AFTER_HELP: &str = "\
Begin with:
  catalog demo                        try it on an example organisation
  catalog crawl FOLDER                read every repository below a folder
  catalog owner payments              who answers for it, and whom to call next
  catalog blast-radius payments       everything that needs it
  catalog simulate --fail eu-west-1   what is down, and whom to call, where that fails
  catalog slo payments                what it promises, and whether its needs allow that
  catalog gaps                        where ownership is missing or doubtful
  catalog gate payments               whether it has what policies ask, and what to do next
  catalog check --base origin/main    what a change can break, and whose that is
  catalog lint                        what is wrong with the manifests here, before a push

Exit codes: 0 fine, 1 findings or unreadable repositories, 2 could not decide, 64 wrong usage.";

/// How to write an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum FormatArgument {
    /// For reading in a terminal.
    #[default]
    Table,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// The main table as comma-separated values.
    Csv,
    /// For a merge request or a wiki.
    Markdown,
    /// `lint`, `check`, `gate`: SARIF 2.1.0, for code scanning and editors.
    Sarif,
    /// `lint`, `check`, `gate`: workflow commands, which GitHub shows as annotations.
    Github,
    /// `lint`, `check`, `gate`: a code quality report for GitLab.
    Gitlab,
    /// `lint`, `check`, `gate`: JUnit's XML, for build servers.
    Junit,
    /// `blast-radius`: a picture in the language of Graphviz.
    Dot,
    /// `blast-radius`: a picture as a Mermaid flowchart, for merge requests and wikis.
    Mermaid,
    /// `blast-radius`: a picture as SVG, for browsers.
    Svg,
    /// `report`: one HTML file with pictures, which needs nothing beside itself.
    Html,
    /// `report`: a workbook for Excel and LibreOffice.
    Xlsx,
}

impl FormatArgument {
    /// The format of an answer; a table where the argument is none of those.
    fn format(self) -> Format {
        match self {
            Self::Json => Format::Json,
            Self::Ndjson => Format::Ndjson,
            Self::Csv => Format::Csv,
            Self::Markdown => Format::Markdown,
            Self::Table | Self::Sarif | Self::Github | Self::Gitlab | Self::Junit => Format::Table,
            Self::Dot | Self::Mermaid | Self::Svg | Self::Html | Self::Xlsx => Format::Table,
        }
    }

    /// The format of findings for other programs; `None` where the argument is one of any answer.
    fn findings_format(self) -> Option<FindingsFormat> {
        match self {
            Self::Sarif => Some(FindingsFormat::Sarif),
            Self::Github => Some(FindingsFormat::Github),
            Self::Gitlab => Some(FindingsFormat::Gitlab),
            Self::Junit => Some(FindingsFormat::Junit),
            Self::Table | Self::Json | Self::Ndjson | Self::Csv | Self::Markdown => None,
            Self::Dot | Self::Mermaid | Self::Svg | Self::Html | Self::Xlsx => None,
        }
    }

    /// The format of a picture; `None` where the argument is none of those.
    fn picture_format(self) -> Option<PictureFormat> {
        match self {
            Self::Dot => Some(PictureFormat::Dot),
            Self::Mermaid => Some(PictureFormat::Mermaid),
            Self::Svg => Some(PictureFormat::Svg),
            _ => None,
        }
    }

    /// The format of a document; `None` where the argument is none of those.
    fn document_format(self) -> Option<DocumentFormat> {
        match self {
            Self::Html => Some(DocumentFormat::Html),
            Self::Xlsx => Some(DocumentFormat::Xlsx),
            _ => None,
        }
    }
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read repositories into the store
    Crawl(crawl::Arguments),
    /// Answer GraphQL queries and show a page
    Serve(serve::Arguments),
    /// Make, list and revoke the tokens by which a server tells who asks
    Token(token::Arguments),
    /// Show what was changed and refused on a server, and whether the log of it is what was written
    Audit(audit::Arguments),
    /// Say who answers for an entity or a path, and whom to call next
    Owner(owner::Arguments),
    /// List everything that needs an entity, or that it needs
    BlastRadius(blast_radius::Arguments),
    /// Say what is down, degraded or without a spare where something fails
    Simulate(simulate::Arguments),
    /// Hold what entities promise against what their needs allow
    Slo(availability::Arguments),
    /// Compare two stores: entities, relations, gaps, reach and failures
    Diff(difference::Arguments),
    /// List everything that can come at data of a class, and whether it says what for
    DataReach(data_reach::Arguments),
    /// List what most others rest on, by how much needs each entity
    Rank(rank::Arguments),
    /// Put a change into waves: in which order it goes through what it affects, and why
    Rollout(rollout::Arguments),
    /// Follow a journey hop by hop, and say who answers for the whole of it
    Journey(journey::Arguments),
    /// List where ownership is missing, broken or doubtful
    Gaps(gaps::Arguments),
    /// Write a report that is handed on: who owns what, where that is missing, or how far a review has come
    Report(report::Arguments),
    /// Let owners confirm, correct, hand over or reject what is held to be theirs
    Review(review::Arguments),
    /// Judge entities by the organisation's policies, level by level, and say what to do next
    Gate(readiness::Arguments),
    /// Show where the graph of needs is fragile: cycles, single points of failure, bridges, long chains
    Structure(structure::Arguments),
    /// Show one entity, whole
    Show(show::Arguments),
    /// List entities
    List(list::Arguments),
    /// Find entities by name, title, tag or description
    Search(search::Arguments),
    /// Say what a change of a repository can break and whose that is, and hold it to the policy
    Check(check::Arguments),
    /// Say what is wrong with the manifests of a working tree, before it is pushed
    Lint(lint::Arguments),
    /// Propose a first manifest for a repository, from what lies in it
    Init(init::Arguments),
    /// Keep one comment on a merge request true
    Comment(comment::Arguments),
    /// List what is to be said about the manifests
    Diagnostics(diagnostics::Arguments),
    /// Show what is in the catalog and how old it is
    Status(status::Arguments),
    /// Write out everything, one JSON object a line, or as a graph file
    Export(export::Arguments),
    /// Show every setting with its value and where that comes from
    Config(config::Arguments),
    /// Try everything on an example organisation
    Demo(demo::Arguments),
    /// Keep the token by which a server knows you
    Login(login::LoginArguments),
    /// Forget the token for a server
    Logout(login::LogoutArguments),
    /// Read repositories for a crawl that started this process
    #[command(name = visit_child::NAME, hide = true)]
    VisitChild,
}

/// Runs the program with the arguments and the streams of the process.
pub fn main() -> ExitCode {
    run(std::env::args_os()).into()
}

/// The description of the command line, for its documentation.
pub fn command() -> clap::Command {
    Arguments::command()
}

fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitStatus {
    let arguments = match parse(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are answers; everything else is wrong usage.
            let _unwritable = error.print();
            return match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitStatus::Fine,
                _ => ExitStatus::Usage,
            };
        }
    };
    if let Command::VisitChild = arguments.command {
        return visit_child::run();
    }
    match arguments.color {
        Color::Auto => {}
        Color::Always => anstream::ColorChoice::Always.write_global(),
        Color::Never => anstream::ColorChoice::Never.write_global(),
    }
    crate::telemetry::start(arguments.verbose);
    let outcome = Context::new(&arguments).and_then(|mut context| {
        let reached = context.ask_server(&arguments.command);
        match (reached, &arguments.command) {
            (Ok(()), command) => dispatch(command, &context),
            // What could not be checked is told by everything that was to tell what was.
            (Err(error), Command::Check(arguments)) => check::end(&context, arguments, Err(error)),
            (Err(error), _) => Err(error),
        }
    });
    match outcome {
        Ok(status) => status,
        // Whoever reads the output has had enough, as `head` does; that is not an error.
        Err(error) if error.is_broken_pipe() => ExitStatus::Fine,
        Err(error) => {
            context::say(&error.to_string());
            error.status
        }
    }
}

fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, clap::Error> {
    let matches = Arguments::command().try_get_matches_from(arguments)?;
    let mut arguments = Arguments::from_arg_matches(&matches)?;
    arguments.store_is_named = matches.value_source("store") == Some(ValueSource::CommandLine);
    arguments.server_is_named = matches.value_source("server") == Some(ValueSource::CommandLine);
    arguments.format_is_named = matches.value_source("format") == Some(ValueSource::CommandLine);
    if let (Command::Crawl(of), Some((_, matches))) = (&mut arguments.command, matches.subcommand()) {
        of.cache_is_named = matches.value_source("cache") == Some(ValueSource::CommandLine);
    }
    Ok(arguments)
}

fn dispatch(command: &Command, context: &Context) -> Result<ExitStatus, CommandError> {
    if context.findings_format.is_some()
        && !matches!(command, Command::Lint(_) | Command::Check(_) | Command::Gate(_))
    {
        return Err(CommandError::usage(
            "this format is for findings, which only `catalog lint`, `catalog check` and `catalog gate` have",
        )
        .hint("other answers come as `--format table|json|ndjson|csv|markdown`"));
    }
    if context.picture_format.is_some() && !matches!(command, Command::BlastRadius(_) | Command::Simulate(_))
    {
        return Err(CommandError::usage(
            "this format is a picture, which only `catalog blast-radius` and `catalog simulate` draw",
        )
        .hint("other answers come as `--format table|json|ndjson|csv|markdown`"));
    }
    if context.document_format.is_some() && !matches!(command, Command::Report(_)) {
        return Err(CommandError::usage("this format is a document, which only `catalog report` writes")
            .hint("other answers come as `--format table|json|ndjson|csv|markdown`"));
    }
    match command {
        Command::Crawl(arguments) => crawl::run(context, arguments),
        Command::Serve(arguments) => serve::run(context, arguments),
        Command::Token(arguments) => token::run(context, arguments),
        Command::Audit(arguments) => audit::run(context, arguments),
        Command::Owner(arguments) => owner::run(context, arguments),
        Command::BlastRadius(arguments) => blast_radius::run(context, arguments),
        Command::Simulate(arguments) => simulate::run(context, arguments),
        Command::Slo(arguments) => availability::run(context, arguments),
        Command::Diff(arguments) => difference::run(context, arguments),
        Command::DataReach(arguments) => data_reach::run(context, arguments),
        Command::Rank(arguments) => rank::run(context, arguments),
        Command::Rollout(arguments) => rollout::run(context, arguments),
        Command::Journey(arguments) => journey::run(context, arguments),
        Command::Gaps(arguments) => gaps::run(context, arguments),
        Command::Report(arguments) => report::run(context, arguments),
        Command::Review(arguments) => review::run(context, arguments),
        Command::Gate(arguments) => readiness::run(context, arguments),
        Command::Structure(arguments) => structure::run(context, arguments),
        Command::Show(arguments) => show::run(context, arguments),
        Command::List(arguments) => list::run(context, arguments),
        Command::Search(arguments) => search::run(context, arguments),
        Command::Check(arguments) => check::run(context, arguments),
        Command::Lint(arguments) => lint::run(context, arguments),
        Command::Init(arguments) => init::run(context, arguments),
        Command::Comment(arguments) => comment::run(context, arguments),
        Command::Diagnostics(arguments) => diagnostics::run(context, arguments),
        Command::Status(arguments) => status::run(context, arguments),
        Command::Export(arguments) => export::run(context, arguments),
        Command::Config(arguments) => config::run(context, arguments),
        Command::Demo(arguments) => demo::run(context, arguments),
        Command::Login(arguments) => login::login(context, arguments),
        Command::Logout(arguments) => login::logout(context, arguments),
        Command::VisitChild => Ok(visit_child::run()),
    }
}
