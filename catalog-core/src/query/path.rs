//! A proof: the shortest chains of needs between two entities, each link with its place.

use crate::{
    graph::{CatalogGraph, Entity, NeedFilter, Relation},
    model::RelationEnd,
    needs::Direction,
};

/// The shortest chains of needs between some entities and a target.
#[derive(Clone, Debug)]
pub struct NeedPaths<'g> {
    /// The first of them by the refs on the way; each begins at the entity that needs: at the target for
    /// dependents, at the root for dependencies. The one chain is empty where the target is a root.
    pub paths: Vec<Vec<NeedStep<'g>>>,
    /// How many there are in all; `u64::MAX` where there are more than that.
    pub count: u64,
}

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

/// All shortest chains of needs that connect `target` with the nearest of `roots`, of which at most
/// `paths_max` are written out. `None` where there is no chain.
pub fn need_paths<'g>(
    graph: &'g CatalogGraph,
    roots: &[Entity<'g>],
    target: Entity<'g>,
    direction: Direction,
    along: &NeedFilter,
    paths_max: usize,
) -> Option<NeedPaths<'g>> {
    let numbers: Vec<u32> = roots.iter().map(|root| root.index()).collect();
    let needs = graph.needs_along(along);
    let found = needs.shortest_paths(&numbers, target.index(), direction, paths_max)?;
    let steps = |mut chain: Vec<u32>| {
        if direction == Direction::Dependencies {
            chain.reverse();
        }
        chain
            .windows(2)
            .map(|link| {
                let (from, to) = (graph.entity_at(link[0]), graph.entity_at(link[1]));
                NeedStep { from, to, relations: needs_between(from, to, along) }
            })
            .collect()
    };
    Some(NeedPaths { paths: found.paths.into_iter().map(steps).collect(), count: found.count })
}

/// One shortest chain of needs: see [`need_paths`].
pub fn need_path<'g>(
    graph: &'g CatalogGraph,
    roots: &[Entity<'g>],
    target: Entity<'g>,
    direction: Direction,
) -> Option<Vec<NeedStep<'g>>> {
    need_paths(graph, roots, target, direction, &NeedFilter::default(), 1)?.paths.pop()
}

/// A link between two entities of which the first directly needs the second, with what says so. O(relations
/// of the first).
pub fn need_step<'g>(from: Entity<'g>, to: Entity<'g>) -> NeedStep<'g> {
    NeedStep { from, to, relations: needs_between(from, to, &NeedFilter::default()) }
}

/// The relations by which one entity needs another.
pub(super) fn needs_between<'g>(from: Entity<'g>, to: Entity<'g>, along: &NeedFilter) -> Vec<Relation<'g>> {
    let stated = from
        .outgoing()
        .filter(|relation| relation.to() == to && relation.kind().needy_end() == Some(RelationEnd::From));
    let provided = from
        .incoming()
        .filter(|relation| relation.from() == to && relation.kind().needy_end() == Some(RelationEnd::To));
    stated.chain(provided).filter(|relation| along.takes(*relation)).collect()
}
