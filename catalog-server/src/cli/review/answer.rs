//! `catalog review confirm|correct|hand-over|reject`: what owners say.

use catalog_core::{
    graph::CatalogGraph,
    model::{Answer, Rejection, Review, ReviewChange},
    query::{OWNER_KINDS, find_entity_of_kinds, ref_of_kinds},
    review::{AnswerTerms, items_asked_of, new_answer},
};

use super::{CommandError, ExitStatus, changed_review, person::PersonArguments, review_meant};
use crate::{
    cli::{context::Context, roots::names_given},
    report::ReviewAnswersReport,
};

/// What every answer is about and says.
#[derive(Debug, clap::Args)]
struct AnswerArguments {
    /// The entities; `-` for a list of them on standard input
    #[arg(value_name = "REF", required_unless_present = "all_of")]
    entities: Vec<String>,
    /// Everything that this owner is asked about and has not answered
    #[arg(long, value_name = "REF", conflicts_with = "entities")]
    all_of: Option<String>,
    /// The review [default: the only one that takes answers]
    #[arg(long, value_name = "ID")]
    review: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Refuse the answer unless the person is known to own what it is about
    #[arg(long)]
    strict: bool,
    /// Refuse the answer unless this is the number of the entity's last one; 0 for none
    #[arg(long, value_name = "NUMBER")]
    if_last: Option<u32>,
    #[command(flatten)]
    person: PersonArguments,
}

/// What is confirmed: both, where nothing is said.
#[derive(Debug, clap::Args)]
pub(super) struct ConfirmArguments {
    #[command(flatten)]
    of: AnswerArguments,
    /// Only that it exists and is in use
    #[arg(long)]
    exists: bool,
    /// Only that what the catalog says of it is right
    #[arg(long)]
    correct: bool,
}

/// What is wrong, and what it should be.
#[derive(Debug, clap::Args)]
pub(super) struct CorrectArguments {
    #[command(flatten)]
    of: AnswerArguments,
    /// The field that is wrong, as in `spec.owner`
    #[arg(long)]
    field: Option<String>,
    /// What it should be
    #[arg(long)]
    value: String,
}

/// Who takes over.
#[derive(Debug, clap::Args)]
pub(super) struct HandOverArguments {
    #[command(flatten)]
    of: AnswerArguments,
    /// The group or person who takes over, as in `group:payments`
    #[arg(long, value_name = "REF")]
    to: String,
}

/// Why it does not belong in the list.
#[derive(Debug, clap::Args)]
pub(super) struct RejectArguments {
    #[command(flatten)]
    of: AnswerArguments,
    /// It does not exist, or no more; else it is not ours
    #[arg(long)]
    does_not_exist: bool,
}

pub(super) fn confirm(context: &Context, arguments: &ConfirmArguments) -> Result<ExitStatus, CommandError> {
    let is_plain = !arguments.exists && !arguments.correct;
    let answer =
        Answer::Confirm { exists: arguments.exists || is_plain, correct: arguments.correct || is_plain };
    take(context, &arguments.of, |_| Ok(answer))
}

pub(super) fn correct(context: &Context, arguments: &CorrectArguments) -> Result<ExitStatus, CommandError> {
    let field = arguments.field.as_deref().map(Into::into);
    let value = arguments.value.as_str().into();
    take(context, &arguments.of, |_| Ok(Answer::Correct { field, value }))
}

pub(super) fn hand_over(
    context: &Context,
    arguments: &HandOverArguments,
) -> Result<ExitStatus, CommandError> {
    take(context, &arguments.of, |graph| {
        let to = find_entity_of_kinds(graph, &arguments.to, &OWNER_KINDS)?;
        Ok(Answer::HandOver { to: to.name().clone() })
    })
}

pub(super) fn reject(context: &Context, arguments: &RejectArguments) -> Result<ExitStatus, CommandError> {
    let why = if arguments.does_not_exist { Rejection::DoesNotExist } else { Rejection::NotOurs };
    take(context, &arguments.of, |_| Ok(Answer::Reject(why)))
}

/// Takes the same answer about each of the entities: all of them, or none.
fn take(
    context: &Context,
    arguments: &AnswerArguments,
    answer: impl FnOnce(&CatalogGraph) -> Result<Answer, CommandError>,
) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    let review = review_meant(&graph, arguments.review.as_deref())?;
    let names = names_meant(&graph, review, arguments)?;
    let terms = AnswerTerms {
        answer: answer(&graph)?,
        by: arguments.person.person(&graph)?,
        reason: arguments.reason.as_deref().map(Into::into),
        if_last: arguments.if_last,
        only_owners: arguments.strict,
    };
    let answers = names.iter().map(|name| new_answer(&graph, review, name, &terms));
    let answers = answers.collect::<Result<Vec<_>, _>>()?;
    let change = ReviewChange::Answer { review: review.id.clone(), answers };
    let (effect, graph) = super::change(context, &graph, &change, arguments.strict)?;
    let review = changed_review(&graph, &effect)?;
    context.write(&ReviewAnswersReport::new(&graph, review, &effect), None)?;
    Ok(ExitStatus::Fine)
}

/// The entities that are meant, each once.
fn names_meant(
    graph: &CatalogGraph,
    review: &Review,
    arguments: &AnswerArguments,
) -> Result<Vec<String>, CommandError> {
    let Some(owner) = &arguments.all_of else {
        let mut names = names_given(&arguments.entities)?;
        let mut met = std::collections::BTreeSet::new();
        names.retain(|name| met.insert(name.clone()));
        return Ok(names);
    };
    let owner = ref_of_kinds(graph, owner, &OWNER_KINDS)
        .map_err(|error| CommandError::usage(format!("`{owner}` is no owner: {error}")))?;
    let asked = items_asked_of(graph, review, &owner);
    if asked.is_empty() {
        return Err(CommandError::undecided(format!(
            "`{}` has nothing left to answer in review `{}`",
            owner.short(),
            review.id
        ))
        .hint(format!(
            "`catalog review show {} --team {}` shows what it answered",
            review.id,
            owner.short()
        )));
    }
    Ok(asked.into_iter().map(ToString::to_string).collect())
}
