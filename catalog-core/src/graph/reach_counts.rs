//! How much lies behind every entity, counted once for a graph.

use super::CatalogGraph;
use crate::needs::{Direction, ReachCountLimits, ReachCounts, Weights};

impl CatalogGraph {
    /// How many entities, critical ones and owners lie behind every entity in a direction, by number.
    ///
    /// Counted when it is first asked for, and kept; some seconds for a million entities. Exact within
    /// the default [`ReachCountLimits`], else an estimate that says so.
    pub fn reach_counts(&self, direction: Direction) -> &ReachCounts {
        let kept = match direction {
            Direction::Dependents => &self.dependent_counts,
            Direction::Dependencies => &self.dependency_counts,
        };
        kept.get_or_init(|| {
            let mut weights = Weights::new(self.entities().len());
            for entity in self.entities() {
                if entity.is_critical() {
                    weights.set_critical(entity.index());
                }
                if let Some(owner) = entity.owner() {
                    weights.set_owner(entity.index(), owner.index());
                }
            }
            self.needs.reach_counts(direction, &weights, ReachCountLimits::default())
        })
    }
}
