//! Where each entity lies in the arrays: those that are met together in a search lie near each other.
//!
//! A search through a large catalog waits for memory, and for little else. Entities are numbered by name,
//! so that neighbours lie anywhere; their *places* are in the order of a breadth-first search that begins at
//! the most needed entities and goes on to those that need them. The searches that matter most, those from
//! hubs, then go through the arrays nearly from front to back.

use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::need_rows::NeedRows;

/// How many of the most needed entities the order begins with.
const HUBS: usize = 64;

/// The places of entities, and the entities at places: one permutation, both ways.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout(Arc<Permutation>);

#[derive(Debug, Default)]
struct Permutation {
    place_of: Vec<u32>,
    entity_at: Vec<u32>,
}

impl Layout {
    /// The order of a search along `dependents`, whose places are the entities' own numbers.
    /// O(entities + needs).
    pub(super) fn by_search(dependents: &NeedRows) -> Self {
        let count = dependents.place_count();
        let numbers = 0..u32::try_from(count).expect("entities have numbers of 32 bits");
        let mut hubs: Vec<u32> =
            numbers.clone().filter(|entity| !dependents.of(*entity).is_empty()).collect();
        let needed_most = |entity: &u32| std::cmp::Reverse((dependents.of(*entity).len(), !*entity));
        if hubs.len() > HUBS {
            hubs.select_nth_unstable_by_key(HUBS, needed_most);
            hubs.truncate(HUBS);
        }
        hubs.sort_unstable_by_key(needed_most);

        let mut order =
            Order { entity_at: Vec::with_capacity(count), placed: FixedBitSet::with_capacity(count) };
        hubs.into_iter().for_each(|hub| order.place(hub));
        let mut next = order.spread(0, dependents);
        for entity in numbers {
            order.place(entity);
            next = order.spread(next, dependents);
        }
        // What nothing needs comes last, so that no search has to look there for more.
        let (needed, unneeded): (Vec<u32>, Vec<u32>) =
            order.entity_at.into_iter().partition(|entity| !dependents.of(*entity).is_empty());
        let entity_at = [needed, unneeded].concat();
        let place_of = inverse(&entity_at);
        Self(Arc::new(Permutation { place_of, entity_at }))
    }

    /// The layout in which entities have these places.
    pub(super) fn of_places(place_of: Vec<u32>) -> Self {
        let entity_at = inverse(&place_of);
        Self(Arc::new(Permutation { place_of, entity_at }))
    }

    /// A layout of two arrays that were its own; `None` where they do not undo each other.
    pub(super) fn of_arrays(place_of: Vec<u32>, entity_at: Vec<u32>) -> Option<Self> {
        let is_there = |(entity, place): (u32, &u32)| entity_at.get(*place as usize) == Some(&entity);
        let is_whole = place_of.len() == entity_at.len() && (0..).zip(&place_of).all(is_there);
        is_whole.then(|| Self(Arc::new(Permutation { place_of, entity_at })))
    }

    /// The place of each entity.
    pub(super) fn place_of(&self) -> &[u32] {
        &self.0.place_of
    }

    /// The entity at each place.
    pub(super) fn entity_at(&self) -> &[u32] {
        &self.0.entity_at
    }
}

fn inverse(permutation: &[u32]) -> Vec<u32> {
    let mut inverse = vec![0; permutation.len()];
    for (position, item) in (0..).zip(permutation) {
        inverse[*item as usize] = position;
    }
    inverse
}

/// An order that is being made.
struct Order {
    entity_at: Vec<u32>,
    placed: FixedBitSet,
}

impl Order {
    fn place(&mut self, entity: u32) {
        if !self.placed.put(entity as usize) {
            self.entity_at.push(entity);
        }
    }

    /// Places everything behind the entities from position `next` on; tells where to go on.
    fn spread(&mut self, mut next: usize, dependents: &NeedRows) -> usize {
        while let Some(entity) = self.entity_at.get(next).copied() {
            next += 1;
            dependents.of(entity).iter().for_each(|neighbour| self.place(neighbour.place()));
        }
        next
    }
}
