//! `catalog review list`: all reviews.

use super::{CommandError, ExitStatus};
use crate::{cli::context::Context, clock, report::ReviewsReport};

/// How to list.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// How many rows a table shows; 0 for all
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    context.write(&ReviewsReport::new(&graph, clock::now()), arguments.limit)?;
    Ok(ExitStatus::Fine)
}
