//! `catalog rank`: what most others rest on.

use catalog_core::query::{self, RankQuery, rank};

use super::{
    CommandError, ExitStatus, blast_radius::DirectionArgument, context::Context, list::FilterArguments,
};
use crate::report::RankReport;

/// What to rank. Filters choose the rows; what lies behind a row is counted whole.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What to rank by
    #[arg(long, value_enum, default_value_t)]
    by: ByArgument,
    /// Which way to count
    #[arg(long, value_enum, default_value_t)]
    direction: DirectionArgument,
    #[command(flatten)]
    filter: FilterArguments,
    /// How many rows a table shows; 0 for all
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum ByArgument {
    /// How many entities transitively need it.
    #[default]
    Entities,
    /// How many critical entities, of tier 0 or 1, transitively need it.
    Critical,
    /// How many teams own something that transitively needs it.
    Teams,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    let by = match arguments.by {
        ByArgument::Entities => query::RankBy::Entities,
        ByArgument::Critical => query::RankBy::Critical,
        ByArgument::Teams => query::RankBy::Teams,
    };
    let direction = arguments.direction.into();
    let answer = rank(&graph, &RankQuery { direction, by, filter: arguments.filter.filter(&graph)? });
    context.write(&RankReport::new(&graph, &answer), arguments.limit)?;
    Ok(ExitStatus::Fine)
}
