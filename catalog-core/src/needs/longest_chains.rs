//! The longest chains of hard needs: how many entities have to work one behind the other.
//!
//! A cycle falls as one, so the chains are those of the condensation, and a set of entities that
//! hard-need each other counts as one step, however many they are. A longest way through a graph without
//! cycles, in topological order (Lawler 1976): O(entities + needs); each chain that is shown costs its
//! length, and the searches through the cycles on it.

use super::{Direction, Needs, components::Components};

/// The longest chains of hard needs that nothing stands in for, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LongestChains {
    /// How many entities have a longest chain of 0, 1, 2, … needs below them. Those that hard-need
    /// each other are one step.
    pub levels: Vec<u32>,
    /// The longest chains, the longest first, then by the number of their first entity.
    pub chains: Vec<Chain>,
}

/// A chain of hard needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// How many needs it has, without those within cycles; at least 1.
    pub length: u32,
    /// The entities, each of which hard-needs the next; where the chain goes through a cycle, the fewest
    /// of its entities that connect the way in with the way out.
    pub entities: Vec<u32>,
}

impl Needs {
    /// The longest chain of every entity's hard needs, and the chains themselves for at most `count_max`
    /// entities that nothing outside of their own cycle hard-needs. Of chains that are the same behind
    /// their first need, only the first is shown.
    pub fn longest_chains(&self, count_max: usize) -> LongestChains {
        let components = self.hard_components();
        let steps = Steps::new(self, components);
        LongestChains { levels: steps.levels(), chains: steps.chains(count_max) }
    }
}

const NONE: u32 = u32::MAX;

/// The best way on from each component.
struct Steps<'n> {
    needs: &'n Needs,
    components: Components,
    /// How many steps are below each component.
    lengths: Vec<u32>,
    /// The need that the longest way takes, as places; [`NONE`] where there is none.
    ways_on: Vec<(u32, u32)>,
    /// Whether something of another component hard-needs it.
    is_needed: Vec<bool>,
}

impl<'n> Steps<'n> {
    fn new(needs: &'n Needs, components: Components) -> Self {
        let count = components.count as usize;
        let members = components.members();
        let rows = needs.rows(Direction::Dependencies);
        let (mut lengths, mut ways_on) = (vec![0_u32; count], vec![(NONE, NONE); count]);
        let mut is_needed = vec![false; count];
        // What a component needs has a lower number, so that it is done before.
        for component in 0..components.count {
            let (mut length, mut way_on) = (0, (NONE, NONE));
            for place in members.of(component) {
                for neighbour in rows.of(*place).iter().filter(|neighbour| neighbour.is_hard()) {
                    let next = components.component_of[neighbour.place() as usize];
                    if next == component {
                        continue;
                    }
                    is_needed[next as usize] = true;
                    if lengths[next as usize] + 1 > length {
                        length = lengths[next as usize] + 1;
                        way_on = (*place, neighbour.place());
                    }
                }
            }
            lengths[component as usize] = length;
            ways_on[component as usize] = way_on;
        }
        Self { needs, components, lengths, ways_on, is_needed }
    }

    fn component_of(&self, place: u32) -> usize {
        self.components.component_of[place as usize] as usize
    }

    fn levels(&self) -> Vec<u32> {
        let deepest = self.lengths.iter().max().map_or(0, |length| *length as usize + 1);
        let mut levels = vec![0; deepest];
        for component in &self.components.component_of {
            levels[self.lengths[*component as usize] as usize] += 1;
        }
        levels
    }

    fn chains(&self, count_max: usize) -> Vec<Chain> {
        let is_first = |component: &usize| !self.is_needed[*component] && self.ways_on[*component].0 != NONE;
        // A chain begins at the entity that takes the first need, in whose cycle any other may be.
        let mut firsts: Vec<(std::cmp::Reverse<u32>, u32, u32)> = (0..self.lengths.len())
            .filter(is_first)
            .map(|component| {
                let (place, next) = self.ways_on[component];
                (std::cmp::Reverse(self.lengths[component]), self.needs.entity_at(place), next)
            })
            .collect();
        firsts.sort_unstable();
        let mut shown = rustc_hash::FxHashSet::default();
        firsts
            .into_iter()
            .filter(|(.., next)| shown.insert(*next))
            .take(count_max)
            .map(|(std::cmp::Reverse(length), entity, _)| Chain {
                length,
                entities: self.chain_from(self.needs.place_of(entity)),
            })
            .collect()
    }

    fn chain_from(&self, first: u32) -> Vec<u32> {
        let mut chain = Vec::new();
        let mut place = first;
        loop {
            let (out, next) = self.ways_on[self.component_of(place)];
            if out == NONE {
                chain.push(self.needs.entity_at(place));
                return chain;
            }
            chain.extend(self.way_within(place, out).into_iter().map(|place| self.needs.entity_at(place)));
            place = next;
        }
    }

    /// The fewest places of one component, each hard-needing the next, from one to another, both included.
    fn way_within(&self, from: u32, to: u32) -> Vec<u32> {
        let component = self.component_of(from);
        let mut via = rustc_hash::FxHashMap::default();
        let mut queue = vec![from];
        let mut next = 0;
        while !(from == to || via.contains_key(&to)) {
            let place = queue[next];
            next += 1;
            for neighbour in self.needs.rows(Direction::Dependencies).of(place) {
                let inner = neighbour.place();
                let is_new = neighbour.is_hard()
                    && inner != from
                    && self.component_of(inner) == component
                    && !via.contains_key(&inner);
                if is_new {
                    via.insert(inner, place);
                    queue.push(inner);
                }
            }
        }
        let mut way = vec![to];
        while let Some(before) = via.get(way.last().unwrap_or(&from)).filter(|_| way.last() != Some(&from)) {
            way.push(*before);
        }
        way.reverse();
        way
    }
}
