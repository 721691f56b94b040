//! `catalog structure bridges`: what alone connects two parts of the organisation.

use catalog_core::query::bridges;

use super::Top;
use crate::{
    cli::{CommandError, ExitStatus, context::Context},
    report::BridgesReport,
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
    context.write(&BridgesReport::new(&graph, &bridges(&graph), rows_max), Some(0))?;
    Ok(ExitStatus::Fine)
}
