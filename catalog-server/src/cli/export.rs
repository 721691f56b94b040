//! `catalog export`: everything that is known, one JSON object a line.

use std::io::Write;

use super::{
    CommandError, ExitStatus,
    context::{Context, stdout},
};
use crate::report::{Format, export_lines};

/// How to export.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {}

pub(super) fn run(context: &Context, Arguments {}: &Arguments) -> Result<ExitStatus, CommandError> {
    if !matches!(context.format, Format::Ndjson | Format::Table) {
        return Err(CommandError::usage("an export is written as NDJSON only")
            .hint("leave `--format` out, or say `--format ndjson`"));
    }
    let graph = context.graph()?;
    let mut to = stdout();
    export_lines(&graph, &mut to)?;
    to.flush()?;
    Ok(ExitStatus::Fine)
}
