//! The smallest cycle of each set of entities that need each other: what one has to look at to believe it.
//!
//! A breadth-first search from each member within its set, in the order of the members' numbers, as far as
//! a cycle could still be smaller than the best one so far (Itai, Rodeh 1978, for directed graphs). That is
//! O(members · needs) of a set, so for a large set the work is bounded: see [`Needs::WITNESS_SEARCHES_MAX`].

use petgraph::{
    algo::kosaraju_scc,
    graph::{DiGraph, NodeIndex},
};

use super::{Direction, Needs};

/// Entities that transitively need each other, with a cycle among them, by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// All of them, ascending; at least two.
    pub members: Vec<u32>,
    /// A cycle among them: each needs the next, and the last the first, which has the least number.
    pub witness: Vec<u32>,
    /// Whether no cycle among them has fewer entities; otherwise it is only a short one.
    pub is_smallest: bool,
    /// How many of them are in a cycle of hard needs alone, in which one that is down brings all down.
    pub hard_members: usize,
}

impl Needs {
    /// How many needs the search for the smallest cycle of a set looks at, as a multiple of the needs
    /// within the set: sets of this many members or fewer are always searched to the end.
    pub const WITNESS_SEARCHES_MAX: usize = 64;

    /// The sets that [`Needs::cycles`] finds, in its order, each with its smallest cycle.
    /// O(entities + needs), and within the sets at most [`Needs::WITNESS_SEARCHES_MAX`] times their needs.
    pub fn cycle_witnesses(&self) -> Vec<Cycle> {
        let cycles = self.cycles();
        if cycles.is_empty() {
            return Vec::new();
        }
        let mut search = WitnessSearch::new(self);
        let mut found = Vec::with_capacity(cycles.len());
        for (number, members) in (0..).zip(cycles) {
            search.begin(number, &members);
            let hard_members = search.hard_members(number, &members);
            let (witness, is_smallest) = search.smallest_of(number, &members);
            found.push(Cycle { members, witness, is_smallest, hard_members });
        }
        found
    }
}

const NO_SET: u32 = u32::MAX;

struct WitnessSearch<'n> {
    needs: &'n Needs,
    /// The set of each place whose set is or was searched.
    set_of: Vec<u32>,
    /// The last search that met a place; searches are counted from 1.
    met_in: Vec<u32>,
    /// The place that it was met from.
    via: Vec<u32>,
    searches: u32,
    queue: Vec<u32>,
}

impl<'n> WitnessSearch<'n> {
    fn new(needs: &'n Needs) -> Self {
        let count = needs.entity_count();
        Self {
            needs,
            set_of: vec![NO_SET; count],
            met_in: vec![0; count],
            via: vec![0; count],
            searches: 0,
            queue: Vec::new(),
        }
    }

    fn begin(&mut self, set: u32, members: &[u32]) {
        for member in members {
            self.set_of[self.needs.place_of(*member) as usize] = set;
        }
    }

    /// How many members of a set are in a cycle of hard needs: petgraph's two searches over those alone.
    fn hard_members(&mut self, set: u32, members: &[u32]) -> usize {
        let mut graph = DiGraph::<(), ()>::with_capacity(members.len(), members.len());
        for member in members {
            // The number in the small graph, where no search has been yet.
            self.via[self.needs.place_of(*member) as usize] = number(graph.add_node(()).index());
        }
        for (own, member) in (0..).zip(members) {
            let row = self.needs.rows(Direction::Dependencies).of(self.needs.place_of(*member));
            for neighbour in row {
                let next = neighbour.place() as usize;
                if neighbour.is_hard() && self.set_of[next] == set {
                    graph.add_edge(NodeIndex::from(own), NodeIndex::from(self.via[next]), ());
                }
            }
        }
        let components = kosaraju_scc(&graph).into_iter().map(|component| component.len());
        components.filter(|size| *size > 1).sum()
    }

    /// The smallest cycle of a set, and whether it is sure to be that.
    fn smallest_of(&mut self, set: u32, members: &[u32]) -> (Vec<u32>, bool) {
        let needs_within: usize = members.iter().map(|member| self.needs_within(set, *member)).sum();
        let mut best: Vec<u32> = Vec::new();
        let mut is_smallest = true;
        let mut looked_at = 0;
        for member in members {
            // Nothing is smaller than two, and where each has one need in the set there is one cycle.
            if best.len() == 2 || (!best.is_empty() && needs_within == members.len()) {
                break;
            }
            if looked_at > needs_within * Needs::WITNESS_SEARCHES_MAX {
                is_smallest = false;
                break;
            }
            let root = self.needs.place_of(*member);
            if let Some(last) = self.shortest_back(set, root, best.len(), &mut looked_at) {
                best = self.way_from(root, last);
            }
            // No cycle through it is smaller than the best one now: later searches pass it by.
            self.set_of[root as usize] = NO_SET;
        }
        let entities = best.iter().map(|place| self.needs.entity_at(*place));
        let mut witness: Vec<u32> = entities.collect();
        let least = (0..witness.len()).min_by_key(|position| witness[*position]).unwrap_or(0);
        witness.rotate_left(least);
        (witness, is_smallest)
    }

    fn needs_within(&self, set: u32, member: u32) -> usize {
        let row = self.needs.rows(Direction::Dependencies).of(self.needs.place_of(member));
        row.iter().filter(|neighbour| self.set_of[neighbour.place() as usize] == set).count()
    }

    /// The place from which a shortest cycle through `root` of fewer than `bound` entities comes back,
    /// where there is one. A `bound` of 0 is none.
    fn shortest_back(&mut self, set: u32, root: u32, bound: usize, looked_at: &mut usize) -> Option<u32> {
        self.searches += 1;
        self.queue.clear();
        self.queue.push(root);
        self.met_in[root as usize] = self.searches;
        let mut level = 0..1;
        let mut length = 1;
        while !level.is_empty() && (bound == 0 || length < bound) {
            for position in level.clone() {
                let place = self.queue[position];
                for neighbour in self.needs.rows(Direction::Dependencies).of(place) {
                    let next = neighbour.place();
                    if self.set_of[next as usize] != set {
                        continue;
                    }
                    *looked_at += 1;
                    if next == root {
                        return Some(place);
                    }
                    if self.met_in[next as usize] != self.searches {
                        self.met_in[next as usize] = self.searches;
                        self.via[next as usize] = place;
                        self.queue.push(next);
                    }
                }
            }
            level = level.end..self.queue.len();
            length += 1;
        }
        None
    }

    /// The places from `root` to one that the last search met.
    fn way_from(&self, root: u32, last: u32) -> Vec<u32> {
        let mut way = vec![last];
        let mut at = last;
        while at != root {
            at = self.via[at as usize];
            way.push(at);
        }
        way.reverse();
        way
    }
}

fn number(position: usize) -> u32 {
    u32::try_from(position).expect("entities have numbers of 32 bits")
}
