//! `catalog review`: owners confirm, correct, hand over or reject what is held to be theirs; one file to a step.

mod answer;
mod close;
mod import;
mod list;
mod person;
mod refused;
mod remote;
mod show;
mod start;

use catalog_core::{
    catalog::open_graph,
    graph::CatalogGraph,
    model::{Review, ReviewChange, ReviewEffect},
};

use super::{CommandError, ExitStatus, context::Context};
use crate::clock;

/// What to do.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    step: Step,
}

#[derive(Debug, clap::Subcommand)]
enum Step {
    /// Begin a review: its entities, and whom it asks, are fixed from now on
    Start(start::Arguments),
    /// List all reviews, the latest first
    List(list::Arguments),
    /// Show how far a review has come, team by team and entity by entity
    Show(show::Arguments),
    /// Say that entities exist and that what the catalog says of them is right
    ///
    /// What was handed over to one's own team is taken over by this.
    Confirm(answer::ConfirmArguments),
    /// Say what is wrong about an entity, and what it should be
    ///
    /// The manifest in git remains the truth: the answer says what to change there, and where.
    Correct(answer::CorrectArguments),
    /// Say that entities belong to somebody else, who has to confirm that
    HandOver(answer::HandOverArguments),
    /// Say that entities are not ours and it is not known whose, or that they do not exist
    Reject(answer::RejectArguments),
    /// Take no more answers
    Close(close::Arguments),
    /// Bring in reviews from an export of another store
    Import(import::Arguments),
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    match &arguments.step {
        Step::Start(arguments) => start::run(context, arguments),
        Step::List(arguments) => list::run(context, arguments),
        Step::Show(arguments) => show::run(context, arguments),
        Step::Confirm(arguments) => answer::confirm(context, arguments),
        Step::Correct(arguments) => answer::correct(context, arguments),
        Step::HandOver(arguments) => answer::hand_over(context, arguments),
        Step::Reject(arguments) => answer::reject(context, arguments),
        Step::Close(arguments) => close::run(context, arguments),
        Step::Import(arguments) => import::run(context, arguments),
    }
}

/// Whether a step changes something, and does not only ask.
pub(super) fn is_change(arguments: &Arguments) -> bool {
    !matches!(arguments.step, Step::List(_) | Step::Show(_))
}

/// The review that is meant: the one that is named, or the only one that takes answers.
pub(super) fn review_meant<'g>(
    graph: &'g CatalogGraph,
    named: Option<&str>,
) -> Result<&'g Review, CommandError> {
    if let Some(id) = named {
        return Ok(graph.reviews().named(id)?);
    }
    let mut open = graph.reviews().iter().filter(|review| review.closed.is_none());
    match (open.next(), open.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(CommandError::undecided("no review takes answers")
            .hint("begin one with `catalog review start --all --due DATE`")),
        (Some(first), Some(second)) => {
            let ids: Vec<String> =
                [first, second].into_iter().chain(open).map(|review| format!("`{}`", review.id)).collect();
            Err(CommandError::usage(format!("{} reviews take answers", ids.len()))
                .hint(format!("say which with `--review`: {}", ids.join(", "))))
        }
    }
}

/// Makes a change part of the store, or of that of the server, and gives what it did with the graph that it made.
///
/// `graph` is what the change was made of; `only_owners` is what a server has to know of answers beside them.
fn change(
    context: &Context,
    graph: &CatalogGraph,
    change: &ReviewChange,
    only_owners: bool,
) -> Result<(ReviewEffect, CatalogGraph), CommandError> {
    if let Some(client) = &context.client {
        return remote::change(client, graph, change, only_owners);
    }
    let store = context.store()?;
    let changed = store.change_reviews(change, clock::now()).map_err(|error| context.store_error(&error))?;
    let effect = changed?;
    let graph = open_graph(&store, &context.identity).map_err(|error| context.store_error(&error))?;
    Ok((effect, graph))
}

/// The review of a graph that a change has just been made to.
fn changed_review<'g>(graph: &'g CatalogGraph, effect: &ReviewEffect) -> Result<&'g Review, CommandError> {
    Ok(graph.reviews().named(effect.review.as_str())?)
}
