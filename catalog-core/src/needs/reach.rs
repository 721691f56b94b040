//! Reach: everything that lies behind a set of entities along their needs.
//!
//! Breadth-first search over flat arrays with a bit set, O(entities/64 + needs met), without recursion. The
//! inner loop has no branch that depends on what it meets, as in the searches of the GAP benchmark suite
//! (Beamer, Asanović, Patterson 2015); which entity is met first from where does not matter to it.

use fixedbitset::FixedBitSet;

use super::{Direction, Needs, need_rows::NeedRows};

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
        let roots = self.places_of(roots);
        let mut search = Search::new(self.entity_count(), &roots);
        let mut via = vec![0; self.entity_count()];
        let cut_by_depth = search.run(rows, limits, &mut via);
        let hard = hard_closure(rows, self.entity_count(), &roots);
        Reach { reached: self.in_order(&search, &via, &hard), cut_by_depth }
    }

    /// How many entities lie behind `roots` at each distance, from 1: what [`Needs::reach`] finds,
    /// counted only.
    ///
    /// # Panics
    ///
    /// Where a root is not the number of an entity of this graph.
    pub fn reach_sizes(&self, roots: &[u32], direction: Direction, limits: ReachLimits) -> Vec<usize> {
        let mut search = Search::new(self.entity_count(), &self.places_of(roots));
        search.run(self.rows(direction), limits, &mut NoWay);
        search.levels().skip(1).map(|level| level.len()).collect()
    }

    /// What was met behind the roots, by number, sorted by distance, then by number.
    fn in_order(&self, search: &Search, via: &[u32], hard: &FixedBitSet) -> Vec<Reached> {
        let place_at = &search.queue;
        let reached = |position: u32, distance: u32| {
            let place = place_at[position as usize];
            Reached {
                entity: self.entity_at(place),
                distance,
                via: self.entity_at(via[place as usize]),
                is_hard: hard.contains(place as usize),
            }
        };
        let mut sorted = Vec::with_capacity(search.len - search.root_count());
        // Sorting a large part of all entities costs more than going through all numbers once.
        if search.len < self.entity_count() / 32 {
            for (distance, level) in (0..).zip(search.levels()).skip(1) {
                let start = sorted.len();
                sorted.extend(level.map(|position| reached(number(position), distance)));
                sorted[start..].sort_unstable_by_key(|reached: &Reached| reached.entity);
            }
            return sorted;
        }
        // The position of each entity in the queue, from 1; 0 where it was not met.
        let mut position_of = vec![0_u32; self.entity_count()];
        for (position, place) in (1..).zip(&place_at[..search.len]) {
            position_of[self.entity_at(*place) as usize] = position;
        }
        let ends: Vec<u32> = search.levels().map(|level| number(level.end)).collect();
        let mut next: Vec<usize> = search.levels().map(|level| level.start).collect();
        let mut positions = vec![0_u32; search.len];
        for position in position_of.into_iter().filter(|position| *position > 0) {
            let level = ends.partition_point(|end| *end < position);
            positions[next[level]] = position - 1;
            next[level] += 1;
        }
        for (distance, level) in (0..).zip(search.levels()).skip(1) {
            sorted.extend(positions[level].iter().map(|position| reached(*position, distance)));
        }
        sorted
    }
}

/// A breadth-first search: places in the order in which they were met, roots first.
pub(super) struct Search {
    /// One bit for each place.
    met: Vec<u64>,
    /// What was met; beyond `len` it holds what does not count.
    queue: Vec<u32>,
    len: usize,
    /// Where each distance begins in `queue`; distance 0 are the roots.
    level_starts: Vec<usize>,
}

/// Takes note of the way on which a search met something.
pub(super) trait Ways {
    /// `met` was met from `place`, for the first time if `is_new`.
    fn note(&mut self, met: u32, place: u32, is_new: bool);
}

/// Ways that nobody asks for.
pub(super) struct NoWay;

impl Ways for NoWay {
    fn note(&mut self, _met: u32, _place: u32, _is_new: bool) {}
}

/// By place, the place that it was met from.
impl Ways for Vec<u32> {
    fn note(&mut self, met: u32, place: u32, is_new: bool) {
        let way = &mut self[met as usize];
        *way = if is_new { place } else { *way };
    }
}

