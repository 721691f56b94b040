//! What lies so near to a change that something else may be found of it.

use std::collections::BTreeSet;

use crate::{
    graph::{CatalogGraph, Entity, Relation},
    model::{EntityRef, RelationEnd, RelationKind},
    needs::{Direction, ReachLimits},
};

use super::{super::placing::named, Look};

/// The entities of which something else is said, and those that need them within so many needs, in either
/// graph, by ref.
pub(super) fn dependents_within(look: Look<'_, '_, '_, '_>, depth_max: u32) -> BTreeSet<EntityRef> {
    let mut names: BTreeSet<EntityRef> = look.names_said_otherwise().cloned().collect();
    let mut reached = BTreeSet::new();
    for graph in [look.question.base, look.question.head] {
        let roots: Vec<u32> = names.iter().filter_map(|name| named(graph, name)).map(Entity::index).collect();
        let reach =
            graph.needs().reach(&roots, Direction::Dependents, ReachLimits { depth_max: Some(depth_max) });
        reached.extend(reach.reached.iter().map(|one| graph.entity_at(one.entity).name().clone()));
    }
    names.append(&mut reached);
    names
}

/// The entities of which something else is said, and all in one graph that need them, the nearest first.
pub(super) fn dependents_by_distance<'g>(
    look: Look<'_, '_, '_, '_>,
    graph: &'g CatalogGraph,
) -> Vec<Entity<'g>> {
    let mut near: Vec<Entity<'g>> =
        look.names_said_otherwise().filter_map(|name| named(graph, name)).collect();
    let roots: Vec<u32> = near.iter().map(|root| root.index()).collect();
    let reach = graph.needs().reach(&roots, Direction::Dependents, ReachLimits::default());
    near.extend(reach.reached.iter().map(|one| graph.entity_at(one.entity)));
    near
}

/// The entities of which ownership may be judged otherwise, in either graph, by ref: those of which something
/// else is said, all that is related to them, and those who are asked after the people among them.
pub(super) fn concerned_in_ownership(look: Look<'_, '_, '_, '_>) -> BTreeSet<EntityRef> {
    let mut seeds: BTreeSet<EntityRef> = look.names_said_otherwise().cloned().collect();
    let repositories = [
        look.question.base.repository(look.question.repository),
        look.question.head.repository(look.question.repository),
    ];
    for repository in repositories.into_iter().flatten() {
        seeds.extend(repository.entity().map(|entity| entity.name().clone()));
        if look.is_ownership_file_changed() {
            seeds.extend(repository.entities().map(|entity| entity.name().clone()));
        }
    }
    let mut names = BTreeSet::new();
    for graph in [look.question.base, look.question.head] {
        let mut search =
            Search { names: &mut names, people: Vec::new(), wholes: Vec::new(), met: BTreeSet::new() };
        for seed in seeds.iter().filter_map(|name| named(graph, name)) {
            search.take(seed);
            search.names.extend(around(seed).map(|entity| entity.name().clone()));
            let owner = seed.owner();
            search.names.extend(owner.map(|owner| owner.name().clone()));
        }
        search.follow();
    }
    names.append(&mut seeds);
    names
}

/// Everything that is related to an entity.
fn around(entity: Entity<'_>) -> impl Iterator<Item = Entity<'_>> {
    let outgoing = entity.outgoing().map(Relation::to);
    outgoing.chain(entity.incoming().map(Relation::from))
}

struct Search<'n, 'g> {
    names: &'n mut BTreeSet<EntityRef>,
    people: Vec<Entity<'g>>,
    wholes: Vec<Entity<'g>>,
    met: BTreeSet<u32>,
}

impl<'g> Search<'_, 'g> {
    fn take(&mut self, entity: Entity<'g>) {
        match entity.name().kind() {
            "group" | "user" => self.people.push(entity),
            "system" | "domain" => self.wholes.push(entity),
            _ => {}
        }
    }

    /// Goes from people to all groups above and below them and to what those own, and from systems and domains
    /// to their parts.
    fn follow(&mut self) {
        while let Some(person) = self.people.pop() {
            if !self.met.insert(person.index()) {
                continue;
            }
            self.names.insert(person.name().clone());
            for (kind, end) in [
                (RelationKind::ChildOf, RelationEnd::From),
                (RelationKind::ChildOf, RelationEnd::To),
                (RelationKind::MemberOf, RelationEnd::From),
                (RelationKind::MemberOf, RelationEnd::To),
            ] {
                self.people.extend(person.related(kind, end));
            }
            for owned in person.owned() {
                self.names.insert(owned.name().clone());
                if matches!(owned.name().kind(), "system" | "domain") {
                    self.wholes.push(owned);
                }
            }
        }
        while let Some(whole) = self.wholes.pop() {
            if self.met.insert(whole.index()) {
                for part in whole.related(RelationKind::PartOf, RelationEnd::To) {
                    self.names.insert(part.name().clone());
                    self.wholes.push(part);
                }
            }
        }
    }
}

/// The entities of some names that a graph has, by ref.
pub(super) fn of_graph<'g>(graph: &'g CatalogGraph, names: &BTreeSet<EntityRef>) -> Vec<Entity<'g>> {
    names.iter().filter_map(|name| named(graph, name)).collect()
}
