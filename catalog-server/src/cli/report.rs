//! `catalog report`: ownership, its gaps and its reviews as documents that are handed on.

use std::{
    ffi::OsStr,
    fs,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
};

use catalog_core::{gaps::GapQuestion, graph::CatalogGraph, model::Timestamp};

use super::{CommandError, ExitStatus, context::Context, review::review_meant};
use crate::{
    clock,
    document::{DocumentFormat, WorkbookLimits, html, workbook},
    report::{
        Format, GapCensusReport, Inputs, Output, OwnershipCensusReport, Report, ReviewCensusReport, write,
    },
};

/// Which report, and where it goes.
///
/// `--format` is table, json, ndjson, csv, markdown, html or xlsx. CSV is the largest table only. The same
/// store, settings and `--at` give the same bytes.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(subcommand)]
    about: About,
    /// Write to this file; its ending tells the format where `--format` does not: .html, .xlsx, .md, .csv,
    /// .json, .ndjson
    #[arg(long, global = true, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The moment that the report is made for, as in 2026-11-22T00:00:00Z [default: now]
    #[arg(long, global = true, value_name = "MOMENT", value_parser = moment)]
    at: Option<Timestamp>,
    /// How many rows a table shows in a terminal; 0 for all
    #[arg(long, global = true, value_name = "ROWS")]
    limit: Option<usize>,
}

const EXAMPLES: &str = "\
Examples:
  catalog report ownership --output ownership.html
  catalog report gaps --output gaps.xlsx
  catalog report review q4 --output q4.html
  catalog report gaps --before last-month.redb --format markdown
  catalog report ownership --format csv --at 2026-11-22T00:00:00Z > ownership.csv";

#[derive(Debug, clap::Subcommand)]
enum About {
    /// Who owns what: coverage, teams, systems, what rests on one person, and every entity with its ground
    Ownership,
    /// Where ownership is missing or doubtful: by code and team, each with its place and what to do
    Gaps {
        /// A store of before, as a copy of the file: what opened and closed since is shown, too
        #[arg(long, value_name = "STORE")]
        before: Option<PathBuf>,
    },
    /// How far a review has come: by state and team, what is overdue, and every answer
    Review {
        /// The review [default: the only one that takes answers]
        #[arg(value_name = "ID")]
        review: Option<String>,
    },
}

fn moment(text: &str) -> Result<Timestamp, String> {
    clock::moment(text).ok_or_else(|| "is no moment such as 2026-11-22T00:00:00Z".to_owned())
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let form = Form::of(context, arguments)?;
    let graph = context.graph()?;
    let inputs = inputs(context, arguments, &graph);
    match &arguments.about {
        About::Ownership => {
            put_out(context, arguments, form, &OwnershipCensusReport::new(inputs), inputs.as_of())?;
        }
        About::Gaps { before } => {
            let before = before.as_deref().map(|path| context.graph_at(path)).transpose()?;
            let report = GapCensusReport::new(inputs, before.as_deref());
            put_out(context, arguments, form, &report, inputs.as_of())?;
        }
        About::Review { review } => {
            let review = review_meant(&graph, review.as_deref())?;
            put_out(context, arguments, form, &ReviewCensusReport::new(inputs, review), inputs.as_of())?;
        }
    }
    Ok(ExitStatus::Fine)
}

fn inputs<'g>(context: &'g Context, arguments: &Arguments, graph: &'g CatalogGraph) -> Inputs<'g> {
    let question = context.gap_question(graph);
    let now = arguments.at.unwrap_or(question.now);
    Inputs { question: GapQuestion { now, ..question }, identities: context.identities }
}

/// How a report is written.
#[derive(Clone, Copy)]
enum Form {
    Text(Format),
    Document(DocumentFormat),
}

impl Form {
    fn of(context: &Context, arguments: &Arguments) -> Result<Self, CommandError> {
        let named = match context.document_format {
            Some(format) => Self::Document(format),
            None => Self::Text(context.format),
        };
        let form = match &arguments.output {
            Some(path) if !context.format_is_named => Self::by_ending(path).unwrap_or(named),
            _ => named,
        };
        let is_shown = arguments.output.is_none() && io::stdout().is_terminal();
        if is_shown && matches!(form, Self::Document(DocumentFormat::Xlsx)) {
            return Err(CommandError::usage("a workbook is not for a terminal")
                .hint("write it to a file with `--output report.xlsx`"));
        }
        Ok(form)
    }

    fn by_ending(path: &Path) -> Option<Self> {
        match path.extension().and_then(OsStr::to_str)?.to_ascii_lowercase().as_str() {
            "html" | "htm" => Some(Self::Document(DocumentFormat::Html)),
            "xlsx" => Some(Self::Document(DocumentFormat::Xlsx)),
            "md" | "markdown" => Some(Self::Text(Format::Markdown)),
            "csv" => Some(Self::Text(Format::Csv)),
            "json" => Some(Self::Text(Format::Json)),
            "ndjson" | "jsonl" => Some(Self::Text(Format::Ndjson)),
            _ => None,
        }
    }
}

/// Writes a report to the file that was named, or to standard output.
fn put_out(
    context: &Context,
    arguments: &Arguments,
    form: Form,
    report: &impl Report,
    as_of: Option<Timestamp>,
) -> Result<(), CommandError> {
    let bytes = match (form, &arguments.output) {
        (Form::Text(_), None) => return context.write(report, arguments.limit),
        (Form::Text(format), Some(_)) => {
            let mut text = anstream::StripStream::new(Vec::new());
            write(report, Output { format, table_rows_max: None, width: None }, &mut text)?;
            text.into_inner()
        }
        (Form::Document(DocumentFormat::Html), _) => html(&report.page()).into_bytes(),
        (Form::Document(DocumentFormat::Xlsx), _) => {
            workbook(&report.page(), as_of, WorkbookLimits::default()).map_err(|error| {
                let why =
                    std::error::Error::source(&error).map_or_else(String::new, |why| format!(": {why}"));
                CommandError::undecided(format!("{error}{why}"))
            })?
        }
    };
    match &arguments.output {
        Some(path) => fs::write(path, bytes).map_err(|error| {
            CommandError::undecided(format!("file `{}` could not be written: {error}", path.display()))
        }),
        None => {
            // Bytes as they are: what strips colours from texts would harm a workbook.
            let mut to = io::stdout().lock();
            to.write_all(&bytes)?;
            Ok(to.flush()?)
        }
    }
}
