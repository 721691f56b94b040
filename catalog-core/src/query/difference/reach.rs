//! What is reached now that was not before, and the reverse.

use std::cmp::Ordering;

use crate::{
    graph::{CatalogGraph, Entity},
    needs::{Direction, ReachLimits},
};

use super::{EntityPair, GraphDifference};

/// What one entity reaches otherwise than before.
#[derive(Clone, Debug)]
pub struct ReachChange<'b, 'a> {
    /// Where the reach begins.
    pub root: EntityPair<'b, 'a>,
    /// What it reaches now, and did not before, in the order of refs.
    pub gained: Vec<Entity<'a>>,
    /// What it reached before, and does not now, in the order of refs.
    pub lost: Vec<Entity<'b>>,
}

/// What several entities reach otherwise than before.
#[derive(Clone, Debug)]
pub struct ReachDifference<'b, 'a> {
    /// Which way was looked.
    pub direction: Direction,
    /// Those of which the reach is another one.
    pub changes: Vec<ReachChange<'b, 'a>>,
    /// Of how many entities the reach was compared.
    pub compared: usize,
    /// Of how many it was not, because there were too many.
    pub left_out: usize,
}

impl<'b, 'a> GraphDifference<'b, 'a> {
    /// Compares what each of some entities reaches in a direction: exactly, whatever the graphs are. An
    /// entity that a graph does not have reaches nothing there. O(reach of each, in both graphs).
    pub fn reach_of(
        &self,
        roots: impl IntoIterator<Item = EntityPair<'b, 'a>>,
        direction: Direction,
    ) -> ReachDifference<'b, 'a> {
        let roots: Vec<EntityPair<'b, 'a>> = roots.into_iter().collect();
        let changes: Vec<ReachChange<'b, 'a>> =
            roots.iter().map(|root| self.reach_change(*root, direction)).collect();
        let changes =
            changes.into_iter().filter(|change| !(change.gained.is_empty() && change.lost.is_empty()));
        ReachDifference { direction, changes: changes.collect(), compared: roots.len(), left_out: 0 }
    }

    /// Compares what the entities that [need something else](Self::needs_changed) rest on, and then what
    /// those behind them rest on, for at most so many entities. No other entity's reach can have changed.
    pub fn reach(&self, entities_max: usize) -> ReachDifference<'b, 'a> {
        let mut of = self.needs_changed.clone();
        of.extend(
            self.behind_changed_needs()
                .into_iter()
                .filter(|pair| self.needs_changed.binary_search(pair).is_err()),
        );
        let left_out = of.len().saturating_sub(entities_max);
        of.truncate(entities_max);
        let roots = of.into_iter().map(|pair| self.pair(pair));
        ReachDifference { left_out, ..self.reach_of(roots, Direction::Dependencies) }
    }

    /// The entities that lie behind those with other needs, in either graph, as numbers of pairs: first
    /// what is nearest.
    fn behind_changed_needs(&self) -> Vec<u32> {
        let mut behind = self.reached_from_changed_needs(Direction::Dependents);
        behind.sort_unstable_by_key(|(pair, distance)| (*pair, *distance));
        behind.dedup_by_key(|(pair, _)| *pair);
        behind.sort_unstable_by_key(|(pair, distance)| (*distance, *pair));
        behind.into_iter().map(|(pair, _)| pair).collect()
    }

    /// What the entities with other needs reach, in both graphs, as pairs with distances.
    pub(super) fn reached_from_changed_needs(&self, direction: Direction) -> Vec<(u32, u32)> {
        let pairing = &self.pairing;
        let numbers = |number_of: &dyn Fn(u32) -> Option<u32>| -> Vec<u32> {
            self.needs_changed.iter().filter_map(|pair| number_of(*pair)).collect()
        };
        let reached = |graph: &CatalogGraph, roots: &[u32]| {
            graph.needs().reach(roots, direction, ReachLimits::default()).reached
        };
        let before = reached(self.before, &numbers(&|pair| pairing.before(pair))).into_iter();
        let after = reached(self.after, &numbers(&|pair| pairing.after(pair))).into_iter();
        before
            .map(|one| (pairing.of_before(one.entity), one.distance))
            .chain(after.map(|one| (pairing.of_after(one.entity), one.distance)))
            .collect()
    }

    fn reach_change(&self, root: EntityPair<'b, 'a>, direction: Direction) -> ReachChange<'b, 'a> {
        let before = root.before.map_or_else(Vec::new, |root| reached(self.before, root, direction));
        let after = root.after.map_or_else(Vec::new, |root| reached(self.after, root, direction));
        let (mut gained, mut lost) = (Vec::new(), Vec::new());
        let (mut left, mut right) = (before.iter().peekable(), after.iter().peekable());
        loop {
            let order = match (left.peek(), right.peek()) {
                (Some(left), Some(right)) => {
                    self.pairing.of_before(**left).cmp(&self.pairing.of_after(**right))
                }
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return ReachChange { root, gained, lost },
            };
            let (one, other) =
                (order.is_le().then(|| left.next()).flatten(), order.is_ge().then(|| right.next()).flatten());
            if order.is_lt() {
                lost.extend(one.map(|number| self.before.entity_at(*number)));
            } else if order.is_gt() {
                gained.extend(other.map(|number| self.after.entity_at(*number)));
            }
        }
    }
}

/// The numbers of everything that an entity reaches, ascending.
fn reached(graph: &CatalogGraph, root: Entity<'_>, direction: Direction) -> Vec<u32> {
    let reach = graph.needs().reach(&[root.index()], direction, ReachLimits::default());
    let mut numbers: Vec<u32> = reach.reached.iter().map(|reached| reached.entity).collect();
    numbers.sort_unstable();
    numbers
}
