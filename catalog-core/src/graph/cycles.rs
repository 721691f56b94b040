//! Cycles of needs: sets of entities that all need each other.

use super::{CatalogGraph, Entity};

impl CatalogGraph {
    /// The sets of two or more entities that transitively need each other, each sorted by ref, the
    /// sets by their first entity. O(entities + needs).
    pub fn cycles(&self) -> Vec<Vec<Entity<'_>>> {
        let entities = |numbers: Vec<u32>| numbers.into_iter().map(|number| self.entity_at(number)).collect();
        self.needs.cycles().into_iter().map(entities).collect()
    }
}
