//! Bounds for every place at once, where an exact answer would be too dear.
//!
//! What works depends on independent failures, and never suffers where less fails: such variables are
//! associated (Esary, Proschan, Walkup, "Association of random variables", 1967; Harris' inequality). So several
//! of them work together at least as often as if they were independent and at most as often as the worst
//! one, and some one of them works at least as often as the best one and at most as often as if they were
//! independent. Applied need by need, in O(entities + needs) for all.

use super::{Own, Reading, circles::Circles, either, factoring::Interval};
use crate::{
    model::Strength,
    needs::{Direction, Needs},
};

/// For each place the share in which what it needs fails it.
pub(super) struct Association {
    circles: Circles,
    is_alone: Vec<bool>,
    fails: Vec<Interval>,
}

impl Association {
    pub(super) fn new(needs: &Needs, own: &Own, reading: Reading) -> Self {
        let circles = Circles::new(needs);
        let mut bounds = Self {
            is_alone: vec![true; needs.entity_count()],
            fails: vec![Interval::default(); needs.entity_count()],
            circles,
        };
        let ordered = bounds.circles.take_ordered();
        let mut rest = ordered.as_slice();
        while let Some(first) = rest.first() {
            let number = bounds.circles.of(*first);
            let length = rest.iter().take_while(|place| bounds.circles.of(**place) == number).count();
            let (circle, others) = rest.split_at(length);
            bounds.take(needs, own, reading, circle);
            rest = others;
        }
        bounds
    }

    /// The share in which what a place needs fails it.
    pub(super) fn fails(&self, place: u32) -> Interval {
        self.fails[place as usize]
    }

    /// Whether a place is in no circle.
    pub(super) fn is_apart(&self, place: u32) -> bool {
        self.is_alone[place as usize]
    }

    /// How a needed place fails, by its own doing too.
    fn whole(&self, own: &Own, reading: Reading, place: u32) -> Interval {
        let by_itself = own.of(place);
        if reading == Reading::Direct && own.is_known(place) {
            return Interval::exactly(by_itself);
        }
        let behind = self.fails(place);
        // In a circle, what an entity needs may fail by that entity's own doing.
        let least =
            if self.is_apart(place) { either(by_itself, behind.least) } else { by_itself.max(behind.least) };
        Interval { least, most: either(by_itself, behind.most) }
    }

    /// Bounds a circle whose needs are bounded. At best its members do not fail each other; at worst all of
    /// them have to work, with everything that any of them needs.
    fn take(&mut self, needs: &Needs, own: &Own, reading: Reading, circle: &[u32]) {
        let number = self.circles.of(circle[0]);
        let is_inside = |circles: &Circles, place: u32| circles.of(place) == number;
        if circle.len() > 1 {
            circle.iter().for_each(|place| self.is_alone[*place as usize] = false);
        }
        let mut needed: Vec<u32> = Vec::new();
        let mut most = 0.0;
        for place in circle {
            let mut least = 0.0_f64;
            for neighbour in needs.rows(Direction::Dependencies).of(*place) {
                if !neighbour.is_hard() {
                    continue;
                }
                if is_inside(&self.circles, neighbour.place()) {
                    least = least.max(own.of(neighbour.place()));
                } else {
                    least = least.max(self.whole(own, reading, neighbour.place()).least);
                    needed.push(neighbour.place());
                }
            }
            for group in needs.alternatives().of(*place) {
                if group.strength != Strength::Hard
                    || group.members.iter().any(|member| is_inside(&self.circles, *member))
                {
                    continue;
                }
                let members = group.members.iter().map(|member| self.whole(own, reading, *member));
                let none = members.fold(Interval { least: 1.0, most: 1.0 }, |none, member| Interval {
                    least: none.least * member.least,
                    most: none.most.min(member.most),
                });
                least = least.max(none.least);
                most = either(most, none.most);
            }
            self.fails[*place as usize].least = least;
        }
        needed.sort_unstable();
        needed.dedup();
        for place in needed {
            most = either(most, self.whole(own, reading, place).most);
        }
        if circle.len() > 1 {
            for place in circle {
                most = either(most, own.of(*place));
            }
        }
        for place in circle {
            self.fails[*place as usize].most = most;
        }
    }
}
