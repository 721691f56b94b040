//! How retries multiply along chains of calls, by number.
//!
//! Callers are condensed to strongly connected components (Tarjan, "Depth-First Search and Linear Graph
//! Algorithms", 1972, without recursion), and the greatest product of attempts is carried from callers to
//! callees in topological order. A circle in which something is tried more than once has no greatest
//! product: it is told by itself, and chains do not lead through it. O(entities + calls ·
//! log calls), and the lengths of the chains that are told.

use std::{cmp::Reverse, collections::VecDeque};

use rustc_hash::FxHashMap;

use crate::needs::starts;

/// How many chains are told; the worst are.
pub(super) const CHAINS_MAX: usize = 1_000;

/// One calls another one so many times at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Attempts {
    pub(super) from: u32,
    pub(super) to: u32,
    /// At least 1.
    pub(super) attempts: u64,
}

/// What retries amount to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Amplification {
    /// Chains of calls on which two or more are tried again, with the product of all attempts; for each
    /// callee the worst, and none that a longer one contains. The greatest product first, then by number.
    pub(super) chains: Vec<(u64, Vec<u32>)>,
    /// How many such chains there are, also those that `chains` leaves out.
    pub(super) chains_total: usize,
    /// Circles of calls with one that is tried again: one for each component, the first entity named once.
    pub(super) circles: Vec<Vec<u32>>,
}

/// Of several calls between the same two the one with the most attempts counts.
pub(super) fn amplification(entity_count: usize, mut calls: Vec<Attempts>) -> Amplification {
    calls.retain(|call| call.from != call.to);
    calls.sort_unstable_by_key(|call| (call.from, call.to, Reverse(call.attempts)));
    calls.dedup_by_key(|call| (call.from, call.to));
    let starts = starts(entity_count, calls.iter().map(|call| call.from));
    let graph = CallGraph { calls, starts };
    let components = graph.components();
    graph.amplify(&components)
}

struct CallGraph {
    /// By caller, then by callee.
    calls: Vec<Attempts>,
    starts: Vec<u32>,
}

/// The strongly connected component of each entity; what is called has the lower number.
struct Components {
    of: Vec<u32>,
    /// How many there are.
    count: u32,
}

impl Components {
    fn same(&self, call: &Attempts) -> bool {
        self.of[call.from as usize] == self.of[call.to as usize]
    }
}

impl CallGraph {
    fn calls_of(&self, entity: u32) -> &[Attempts] {
        &self.calls[self.starts[entity as usize] as usize..self.starts[entity as usize + 1] as usize]
    }

    fn components(&self) -> Components {
        const OPEN: u32 = u32::MAX;
        let count = self.starts.len() - 1;
        let mut components = Components { of: vec![OPEN; count], count: 0 };
        // From 1; 0 is what was not met.
        let mut lowest = vec![0_u32; count];
        let mut next_rank = 1;
        let mut open: Vec<u32> = Vec::new();
        let mut way: Vec<(u32, u32, std::slice::Iter<'_, Attempts>)> = Vec::new();
        for root in 0..number(count) {
            let mut enter = (lowest[root as usize] == 0).then_some(root);
            loop {
                if let Some(entity) = enter.take() {
                    lowest[entity as usize] = next_rank;
                    open.push(entity);
                    way.push((entity, next_rank, self.calls_of(entity).iter()));
                    next_rank += 1;
                }
                let Some((entity, rank, rest)) = way.last_mut() else { break };
                if let Some(call) = rest.next() {
                    let (from, to) = (*entity as usize, call.to as usize);
                    if lowest[to] == 0 {
                        enter = Some(call.to);
                    } else if components.of[to] == OPEN {
                        lowest[from] = lowest[from].min(lowest[to]);
                    }
                    continue;
                }
                let (entity, rank) = (*entity, *rank);
                way.pop();
                if let Some((before, ..)) = way.last() {
                    lowest[*before as usize] = lowest[*before as usize].min(lowest[entity as usize]);
                }
                if lowest[entity as usize] == rank {
                    while let Some(member) = open.pop() {
                        components.of[member as usize] = components.count;
                        if member == entity {
                            break;
                        }
                    }
                    components.count += 1;
                }
            }
        }
        components
    }

    fn amplify(&self, components: &Components) -> Amplification {
        let count = components.count as usize;
        let component_of = |entity: u32| components.of[entity as usize] as usize;
        // In each component the worst of its calls to itself that are tried again.
        let mut unbounded: Vec<Option<Attempts>> = vec![None; count];
        for call in self.calls.iter().filter(|call| call.attempts > 1 && components.same(call)) {
            let worst = &mut unbounded[component_of(call.from)];
            if worst.is_none_or(|worst| call.attempts > worst.attempts) {
                *worst = Some(*call);
            }
        }
        let mut products = vec![1_u64; count];
        let mut entered_by: Vec<Option<Attempts>> = vec![None; count];
        let is_bounded = |call: &&Attempts| {
            unbounded[component_of(call.from)].is_none() && unbounded[component_of(call.to)].is_none()
        };
        let mut across: Vec<&Attempts> =
            self.calls.iter().filter(|call| !components.same(call)).filter(is_bounded).collect();
        across.sort_by_key(|call| Reverse(components.of[call.from as usize]));
        for call in &across {
            let product = products[component_of(call.from)].saturating_mul(call.attempts);
            let callee = component_of(call.to);
            if product > products[callee] {
                products[callee] = product;
                entered_by[callee] = Some(**call);
            }
        }
        let worst = Worst { graph: self, components, products: &products, entered_by: &entered_by };
        let circles = unbounded.iter().flatten().map(|call| worst.circle(call));
        let mut circles: Vec<Vec<u32>> = circles.collect();
        circles.sort_unstable();
        let (chains, chains_total) = worst.chains();
        Amplification { chains, chains_total, circles }
    }
}

/// The worst chain to each component, by its last call.
struct Worst<'a> {
    graph: &'a CallGraph,
    components: &'a Components,
    products: &'a [u64],
    entered_by: &'a [Option<Attempts>],
}

