//! Which entities: a conjunction of facts.

use std::borrow::Cow;

use crate::{
    graph::{CatalogGraph, Entity, RollUp},
    model::{EntityRef, RelationEnd, RelationKind},
};

/// Which entities to take. Fields are joined by *and*, the values of one field by *or*; an empty
/// field asks for nothing. Texts are compared without regard to case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntityFilter {
    /// Kinds, as in `component`.
    pub kinds: Vec<String>,
    /// Namespaces.
    pub namespaces: Vec<String>,
    /// Values of `spec.type`.
    pub types: Vec<String>,
    /// Values of `spec.lifecycle`.
    pub lifecycles: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Owners: the entity that answers for it.
    pub owners: Vec<EntityRef>,
    /// Systems that it is a part of, directly or by a part of the system.
    pub systems: Vec<EntityRef>,
    /// Repositories that declare it: a whole id, or the end of one after a `/`.
    pub repositories: Vec<String>,
    /// Only entities without an owner.
    pub unowned: bool,
    /// Only critical entities: of tier 0 or 1.
    pub critical: bool,
    /// Also names that nothing declares.
    pub placeholders: bool,
}

impl EntityFilter {
    /// The entities that pass, in the order of their refs. O(entities) for the fields asked for.
    pub fn list<'g>(&self, graph: &'g CatalogGraph) -> Vec<Entity<'g>> {
        graph.entities().filter(|entity| self.matches(*entity)).collect()
    }

    /// The numbers of the same entities. O(1) where the filter asks for nothing and was asked before.
    pub fn numbers<'g>(&self, graph: &'g CatalogGraph) -> Cow<'g, [u32]> {
        if *self == Self::default() {
            return graph.not_placeholders().into();
        }
        graph.entities().filter(|entity| self.matches(*entity)).map(Entity::index).collect()
    }

    /// Whether one entity passes.
    pub fn matches(&self, entity: Entity<'_>) -> bool {
        // What nothing is asked of is not looked up: the facts of an entity lie apart from each other.
        (self.placeholders || !entity.is_placeholder())
            && (self.kinds.is_empty() || one_of(&self.kinds, Some(entity.name().kind())))
            && (self.namespaces.is_empty() || one_of(&self.namespaces, Some(entity.name().namespace())))
            && (self.types.is_empty() || one_of(&self.types, entity.entity_type()))
            && (self.lifecycles.is_empty() || one_of(&self.lifecycles, entity.lifecycle()))
            && (self.tags.is_empty() || entity.tags().iter().any(|tag| one_of(&self.tags, Some(tag))))
            && (!self.unowned || entity.owner().is_none())
            && (!self.critical || entity.is_critical())
            && (self.owners.is_empty()
                || entity.owner().is_some_and(|owner| self.owners.contains(owner.name())))
            && (self.repositories.is_empty()
                || entity.repository().is_some_and(|repository| {
                    self.repositories.iter().any(|wanted| id_matches(repository.id().as_str(), wanted))
                }))
            && (self.systems.is_empty() || self.is_in_system(entity))
    }

    /// Whether an entity passes of which a roll-up is known, which tells more quickly where it does not.
    pub(super) fn matches_rolled_up(&self, entity: Entity<'_>, of: RollUp) -> bool {
        let may_pass = (self.placeholders || !of.marks.is_undeclared())
            && (!self.unowned || of.owner().is_none())
            && (!self.critical || of.marks.is_critical());
        may_pass && (self.asks_no_more() || self.matches(entity))
    }

    /// Whether nothing is asked for but what every roll-up tells.
    fn asks_no_more(&self) -> bool {
        let Self { placeholders, unowned, critical, .. } = *self;
        *self == Self { placeholders, unowned, critical, ..Self::default() }
    }

    fn is_in_system(&self, entity: Entity<'_>) -> bool {
        let mut met = vec![entity.index()];
        let mut open = vec![entity];
        while let Some(part) = open.pop() {
            for whole in part.related(RelationKind::PartOf, RelationEnd::From) {
                if self.systems.contains(whole.name()) {
                    return true;
                }
                if !met.contains(&whole.index()) {
                    met.push(whole.index());
                    open.push(whole);
                }
            }
        }
        false
    }
}

fn one_of(wanted: &[String], value: Option<&str>) -> bool {
    value.is_some_and(|value| {
        let mut wanted = wanted.iter();
        wanted
            .any(|wanted| wanted.eq_ignore_ascii_case(value) || wanted.to_lowercase() == value.to_lowercase())
    })
}

/// Whether a repository's id is the one meant: all of it, or its end after a `/`.
pub(super) fn id_matches(id: &str, wanted: &str) -> bool {
    let wanted = wanted.trim_matches('/');
    id == wanted
        || id.strip_suffix(wanted).is_some_and(|rest| rest.ends_with('/'))
        || id.eq_ignore_ascii_case(wanted)
}
