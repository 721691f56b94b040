//! `catalog structure chains`: how many entities have to work one behind the other.

use catalog_core::query::longest_chains;

use super::Top;
use crate::{
    cli::{CommandError, ExitStatus, context::Context},
    report::LongestChainsReport,
};

/// How much to show.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    top: Top,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    let answer = longest_chains(&graph, arguments.top.rows_max());
    context.write(&LongestChainsReport::new(&graph, &answer), Some(0))?;
    Ok(ExitStatus::Fine)
}
