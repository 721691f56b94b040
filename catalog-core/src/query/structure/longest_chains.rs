//! The longest chains of hard needs: how many entities have to work one behind the other.

use crate::{
    graph::{CatalogGraph, Entity},
    query::{NeedStep, path::need_step},
};

/// The longest chains of hard needs.
#[derive(Clone, Debug, Default)]
pub struct LongestChains<'g> {
    /// How many entities have a longest chain of 0, 1, 2, … needs below them, groups and people among
    /// those of 0. Entities that hard-need each other in a circle are one step.
    pub levels: Vec<usize>,
    /// The longest chains, the longest first, then by the ref of their first entity.
    pub chains: Vec<NeedChain<'g>>,
}

/// A chain of hard needs.
#[derive(Clone, Debug)]
pub struct NeedChain<'g> {
    /// How many needs it has, without those within circles; at least 1.
    pub length: usize,
    /// The entities, each of which hard-needs the next; at least two.
    pub entities: Vec<Entity<'g>>,
}

impl<'g> NeedChain<'g> {
    /// The chain link by link, each with the relations that state it.
    pub fn steps(&self) -> Vec<NeedStep<'g>> {
        self.entities.windows(2).map(|link| need_step(link[0], link[1])).collect()
    }

    /// How many teams and people answer for the entities of the chain.
    pub fn owner_count(&self) -> usize {
        let mut owners: Vec<u32> =
            self.entities.iter().filter_map(|entity| entity.owner()).map(Entity::index).collect();
        owners.sort_unstable();
        owners.dedup();
        owners.len()
    }
}

/// Finds the longest chains of hard needs that nothing stands in for, for at most `count_max` of the
/// entities that nothing outside of their own circle hard-needs; of chains that are the same behind
/// their first need only the first is shown. O(entities + needs).
pub fn longest_chains(graph: &CatalogGraph, count_max: usize) -> LongestChains<'_> {
    let found = graph.needs().longest_chains(count_max);
    let chain = |chain: crate::needs::Chain| NeedChain {
        length: chain.length as usize,
        entities: chain.entities.into_iter().map(|number| graph.entity_at(number)).collect(),
    };
    LongestChains {
        levels: found.levels.into_iter().map(|count| count as usize).collect(),
        chains: found.chains.into_iter().map(chain).collect(),
    }
}
