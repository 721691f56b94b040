//! `catalog review show`: how far a review has come.

use catalog_core::{
    query::{OWNER_KINDS, ref_of_kinds},
    review::{ItemState, review_progress},
};

use super::{CommandError, ExitStatus, review_meant};
use crate::{
    cli::context::Context,
    clock,
    report::{ReviewItemFilter, ReviewReport},
};

/// Which review, and which of its entities to list.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The review [default: the only one that takes answers]
    #[arg(value_name = "ID")]
    review: Option<String>,
    /// Only entities of which this owner is asked, as in `group:payments`
    #[arg(long, value_name = "REF")]
    team: Option<String>,
    /// Only entities in this state, as in `open` or `hand-over-pending`
    #[arg(long, value_name = "STATE", value_parser = state)]
    state: Vec<ItemState>,
    /// Only entities that should have been answered by now
    #[arg(long)]
    overdue: bool,
    /// End with exit code 1 where an answer is overdue
    #[arg(long)]
    fail_on_overdue: bool,
    /// How many rows a table shows; 0 for all
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
}

fn state(text: &str) -> Result<ItemState, String> {
    let known = ItemState::ALL.into_iter().find(|state| state.name() == text.trim().to_lowercase());
    known.ok_or_else(|| format!("the states are: {}", ItemState::ALL.map(ItemState::name).join(", ")))
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    let review = review_meant(&graph, arguments.review.as_deref())?;
    let asked = arguments.team.as_ref().map(|team| {
        // A team that is asked need not be declared any more.
        ref_of_kinds(&graph, team, &OWNER_KINDS)
            .map_err(|error| CommandError::usage(format!("`{team}` is no owner: {error}")))
    });
    let progress = review_progress(&graph, review, clock::now());
    let filter = ReviewItemFilter {
        asked: asked.transpose()?,
        states: arguments.state.clone(),
        overdue: arguments.overdue,
    };
    if let Some(asked) = &filter.asked
        && progress.teams.iter().all(|team| team.owner != Some(asked))
    {
        return Err(CommandError::undecided(format!(
            "review `{}` does not ask `{}`",
            review.id,
            asked.short()
        ))
        .hint(format!("`catalog review show {}` lists whom it asks", review.id)));
    }
    let is_overdue = progress.days_overdue.is_some();
    context.write(&ReviewReport::new(&graph, &progress, &filter), arguments.limit)?;
    Ok(if is_overdue && arguments.fail_on_overdue { ExitStatus::Findings } else { ExitStatus::Fine })
}
