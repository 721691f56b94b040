//! `catalog status`: what is in the catalog, and how old it is.

use catalog_core::query::summary;

use super::{CommandError, ExitStatus, context::Context};
use crate::report::StatusReport;

/// How much to show.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// How many repositories a table shows; 0 for all
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    context.write(&StatusReport::new(&graph, &summary(&graph)), arguments.limit)?;
    Ok(ExitStatus::Fine)
}
