//! Where one entity of a review stands.

use crate::{
    graph::{CatalogGraph, Entity},
    model::{AnswererStanding, EntityRef, OutcomeState, Review, ReviewAnswer, ReviewItem, ReviewOutcome},
};

use super::{AutomaticConfirmation, automatic::automatic_confirmation};

/// One entity of a review with all that was said about it.
#[derive(Clone, Debug)]
pub struct ReviewedItem<'g> {
    /// What it was at the start.
    pub item: &'g ReviewItem,
    /// The entity as it is now; `None` where it is no longer in the catalog.
    pub entity: Option<Entity<'g>>,
    /// Where it stands.
    pub state: ItemState,
    /// What the answers come to.
    pub outcome: ReviewOutcome<'g>,
    /// What confirms it by itself, also where somebody answered.
    pub automatic: Option<AutomaticConfirmation>,
    /// Every answer about it, in order.
    pub answers: Vec<&'g ReviewAnswer>,
}

/// Where an entity of a review stands. Each is in exactly one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemState {
    /// Nobody answered.
    Open,
    /// Of existence and correctness one is confirmed.
    PartlyConfirmed,
    /// Handed over to somebody who has not confirmed that yet.
    HandOverPending,
    /// A person confirmed both.
    Confirmed,
    /// No person confirmed it, and it changed or was observed within the days that the review allows.
    ConfirmedAutomatically,
    /// A person said what is wrong.
    Corrected,
    /// Handed over to somebody who has confirmed that.
    HandedOver,
    /// A person said that it does not belong in the list.
    Rejected,
    /// It went before anybody answered.
    Vanished,
}

impl ItemState {
    /// All states, first those in which something is still to be answered.
    pub const ALL: [Self; 9] = [
        Self::Open,
        Self::PartlyConfirmed,
        Self::HandOverPending,
        Self::Confirmed,
        Self::ConfirmedAutomatically,
        Self::Corrected,
        Self::HandedOver,
        Self::Rejected,
        Self::Vanished,
    ];

    /// The state in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::PartlyConfirmed => "partly-confirmed",
            Self::HandOverPending => "hand-over-pending",
            Self::Confirmed => "confirmed",
            Self::ConfirmedAutomatically => "confirmed-automatically",
            Self::Corrected => "corrected",
            Self::HandedOver => "handed-over",
            Self::Rejected => "rejected",
            Self::Vanished => "vanished",
        }
    }

    /// Whether nothing more is asked about it.
    pub fn is_done(self) -> bool {
        !matches!(self, Self::Open | Self::PartlyConfirmed | Self::HandOverPending)
    }
}

impl<'g> ReviewedItem<'g> {
    /// Who is asked: the owner at the start, or to whom it was handed over.
    pub fn asked(&self) -> Option<&'g EntityRef> {
        self.outcome.handed_to.or(self.item.owner.as_ref())
    }

    /// Who owns it now, where that is somebody else than at the start.
    pub fn owner_now(&self) -> Option<Entity<'g>> {
        let owner = self.entity?.owner();
        owner.filter(|owner| Some(owner.name()) != self.item.owner.as_ref())
    }

    /// Whether it is no longer in the catalog, answered or not.
    pub fn is_vanished(&self) -> bool {
        self.entity.is_none()
    }

    /// Whether the answer that stands is of somebody who does not own it.
    pub fn is_by_non_owner(&self) -> bool {
        self.outcome.standing.is_some_and(|answer| answer.standing == AnswererStanding::NonOwner)
    }
}

/// Where one item of a review stands, by the answers about it in their order.
pub fn reviewed_item<'g>(
    graph: &'g CatalogGraph,
    review: &'g Review,
    item: &'g ReviewItem,
    answers: Vec<&'g ReviewAnswer>,
) -> ReviewedItem<'g> {
    let entity = graph.entity(&item.entity).filter(|entity| !entity.is_placeholder());
    let outcome = ReviewOutcome::of(answers.iter().copied());
    let automatic = entity.and_then(|entity| automatic_confirmation(review, item, entity));
    let state = match outcome.state {
        OutcomeState::Unanswered if entity.is_none() => ItemState::Vanished,
        // A person who confirmed a part does not take away what confirms the whole.
        OutcomeState::Unanswered | OutcomeState::PartlyConfirmed if automatic.is_some() => {
            ItemState::ConfirmedAutomatically
        }
        OutcomeState::Unanswered => ItemState::Open,
        OutcomeState::PartlyConfirmed => ItemState::PartlyConfirmed,
        OutcomeState::Confirmed => ItemState::Confirmed,
        OutcomeState::Corrected => ItemState::Corrected,
        OutcomeState::HandOverPending => ItemState::HandOverPending,
        OutcomeState::HandedOver => ItemState::HandedOver,
        OutcomeState::Rejected(_) => ItemState::Rejected,
    };
    ReviewedItem { item, entity, state, outcome, automatic, answers }
}
