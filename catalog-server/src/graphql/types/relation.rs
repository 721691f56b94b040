//! A relation, seen from one of its ends.

use std::sync::Arc;

use async_graphql::{Enum, SimpleObject};
use catalog_core::{
    graph::{CatalogGraph, Entity, Relation},
    model::{RelationClass, RelationEnd, RelationKind, Strength},
};

use super::{entity::EntityObject, origin::OriginObject};

/// A relation between two entities, seen from the one that was asked for it.
#[derive(Clone, SimpleObject)]
#[graphql(name = "Relation")]
pub(crate) struct RelationObject {
    /// The relation's name as seen from this entity.
    name: RelationName,
    /// The entity at the other end.
    entity: EntityObject,
    /// How the relation came to be known.
    class: RelationClassValue,
    /// How much the one needs the other; null where the relation is no need, as with an owner.
    strength: Option<StrengthValue>,
    /// The group of needs of which one that works is enough, counted from 1; null where it stands alone.
    any_of: Option<u32>,
    /// The places that state the relation.
    sources: Vec<RelationSourceObject>,
}

/// A place that states a relation.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "RelationSource")]
pub(crate) struct RelationSourceObject {
    /// The place.
    origin: OriginObject,
    /// Whether it stands in a manifest of this entity; false where the other end claims it.
    own: bool,
}

/// The name of a relation as seen from an entity, as Backstage names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(rename_items = "camelCase")]
pub(crate) enum RelationName {
    /// It needs the other at run time.
    DependsOn,
    /// The other needs it at run time.
    DependencyOf,
    /// It calls the other, an API.
    ConsumesApi,
    /// It is an API that the other calls.
    ApiConsumedBy,
    /// It offers the other, an API.
    ProvidesApi,
    /// It is an API that the other offers.
    ApiProvidedBy,
    /// It runs in the place that the other is.
    DeployedTo,
    /// The other runs in this place.
    Hosts,
    /// The other answers for it.
    OwnedBy,
    /// It answers for the other.
    OwnerOf,
    /// It is a part of the other.
    PartOf,
    /// The other is a part of it.
    HasPart,
    /// It is a member of the other, a group.
    MemberOf,
    /// The other is a member of this group.
    HasMember,
    /// It is a group below the other.
    ChildOf,
    /// The other is a group below it.
    ParentOf,
    /// It has to do with the other in a way that only its manifest names.
    RelatedTo,
    /// The other has to do with it in a way that only the other's manifest names.
    RelatedFrom,
    /// The other, a group or a person, watches it.
    MonitoredBy,
    /// It watches the other.
    Monitors,
    /// The other, a group or a person, sets its objectives.
    ObjectivesSetBy,
    /// It sets the objectives of the other.
    SetsObjectivesOf,
    /// The other, a group or a person, decides on its breaking changes.
    BreakingChangesDecidedBy,
    /// It decides on breaking changes of the other.
    DecidesBreakingChangesOf,
    /// The other, a group or a person, answers for its service level.
    ServiceLevelAnsweredBy,
    /// It answers for the service level of the other.
    AnswersForServiceLevelOf,
    /// Its journey passes through the other.
    PassesThrough,
    /// The journey of the other passes through it.
    PassedThroughBy,
}

/// How a relation came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "RelationClass", remote = "RelationClass")]
pub(crate) enum RelationClassValue {
    /// A person wrote it down.
    Declared,
    /// It was read off what is deployed.
    Deployed,
    /// It was seen in traffic.
    Observed,
}

/// How much an entity needs another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "Strength", remote = "Strength")]
pub(crate) enum StrengthValue {
    /// It works, degraded, when the other is down.
    Soft,
    /// It is down when the other is down.
    Hard,
}

