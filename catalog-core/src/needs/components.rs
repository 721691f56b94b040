//! Strongly connected components: what needs each other in a circle, as one number for each place.
//!
//! Tarjan 1972 in the form of Pearce ("A space-efficient algorithm for finding strongly connected
//! components", 2016), which needs one number a place besides its stacks; without recursion.
//! O(places + needs).

use super::{
    Direction, Needs,
    need_rows::{NeedRows, Neighbour},
    starts,
};

/// Components in reverse topological order: where a row leads from a place to one of another component, its
/// own component has the higher number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Components {
    /// The component of each place.
    pub(super) component_of: Vec<u32>,
    /// How many there are; their numbers are those below it.
    pub(super) count: u32,
}

/// The places of each component, ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Members {
    starts: Vec<u32>,
    places: Vec<u32>,
}

impl Components {
    /// The components of those needs in the rows that are wanted.
    pub(super) fn find(rows: &NeedRows, is_wanted: impl Fn(Neighbour) -> bool) -> Self {
        let mut search = Search::new(rows.place_count());
        for root in 0..search.rank.len() {
            if search.rank[root] != 0 {
                continue;
            }
            search.enter(u32::try_from(root).expect("places are numbers of 32 bits"));
            while let Some(frame) = search.frames.last_mut() {
                let row = rows.of(frame.place);
                let mut low = search.rank[frame.place as usize];
                let mut inner = None;
                while let Some(neighbour) = row.get(frame.next as usize) {
                    if is_wanted(*neighbour) {
                        let rank = search.rank[neighbour.place() as usize];
                        if rank == 0 {
                            // It is looked at again behind the search from there.
                            inner = Some(neighbour.place());
                            break;
                        }
                        low = low.min(rank);
                    }
                    frame.next += 1;
                }
                search.rank[frame.place as usize] = low;
                match inner {
                    Some(inner) => search.enter(inner),
                    None => search.leave(),
                }
            }
        }
        search.into_components()
    }

    /// The places of each component. O(places).
    pub(super) fn members(&self) -> Members {
        let starts = starts(self.count as usize, self.component_of.iter().copied());
        let mut next = starts.clone();
        let mut places = vec![0; self.component_of.len()];
        for (place, component) in (0..).zip(&self.component_of) {
            let at = &mut next[*component as usize];
            places[*at as usize] = place;
            *at += 1;
        }
        Members { starts, places }
    }
}

impl Members {
    /// The places of all components, one component after the other.
    pub(super) fn into_places(self) -> Vec<u32> {
        self.places
    }

    /// The places of one component.
    pub(super) fn of(&self, component: u32) -> &[u32] {
        &self.places[self.starts[component as usize] as usize..self.starts[component as usize + 1] as usize]
    }
}

impl Needs {
    /// The strongly connected components of the hard needs that nothing stands in for.
    pub(super) fn hard_components(&self) -> Components {
        Components::find(self.rows(Direction::Dependencies), Neighbour::is_hard)
    }
}

/// A place that is being looked at.
struct Frame {
    place: u32,
    /// How many of its needs are behind.
    next: u32,
    /// When it was entered.
    entered: u32,
}

struct Search {
    /// 0 for a place that was not met; the earliest place that it leads back to while its component is
    /// open; counted down from the highest number afterwards, which is higher than any of an open one.
    rank: Vec<u32>,
    frames: Vec<Frame>,
    /// Places of open components that are left already.
    open: Vec<u32>,
    next_rank: u32,
    closed: u32,
}

impl Search {
    fn new(place_count: usize) -> Self {
        Self { rank: vec![0; place_count], frames: Vec::new(), open: Vec::new(), next_rank: 1, closed: 0 }
    }

    fn enter(&mut self, place: u32) {
        self.rank[place as usize] = self.next_rank;
        self.frames.push(Frame { place, next: 0, entered: self.next_rank });
        self.next_rank += 1;
    }

    /// Leaves the place that was entered last; closes its component where it leads back no further.
    fn leave(&mut self) {
        let Some(Frame { place, entered, .. }) = self.frames.pop() else { return };
        if self.rank[place as usize] < entered {
            self.open.push(place);
            return;
        }
        let closed = u32::MAX - self.closed;
        self.closed += 1;
        while let Some(inner) = self.open.pop_if(|inner| self.rank[*inner as usize] >= entered) {
            self.rank[inner as usize] = closed;
        }
        self.rank[place as usize] = closed;
    }

    fn into_components(mut self) -> Components {
        self.rank.iter_mut().for_each(|rank| *rank = u32::MAX - *rank);
        Components { component_of: self.rank, count: self.closed }
    }
}
