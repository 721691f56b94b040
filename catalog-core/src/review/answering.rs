//! An answer is held against the catalog before the review takes it.

use crate::{
    graph::{CatalogGraph, Entity},
    model::{
        Answer, AnswererStanding, EntityRef, NewAnswer, Person, Review, ReviewItem, ReviewOutcome,
        ReviewRefusal,
    },
    query::{EntityNotFound, find_entity},
};

use super::{reviewed_items, standing_of};

/// What is said in an answer, whatever it is about.
#[derive(Clone, Debug)]
pub struct AnswerTerms {
    /// What is said.
    pub answer: Answer,
    /// Who says it.
    pub by: Person,
    /// Why.
    pub reason: Option<Box<str>>,
    /// The number of the answer that is taken for the last; see [`NewAnswer::if_last`].
    pub if_last: Option<u32>,
    /// Whether it is refused unless the person is known to own what it is about.
    pub only_owners: bool,
}

/// Why an answer was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerRefused {
    /// The text names no entity, neither of the catalog nor of the review.
    #[error(transparent)]
    NotFound(#[from] EntityNotFound),
    /// The review does not take it.
    #[error(transparent)]
    Refused(#[from] ReviewRefusal),
}

/// The answer about the entity that a text means, ready to be taken. O(answers of the review).
///
/// Who answers is measured by whom it was handed over to, by its owner and by its owner at the start;
/// who is none of them is taken, too, and marked, unless only owners may answer.
///
/// # Errors
///
/// There is no such entity, it is not in the review or not in the catalog any more, it cannot be handed
/// over to that receiver, or the person may not answer.
pub fn new_answer(
    graph: &CatalogGraph,
    review: &Review,
    text: &str,
    terms: &AnswerTerms,
) -> Result<NewAnswer, AnswerRefused> {
    if review.closed.is_some() {
        return Err(ReviewRefusal::Closed(review.id.clone()).into());
    }
    let (item, entity) = find_item(graph, review, text)?;
    let outcome = ReviewOutcome::of(review.answers_about(&item.entity));
    let owner_now = entity.owner().map(Entity::name);
    let mut owners: Vec<EntityRef> = Vec::new();
    for owner in [outcome.handed_to, owner_now, item.owner.as_ref()].into_iter().flatten() {
        if !owners.contains(owner) {
            owners.push(owner.clone());
        }
    }
    let answer = match &terms.answer {
        Answer::HandOver { to } => {
            let receiver = graph
                .entity(to)
                .filter(|to| !to.is_placeholder() && matches!(to.name().kind(), "group" | "user"));
            let receiver = receiver.ok_or_else(|| ReviewRefusal::ReceiverUnknown { to: to.clone() })?;
            let to = receiver.name().clone();
            if owners.first() == Some(&to) {
                let entity = item.entity.clone();
                return Err(ReviewRefusal::HandOverToOwner { entity, owner: to }.into());
            }
            Answer::HandOver { to }
        }
        answer => answer.clone(),
    };
    let (standing, answers_for) = standing_of(graph, &terms.by, &owners);
    if terms.only_owners && standing != AnswererStanding::Owner {
        return Err(ReviewRefusal::NotOwner {
            person: terms.by.to_string().into(),
            entity: item.entity.clone(),
            owner: owners.into_iter().next(),
        }
        .into());
    }
    Ok(NewAnswer {
        entity: item.entity.clone(),
        answer,
        by: terms.by.clone(),
        standing,
        answers_for,
        reason: terms.reason.clone(),
        if_last: terms.if_last,
    })
}

/// The refs of what is still to be answered by an owner, in order. O((items + answers) · log entities).
pub fn items_asked_of<'g>(
    graph: &'g CatalogGraph,
    review: &'g Review,
    owner: &EntityRef,
) -> Vec<&'g EntityRef> {
    let items = reviewed_items(graph, review).into_iter();
    let asked = items.filter(|item| item.asked() == Some(owner) && !item.state.is_done());
    // Nobody can answer about what is not there.
    asked.filter(|item| !item.is_vanished()).map(|item| &item.item.entity).collect()
}

/// The item that a text means, with its entity as it is now.
fn find_item<'g>(
    graph: &'g CatalogGraph,
    review: &'g Review,
    text: &str,
) -> Result<(&'g ReviewItem, Entity<'g>), AnswerRefused> {
    // What has gone has no entity, and still is an item.
    let vanished = || {
        let name = EntityRef::parse_lenient(text.trim()).ok()?;
        let item = review.item(&name)?;
        Some(AnswerRefused::from(ReviewRefusal::Vanished { entity: item.entity.clone() }))
    };
    let entity = match find_entity(graph, text) {
        Ok(entity) => entity,
        Err(error) => return Err(vanished().unwrap_or_else(|| error.into())),
    };
    if entity.is_placeholder()
        && let Some(vanished) = vanished()
    {
        return Err(vanished);
    }
    // An entity may have got another name since.
    let item = review.item(entity.name()).or_else(|| {
        let mut items = review.items.iter();
        items.find(|item| graph.entity(&item.entity) == Some(entity))
    });
    match item {
        Some(item) => Ok((item, entity)),
        None => {
            let (review, entity) = (review.id.clone(), entity.name().clone());
            Err(ReviewRefusal::NotInScope { review, entity }.into())
        }
    }
}
