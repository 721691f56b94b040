//! Reach: everything that lies behind a set of entities along their needs.
//!
//! Breadth-first search over flat arrays with a bit set, O(entities/64 + needs met), without recursion.

use fixedbitset::FixedBitSet;

use super::{
    Needs,
    needs::{Direction, NeedRows},
    symbols::index,
};

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
        let rows = self.rows(direction);
        let mut roots = roots.to_vec();
        roots.sort_unstable();
        roots.dedup();
        let search = Search::run(rows, self.entity_count(), &roots, limits);
        let hard = hard_closure(rows, self.entity_count(), &roots);
        Reach { reached: search.in_order(roots.len(), &hard), cut_by_depth: search.cut_by_depth }
    }
}

/// A finished breadth-first search: entities in the order in which they were met, roots first.
struct Search {
    met: FixedBitSet,
    queue: Vec<u32>,
    /// The entity from which the one at the same place of `queue` was met.
    via: Vec<u32>,
    /// Where each distance begins in `queue`; distance 0 are the roots.
    level_starts: Vec<usize>,
    cut_by_depth: bool,
}

impl Search {
    fn run(rows: &NeedRows, entity_count: usize, roots: &[u32], limits: ReachLimits) -> Self {
        let mut met = FixedBitSet::with_capacity(entity_count);
        for root in roots {
            met.insert(*root as usize);
        }
        let mut search = Self {
            met,
            queue: roots.to_vec(),
            via: roots.to_vec(),
            level_starts: vec![0],
            cut_by_depth: false,
        };
        let mut level = 0..search.queue.len();
        while !level.is_empty() {
            let distance = index(search.level_starts.len());
            if limits.depth_max.is_some_and(|depth_max| distance > depth_max) {
                search.cut_by_depth = level.clone().any(|position| {
                    let neighbours = rows.of(search.queue[position]);
                    neighbours.iter().any(|neighbour| !search.met.contains(neighbour.entity() as usize))
                });
                break;
            }
            let end = level.end;
            search.level_starts.push(end);
            for position in level {
                let entity = search.queue[position];
                for neighbour in rows.of(entity) {
                    let neighbour = neighbour.entity();
                    if !search.met.put(neighbour as usize) {
                        search.queue.push(neighbour);
                        search.via.push(entity);
                    }
                }
            }
            level = end..search.queue.len();
        }
        search
    }

    /// What was met behind the roots, sorted by distance, then by number.
    fn in_order(&self, root_count: usize, hard: &FixedBitSet) -> Vec<Reached> {
        let reached_count = self.queue.len() - root_count;
        let mut reached = Vec::with_capacity(reached_count);
        let ends: Vec<usize> = self.level_starts.iter().skip(1).copied().chain([self.queue.len()]).collect();
        let mut push = |position: usize, distance: usize| {
            let entity = self.queue[position];
            reached.push(Reached {
                entity,
                distance: index(distance),
                via: self.via[position],
                is_hard: hard.contains(entity as usize),
            });
        };
        // Sorting a large part of all entities costs more than going through the bit set once.
        if reached_count < self.met.len() / 32 {
            for (distance, bounds) in ends.windows(2).enumerate() {
                let mut positions: Vec<usize> = (bounds[0]..bounds[1]).collect();
                positions.sort_unstable_by_key(|position| self.queue[*position]);
                positions.into_iter().for_each(|position| push(position, distance + 1));
            }
            return reached;
        }
        let mut position_of = vec![0_u32; self.met.len()];
        for (position, entity) in self.queue.iter().enumerate() {
            position_of[*entity as usize] = index(position);
        }
        let mut sorted = vec![0_u32; self.queue.len()];
        let mut next: Vec<usize> = self.level_starts.clone();
        for entity in self.met.ones() {
            let position = position_of[entity];
            let distance = self.level_starts.partition_point(|start| *start <= position as usize) - 1;
            sorted[next[distance]] = position;
            next[distance] += 1;
        }
        for (distance, bounds) in ends.windows(2).enumerate() {
            sorted[bounds[0]..bounds[1]].iter().for_each(|position| push(*position as usize, distance + 1));
        }
        reached
    }
}

/// What hard needs alone lead to, with the roots.
fn hard_closure(rows: &NeedRows, entity_count: usize, roots: &[u32]) -> FixedBitSet {
    let mut met = FixedBitSet::with_capacity(entity_count);
    let mut queue: Vec<u32> = roots.to_vec();
    for root in roots {
        met.insert(*root as usize);
    }
    while let Some(entity) = queue.pop() {
        for neighbour in rows.of(entity) {
            if neighbour.is_hard() && !met.put(neighbour.entity() as usize) {
                queue.push(neighbour.entity());
            }
        }
    }
    met
}
