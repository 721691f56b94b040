//! `catalog structure`: what the shape of the needs says, one file to a question.

mod call_limits;
mod concentration;
mod inversions;
mod shared_fate;

use super::{CommandError, ExitStatus, context::Context, diagnostics::SeverityArgument};
use catalog_core::model::Severity;

/// What to ask.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    question: Question,
}

#[derive(Debug, clap::Subcommand)]
enum Question {
    /// Say what falls with each external party and each failure domain, if it alone fails
    Concentration(concentration::Arguments),
    /// List critical entities that cannot work without less critical ones
    Inversions(inversions::Arguments),
    /// List redundancy that is none: regions, cells and alternatives that rest on one thing
    SharedFate(shared_fate::Arguments),
    /// List callers that give up too early, and retries that multiply
    CallLimits(call_limits::Arguments),
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    match &arguments.question {
        Question::Concentration(arguments) => concentration::run(context, arguments),
        Question::Inversions(arguments) => inversions::run(context, arguments),
        Question::SharedFate(arguments) => shared_fate::run(context, arguments),
        Question::CallLimits(arguments) => call_limits::run(context, arguments),
    }
}

/// Findings where the worst of them is as bad as what is asked to fail on.
fn status(worst: Option<Severity>, fail_on: Option<SeverityArgument>) -> ExitStatus {
    match (worst, fail_on.map(Severity::from)) {
        (Some(worst), Some(fail_on)) if worst >= fail_on => ExitStatus::Findings,
        _ => ExitStatus::Fine,
    }
}
