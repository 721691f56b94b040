//! Extent: who lies behind a set of entities along their needs, and how far away.
//!
//! What [`Needs::reach`] finds, without the way to each and without whether hard needs alone lead there, which
//! together take about as long again. O(entities/64 + needs met).

use super::{Direction, Needs, ReachLimits, search::Search};

/// What lies behind a set of entities, without them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extent {
    /// The number and the distance of each entity that was reached, sorted by distance, then by number.
    pub reached: Vec<(u32, u32)>,
    /// Whether more lies behind the greatest depth that was asked for.
    pub cut_by_depth: bool,
}

impl Needs {
    /// Who is reached from `roots` in one direction, each once.
    ///
    /// # Panics
    ///
    /// Where a root is not the number of an entity of this graph.
    pub fn extent(&self, roots: &[u32], direction: Direction, limits: ReachLimits) -> Extent {
        let mut search = Search::new(self.entity_count(), &self.places_of(roots));
        let cut_by_depth = search.run(self.rows(direction), limits.depth_max);
        Extent { reached: self.by_distance(&search), cut_by_depth }
    }

    fn by_distance(&self, search: &Search) -> Vec<(u32, u32)> {
        let levels = || (1..).zip(search.levels().skip(1));
        let mut sorted = Vec::with_capacity(search.met_count());
        // Sorting a large part of all entities costs more than going through all numbers once.
        if search.met_count() < self.entity_count() / 32 {
            for (distance, level) in levels() {
                let start = sorted.len();
                sorted.extend(level.iter().map(|place| (self.entity_at(*place), distance)));
                sorted[start..].sort_unstable();
            }
            return sorted;
        }
        let mut distance_of = vec![0_u32; self.entity_count()];
        let mut starts = Vec::new();
        for (distance, level) in levels() {
            level.iter().for_each(|place| distance_of[*place as usize] = distance);
            starts.push(sorted.len());
            sorted.resize(sorted.len() + level.len(), (0, distance));
        }
        for (entity, place) in self.met_by_number(search) {
            let distance = distance_of[place as usize];
            // The roots have distance 0, and are not told.
            if let Some(at) = (distance as usize).checked_sub(1).map(|level| &mut starts[level]) {
                sorted[*at].0 = entity;
                *at += 1;
            }
        }
        sorted
    }

    /// Everything that was met, by number, with its place.
    pub(super) fn met_by_number(&self, search: &Search) -> Vec<(u32, u32)> {
        let mut met = vec![(0, 0); search.met_count() + 1];
        let mut count = 0;
        for (entity, place) in (0..).zip(self.layout.place_of()) {
            // Written in any case, and kept only where it was met: a branch here would be guessed wrong.
            met[count] = (entity, *place);
            count += usize::from(search.has_met(*place));
        }
        met.truncate(count);
        met
    }
}
