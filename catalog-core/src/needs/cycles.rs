//! Cycles of needs: sets of entities that all need each other.

use petgraph::algo::kosaraju_scc;

use super::{Needs, petgraph_view::NeedsView};

impl Needs {
    /// The sets of two or more entities that transitively need each other, each ascending, the sets by
    /// their first entity.
    ///
    /// Strongly connected components by Kosaraju's two searches, O(entities + needs): about what one plain
    /// search over the whole graph takes. Petgraph's variant of Tarjan's algorithm recurses and would
    /// overflow the stack on a long chain.
    pub fn cycles(&self) -> Vec<Vec<u32>> {
        let mut cycles: Vec<Vec<u32>> = kosaraju_scc(NeedsView::new(self))
            .into_iter()
            .filter(|component| component.len() > 1)
            .map(|mut component| {
                component.iter_mut().for_each(|place| *place = self.entity_at(*place));
                component.sort_unstable();
                component
            })
            .collect();
        cycles.sort_unstable();
        cycles
    }

    /// The same by hard needs alone that nothing stands in for: where one of a set is down, all are.
    /// O(entities + needs).
    pub fn hard_cycles(&self) -> Vec<Vec<u32>> {
        let components = self.hard_components();
        let members = components.members();
        let mut cycles: Vec<Vec<u32>> = (0..components.count)
            .map(|component| members.of(component))
            .filter(|places| places.len() > 1)
            .map(|places| {
                let mut entities: Vec<u32> = places.iter().map(|place| self.entity_at(*place)).collect();
                entities.sort_unstable();
                entities
            })
            .collect();
        cycles.sort_unstable();
        cycles
    }
}
