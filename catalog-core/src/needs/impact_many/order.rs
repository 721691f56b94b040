//! The places behind many failures, in an order in which what is needed mostly comes first.

use super::super::{Direction, Failure, Needs, need_rows::Neighbour};

/// Stands for a place that no failure can reach.
const UNREACHED: u32 = u32::MAX;

/// The places behind some failures, with them, and the position of each.
pub(super) struct Order {
    places: Vec<u32>,
    position_of: Vec<u32>,
}

impl Order {
    /// The reverse postorder of a depth-first search along the dependents of all that fails: outside of
    /// circles, what is needed comes before what needs it. O(entities + needs met), without recursion.
    pub(super) fn behind(needs: &Needs, failures: &[Failure]) -> Self {
        let failing = failures.iter().flat_map(|failure| failure.down.iter().chain(&failure.degraded));
        let roots = needs.places_of(&failing.copied().collect::<Vec<u32>>());
        let rows = needs.rows(Direction::Dependents);
        let count = needs.entity_count();
        let mut met = vec![0_u64; count.div_ceil(64)];
        let mut meet = |place: u32| {
            let word = &mut met[place as usize / 64];
            let is_new = *word & (1 << (place % 64)) == 0;
            *word |= 1 << (place % 64);
            is_new
        };
        let mut places = Vec::new();
        // The places on the way from a root, each with those of its dependents that are still to be met.
        let mut way: Vec<(u32, std::slice::Iter<'_, Neighbour>)> = Vec::new();
        for root in roots {
            if meet(root) {
                way.push((root, rows.of(root).iter()));
            }
            while let Some((place, rest)) = way.last_mut() {
                if let Some(next) = rest.by_ref().map(|next| next.place()).find(|next| meet(*next)) {
                    way.push((next, rows.of(next).iter()));
                } else {
                    places.push(*place);
                    way.pop();
                }
            }
        }
        places.reverse();
        let mut position_of = vec![UNREACHED; count];
        for (position, place) in (0..).zip(&places) {
            position_of[*place as usize] = position;
        }
        Self { places, position_of }
    }

    /// How many places there are.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// The place at a position.
    pub(super) fn place(&self, position: usize) -> u32 {
        self.places[position]
    }

    /// Where a place stands; `None` where nothing that fails can reach it.
    pub(super) fn position(&self, place: u32) -> Option<usize> {
        let position = self.position_of[place as usize];
        (position != UNREACHED).then_some(position as usize)
    }
}
