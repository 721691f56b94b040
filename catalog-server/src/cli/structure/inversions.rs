//! `catalog structure inversions`: critical entities that cannot work without less critical ones.

use catalog_core::query::tier_inversions;

use super::{
    super::{CommandError, ExitStatus, context::Context},
    SeverityArgument, status,
};
use crate::report::TierInversionsReport;

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
    let answer = tier_inversions(&graph);
    let worst = answer.inversions.iter().map(|inversion| inversion.severity).max();
    context.write(&TierInversionsReport::new(&graph, &answer), arguments.limit)?;
    Ok(status(worst, arguments.fail_on))
}