impl Worst<'_> {
    fn component_of(&self, entity: u32) -> usize {
        self.components.of[entity as usize] as usize
    }

    /// The worst chains that no longer one contains, and how many there are in all.
    fn chains(&self) -> (Vec<(u64, Vec<u32>)>, usize) {
        let before = |last: &Attempts| self.component_of(last.from);
        // How many calls on the way to each component are tried again; callers have the higher numbers.
        let mut retrying = vec![0_u32; self.entered_by.len()];
        for (component, last) in self.entered_by.iter().enumerate().rev() {
            if let Some(last) = last {
                retrying[component] = retrying[before(last)] + u32::from(last.attempts > 1);
            }
        }
        // Callees come first, so that a chain comes before those that it contains.
        let mut is_contained = vec![false; self.entered_by.len()];
        let mut ends = Vec::new();
        for (component, last) in self.entered_by.iter().enumerate() {
            let is_end = |last: &Attempts| last.attempts > 1 && retrying[component] > 1;
            let Some(last) = last.filter(is_end).filter(|_| !is_contained[component]) else { continue };
            ends.push((component, last));
            let mut at = Some(last);
            while let Some(call) = at.filter(|call| !std::mem::replace(&mut is_contained[before(call)], true))
            {
                at = self.entered_by[before(&call)];
            }
        }
        ends.sort_by_key(|(component, last)| (Reverse(self.products[*component]), last.from, last.to));
        let total = ends.len();
        ends.truncate(CHAINS_MAX);
        let mut chains: Vec<(u64, Vec<u32>)> = ends
            .into_iter()
            .map(|(component, last)| {
                let links = std::iter::successors(Some(last), |call| self.entered_by[before(call)]);
                (self.products[component], self.way_through(&links.collect::<Vec<Attempts>>()))
            })
            .collect();
        chains.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        (chains, total)
    }

    /// The entities on a chain of calls between components, the last call first, with the ways within.
    fn way_through(&self, links: &[Attempts]) -> Vec<u32> {
        let mut way: Vec<u32> = Vec::new();
        for call in links.iter().rev() {
            match way.last().copied() {
                Some(at) if at != call.from => way.extend(self.way_within(at, call.from).into_iter().skip(1)),
                Some(_) => {}
                None => way.push(call.from),
            }
            way.push(call.to);
        }
        way
    }

    /// A circle with a call between two entities of one component, beginning at its caller.
    fn circle(&self, call: &Attempts) -> Vec<u32> {
        let mut circle = self.way_within(call.to, call.from);
        circle.rotate_right(1);
        circle
    }

    /// The entities on a shortest way between two of one component, both ends included.
    fn way_within(&self, from: u32, to: u32) -> Vec<u32> {
        let mut via: FxHashMap<u32, u32> = FxHashMap::default();
        via.insert(from, from);
        let mut queue = VecDeque::from([from]);
        while let Some(entity) = queue.pop_front().filter(|_| !via.contains_key(&to)) {
            for call in self.graph.calls_of(entity).iter().filter(|call| self.components.same(call)) {
                via.entry(call.to).or_insert_with(|| {
                    queue.push_back(call.to);
                    entity
                });
            }
        }
        let mut way = vec![to];
        let mut at = to;
        while at != from {
            at = via[&at];
            way.push(at);
        }
        way.reverse();
        way
    }
}

fn number(position: usize) -> u32 {
    u32::try_from(position).expect("entities have numbers of 32 bits")
}