impl Search {
    /// A search that has met its roots, places ascending, and nothing else.
    pub(super) fn new(place_count: usize, roots: &[u32]) -> Self {
        let mut met = vec![0_u64; place_count.div_ceil(64)];
        for root in roots {
            met[*root as usize / 64] |= 1 << (root % 64);
        }
        Self { met, queue: roots.to_vec(), len: roots.len(), level_starts: vec![0] }
    }

    /// Follows `rows` until everything at the distance of `target` is met.
    pub(super) fn run_until(&mut self, rows: &NeedRows, target: u32) {
        while !self.has_met(target) {
            let limits = ReachLimits { depth_max: Some(number(self.level_starts.len())) };
            let before = self.len;
            self.run(rows, limits, &mut NoWay);
            if self.len == before {
                return;
            }
        }
    }

    /// Follows `rows` to their end or to the limit, from the last level that was met; tells whether more
    /// lies behind the limit.
    pub(super) fn run(&mut self, rows: &NeedRows, limits: ReachLimits, ways: &mut impl Ways) -> bool {
        let mut level = self.level_starts.last().copied().unwrap_or(0)..self.len;
        while !level.is_empty() {
            if limits.depth_max.is_some_and(|depth_max| self.level_starts.len() > depth_max as usize) {
                return level.clone().any(|position| {
                    let row = rows.of(self.queue[position]);
                    row.iter().any(|neighbour| !self.has_met(neighbour.place()))
                });
            }
            let end = level.end;
            self.level_starts.push(end);
            self.sort_level(level.clone());
            for position in level {
                self.follow(rows, self.queue[position], ways);
            }
            level = end..self.len;
        }
        self.level_starts.pop();
        false
    }

    /// Puts the places of a large level in order, so that their rows are read from front to back.
    fn sort_level(&mut self, level: std::ops::Range<usize>) {
        if level.len() < self.met.len() {
            return;
        }
        let mut is_here = vec![0_u64; self.met.len()];
        for place in &self.queue[level.clone()] {
            is_here[*place as usize / 64] |= 1 << (place % 64);
        }
        let mut places = self.queue[level].iter_mut();
        for (first, mut word) in (0..).step_by(64).zip(is_here) {
            while word != 0 {
                if let Some(place) = places.next() {
                    *place = first + word.trailing_zeros();
                }
                word &= word - 1;
            }
        }
    }

    fn follow(&mut self, rows: &NeedRows, place: u32, ways: &mut impl Ways) {
        let row = rows.of(place);
        let room = self.len + row.len();
        if self.queue.len() < room {
            self.queue.resize(room.max((room * 2).min(self.met.len() * 64)), 0);
        }
        let mut len = self.len;
        for neighbour in row {
            let neighbour = neighbour.place();
            let word = &mut self.met[neighbour as usize / 64];
            let bit = 1 << (neighbour % 64);
            let is_new = *word & bit == 0;
            // Written in any case, and kept only where it is new: a branch here would be guessed wrong.
            self.queue[len] = neighbour;
            ways.note(neighbour, place, is_new);
            len += usize::from(is_new);
            *word |= bit;
        }
        self.len = len;
    }

    /// The places at some positions of the queue.
    pub(super) fn places(&self, positions: std::ops::Range<usize>) -> &[u32] {
        &self.queue[positions]
    }

    fn has_met(&self, place: u32) -> bool {
        self.met[place as usize / 64] & (1 << (place % 64)) != 0
    }

    fn root_count(&self) -> usize {
        self.level_starts.get(1).copied().unwrap_or(self.len)
    }

    /// The positions in the queue of each distance from 0 on.
    pub(super) fn levels(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        let ends = self.level_starts.iter().skip(1).copied().chain([self.len]);
        self.level_starts.iter().copied().zip(ends).map(|(start, end)| start..end)
    }
}

/// What hard needs alone lead to, with the roots, which are places.
pub(super) fn hard_closure(rows: &NeedRows, place_count: usize, roots: &[u32]) -> FixedBitSet {
    let mut met = FixedBitSet::with_capacity(place_count);
    let mut queue: Vec<u32> = roots.to_vec();
    for root in roots {
        met.insert(*root as usize);
    }
    while let Some(place) = queue.pop() {
        for neighbour in rows.of(place) {
            if neighbour.is_hard() && !met.put(neighbour.place() as usize) {
                queue.push(neighbour.place());
            }
        }
    }
    met
}

fn number(position: usize) -> u32 {
    u32::try_from(position).expect("entities have numbers of 32 bits")
}
