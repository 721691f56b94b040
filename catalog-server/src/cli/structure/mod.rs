//! `catalog structure`: where the graph of needs is fragile, whatever changes or fails; one file to a question.

mod bridges;
mod call_limits;
mod chains;
mod concentration;
mod cycles;
mod inversions;
mod shared_fate;
mod single_points;

use catalog_core::{model::Severity, query::structure_overview};

use super::{CommandError, ExitStatus, context::Context, diagnostics::SeverityArgument};
use crate::report::StructureReport;

/// What to ask; everything in short where no question is named.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    question: Option<Question>,
    /// How many rows of each part to work out and show, the worst first; 0 for all
    #[arg(long, value_name = "NUMBER", default_value_t = 3)]
    top: usize,
}

#[derive(Debug, clap::Subcommand)]
enum Question {
    /// Who needs whom in a circle, each with its smallest circle as proof
    ///
    /// Entities that need each other in a circle by hard needs fail as one, and none of them can be
    /// started first. `hard` counts those.
    Cycles(cycles::Arguments),
    /// Through which one entity every failure, or every use, of others goes, and what it takes down
    ///
    /// What is much needed takes much down, and one knows it. A single point is more: what hangs on it
    /// is reached by hard needs only through it, so that a spare for this one entity protects all of that.
    /// One of several alternatives, places or providers is no such way.
    SinglePoints(single_points::Arguments),
    /// Which one hard need, or which entity, alone connects two parts of the organisation
    ///
    /// Where a bridge is softened, no failure passes between its two sides any more.
    Bridges(bridges::Arguments),
    /// How many entities have to work one behind the other: the longest chains of hard needs
    ///
    /// Entities that need each other in a circle count as one step.
    Chains(chains::Arguments),
    /// Say what falls with each external party and each failure domain, if it alone fails
    Concentration(concentration::Arguments),
    /// List critical entities that cannot work without less critical ones
    Inversions(inversions::Arguments),
    /// List redundancy that is none: regions, cells and alternatives that rest on one thing
    SharedFate(shared_fate::Arguments),
    /// List callers that give up too early, and retries that multiply
    CallLimits(call_limits::Arguments),
}

/// How many rows of an answer to work out.
#[derive(Clone, Copy, Debug, clap::Args)]
struct Top {
    /// How many rows to work out and show, the worst first; 0 for all
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    top: usize,
}

impl Top {
    fn rows_max(self) -> usize {
        rows_max(self.top)
    }
}

fn rows_max(top: usize) -> usize {
    if top == 0 { usize::MAX } else { top }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    match &arguments.question {
        None => overview(context, rows_max(arguments.top)),
        Some(Question::Cycles(arguments)) => cycles::run(context, arguments),
        Some(Question::SinglePoints(arguments)) => single_points::run(context, arguments),
        Some(Question::Bridges(arguments)) => bridges::run(context, arguments),
        Some(Question::Chains(arguments)) => chains::run(context, arguments),
        Some(Question::Concentration(arguments)) => concentration::run(context, arguments),
        Some(Question::Inversions(arguments)) => inversions::run(context, arguments),
        Some(Question::SharedFate(arguments)) => shared_fate::run(context, arguments),
        Some(Question::CallLimits(arguments)) => call_limits::run(context, arguments),
    }
}

/// Findings where the worst of them is as bad as what is asked to fail on.
fn status(worst: Option<Severity>, fail_on: Option<SeverityArgument>) -> ExitStatus {
    match (worst, fail_on.map(Severity::from)) {
        (Some(worst), Some(fail_on)) if worst >= fail_on => ExitStatus::Findings,
        _ => ExitStatus::Fine,
    }
}

fn overview(context: &Context, rows_max: usize) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    let answer = structure_overview(&graph, rows_max);
    context.write(&StructureReport::new(&graph, &answer, rows_max), Some(0))?;
    Ok(ExitStatus::Fine)
}
