//! Circles of hard needs and alternatives, and an order in which everything comes behind what it needs.
//!
//! Strongly connected components by Tarjan's algorithm (1972) with a stack of its own, O(entities + needs).

use crate::needs::{Direction, Needs};

/// For each place the circle that it belongs to, alone where it is in none.
pub(super) struct Circles {
    /// Circles are numbered so that all that one needs have lower numbers.
    circle_of: Vec<u32>,
    /// The places in the order of their circles.
    ordered: Vec<u32>,
}

const UNMET: u32 = u32::MAX;

impl Circles {
    /// Finds all circles. Members of soft groups count here as well: that only makes circles larger.
    pub(super) fn new(needs: &Needs) -> Self {
        let count = needs.entity_count();
        let mut search = Search {
            needs,
            met: vec![UNMET; count],
            low: vec![0; count],
            circle_of: vec![UNMET; count],
            ordered: Vec::with_capacity(count),
            open: Vec::new(),
            next_met: 0,
            next_circle: 0,
        };
        for place in 0..u32::try_from(count).expect("places have numbers of 32 bits") {
            search.run(place);
        }
        Self { circle_of: search.circle_of, ordered: search.ordered }
    }

    /// The number of the circle that a place belongs to.
    pub(super) fn of(&self, place: u32) -> u32 {
        self.circle_of[place as usize]
    }

    /// All places, each circle together, behind those that it needs; given away once.
    pub(super) fn take_ordered(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.ordered)
    }
}

struct Search<'n> {
    needs: &'n Needs,
    /// When each place was met.
    met: Vec<u32>,
    /// The earliest place that each one leads back to, as far as is known.
    low: Vec<u32>,
    circle_of: Vec<u32>,
    ordered: Vec<u32>,
    /// Places whose circle is not closed.
    open: Vec<u32>,
    next_met: u32,
    next_circle: u32,
}

impl Search<'_> {
    fn run(&mut self, root: u32) {
        if self.met[root as usize] != UNMET {
            return;
        }
        // Each place with how much of its row was followed.
        let mut path: Vec<(u32, usize)> = Vec::new();
        self.meet(root);
        path.push((root, 0));
        while let Some((place, position)) = path.last_mut() {
            let place = *place;
            let row = self.needs.rows(Direction::Dependencies).of(place);
            let Some(neighbour) = row.get(*position) else {
                path.pop();
                self.close(place);
                if let Some((needy, _)) = path.last() {
                    let needy = *needy as usize;
                    self.low[needy] = self.low[needy].min(self.low[place as usize]);
                }
                continue;
            };
            *position += 1;
            if !neighbour.is_hard() && !neighbour.is_member() {
                continue;
            }
            let next = neighbour.place();
            if self.met[next as usize] == UNMET {
                self.meet(next);
                path.push((next, 0));
            } else if self.circle_of[next as usize] == UNMET {
                let place = place as usize;
                self.low[place] = self.low[place].min(self.met[next as usize]);
            }
        }
    }

    fn meet(&mut self, place: u32) {
        self.met[place as usize] = self.next_met;
        self.low[place as usize] = self.next_met;
        self.next_met += 1;
        self.open.push(place);
    }

    /// Closes the circle that a place is the first of, if it is the first of one.
    fn close(&mut self, place: u32) {
        if self.low[place as usize] != self.met[place as usize] {
            return;
        }
        while let Some(member) = self.open.pop() {
            self.circle_of[member as usize] = self.next_circle;
            self.ordered.push(member);
            if member == place {
                break;
            }
        }
        self.next_circle += 1;
    }
}
