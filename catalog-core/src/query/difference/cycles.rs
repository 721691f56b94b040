//! Circles of needs that were closed or broken.

use crate::graph::Entity;

use super::GraphDifference;

/// Circles of needs in the one graph that the other does not have.
#[derive(Clone, Debug, Default)]
pub struct CycleDifference<'b, 'a> {
    /// Sets of entities that all need each other now, and did not all before.
    pub closed: Vec<Vec<Entity<'a>>>,
    /// Sets of entities that all needed each other before, and do not all now.
    pub broken: Vec<Vec<Entity<'b>>>,
}

impl<'b, 'a> GraphDifference<'b, 'a> {
    /// Compares the circles of needs. O(entities + needs), and nothing where no needs have changed.
    pub fn cycles(&self) -> CycleDifference<'b, 'a> {
        if self.needs_changed.is_empty() {
            return CycleDifference::default();
        }
        let (before, after) = (self.before.cycles(), self.after.cycles());
        let pair_count = self.pairing.len() as usize;
        let in_before = circle_of(&before, pair_count, |entity| self.pairing.of_before(entity));
        let in_after = circle_of(&after, pair_count, |entity| self.pairing.of_after(entity));
        let is_whole = |circle: &[Entity<'_>], other: &[u32], pair_of: &dyn Fn(u32) -> u32| {
            let of = |entity: &Entity<'_>| other[pair_of(entity.index()) as usize];
            of(&circle[0]) != 0 && circle.iter().all(|entity| of(entity) == of(&circle[0]))
        };
        let closed = after
            .into_iter()
            .filter(|circle| !is_whole(circle, &in_before, &|entity| self.pairing.of_after(entity)));
        let broken = before
            .into_iter()
            .filter(|circle| !is_whole(circle, &in_after, &|entity| self.pairing.of_before(entity)));
        CycleDifference { closed: closed.collect(), broken: broken.collect() }
    }
}

/// By pair, the circle that it is in, from 1; 0 for none.
fn circle_of(circles: &[Vec<Entity<'_>>], pair_count: usize, pair_of: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut circle_of = vec![0; pair_count];
    for (number, circle) in (1..).zip(circles) {
        for entity in circle {
            circle_of[pair_of(entity.index()) as usize] = number;
        }
    }
    circle_of
}
