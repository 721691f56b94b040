//! Who answers for an entity.

use std::sync::Arc;

use async_graphql::{Enum, SimpleObject};
use catalog_core::{
    graph::{CatalogGraph, OwnershipClaim},
    model::ClaimGround,
    query::{Contact, ContactKind, EscalationStep, OwnershipAnswer},
};

use super::{entity::EntityObject, origin::OriginObject};

/// Who answers for an entity, on which grounds, and whom to call.
#[derive(Clone, SimpleObject)]
pub(crate) struct EntityOwnership {
    /// The number of the state of the catalog that the answer is from.
    revision: u64,
    /// The entity that was asked about.
    entity: EntityObject,
    /// The accountable team or person; null where nobody is named. Its `standing` is `PLACEHOLDER`
    /// where it is named and nothing declares it.
    owner: Option<EntityObject>,
    /// Every ground for an ownership, strongest first.
    claims: Vec<OwnershipClaimObject>,
    /// Whom to call, first to last; nobody stands in it twice.
    escalation: Vec<EscalationStepObject>,
}

/// A ground on which someone is held to own something.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "OwnershipClaim")]
pub(crate) struct OwnershipClaimObject {
    /// The ref of the owner. Nothing need declare it.
    owner: String,
    /// The owner as written, where that is not a ref, as in `@acme/shop`.
    written: Option<String>,
    /// The ground.
    ground: ClaimGroundValue,
    /// Where it stands.
    origin: OriginObject,
}

/// The ground of an ownership, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ClaimGround", remote = "ClaimGround")]
pub(crate) enum ClaimGroundValue {
    /// The entity's own manifest names the owner.
    Declared,
    /// A manifest of another catalog's format names the owner.
    OtherCatalog,
    /// The ownership file of the repository covers the path of the entity's manifest.
    PathRule,
    /// A file that describes what runs names somebody, as a chart does its maintainers.
    Evidence,
}

/// One step of an escalation.
#[derive(Clone, SimpleObject)]
#[graphql(name = "EscalationStep")]
pub(crate) struct EscalationStepObject {
    /// The entity whose contacts these are.
    entity: EntityObject,
    /// Why it is asked, as in `parent of group:shop`.
    reason: String,
    /// How it is reached, on-call first; empty where nothing is known.
    contacts: Vec<ContactObject>,
}

/// A way to reach someone.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "Contact")]
pub(crate) struct ContactObject {
    /// What kind of way.
    kind: ContactKindValue,
    /// The service, channel, address or URL, as written.
    value: String,
    /// The annotation, link or field that says so.
    source: String,
}

/// The kinds of contacts, in the order in which one tries them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ContactKind", remote = "ContactKind")]
pub(crate) enum ContactKindValue {
    /// A service that wakes somebody.
    OnCall,
    /// A channel.
    Chat,
    /// An e-mail address.
    Email,
    /// What to do before anybody is reached.
    Runbook,
}

impl EntityOwnership {
    pub(crate) fn new(graph: &Arc<CatalogGraph>, answer: OwnershipAnswer<'_>) -> Self {
        Self {
            revision: graph.revision().0,
            entity: EntityObject::new(graph, answer.entity),
            owner: answer.owner.map(|owner| EntityObject::new(graph, owner)),
            claims: answer.claims.into_iter().map(Into::into).collect(),
            escalation: answer
                .escalation
                .into_iter()
                .map(|step| EscalationStepObject::new(graph, step))
                .collect(),
        }
    }
}

impl EscalationStepObject {
    fn new(graph: &Arc<CatalogGraph>, step: EscalationStep<'_>) -> Self {
        Self {
            entity: EntityObject::new(graph, step.entity),
            reason: step.reason,
            contacts: step.contacts.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<OwnershipClaim> for OwnershipClaimObject {
    fn from(claim: OwnershipClaim) -> Self {
        Self {
            owner: claim.owner.to_string(),
            written: claim.written.map(|written| written.to_string()),
            ground: claim.ground.into(),
            origin: claim.origin.into(),
        }
    }
}

impl From<Contact> for ContactObject {
    fn from(contact: Contact) -> Self {
        Self { kind: contact.kind.into(), value: contact.value, source: contact.source }
    }
}
