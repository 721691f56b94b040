//! Bridges and articulation points: the one need, or the one entity, that holds two parts of the hard
//! graph together.
//!
//! Hopcroft and Tarjan 1973 ("Algorithm 447: efficient algorithms for graph manipulation"): one depth-first
//! search over the hard needs without regard to their direction, without recursion. Where two entities
//! hard-need each other, those are two needs side by side, and neither is a bridge (petgraph's `bridges`
//! wants a graph without such pairs). O(entities + needs).

use super::{Direction, Needs};

/// What holds the graph of hard needs together, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cuts {
    /// The needs without which the graph falls into more parts, sorted by `needy`, then `needed`.
    pub bridges: Vec<Bridge>,
    /// The entities without which the graph falls into more parts, by number.
    pub articulation_points: Vec<ArticulationPoint>,
}

/// A hard need that is the only connection between two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bridge {
    /// The entity that needs.
    pub needy: u32,
    /// The entity that is needed.
    pub needed: u32,
    /// How many entities are on the side of `needy`, itself included.
    pub needy_side: u32,
    /// How many entities are on the side of `needed`, itself included.
    pub needed_side: u32,
}

impl Bridge {
    /// How many entities the smaller side has: what softening this one need takes off the rest.
    pub fn cut_off(&self) -> u32 {
        self.needy_side.min(self.needed_side)
    }
}

/// An entity that is the only connection between parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ArticulationPoint {
    /// The entity.
    pub entity: u32,
    /// Into how many parts its part of the graph falls without it; at least 2.
    pub parts: u32,
    /// How many entities are then outside of the largest of these parts, without itself.
    pub cut_off: u32,
}

impl Needs {
    /// The bridges and articulation points of the hard needs that nothing stands in for, taken without
    /// regard to their direction.
    pub fn cuts(&self) -> Cuts {
        let search = Search::run(self);
        let mut cuts = search.cuts(self);
        cuts.bridges.sort_unstable();
        cuts.articulation_points.sort_unstable();
        cuts
    }
}

const NONE: u32 = u32::MAX;

/// A depth-first search, by position: the order in which places were entered.
#[derive(Default)]
struct Search {
    places: Vec<u32>,
    /// The position from which each was entered; [`NONE`] where a part begins.
    parents: Vec<u32>,
    /// The lowest position that a need leads to from what was entered behind it.
    low: Vec<u32>,
    position_of: Vec<u32>,
}

struct Frame {
    position: u32,
    /// How many neighbours are behind: first those that the place needs, then those that need it.
    next: u32,
    /// Whether the need that led here was met again; a second need of the same two counts.
    has_met_way_in: bool,
}

impl Search {
    fn run(needs: &Needs) -> Self {
        let mut search = Self { position_of: vec![NONE; needs.entity_count()], ..Self::default() };
        let rows = [needs.rows(Direction::Dependencies), needs.rows(Direction::Dependents)];
        let mut frames: Vec<Frame> = Vec::new();
        for root in 0..search.position_of.len() {
            if search.position_of[root] != NONE {
                continue;
            }
            frames.push(search.enter(u32::try_from(root).expect("places are numbers of 32 bits"), NONE));
            while let Some(frame) = frames.last_mut() {
                let position = frame.position as usize;
                let place = search.places[position];
                let parent = search.parents[position];
                let parent_place = if parent == NONE { NONE } else { search.places[parent as usize] };
                let (needed, needy) = (rows[0].of(place), rows[1].of(place));
                let mut low = search.low[position];
                let mut inner = None;
                while inner.is_none() {
                    let next = frame.next as usize;
                    let at = needed.get(next).or_else(|| needy.get(next - needed.len()));
                    let Some(neighbour) = at else { break };
                    frame.next += 1;
                    if !neighbour.is_hard() {
                        continue;
                    }
                    let near = neighbour.place();
                    let met = search.position_of[near as usize];
                    if met == NONE {
                        inner = Some(near);
                    } else if near == parent_place && !frame.has_met_way_in {
                        frame.has_met_way_in = true;
                    } else {
                        low = low.min(met);
                    }
                }
                search.low[position] = low;
                if let Some(inner) = inner {
                    let number = frame.position;
                    frames.push(search.enter(inner, number));
                } else {
                    frames.pop();
                    if parent != NONE {
                        let low_of_parent = &mut search.low[parent as usize];
                        *low_of_parent = low.min(*low_of_parent);
                    }
                }
            }
        }
        search
    }

    fn enter(&mut self, place: u32, parent: u32) -> Frame {
        let position = u32::try_from(self.places.len()).expect("places are numbers of 32 bits");
        self.position_of[place as usize] = position;
        self.places.push(place);
        self.parents.push(parent);
        self.low.push(position);
        Frame { position, next: 0, has_met_way_in: false }
    }

    fn cuts(&self, needs: &Needs) -> Cuts {
        let sizes = self.sizes();
        let mut cuts = Cuts::default();
        // By position: how many parts hang on it alone, with how many entities, the largest of them.
        let mut hanging = vec![(0_u32, 0_u32, 0_u32); self.places.len()];
        let mut total = 0;
        let mut total_of = vec![0_u32; self.places.len()];
        for (position, parent) in self.parents.iter().enumerate() {
            if *parent == NONE {
                total = sizes[position];
            } else {
                let (parts, entities, largest) = &mut hanging[*parent as usize];
                if self.low[position] >= *parent {
                    *parts += 1;
                    *entities += sizes[position];
                    *largest = sizes[position].max(*largest);
                }
                if self.low[position] > *parent {
                    cuts.bridges.push(self.bridge(needs, position, sizes[position], total));
                }
            }
            total_of[position] = total;
        }
        for (position, (parts, entities, largest)) in hanging.into_iter().enumerate() {
            let rest = total_of[position] - 1 - entities;
            let parts = parts + u32::from(rest > 0);
            if parts > 1 {
                cuts.articulation_points.push(ArticulationPoint {
                    entity: needs.entity_at(self.places[position]),
                    parts,
                    cut_off: total_of[position] - 1 - largest.max(rest),
                });
            }
        }
        cuts
    }

    /// How many places were entered behind each position, itself included.
    fn sizes(&self) -> Vec<u32> {
        let mut sizes = vec![1_u32; self.places.len()];
        for (position, parent) in self.parents.iter().enumerate().rev() {
            if *parent != NONE {
                sizes[*parent as usize] += sizes[position];
            }
        }
        sizes
    }

    /// The bridge over which a position was entered.
    fn bridge(&self, needs: &Needs, position: usize, behind: u32, total: u32) -> Bridge {
        let inner = self.places[position];
        let outer = self.places[self.parents[position] as usize];
        let inner_needs = needs.rows(Direction::Dependencies).of(inner);
        let is_inner_needy =
            inner_needs.iter().any(|neighbour| neighbour.is_hard() && neighbour.place() == outer);
        let (inner, outer, rest) = (needs.entity_at(inner), needs.entity_at(outer), total - behind);
        if is_inner_needy {
            Bridge { needy: inner, needed: outer, needy_side: behind, needed_side: rest }
        } else {
            Bridge { needy: outer, needed: inner, needy_side: rest, needed_side: behind }
        }
    }
}
