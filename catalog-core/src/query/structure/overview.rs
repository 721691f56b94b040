//! Everything about the structure at once.

use super::{
    Bridges, LongestChains, NeedCycle, SinglePoints, SinglePointsQuery, bridges, longest_chains, need_cycles,
    single_points,
};
use crate::graph::CatalogGraph;

/// Where the graph of needs is fragile, whatever changes or fails.
#[derive(Clone, Debug)]
pub struct StructureOverview<'g> {
    /// Who needs whom in a circle.
    pub cycles: Vec<NeedCycle<'g>>,
    /// Through whom every failure goes that comes from the failure domains and external parties.
    pub single_points: SinglePoints<'g>,
    /// What alone connects two parts.
    pub bridges: Bridges<'g>,
    /// How many entities have to work one behind the other.
    pub chains: LongestChains<'g>,
}

/// Asks everything about the structure, with at most so many chains. The cost is the sum of the parts'.
pub fn structure_overview(graph: &CatalogGraph, chains_max: usize) -> StructureOverview<'_> {
    StructureOverview {
        cycles: need_cycles(graph),
        single_points: single_points(graph, &SinglePointsQuery::default()),
        bridges: bridges(graph),
        chains: longest_chains(graph, chains_max),
    }
}