impl RelationName {
    /// The name of a kind seen from one end.
    pub(crate) fn of(kind: RelationKind, end: RelationEnd) -> Self {
        match (kind, end) {
            (RelationKind::DependsOn, RelationEnd::From) => Self::DependsOn,
            (RelationKind::DependsOn, RelationEnd::To) => Self::DependencyOf,
            (RelationKind::ConsumesApi, RelationEnd::From) => Self::ConsumesApi,
            (RelationKind::ConsumesApi, RelationEnd::To) => Self::ApiConsumedBy,
            (RelationKind::ProvidesApi, RelationEnd::From) => Self::ProvidesApi,
            (RelationKind::ProvidesApi, RelationEnd::To) => Self::ApiProvidedBy,
            (RelationKind::DeployedTo, RelationEnd::From) => Self::DeployedTo,
            (RelationKind::DeployedTo, RelationEnd::To) => Self::Hosts,
            (RelationKind::OwnedBy, RelationEnd::From) => Self::OwnedBy,
            (RelationKind::OwnedBy, RelationEnd::To) => Self::OwnerOf,
            (RelationKind::PartOf, RelationEnd::From) => Self::PartOf,
            (RelationKind::PartOf, RelationEnd::To) => Self::HasPart,
            (RelationKind::MemberOf, RelationEnd::From) => Self::MemberOf,
            (RelationKind::MemberOf, RelationEnd::To) => Self::HasMember,
            (RelationKind::ChildOf, RelationEnd::From) => Self::ChildOf,
            (RelationKind::ChildOf, RelationEnd::To) => Self::ParentOf,
            (RelationKind::RelatedTo, RelationEnd::From) => Self::RelatedTo,
            (RelationKind::RelatedTo, RelationEnd::To) => Self::RelatedFrom,
            (RelationKind::MonitoredBy, RelationEnd::From) => Self::MonitoredBy,
            (RelationKind::MonitoredBy, RelationEnd::To) => Self::Monitors,
            (RelationKind::ObjectivesSetBy, RelationEnd::From) => Self::ObjectivesSetBy,
            (RelationKind::ObjectivesSetBy, RelationEnd::To) => Self::SetsObjectivesOf,
            (RelationKind::BreakingChangesDecidedBy, RelationEnd::From) => Self::BreakingChangesDecidedBy,
            (RelationKind::BreakingChangesDecidedBy, RelationEnd::To) => Self::DecidesBreakingChangesOf,
            (RelationKind::ServiceLevelAnsweredBy, RelationEnd::From) => Self::ServiceLevelAnsweredBy,
            (RelationKind::ServiceLevelAnsweredBy, RelationEnd::To) => Self::AnswersForServiceLevelOf,
            (RelationKind::PassesThrough, RelationEnd::From) => Self::PassesThrough,
            (RelationKind::PassesThrough, RelationEnd::To) => Self::PassedThroughBy,
        }
    }
}

/// A relation, seen from one of its ends.
#[derive(Clone, Copy)]
pub(super) struct RelationSeen<'g> {
    pub(super) relation: Relation<'g>,
    /// The end that it is seen from.
    pub(super) end: RelationEnd,
}

impl<'g> RelationSeen<'g> {
    /// The entity at the end that it is not seen from.
    pub(super) fn other(self) -> Entity<'g> {
        match self.end {
            RelationEnd::From => self.relation.to(),
            RelationEnd::To => self.relation.from(),
        }
    }
}

/// The relations of an entity, seen from there: first those that start there, then those that end there.
pub(super) fn relations_of(entity: Entity<'_>) -> impl Iterator<Item = RelationSeen<'_>> {
    let outgoing = entity.outgoing().map(|relation| RelationSeen { relation, end: RelationEnd::From });
    outgoing.chain(entity.incoming().map(|relation| RelationSeen { relation, end: RelationEnd::To }))
}

impl RelationObject {
    /// A relation as seen from one of its ends.
    pub(super) fn new(graph: &Arc<CatalogGraph>, seen: RelationSeen<'_>) -> Self {
        let RelationSeen { relation, end } = seen;
        let sources = relation.sources().map(|source| RelationSourceObject {
            origin: source.origin().into(),
            own: source.subject == end,
        });
        Self {
            name: RelationName::of(relation.kind(), end),
            entity: EntityObject::new(graph, seen.other()),
            class: relation.class().into(),
            strength: relation.kind().needy_end().map(|_| relation.strength().into()),
            any_of: relation.any_of().map(u32::from),
            sources: sources.collect(),
        }
    }
}
