//! Cycles: who needs whom in a circle, with the smallest circle as proof.

use std::cmp::Reverse;

use crate::{
    graph::{CatalogGraph, Entity},
    query::{NeedStep, path::need_step},
};

/// Entities that all transitively need each other, by needs of any strength.
#[derive(Clone, Debug)]
pub struct NeedCycle<'g> {
    /// All of them, by ref; at least two.
    pub members: Vec<Entity<'g>>,
    /// How many of them are in a circle of hard needs alone: where one of those is down, so is its circle.
    pub hard_members: usize,
    /// Whether no circle among them is smaller than the one that [`NeedCycle::witness`] shows.
    pub is_smallest: bool,
    witness: Vec<Entity<'g>>,
}

impl<'g> NeedCycle<'g> {
    /// One smallest circle among them: each needs the next, and the last the first, whose ref comes first.
    pub fn witness_entities(&self) -> &[Entity<'g>] {
        &self.witness
    }

    /// That circle link by link: each begins where the one before ends, and the last ends where the first
    /// begins.
    pub fn witness(&self) -> Vec<NeedStep<'g>> {
        let next = self.witness.iter().cycle().skip(1);
        self.witness.iter().zip(next).map(|(from, to)| need_step(*from, *to)).collect()
    }

    /// How many of the members are critical (tiers 0 and 1).
    pub fn critical(&self) -> usize {
        self.members.iter().filter(|member| member.is_critical()).count()
    }

    /// Who answers for the members, by ref, each once: who has to agree where the circle is to be broken.
    pub fn owners(&self) -> Vec<Entity<'g>> {
        let mut owners: Vec<Entity<'g>> = self.members.iter().filter_map(|member| member.owner()).collect();
        owners.sort_unstable_by_key(|owner| owner.index());
        owners.dedup();
        owners
    }
}

/// All cycles of needs, the one with most entities first, then by the ref of the first.
///
/// O(entities + needs), and a bounded search within each: [`crate::needs::Needs::cycle_witnesses`].
pub fn need_cycles(graph: &CatalogGraph) -> Vec<NeedCycle<'_>> {
    let entities = |numbers: Vec<u32>| numbers.into_iter().map(|number| graph.entity_at(number)).collect();
    let mut cycles: Vec<NeedCycle<'_>> = graph
        .needs()
        .cycle_witnesses()
        .into_iter()
        .map(|cycle| NeedCycle {
            members: entities(cycle.members),
            hard_members: cycle.hard_members,
            is_smallest: cycle.is_smallest,
            witness: entities(cycle.witness),
        })
        .collect();
    cycles.sort_by_key(|cycle| Reverse(cycle.members.len()));
    cycles
}
