//! The change question: everything from which the changed entities can be reached along needs.

use crate::{
    graph::{CatalogGraph, Entity},
    model::Strength,
    needs::{Direction, ReachLimits},
};

/// A question about reach.
#[derive(Clone, Debug)]
pub struct BlastRadiusQuery<'g> {
    /// The entities that change. Of one graph; in any order.
    pub roots: Vec<Entity<'g>>,
    /// What to look for: those that need the roots, or those that the roots need.
    pub direction: Direction,
    /// How far to look; `None` looks to the end.
    pub depth_max: Option<u32>,
}

/// Everything that transitively needs a set of entities, or is needed by it.
#[derive(Clone, Debug)]
pub struct BlastRadius<'g> {
    /// The entities asked about, in the order of their refs.
    pub roots: Vec<Entity<'g>>,
    /// Which way was looked.
    pub direction: Direction,
    /// Every entity that was reached, without the roots, sorted by distance, then by ref.
    pub affected: Vec<AffectedEntity<'g>>,
    /// The owners of those, the one with most affected first, then by ref.
    pub owners: Vec<OwnerShare<'g>>,
    /// How many affected entities have no owner.
    pub unowned: usize,
    /// How many affected entities are critical (tiers 0 and 1).
    pub critical: usize,
    /// Whether more lies behind the depth asked for.
    pub cut_by_depth: bool,
}

/// One entity in a blast radius.
#[derive(Clone, Copy, Debug)]
pub struct AffectedEntity<'g> {
    /// The entity.
    pub entity: Entity<'g>,
    /// How many needs lie between it and the nearest root; at least 1.
    pub distance: u32,
    /// The next entity on one shortest way to a root.
    pub via: Entity<'g>,
    /// Hard where some way of hard needs alone leads there.
    pub strength: Strength,
}

/// An owner with a part of a blast radius.
#[derive(Clone, Copy, Debug)]
pub struct OwnerShare<'g> {
    /// The owner.
    pub owner: Entity<'g>,
    /// How many of the affected entities are its own.
    pub affected: usize,
}

/// Computes reach exactly: an upper bound of what a change can break that is safe to rely on.
///
/// O(needs met), plus O(entities/64). Without roots, or with roots of another graph left out, the
/// answer is empty.
pub fn blast_radius<'g>(graph: &'g CatalogGraph, query: &BlastRadiusQuery<'g>) -> BlastRadius<'g> {
    let mut roots = query.roots.clone();
    roots.sort_unstable_by_key(|root| root.index());
    roots.dedup();
    let numbers: Vec<u32> = roots.iter().map(|root| root.index()).collect();
    let limits = ReachLimits { depth_max: query.depth_max };
    let reach = graph.needs().reach(&numbers, query.direction, limits);
    let affected: Vec<AffectedEntity<'g>> = reach
        .reached
        .iter()
        .map(|reached| AffectedEntity {
            entity: graph.entity_at(reached.entity),
            distance: reached.distance,
            via: graph.entity_at(reached.via),
            strength: if reached.is_hard { Strength::Hard } else { Strength::Soft },
        })
        .collect();
    let (owners, unowned) = owner_shares(graph, affected.iter().map(|affected| affected.entity));
    let critical = affected.iter().filter(|affected| affected.entity.is_critical()).count();
    BlastRadius {
        roots,
        direction: query.direction,
        affected,
        owners,
        unowned,
        critical,
        cut_by_depth: reach.cut_by_depth,
    }
}

/// The owners of some entities, the one with most of them first, then by ref; and how many entities have
/// none.
pub(super) fn owner_shares<'g>(
    graph: &'g CatalogGraph,
    entities: impl ExactSizeIterator<Item = Entity<'g>>,
) -> (Vec<OwnerShare<'g>>, usize) {
    let count = entities.len();
    let mut numbers: Vec<u32> = entities.filter_map(Entity::owner).map(Entity::index).collect();
    let unowned = count - numbers.len();
    numbers.sort_unstable();
    let mut owners: Vec<OwnerShare<'g>> = numbers
        .chunk_by(|a, b| a == b)
        .map(|same| OwnerShare { owner: graph.entity_at(same[0]), affected: same.len() })
        .collect();
    owners.sort_by_key(|share| std::cmp::Reverse(share.affected));
    (owners, unowned)
}
