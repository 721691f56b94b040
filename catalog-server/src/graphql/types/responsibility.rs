//! Who has which responsibility for an entity.

use std::sync::Arc;

use async_graphql::{Enum, SimpleObject};
use catalog_core::{
    graph::CatalogGraph,
    query::{Responsibility, ResponsibilityAnswer, ResponsibilityGround},
};

use super::{entity::EntityObject, origin::OriginObject, ownership::ContactObject};

/// A responsibility for an entity that need not be its owner's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "Responsibility", remote = "Responsibility")]
pub(crate) enum ResponsibilityValue {
    /// Watching it.
    Monitoring,
    /// Setting its objectives.
    Objectives,
    /// Deciding on breaking changes.
    BreakingChange,
    /// Answering for the service level.
    ServiceLevel,
}

/// Why somebody has a responsibility.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ResponsibilityGround")]
pub(crate) enum ResponsibilityGroundValue {
    /// A manifest of the entity says so.
    Declared,
    /// Nobody is named, and the entity has an on-call of its own.
    OnCall,
    /// Nobody is named: its owner.
    Owner,
    /// Nobody is named, and the API has no owner: the owners of its providers.
    OwnerOfProvider,
    /// Nobody is named, and it has no owner: the owner of the system or domain that it is a part of.
    OwnerOfWhole,
    /// Nobody is named, and there is no owner whose it could be.
    Nobody,
}

/// Who has a responsibility for an entity, and why.
#[derive(Clone, SimpleObject)]
#[graphql(name = "EntityResponsibility")]
pub(crate) struct ResponsibilityObject {
    /// The responsibility.
    responsibility: ResponsibilityValue,
    /// Who has it, the one to ask first at the front; empty where nobody has.
    holders: Vec<ResponsiblePartyObject>,
    /// On what ground.
    ground: ResponsibilityGroundValue,
    /// The ground in words, as in `by default its owner`.
    reason: String,
    /// How the first of them is reached, on-call first.
    contacts: Vec<ContactObject>,
}

/// Somebody with a responsibility.
#[derive(Clone, SimpleObject)]
#[graphql(name = "ResponsibleParty")]
pub(crate) struct ResponsiblePartyObject {
    /// The group or person; its `standing` is `PLACEHOLDER` where nothing declares it.
    entity: EntityObject,
    /// Where it is named as such; null where it is so by default.
    origin: Option<OriginObject>,
}

impl ResponsibilityObject {
    pub(crate) fn new(graph: &Arc<CatalogGraph>, answer: ResponsibilityAnswer<'_>) -> Self {
        let holders = answer.holders.into_iter().map(|holder| ResponsiblePartyObject {
            entity: EntityObject::new(graph, holder.entity),
            origin: holder.origin.map(Into::into),
        });
        Self {
            responsibility: answer.responsibility.into(),
            holders: holders.collect(),
            ground: match answer.ground {
                ResponsibilityGround::Declared => ResponsibilityGroundValue::Declared,
                ResponsibilityGround::OnCall => ResponsibilityGroundValue::OnCall,
                ResponsibilityGround::Owner => ResponsibilityGroundValue::Owner,
                ResponsibilityGround::OwnerOfProvider(_) => ResponsibilityGroundValue::OwnerOfProvider,
                ResponsibilityGround::OwnerOfWhole(_) => ResponsibilityGroundValue::OwnerOfWhole,
                ResponsibilityGround::Nobody => ResponsibilityGroundValue::Nobody,
            },
            reason: answer.ground.reason(),
            contacts: answer.contacts.into_iter().map(Into::into).collect(),
        }
    }
}
