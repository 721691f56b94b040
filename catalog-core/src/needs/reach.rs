//! Reach: everything that lies behind a set of entities along their needs.
//!
//! Breadth-first search over flat arrays, O(entities/64 + needs met), without recursion; see [`Search`].

use super::{Direction, Needs, need_rows::Neighbour, search::Search};

/// How far a search goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReachLimits {
    /// Entities further away than this are not looked at; `None` follows the needs to their end.
    pub depth_max: Option<u32>,
}

/// What lies behind a set of entities, without them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// What was reached, sorted by distance, then by number.
    pub reached: Vec<Reached>,
    /// Whether more lies behind the greatest depth that was asked for.
    pub cut_by_depth: bool,
}

/// One entity in a [`Reach`], by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The entity.
    pub entity: u32,
    /// The number of needs on the shortest way from the nearest root; at least 1.
    pub distance: u32,
    /// The next entity on one shortest way back to a root.
    pub via: u32,
    /// Whether a way of hard needs alone, of any length, leads there.
    pub is_hard: bool,
}

impl Needs {
    /// Follows the needs from `roots` in one direction. The result does not depend on the order of
    /// the roots, and each entity is met once, so that cycles and diamonds cost nothing.
    ///
    /// # Panics
    ///
    /// Where a root is not the number of an entity of this graph.
    pub fn reach(&self, roots: &[u32], direction: Direction, limits: ReachLimits) -> Reach {
        let roots = self.places_of(roots);
        let mut search = Search::new(self.entity_count(), &roots);
        let cut_by_depth = search.run(self.rows(direction), limits.depth_max);
        let mut hard = Search::new(self.entity_count(), &roots);
        hard.run_along(self.rows(direction), None, Neighbour::is_hard);
        Reach { reached: self.in_order(&search, &hard, direction.opposite()), cut_by_depth }
    }

    /// How many entities lie behind `roots` at each distance, from 1: what [`Needs::reach`] finds,
    /// counted only.
    ///
    /// # Panics
    ///
    /// Where a root is not the number of an entity of this graph.
    pub fn reach_sizes(&self, roots: &[u32], direction: Direction, limits: ReachLimits) -> Vec<usize> {
        let mut search = Search::new(self.entity_count(), &self.places_of(roots));
        search.run(self.rows(direction), limits.depth_max);
        search.levels().skip(1).map(<[u32]>::len).collect()
    }

    /// Goes through the entities behind `roots` by number, with the distance of each: what [`Needs::reach`]
    /// finds, without proof and without strength.
    ///
    /// # Panics
    ///
    /// Where a root is not the number of an entity of this graph.
    pub fn for_each_reached(&self, roots: &[u32], direction: Direction, mut take: impl FnMut(u32, u32)) {
        let mut search = Search::new(self.entity_count(), &self.places_of(roots));
        search.run(self.rows(direction), None);
        let levels = || (0_u32..).zip(search.levels()).skip(1);
        if search.met_count() < self.entity_count() / 32 {
            let mut met: Vec<(u32, u32)> = Vec::with_capacity(search.met_count());
            for (distance, level) in levels() {
                met.extend(level.iter().map(|place| (self.entity_at(*place), distance)));
            }
            met.sort_unstable();
            met.into_iter().for_each(|(entity, distance)| take(entity, distance));
            return;
        }
        // What is asked of so many entities lies in the order of their numbers.
        let mut distance_of = vec![0; self.entity_count()];
        for (distance, level) in levels() {
            level.iter().for_each(|place| distance_of[self.entity_at(*place) as usize] = distance);
        }
        let met = (0..).zip(distance_of).filter(|(_, distance)| *distance > 0);
        met.for_each(|(entity, distance)| take(entity, distance));
    }

    /// What was met behind the roots, by number, sorted by distance, then by number.
    fn in_order(&self, search: &Search, hard: &Search, back: Direction) -> Vec<Reached> {
        let mut sorted =
            Vec::with_capacity(search.met_count() - search.levels().next().map_or(0, <[u32]>::len));
        // Sorting a large part of all entities costs more than going through all numbers once.
        if let Some(ways) = search.ways().filter(|_| search.met_count() < self.entity_count() / 32) {
            let mut by_entity: Vec<u64> = Vec::new();
            for (distance, (places, from)) in (0..).zip(ways).skip(1) {
                // A number with a position is one word, which is quicker to sort than what is at that position.
                by_entity.clear();
                let entities = places.iter().map(|place| u64::from(self.entity_at(*place)) << 32);
                by_entity.extend((0..).zip(entities).map(|(position, entity): (u64, _)| entity | position));
                by_entity.sort_unstable();
                sorted.extend(by_entity.iter().map(|key| {
                    let position = (key & u64::from(u32::MAX)) as usize;
                    Reached {
                        entity: (key >> 32) as u32,
                        distance,
                        via: self.entity_at(from[position]),
                        is_hard: hard.has_met(places[position]),
                    }
                }));
            }
            return sorted;
        }
        let rows = self.rows(back);
        // One more than the distance, so that 0 is what was not met.
        let mut level_of = vec![0_u32; self.entity_count()];
        for (level, places) in (1..).zip(search.levels()) {
            places.iter().for_each(|place| level_of[*place as usize] = level);
        }
        // By place, since that is the order in which needs lie; one look a place by number afterwards.
        let mut via = vec![0_u32; self.entity_count()];
        for (level, places) in (1..).zip(search.levels()).skip(1) {
            for place in places {
                let neighbours = rows.of(*place).iter().map(|of| of.place());
                let mut nearer = neighbours.filter(|next| level_of[*next as usize] == level - 1);
                via[*place as usize] = nearer.next().expect("what was met was met from somewhere");
            }
        }
        let mut next: Vec<usize> = Vec::new();
        let mut start = 0;
        for level in search.levels().skip(1) {
            next.push(start);
            start += level.len();
        }
        sorted.resize(start, Reached { entity: 0, distance: 0, via: 0, is_hard: false });
        for (entity, place) in self.met_by_number(search) {
            // The roots have distance 0, and are not told.
            let distance = level_of[place as usize] - 1;
            if let Some(at) = (distance as usize).checked_sub(1).map(|level| &mut next[level]) {
                let via = self.entity_at(via[place as usize]);
                sorted[*at] = Reached { entity, distance, via, is_hard: hard.has_met(place) };
                *at += 1;
            }
        }
        sorted
    }
}
