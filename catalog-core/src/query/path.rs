//! A proof: one shortest chain of needs between two entities, each link with its place.

use crate::{
    graph::{CatalogGraph, Entity, Relation},
    model::RelationEnd,
    needs::{Direction, ReachLimits},
};

/// One link of a chain of needs.
#[derive(Clone, Debug)]
pub struct NeedStep<'g> {
    /// The entity that needs.
    pub from: Entity<'g>,
    /// The entity that is needed.
    pub to: Entity<'g>,
    /// The relations that say so; at least one.
    pub relations: Vec<Relation<'g>>,
}

/// One shortest chain of needs that connects `target` with the nearest of `roots`, beginning at the
/// entity that needs: at `target` for dependents, at the root for dependencies. `None` where there is
/// no such chain; empty where `target` is a root.
pub fn need_path<'g>(
    graph: &'g CatalogGraph,
    roots: &[Entity<'g>],
    target: Entity<'g>,
    direction: Direction,
) -> Option<Vec<NeedStep<'g>>> {
    if roots.contains(&target) {
        return Some(Vec::new());
    }
    let numbers: Vec<u32> = roots.iter().map(|root| root.index()).collect();
    let reach = graph.needs().reach(&numbers, direction, ReachLimits::default());
    let via: rustc_hash::FxHashMap<u32, u32> =
        reach.reached.iter().map(|reached| (reached.entity, reached.via)).collect();
    let mut chain = vec![target];
    let mut at = target.index();
    while let Some(next) = via.get(&at) {
        at = *next;
        chain.push(graph.entity_at(at));
    }
    if chain.len() < 2 {
        return None;
    }
    if direction == Direction::Dependencies {
        chain.reverse();
    }
    Some(
        chain
            .windows(2)
            .map(|link| NeedStep { from: link[0], to: link[1], relations: needs_between(link[0], link[1]) })
            .collect(),
    )
}

/// The relations by which one entity needs another.
pub(super) fn needs_between<'g>(from: Entity<'g>, to: Entity<'g>) -> Vec<Relation<'g>> {
    let stated = from
        .outgoing()
        .filter(|relation| relation.to() == to && relation.kind().needy_end() == Some(RelationEnd::From));
    let provided = from
        .incoming()
        .filter(|relation| relation.from() == to && relation.kind().needy_end() == Some(RelationEnd::To));
    stated.chain(provided).collect()
}
