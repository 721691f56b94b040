//! Which entity of the one graph is which of the other.

use std::cmp::Ordering;

use crate::{
    graph::{Apart, CatalogGraph, Entity},
    model::EntityRef,
};

/// An entity as the one graph and the other have it; at least one does.
#[derive(Clone, Copy, Debug)]
pub struct EntityPair<'b, 'a> {
    /// As the graph before has it.
    pub before: Option<Entity<'b>>,
    /// As the graph after has it.
    pub after: Option<Entity<'a>>,
}

impl<'a> EntityPair<'a, 'a> {
    /// Its name.
    pub fn name(self) -> &'a EntityRef {
        let present = self.after.or(self.before);
        present.expect("a pair is of an entity that one of the graphs has").name()
    }
}

const NONE: u32 = u32::MAX;

/// Both graphs' entities in one list, in the order of their refs: the number of a pair is its place there.
#[derive(Clone, Debug)]
pub(super) struct Pairing {
    /// By pair, the numbers in the graphs before and after, or [`NONE`].
    pairs: Vec<(u32, u32)>,
    of_before: Vec<u32>,
    of_after: Vec<u32>,
}

impl Pairing {
    /// Merges the entities of two graphs. O(entities).
    pub(super) fn new(before: &CatalogGraph, after: &CatalogGraph, apart: Option<&Apart>) -> Self {
        if std::ptr::eq(before, after) {
            let numbers =
                0..u32::try_from(before.entities().len()).expect("a graph has fewer than 2^32 entities");
            let of: Vec<u32> = numbers.clone().collect();
            return Self {
                pairs: numbers.map(|number| (number, number)).collect(),
                of_before: of.clone(),
                of_after: of,
            };
        }
        let (mut left, mut right) = (before.entities().peekable(), after.entities().peekable());
        let mut pairing = Self {
            pairs: Vec::with_capacity(before.entities().len().max(after.entities().len())),
            of_before: Vec::with_capacity(before.entities().len()),
            of_after: Vec::with_capacity(after.entities().len()),
        };
        loop {
            let order = match (left.peek(), right.peek()) {
                (Some(left), Some(right)) if apart.is_some_and(|apart| apart.is_one(*left, *right)) => {
                    Ordering::Equal
                }
                (Some(left), Some(right)) => left.name().cmp(right.name()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return pairing,
            };
            let pair = u32::try_from(pairing.pairs.len()).expect("two graphs have fewer than 2^32 entities");
            let mut numbers = (NONE, NONE);
            if order.is_le() {
                numbers.0 = left.next().map_or(NONE, Entity::index);
                pairing.of_before.push(pair);
            }
            if order.is_ge() {
                numbers.1 = right.next().map_or(NONE, Entity::index);
                pairing.of_after.push(pair);
            }
            pairing.pairs.push(numbers);
        }
    }

    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.pairs.len()).expect("two graphs have fewer than 2^32 entities")
    }

    pub(super) fn before(&self, pair: u32) -> Option<u32> {
        let (before, _) = self.pairs[pair as usize];
        (before != NONE).then_some(before)
    }

    pub(super) fn after(&self, pair: u32) -> Option<u32> {
        let (_, after) = self.pairs[pair as usize];
        (after != NONE).then_some(after)
    }

    /// The pair of an entity of the graph before, by number.
    pub(super) fn of_before(&self, entity: u32) -> u32 {
        self.of_before[entity as usize]
    }

    /// The pair of an entity of the graph after, by number.
    pub(super) fn of_after(&self, entity: u32) -> u32 {
        self.of_after[entity as usize]
    }
}
