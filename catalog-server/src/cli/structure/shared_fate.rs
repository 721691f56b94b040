//! `catalog structure shared-fate`: redundancy and isolation that are none.

use catalog_core::query::shared_fate;

use super::{
    super::{CommandError, ExitStatus, context::Context},
    SeverityArgument, status,
};
use crate::report::SharedFateReport;

/// How to list them.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// End with exit code 1 where a finding of this severity or worse is listed
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<SeverityArgument>,
    /// How many rows a table shows; 0 for all
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    let answer = shared_fate(&graph);
    let worst = answer.severity_max();
    context.write(&SharedFateReport::new(&graph, &answer), arguments.limit)?;
    Ok(status(worst, arguments.fail_on))
}
