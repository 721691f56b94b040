//! How far a review has come: by state, by team, and what is late.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::{
    graph::{CatalogGraph, Entity},
    model::{EntityRef, Review, ReviewAnswer, Timestamp},
};

use super::{ItemState, ReviewedItem, entities_in_scope, reviewed_item};

/// How far a review has come at one moment.
#[derive(Clone, Debug)]
pub struct ReviewProgress<'g> {
    /// The review, with its history.
    pub review: &'g Review,
    /// The moment.
    pub now: Timestamp,
    /// How many items are in each state; together all items.
    pub totals: StateCounts,
    /// How many of the answers that stand are of people who do not own what they are about.
    pub by_non_owners: usize,
    /// How many items are no longer in the catalog, answered or not.
    pub vanished: usize,
    /// How many answers came after the due date.
    pub late_answers: usize,
    /// For how many days the review is due, where something is still to be answered; `None` where it is
    /// not due, has been answered or is closed.
    pub days_overdue: Option<u32>,
    /// Whom is asked, by how much they have still to answer, most first, then by ref; what has no owner
    /// comes last among equals. Their counts together are those of all items.
    pub teams: Vec<TeamProgress<'g>>,
    /// Every item, in the order of refs.
    pub items: Vec<ReviewedItem<'g>>,
    /// What the scope means now and is no item, since it came later: nobody is asked about it.
    pub added: Vec<Entity<'g>>,
}

/// What one owner has answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamProgress<'g> {
    /// Who is asked: the owner at the start, or to whom it was handed over. `None` for what nobody owns.
    pub owner: Option<&'g EntityRef>,
    /// How many items are in each state.
    pub counts: StateCounts,
    /// How many of them should have been answered by now.
    pub overdue: usize,
}

/// How many items are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StateCounts([usize; ItemState::ALL.len()]);

impl StateCounts {
    /// How many are in one state.
    pub fn of(&self, state: ItemState) -> usize {
        self.0[state as usize]
    }

    /// How many there are.
    pub fn total(&self) -> usize {
        self.0.iter().sum()
    }

    /// Of how many nothing more is asked.
    pub fn done(&self) -> usize {
        ItemState::ALL.into_iter().filter(|state| state.is_done()).map(|state| self.of(state)).sum()
    }

    /// How many are still to be answered.
    pub fn to_answer(&self) -> usize {
        self.total() - self.done()
    }

    fn add(&mut self, state: ItemState) {
        self.0[state as usize] += 1;
    }
}

/// Every item of a review, in the order of refs. O((items + answers) · log entities).
pub fn reviewed_items<'g>(graph: &'g CatalogGraph, review: &'g Review) -> Vec<ReviewedItem<'g>> {
    let mut answers: FxHashMap<&EntityRef, Vec<&ReviewAnswer>> = FxHashMap::default();
    for answer in &review.answers {
        answers.entry(&answer.entity).or_default().push(answer);
    }
    let mut answers_about = |entity| answers.remove(entity).unwrap_or_default();
    let items = review.items.iter();
    items.map(|item| reviewed_item(graph, review, item, answers_about(&item.entity))).collect()
}

/// How far a review of the graph has come. O(entities + items + answers), times log items.
pub fn review_progress<'g>(
    graph: &'g CatalogGraph,
    review: &'g Review,
    now: Timestamp,
) -> ReviewProgress<'g> {
    let items = reviewed_items(graph, review);
    let is_past_due = review.is_past_due(now);
    let mut totals = StateCounts::default();
    let mut teams: BTreeMap<Option<&'g EntityRef>, TeamProgress<'g>> = BTreeMap::new();
    for item in &items {
        totals.add(item.state);
        let owner = item.asked();
        let team = teams.entry(owner).or_insert_with(|| TeamProgress {
            owner,
            counts: StateCounts::default(),
            overdue: 0,
        });
        team.counts.add(item.state);
        team.overdue += usize::from(is_past_due && !item.state.is_done());
    }
    let mut teams: Vec<TeamProgress<'g>> = teams.into_values().collect();
    let order = |team: &TeamProgress<'g>| {
        (std::cmp::Reverse(team.counts.to_answer()), team.owner.is_none(), team.owner)
    };
    teams.sort_by(|a, b| order(a).cmp(&order(b)));
    ReviewProgress {
        review,
        now,
        totals,
        by_non_owners: items.iter().filter(|item| item.is_by_non_owner()).count(),
        vanished: items.iter().filter(|item| item.is_vanished()).count(),
        late_answers: review.answers.iter().filter(|answer| review.is_late(answer)).count(),
        days_overdue: review.days_past_due(now).filter(|_| totals.to_answer() > 0),
        teams,
        items,
        added: entities_in_scope(graph, &review.scope)
            .into_iter()
            .filter(|entity| review.item(entity.name()).is_none())
            .collect(),
    }
}
