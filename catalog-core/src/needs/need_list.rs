//! Who needs whom, one need at a time: what [`Needs`](super::Needs) are made from.

use super::{alternatives::StatedGroup, need_rows::Neighbour};
use crate::model::Strength;

/// Needs between entities of the numbers from 0, in any order; repetitions do no harm.
#[derive(Clone, Debug, Default)]
pub struct NeedList {
    entity_count: usize,
    needs: Vec<(u32, Neighbour)>,
    groups: Vec<StatedGroup>,
}

impl NeedList {
    /// A list without needs, between so many entities.
    ///
    /// # Panics
    ///
    /// Where there are 2²⁹ entities or more.
    pub fn new(entity_count: usize) -> Self {
        assert!(entity_count < Neighbour::PLACES_MAX as usize, "a graph has fewer than 2^29 entities");
        Self { entity_count, ..Self::default() }
    }

    /// Makes room for so many needs.
    pub fn reserve(&mut self, needs: usize) {
        self.needs.reserve(needs);
    }

    /// One entity needs another. A need of oneself says nothing about anything else and is left out.
    pub fn push(&mut self, needy: u32, needed: u32, strength: Strength) {
        if needy != needed {
            self.needs.push((needed, Neighbour::plain(needy, strength)));
        }
    }

    /// An entity needs one of several. Oneself is no alternative, and a single one is a plain need.
    pub fn push_group(&mut self, needy: u32, strength: Strength, members: &[u32]) {
        let mut members: Vec<u32> = members.iter().copied().filter(|member| *member != needy).collect();
        members.sort_unstable();
        members.dedup();
        if let [only] = members.as_slice() {
            return self.push(needy, *only, strength);
        }
        if !members.is_empty() {
            self.needs.extend(members.iter().map(|member| (*member, Neighbour::member(needy))));
            self.groups.push((needy, strength, members.into()));
        }
    }

    /// Leaves out all needs of another strength. One of several that stand in for each other is soft.
    pub fn keep_only(&mut self, strength: Strength) {
        self.needs.retain(|(_, neighbour)| neighbour.strength() == strength);
        if strength == Strength::Hard {
            self.groups.clear();
        }
    }

    /// How many entities there are.
    pub fn entity_count(&self) -> usize {
        self.entity_count
    }

    /// Each needed entity with the one that needs it.
    pub(super) fn dependents(&self) -> impl Iterator<Item = (u32, Neighbour)> + Clone {
        self.needs.iter().copied()
    }

    pub(super) fn groups(&self) -> &[StatedGroup] {
        &self.groups
    }
}
