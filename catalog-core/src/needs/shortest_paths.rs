//! All shortest chains of needs between some entities and one other, up to a bound.
//!
//! Breadth-first search from the roots until the target is met, then back from the target along needs that
//! lead one step nearer to a root. How many there are is counted exactly (Brandes 2001, the counting half);
//! only as many as asked for are written out. O(needs met + length · chains written out), without recursion.

use rustc_hash::FxHashMap;

use super::{Direction, Needs, search::Search};

/// The shortest chains between some roots and a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortestPaths {
    /// The first of them in the order of their entities' numbers, each from the target to a root, with both.
    pub paths: Vec<Vec<u32>>,
    /// How many there are in all; `u64::MAX` where there are more than that.
    pub count: u64,
}

impl Needs {
    /// The shortest chains of needs from `target` back to the nearest of `roots`, where one follows
    /// `direction` from the roots; `None` where there is none. Where the target is a root, the one chain is
    /// the target alone. At most `paths_max` are written out.
    ///
    /// # Panics
    ///
    /// Where something is not the number of an entity of this graph.
    pub fn shortest_paths(
        &self,
        roots: &[u32],
        target: u32,
        direction: Direction,
        paths_max: usize,
    ) -> Option<ShortestPaths> {
        let back = direction.opposite();
        let distance_of = self.distances_to(roots, target, direction)?;
        let nearer = |place: u32| {
            let distance = distance_of[&place];
            let row = self.rows(back).of(place).iter().map(|neighbour| neighbour.place());
            let mut nearer: Vec<u32> =
                row.filter(|next| distance > 0 && distance_of.get(next) == Some(&(distance - 1))).collect();
            nearer.sort_unstable_by_key(|next| self.entity_at(*next));
            nearer
        };
        let target = self.place_of(target);
        let mut paths = Vec::new();
        // The chain so far, each place with those that are still to be tried behind it, the last one next.
        let mut chain: Vec<(u32, Vec<u32>)> = vec![(target, reversed(nearer(target)))];
        while let Some((place, to_try)) = chain.last_mut() {
            if paths.len() == paths_max {
                break;
            }
            if distance_of[place] == 0 {
                paths.push(chain.iter().map(|(place, _)| self.entity_at(*place)).collect());
                chain.pop();
            } else if let Some(next) = to_try.pop() {
                chain.push((next, reversed(nearer(next))));
            } else {
                chain.pop();
            }
        }
        Some(ShortestPaths { paths, count: count_paths(target, &distance_of, nearer) })
    }

    /// The distance from the nearest root of every place that is no further away than the target.
    fn distances_to(&self, roots: &[u32], target: u32, direction: Direction) -> Option<FxHashMap<u32, u32>> {
        let rows = self.rows(direction);
        let target = self.place_of(target);
        let mut search = Search::new(self.entity_count(), &self.places_of(roots));
        search.run_until(rows, target);
        let mut distance_of = FxHashMap::default();
        for (distance, level) in (0..).zip(search.levels()) {
            distance_of.extend(level.iter().map(|place| (*place, distance)));
        }
        distance_of.contains_key(&target).then_some(distance_of)
    }
}

fn reversed(mut places: Vec<u32>) -> Vec<u32> {
    places.reverse();
    places
}

/// How many shortest ways lead from the target to a root.
fn count_paths(target: u32, distance_of: &FxHashMap<u32, u32>, nearer: impl Fn(u32) -> Vec<u32>) -> u64 {
    let mut level: FxHashMap<u32, u64> = FxHashMap::from_iter([(target, 1)]);
    for _ in 0..distance_of[&target] {
        let mut next: FxHashMap<u32, u64> = FxHashMap::default();
        for (place, ways) in level {
            for place in nearer(place) {
                let sum = next.entry(place).or_default();
                *sum = sum.saturating_add(ways);
            }
        }
        level = next;
    }
    level.into_values().fold(0, u64::saturating_add)
}
