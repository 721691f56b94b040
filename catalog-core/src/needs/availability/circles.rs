//! Circles of hard needs and alternatives, and an order in which everything comes behind what it needs.

use crate::needs::{Direction, Needs, components::Components};

/// For each place the circle that it belongs to, alone where it is in none.
pub(super) struct Circles {
    /// Circles are numbered so that all that one needs have lower numbers.
    circle_of: Vec<u32>,
    /// The places in the order of their circles.
    ordered: Vec<u32>,
}

impl Circles {
    /// Finds all circles. Members of soft groups count here as well: that only makes circles larger.
    /// O(entities + needs).
    pub(super) fn new(needs: &Needs) -> Self {
        let rows = needs.rows(Direction::Dependencies);
        let components = Components::find(rows, |of| of.is_hard() || of.is_member());
        let ordered = components.members().into_places();
        Self { circle_of: components.component_of, ordered }
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
