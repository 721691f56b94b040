//! When an entity was last known to be right.

use crate::{
    graph::CatalogGraph,
    model::{EntityRef, OutcomeState, Review, Timestamp},
};

use super::{AutomaticConfirmation, ReviewedItem, reviewed_item};

/// What reviews know of an entity.
#[derive(Clone, Debug, Default)]
pub struct LastConfirmation<'g> {
    /// When it was last confirmed, by whom it may be, and in which review.
    pub confirmed: Option<(Timestamp, &'g Review)>,
    /// Reviews that have it, the earliest first, each with where it stands there.
    pub reviews: Vec<(&'g Review, ReviewedItem<'g>)>,
}

/// When an entity was last confirmed in any review, by a person or by itself. O(reviews + answers).
pub fn last_confirmation<'g>(graph: &'g CatalogGraph, entity: &EntityRef) -> LastConfirmation<'g> {
    let mut last = LastConfirmation::default();
    for review in graph.reviews().iter() {
        let Some(item) = review.item(entity) else { continue };
        let answers = review.answers_about(&item.entity).collect();
        last.take(review, reviewed_item(graph, review, item, answers));
    }
    last
}

impl<'g> LastConfirmation<'g> {
    /// Takes in where the entity stands in one more review.
    pub(crate) fn take(&mut self, review: &'g Review, item: ReviewedItem<'g>) {
        let at = confirmed_at(&item).map(|at| (at, review));
        let is_later = |(at, _): &(Timestamp, &Review)| self.confirmed.is_none_or(|(last, _)| *at > last);
        self.confirmed = at.filter(is_later).or(self.confirmed);
        self.reviews.push((review, item));
    }
}

/// When an item was confirmed, by a person or by itself.
fn confirmed_at(item: &ReviewedItem<'_>) -> Option<Timestamp> {
    let by_person = match item.outcome.state {
        OutcomeState::Confirmed | OutcomeState::HandedOver => item.outcome.standing.map(|answer| answer.at),
        _ => None,
    };
    let by_itself = item.automatic.map(|AutomaticConfirmation { at, .. }| at);
    by_person.max(by_itself)
}
