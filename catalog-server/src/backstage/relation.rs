//! Relations by their names, as an entity shows them.

use catalog_core::{
    graph::Entity,
    model::{EntityRef, RelationEnd, RelationKind},
};

/// A relation seen from one of its ends, as in `ownedBy` or `ownerOf`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RelationName {
    pub(super) kind: RelationKind,
    pub(super) end: RelationEnd,
}

impl RelationName {
    /// The relation of a name in lower case.
    pub(super) fn of_lower(name: &str) -> Option<Self> {
        let ends = [RelationEnd::From, RelationEnd::To];
        let all = RelationKind::ALL.into_iter().flat_map(|kind| ends.map(|end| Self { kind, end }));
        all.into_iter().find(|relation| relation.name().eq_ignore_ascii_case(name))
    }

    pub(super) fn name(self) -> &'static str {
        match self.end {
            RelationEnd::From => self.kind.name(),
            RelationEnd::To => self.kind.inverse_name(),
        }
    }

    /// What an entity is related to by it, each once, in the order of the refs.
    pub(super) fn targets<'g>(self, entity: Entity<'g>) -> Vec<&'g EntityRef> {
        let mut targets: Vec<Entity<'g>> = entity.related(self.kind, self.end).collect();
        targets.extend(owners_beyond_relations(entity, self));
        targets.sort_by_key(|target| target.index());
        targets.dedup();
        targets.into_iter().map(Entity::name).collect()
    }
}

/// Owners that no manifest relates to an entity, as CODEOWNERS names them: Backstage shows these as relations, too.
fn owners_beyond_relations<'g>(entity: Entity<'g>, relation: RelationName) -> Vec<Entity<'g>> {
    match (relation.kind, relation.end) {
        (RelationKind::OwnedBy, RelationEnd::From) => entity.owner().into_iter().collect(),
        (RelationKind::OwnedBy, RelationEnd::To) => entity.owned().collect(),
        _ => Vec::new(),
    }
}

/// All relations of an entity, by name and target, each once.
pub(super) fn relations_of<'g>(entity: Entity<'g>) -> Vec<(&'static str, &'g EntityRef)> {
    let outgoing = entity.outgoing().map(|relation| (relation.kind().name(), relation.to()));
    let incoming = entity.incoming().map(|relation| (relation.kind().inverse_name(), relation.from()));
    let beyond = [RelationEnd::From, RelationEnd::To].into_iter().flat_map(|end| {
        let relation = RelationName { kind: RelationKind::OwnedBy, end };
        owners_beyond_relations(entity, relation).into_iter().map(move |owner| (relation.name(), owner))
    });
    let mut all: Vec<(&str, Entity<'g>)> = outgoing.chain(incoming).chain(beyond).collect();
    all.sort_by_key(|(name, target)| (*name, target.index()));
    all.dedup();
    all.into_iter().map(|(name, target)| (name, target.name())).collect()
}
