//! `catalog rollout`: in which waves a change goes through what it affects.

use catalog_core::query::{ROLLOUT_WAVE_DEFAULT, RolloutOrder, RolloutQuery, rollout};

use super::{
    CommandError, ExitStatus, blast_radius::AlongArguments, context::Context, roots::entities_named,
};
use crate::report::RolloutReport;

/// What changes, and how.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// What changes, as in `component:payments` or just `payments`; a system stands for its parts, a
    /// repository for what it declares; `-` reads from standard input, one a line
    #[arg(required = true, value_name = "REF")]
    roots: Vec<String>,
    /// Only these change, and not what needs them; what needs them still counts for the order
    #[arg(long)]
    only: bool,
    /// Which end of a need changes first
    #[arg(long, value_enum, default_value_t)]
    order: OrderArgument,
    /// How many entities a wave has at most, from 1; what needs each other in a circle is not cut
    #[arg(long, value_name = "NUMBER", default_value_t = ROLLOUT_WAVE_DEFAULT, value_parser = clap::value_parser!(u32).range(1..))]
    max_wave: u32,
    #[command(flatten)]
    along: AlongArguments,
    /// How many rows a table shows; 0 for all
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
}

const AFTER_HELP: &str = "\
A wave is what may change at one time; the next one begins when it has shown that it works. The waves go
  from what is least critical to what is most, where an entity is as critical as anything that needs it,
  from what nothing needs to what everything needs (or the other way round, by --order),
  through one failure domain (region, zone, cell, datacenter) at a time, the one with least in it first.
What needs each other in a circle changes together, what stands in for each other never all at once, and
an API changes with what provides it. Each wave and
each entity says why it is where it is, and whom to inform.

Examples:
  catalog rollout ledger-db                     a change that may break whatever needs the database
  catalog rollout web app job --only            one library, taken up by three entities and by no others
  catalog rollout ledger-api --order dependencies-first
                                                a new operation that dependents are to call
  catalog rollout ledger-db --format markdown   the plan, for a merge request or a wiki";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum OrderArgument {
    /// An entity changes when all that need it have: for a change that may break them.
    #[default]
    DependentsFirst,
    /// An entity changes when all that it needs has: for an addition that they are to use.
    DependenciesFirst,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    let question = RolloutQuery {
        roots: entities_named(&graph, &arguments.roots)?,
        only_roots: arguments.only,
        order: match arguments.order {
            OrderArgument::DependentsFirst => RolloutOrder::DependentsFirst,
            OrderArgument::DependenciesFirst => RolloutOrder::DependenciesFirst,
        },
        wave_max: arguments.max_wave,
        along: arguments.along.filter(),
    };
    let answer = rollout(&graph, &question);
    context.write(&RolloutReport::new(&graph, &answer), arguments.limit)?;
    Ok(ExitStatus::Fine)
}
