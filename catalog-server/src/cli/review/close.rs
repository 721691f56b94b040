//! `catalog review close`: no more answers.

use catalog_core::{model::ReviewChange, review::review_progress};

use super::{CommandError, ExitStatus, changed_review, person::PersonArguments};
use crate::{
    cli::context::Context,
    clock,
    report::{ReviewItemFilter, ReviewReport},
};

/// Which review to close.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The review
    #[arg(value_name = "ID")]
    review: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    person: PersonArguments,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    let close = ReviewChange::Close {
        review: graph.reviews().named(&arguments.review)?.id.clone(),
        by: arguments.person.person(&graph)?,
        reason: arguments.reason.as_deref().map(Into::into),
    };
    let (effect, graph) = super::change(context, &graph, &close, false)?;
    let review = changed_review(&graph, &effect)?;
    let progress = review_progress(&graph, review, clock::now());
    context.write(&ReviewReport::new(&graph, &progress, &ReviewItemFilter::default()), None)?;
    Ok(ExitStatus::Fine)
}
