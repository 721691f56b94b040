//! `catalog structure cycles`: who needs whom in a circle.

use catalog_core::query::need_cycles;

use super::Top;
use crate::{
    cli::{CommandError, ExitStatus, context::Context},
    report::CyclesReport,
};

/// How much to show.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    top: Top,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    let rows_max = arguments.top.rows_max();
    context.write(&CyclesReport::new(&graph, &need_cycles(&graph), rows_max), Some(0))?;
    Ok(ExitStatus::Fine)
}
