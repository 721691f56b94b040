//! Cycles of needs: sets of entities that all need each other.

use petgraph::algo::kosaraju_scc;

use super::{CatalogGraph, Entity, petgraph_view::NeedsView};

impl CatalogGraph {
    /// The sets of two or more entities that transitively need each other, each sorted by ref, the
    /// sets by their first entity.
    ///
    /// Strongly connected components by Kosaraju's two searches, O(entities + needs). Petgraph's
    /// variant of Tarjan's algorithm recurses and would overflow the stack on a long chain.
    pub fn cycles(&self) -> Vec<Vec<Entity<'_>>> {
        let mut cycles: Vec<Vec<Entity<'_>>> = kosaraju_scc(NeedsView::new(&self.needs))
            .into_iter()
            .filter(|component| component.len() > 1)
            .map(|mut component| {
                component.sort_unstable();
                component.into_iter().map(|entity| Entity::new(self, entity)).collect()
            })
            .collect();
        cycles.sort_unstable_by_key(|cycle: &Vec<Entity<'_>>| cycle[0].index());
        cycles
    }
}
