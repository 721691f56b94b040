//! Shared ground: what several sets of entities rest on by hard needs, all of them or at least some.
//!
//! A breadth-first search along hard needs from each set, counted by place; what is reported is where the
//! ways first meet, since everything behind that is shared as well. O(needs met by all searches), three
//! times over, without recursion; memory O(entities), however many sets there are.

use rustc_hash::FxHashMap;

use super::{Direction, Needs};

/// Searches for what sets of entities share; makes its arrays once for any number of questions.
pub struct SharedGround<'n> {
    needs: &'n Needs,
    /// By place, the last search that met it.
    met_in: Vec<u32>,
    search: u32,
    /// By place, how many sets of the present question rest on it.
    sets: Vec<u32>,
    /// Where `sets` is not 0.
    touched: Vec<u32>,
    queue: Vec<Met>,
}

/// A place that a search met, with the position in its queue that it was met from; its own for a root.
#[derive(Clone, Copy)]
struct Met {
    place: u32,
    from: u32,
}

/// What sets of entities share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    /// Where the ways of the sets first meet: what most sets rest on first, then by number.
    pub first: Vec<SharedNeed>,
    /// How many such entities there are, also those that were left out of `first`.
    pub first_total: usize,
    /// How many entities are shared, those behind the first ones too.
    pub total: usize,
}

/// An entity that several sets rest on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedNeed {
    /// The entity, by number.
    pub entity: u32,
    /// For each set that rests on it its place among the sets, and one shortest way of hard needs from one
    /// of its entities to this one, both ends included.
    pub ways: Vec<(u32, Vec<u32>)>,
}

/// A question to [`SharedGround`].
#[derive(Clone, Copy, Debug)]
pub struct SharedQuestion<'a> {
    /// The sets of entities, by number.
    pub sets: &'a [Vec<u32>],
    /// How many of the sets must rest on what is shared.
    pub sets_min: usize,
    /// Entities that count as shared by nobody, though what they rest on may be; ascending.
    pub spread: &'a [u32],
    /// How many entities to report at most.
    pub first_max: usize,
}

impl Needs {
    /// Prepares a search for what sets of entities share.
    pub fn shared_ground(&self) -> SharedGround<'_> {
        SharedGround {
            needs: self,
            met_in: vec![0; self.entity_count()],
            search: 0,
            sets: vec![0; self.entity_count()],
            touched: Vec::new(),
            queue: Vec::new(),
        }
    }
}

impl SharedGround<'_> {
    /// What the sets share. See the description of this file.
    ///
    /// # Panics
    ///
    /// Where a set holds what is not the number of an entity of this graph.
    pub fn of(&mut self, question: &SharedQuestion<'_>) -> Shared {
        for set in question.sets {
            self.search_from(set);
            for met in &self.queue {
                let sets = &mut self.sets[met.place as usize];
                if *sets == 0 {
                    self.touched.push(met.place);
                }
                *sets += 1;
            }
        }
        for entity in question.spread {
            self.sets[self.needs.place_of(*entity) as usize] = 0;
        }
        let sets_min = u32::try_from(question.sets_min.max(1)).expect("there are fewer than 2^32 sets");
        let total = self.touched.iter().filter(|place| self.sets[**place as usize] >= sets_min).count();
        let shared =
            if total == 0 { Shared::default() } else { self.first_shared(question, sets_min, total) };
        for place in self.touched.drain(..) {
            self.sets[place as usize] = 0;
        }
        shared
    }

    /// Where the ways of the sets first meet, with a way for each of them.
    fn first_shared(&mut self, question: &SharedQuestion<'_>, sets_min: u32, total: usize) -> Shared {
        let mut first: Vec<u32> = Vec::new();
        for set in question.sets {
            self.search_from(set);
            for (position, met) in self.queue.iter().enumerate() {
                let is_root = met.from as usize == position;
                if self.sets[met.place as usize] >= sets_min {
                    first.extend(is_root.then_some(met.place));
                    continue;
                }
                let needed = self.needs.rows(Direction::Dependencies).of(met.place).iter();
                let needed = needed.filter(|needed| needed.is_hard()).map(|needed| needed.place());
                first.extend(needed.filter(|needed| self.sets[*needed as usize] >= sets_min));
            }
            first.sort_unstable();
            first.dedup();
        }
        let first_total = first.len();
        first.sort_unstable_by_key(|place| {
            (std::cmp::Reverse(self.sets[*place as usize]), self.needs.entity_at(*place))
        });
        first.truncate(question.first_max);
        let mut ways: FxHashMap<u32, Vec<(u32, Vec<u32>)>> =
            first.iter().map(|place| (*place, Vec::new())).collect();
        for (number, set) in (0..).zip(question.sets) {
            self.search_from(set);
            for (position, met) in self.queue.iter().enumerate() {
                if let Some(ways) = ways.get_mut(&met.place) {
                    ways.push((number, self.way_to(position)));
                }
            }
        }
        let first = first.into_iter().map(|place| SharedNeed {
            entity: self.needs.entity_at(place),
            ways: ways.remove(&place).unwrap_or_default(),
        });
        Shared { first: first.collect(), first_total, total }
    }

    /// Puts everything that a set rests on into the queue, the set first.
    fn search_from(&mut self, set: &[u32]) {
        if self.search == u32::MAX {
            self.met_in.fill(0);
            self.search = 0;
        }
        self.search += 1;
        self.queue.clear();
        for place in self.needs.places_of(set) {
            self.met_in[place as usize] = self.search;
            let from = u32::try_from(self.queue.len()).expect("places have numbers of 32 bits");
            self.queue.push(Met { place, from });
        }
        let mut next = 0;
        while let Some(met) = self.queue.get(next).copied() {
            let from = u32::try_from(next).expect("places have numbers of 32 bits");
            next += 1;
            for needed in self.needs.rows(Direction::Dependencies).of(met.place) {
                let place = needed.place();
                if needed.is_hard() && self.met_in[place as usize] != self.search {
                    self.met_in[place as usize] = self.search;
                    self.queue.push(Met { place, from });
                }
            }
        }
    }

    /// The way from a root to a position of the queue, by entity.
    fn way_to(&self, position: usize) -> Vec<u32> {
        let mut way = Vec::new();
        let mut at = position;
        loop {
            let met = self.queue[at];
            way.push(self.needs.entity_at(met.place));
            if met.from as usize == at {
                way.reverse();
                return way;
            }
            at = met.from as usize;
        }
    }
}
