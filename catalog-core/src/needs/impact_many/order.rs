//! The places behind many failures, circle by circle, what is needed before what needs it.

use std::ops::Range;

use super::super::{Direction, Failure, Needs, need_rows::Neighbour};

/// The places behind some failures, with them.
pub(super) struct Order {
    places: Vec<u32>,
    /// By place, where those of circles stand; what no failure can reach has no position to be asked for.
    position_of: Vec<u32>,
    /// The positions of places that all need each other, ascending; whatever is in no circle is in none.
    circles: Vec<Range<usize>>,
}

impl Order {
    /// Goes through the dependents of all that fails, depth first, and finds the strongly connected
    /// components on the way (Pearce, "A Space-Efficient Algorithm for Finding Strongly Connected
    /// Components", 2016), in their topological order; within one the places are in reverse postorder.
    /// O(entities + needs met), without recursion.
    pub(super) fn behind(needs: &Needs, failures: &[Failure]) -> Self {
        let failing = failures.iter().flat_map(|failure| failure.down.iter().chain(&failure.degraded));
        let roots = needs.places_of(&failing.copied().collect::<Vec<u32>>());
        let rows = needs.rows(Direction::Dependents);
        let mut search = Search::new(needs.entity_count());
        let mut way: Vec<Step<'_>> = Vec::new();
        for root in roots {
            if search.rank[root as usize] == 0 {
                way.push(search.enter(root, rows.of(root)));
            }
            while let Some(step) = way.last_mut() {
                let mut next = None;
                for neighbour in step.rest.by_ref() {
                    let rank = search.rank[neighbour.place() as usize];
                    if rank == 0 {
                        next = Some(neighbour.place());
                        break;
                    }
                    step.lowest = step.lowest.min(rank);
                }
                if let Some(next) = next {
                    way.push(search.enter(next, rows.of(next)));
                } else if let Some(step) = way.pop() {
                    let lowest = search.leave(&step);
                    if let Some(before) = way.last_mut() {
                        before.lowest = before.lowest.min(lowest);
                    }
                }
            }
        }
        search.into_order()
    }

    /// How many places there are.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// The place at a position.
    pub(super) fn place(&self, position: usize) -> u32 {
        self.places[position]
    }

    /// Where a place of a circle stands; `None` for any other.
    pub(super) fn position_in_circle(&self, place: u32) -> Option<usize> {
        let position = self.position_of[place as usize];
        (position != CLOSED).then_some(position as usize)
    }

    /// The positions of places that all need each other, ascending.
    pub(super) fn circles(&self) -> &[Range<usize>] {
        &self.circles
    }
}

/// A place on the way from a root, with those of its dependents that are still to be met.
struct Step<'n> {
    place: u32,
    rank: u32,
    /// The least rank that was met behind it.
    lowest: u32,
    rest: std::slice::Iter<'n, Neighbour>,
}

struct Search {
    /// By place: 0 where it was not met; its rank, or the least one that can be met behind it, while its
    /// component is not known; then a number above all ranks.
    rank: Vec<u32>,
    next_rank: u32,
    /// Places whose component is not known, in postorder.
    open: Vec<u32>,
    /// Places by component, the last first; a component in postorder.
    done: Vec<u32>,
    /// Where components of two places or more lie in `done`.
    circles: Vec<Range<usize>>,
}

/// Above all ranks: stands for a component that is known.
const CLOSED: u32 = u32::MAX;

impl Search {
    fn new(place_count: usize) -> Self {
        Self {
            rank: vec![0; place_count],
            next_rank: 1,
            open: Vec::new(),
            done: Vec::new(),
            circles: Vec::new(),
        }
    }

    fn enter<'n>(&mut self, place: u32, row: &'n [Neighbour]) -> Step<'n> {
        let rank = self.next_rank;
        self.next_rank += 1;
        self.rank[place as usize] = rank;
        Step { place, rank, lowest: rank, rest: row.iter() }
    }

    /// Closes the component of a place if it is the first of one; tells the least rank behind the place.
    fn leave(&mut self, step: &Step<'_>) -> u32 {
        if step.lowest < step.rank {
            self.rank[step.place as usize] = step.lowest;
            self.open.push(step.place);
            return step.lowest;
        }
        let is_behind = |place: &&u32| self.rank[**place as usize] >= step.rank;
        let count = self.open.iter().rev().take_while(is_behind).count();
        let start = self.done.len();
        self.done.extend(self.open.drain(self.open.len() - count..));
        self.done.push(step.place);
        for place in &self.done[start..] {
            self.rank[*place as usize] = CLOSED;
        }
        if count > 0 {
            self.circles.push(start..self.done.len());
        }
        CLOSED
    }

    fn into_order(self) -> Order {
        let mut places = self.done;
        places.reverse();
        let turned = self.circles.into_iter().rev();
        let circles: Vec<Range<usize>> =
            turned.map(|circle| places.len() - circle.end..places.len() - circle.start).collect();
        let mut position_of = self.rank;
        for position in circles.iter().cloned().flatten() {
            position_of[places[position] as usize] =
                u32::try_from(position).expect("places have numbers of 32 bits");
        }
        Order { places, position_of, circles }
    }
}
