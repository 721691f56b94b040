//! `confirmOwnership`, `correctOwnership`, `handOverOwnership` and `rejectOwnership`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use catalog_core::{
    graph::CatalogGraph,
    model::{Answer, ReviewChange},
    query::{OWNER_KINDS, find_entity_of_kinds},
    review::{AnswerTerms, new_answer, person_named, place_to_correct},
};

use super::Desk;
use crate::{
    clock::now,
    graphql::{
        GraphqlLimits,
        page::check_text,
        types::{
            origin::OriginObject,
            review_item::{RejectionValue, ReviewAnswerObject, ReviewItemObject},
            user_error::UserError,
        },
    },
};

#[derive(Default)]
pub(super) struct AnswerReviewMutation;

/// What an answer is about, and who gives it.
#[derive(Clone, Debug, InputObject)]
pub(super) struct ReviewAnswerInput {
    /// The id of the review.
    review: String,
    /// The ref of the entity.
    #[graphql(name = "ref")]
    reference: String,
    /// The refs of further entities that the same is said of: all of it is taken, or nothing.
    #[graphql(default)]
    further_refs: Vec<String>,
    /// Who answers: an e-mail address, a login with `@`, or a user.
    person: String,
    /// Why; a rejection needs a reason.
    reason: Option<String>,
    /// The number of the entity's last answer that the caller knows of, 0 for none: where there is a later
    /// one, this one is not taken. Left out, it is taken whatever was answered.
    if_last: Option<u32>,
    /// Whether the answer is not taken unless the person is known to own the entity. Else it is taken and marked.
    #[graphql(default)]
    only_owners: bool,
}

/// What an answer came to.
#[derive(SimpleObject)]
pub(super) struct ReviewAnswerPayload {
    /// The answer as it was taken; null where it was not.
    answer: Option<ReviewAnswerObject>,
    /// All answers as they were taken, in the order of the refs; empty where nothing was done.
    answers: Vec<ReviewAnswerObject>,
    /// The entity with all its answers, as it stands now; null where nothing was done.
    item: Option<ReviewItemObject>,
    /// Of a correction: the place in git to change, which remains the truth.
    place: Option<OriginObject>,
    /// Why nothing was done; empty where it was.
    user_errors: Vec<UserError>,
}

#[Object]
impl AnswerReviewMutation {
    /// Says that an entity exists and that what the catalog says of it is right; both, where neither is
    /// said. What was handed over to one's own team is taken over by this.
    async fn confirm_ownership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is confirmed, and by whom.")] about: ReviewAnswerInput,
        #[graphql(desc = "Whether it exists and is in use.")] exists: Option<bool>,
        #[graphql(desc = "Whether what the catalog says of it is right.")] correct: Option<bool>,
    ) -> Result<ReviewAnswerPayload> {
        let is_plain = exists.is_none() && correct.is_none();
        let answer =
            Answer::Confirm { exists: exists.unwrap_or(is_plain), correct: correct.unwrap_or(is_plain) };
        take(ctx, &about, |_| Ok(answer))
    }

    /// Says what is wrong about an entity and what it should be. The manifest in git remains the truth.
    async fn correct_ownership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is wrong, and who says so.")] about: ReviewAnswerInput,
        #[graphql(desc = "The field that is wrong, as in `spec.owner`.")] field: Option<String>,
        #[graphql(desc = "What it should be.")] value: String,
    ) -> Result<ReviewAnswerPayload> {
        let answer = Answer::Correct { field: field.map(Into::into), value: value.into() };
        take(ctx, &about, |_| Ok(answer))
    }

    /// Says that an entity belongs to somebody else, who has to confirm that.
    async fn hand_over_ownership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is handed over, and by whom.")] about: ReviewAnswerInput,
        #[graphql(desc = "The ref of the group or person who takes over.")] to: String,
    ) -> Result<ReviewAnswerPayload> {
        check_text(ctx, "to", &to)?;
        take(ctx, &about, |graph| match find_entity_of_kinds(graph, &to, &OWNER_KINDS) {
            Ok(receiver) => Ok(Answer::HandOver { to: receiver.name().clone() }),
            Err(error) => Err(UserError::not_found("to", &error)),
        })
    }

    /// Says that an entity does not belong in the list.
    async fn reject_ownership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is rejected, by whom and why.")] about: ReviewAnswerInput,
        #[graphql(desc = "Why it does not belong there.")] rejection: RejectionValue,
    ) -> Result<ReviewAnswerPayload> {
        take(ctx, &about, |_| Ok(Answer::Reject(rejection.into())))
    }
}

/// Takes an answer, or says why not.
fn take(
    ctx: &Context<'_>,
    about: &ReviewAnswerInput,
    answer: impl FnOnce(&CatalogGraph) -> std::result::Result<Answer, UserError>,
) -> Result<ReviewAnswerPayload> {
    for (name, text) in [("review", &about.review), ("ref", &about.reference), ("person", &about.person)] {
        check_text(ctx, name, text)?;
    }
    let refs_max = ctx.data::<GraphqlLimits>()?.refs_max;
    for reference in about.further_refs.iter().take(refs_max) {
        check_text(ctx, "furtherRefs", reference)?;
    }
    let desk = Desk::of(ctx)?.and_then(|desk| {
        if about.further_refs.len() < refs_max {
            return Ok(desk);
        }
        let message =
            format!("one answer is about at most {refs_max} entities, the limit `graphql.refs_max`");
        Err(UserError::invalid("furtherRefs", message))
    });
    let taken = desk.and_then(|desk| taken(&desk, about, answer));
    Ok(taken.unwrap_or_else(|error| ReviewAnswerPayload {
        answer: None,
        answers: Vec::new(),
        item: None,
        place: None,
        user_errors: vec![error],
    }))
}

fn taken(
    desk: &Desk,
    about: &ReviewAnswerInput,
    answer: impl FnOnce(&CatalogGraph) -> std::result::Result<Answer, UserError>,
) -> std::result::Result<ReviewAnswerPayload, UserError> {
    let graph = desk.graph();
    let review = graph.reviews().named(&about.review)?;
    let terms = AnswerTerms {
        answer: answer(&graph)?,
        by: person_named(&graph, &about.person),
        reason: about.reason.as_deref().map(Into::into),
        if_last: about.if_last,
        only_owners: about.only_owners,
    };
    let refs = std::iter::once(&about.reference).chain(&about.further_refs);
    let new = refs.map(|reference| new_answer(&graph, review, reference, &terms));
    let new = new.collect::<std::result::Result<Vec<_>, _>>()?;
    let entity = new.first().expect("there is at least one ref").entity.clone();
    let place = match &terms.answer {
        Answer::Correct { field, .. } => {
            graph.entity(&entity).and_then(|entity| place_to_correct(entity, field.as_deref()))
        }
        _ => None,
    };
    let change = ReviewChange::Answer { review: review.id.clone(), answers: new };
    let effect = desk.change(&change)?;
    let graph = desk.graph();
    let review = graph.reviews().find(effect.review.as_str());
    let answers = review.into_iter().flat_map(|review| {
        let taken = review.answers.iter().filter(|answer| effect.answers.contains(&answer.number));
        taken.map(|answer| ReviewAnswerObject::new(review, answer))
    });
    let answers: Vec<ReviewAnswerObject> = answers.collect();
    Ok(ReviewAnswerPayload {
        answer: answers.first().cloned(),
        answers,
        item: review.map(|review| ReviewItemObject::new(&graph, &review.id, &entity, now())),
        place: place.map(Into::into),
        user_errors: Vec::new(),
    })
}
