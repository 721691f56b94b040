//! Who is told of a change, and who must agree to it.

use std::sync::Arc;

use async_graphql::SimpleObject;
use catalog_core::{
    check::{Agreement, AgreementGround, OwnerToInform},
    graph::CatalogGraph,
};

use crate::graphql::types::{entity::EntityObject, origin::OriginObject, ownership::ContactObject};

/// Somebody who is to be told of a change.
#[derive(Clone, SimpleObject)]
#[graphql(name = "OwnerToInform")]
pub(crate) struct OwnerToInformObject {
    /// The group or person; its `standing` is `PLACEHOLDER` where nothing declares it.
    owner: EntityObject,
    /// How many of the changed entities it owns.
    changed: usize,
    /// How many of the entities that need them it owns.
    affected: usize,
    /// How many of both are critical: of tier 0 or 1.
    critical: usize,
    /// Some of what it owns, the nearest to the change first; at most five.
    reasons: Vec<InformReasonObject>,
    /// How it is reached, on-call first.
    contacts: Vec<ContactObject>,
}

/// One thing that somebody owns and that a change is about or reaches.
#[derive(Clone, SimpleObject)]
#[graphql(name = "InformReason")]
pub(crate) struct InformReasonObject {
    /// The name of the entity that is owned.
    #[graphql(name = "ref")]
    name: String,
    /// The entity; null where the change removes it.
    entity: Option<EntityObject>,
    /// How many needs lie between it and what changes; 0 where it changes itself.
    distance: u32,
}

/// That some of several parties must agree to a change.
#[derive(Clone, SimpleObject)]
#[graphql(name = "Agreement")]
pub(crate) struct AgreementObject {
    /// Who can agree.
    parties: Vec<AgreementPartyObject>,
    /// How many of them must.
    approvals: u16,
    /// Whether the change has to wait for it.
    required: bool,
    /// Whether enough of them have agreed, as far as `approvedBy` says.
    given: bool,
    /// Whether the policy asks for it; else an ownership file does, which the host itself holds a merge to.
    of_policy: bool,
    /// The findings that ask for it, by fingerprint.
    findings: Vec<String>,
    /// The rules of ownership files that ask for it.
    rules: Vec<AgreementRuleObject>,
}

/// Somebody who can agree.
#[derive(Clone, SimpleObject)]
#[graphql(name = "AgreementParty")]
pub(crate) struct AgreementPartyObject {
    /// As the policy or the ownership file names it.
    written: String,
    /// The group or person; null where the catalog has none that this means.
    entity: Option<EntityObject>,
    /// How it is reached, on-call first.
    contacts: Vec<ContactObject>,
}

/// A rule of an ownership file.
#[derive(Clone, SimpleObject)]
#[graphql(name = "AgreementRule")]
pub(crate) struct AgreementRuleObject {
    /// Where it stands.
    origin: OriginObject,
    /// Its pattern.
    pattern: String,
    /// The changed paths that it decides about.
    paths: Vec<String>,
}

impl OwnerToInformObject {
    pub(super) fn new(graph: &Arc<CatalogGraph>, inform: &OwnerToInform<'_>) -> Self {
        let reasons = inform.reasons.iter().map(|reason| InformReasonObject {
            name: reason.entity.to_string(),
            entity: graph.entity(&reason.entity).map(|entity| EntityObject::new(graph, entity)),
            distance: reason.distance,
        });
        Self {
            owner: EntityObject::new(graph, inform.owner),
            changed: inform.changed,
            affected: inform.affected,
            critical: inform.critical,
            reasons: reasons.collect(),
            contacts: inform.contacts.iter().cloned().map(Into::into).collect(),
        }
    }
}

impl AgreementObject {
    pub(super) fn new(graph: &Arc<CatalogGraph>, agreement: &Agreement<'_>, paths: &[String]) -> Self {
        let (mut findings, mut rules) = (Vec::new(), Vec::new());
        for ground in &agreement.grounds {
            match ground {
                AgreementGround::Finding { fingerprint, .. } => findings.push(fingerprint.clone()),
                AgreementGround::PathRule { origin, pattern, paths: places, .. } => {
                    rules.push(AgreementRuleObject {
                        origin: origin.clone().into(),
                        pattern: pattern.to_string(),
                        paths: places.iter().filter_map(|place| paths.get(*place).cloned()).collect(),
                    });
                }
            }
        }
        let parties = agreement.parties.iter().map(|party| AgreementPartyObject {
            written: party.written.to_string(),
            entity: party.entity.map(|entity| EntityObject::new(graph, entity)),
            contacts: party.contacts.iter().cloned().map(Into::into).collect(),
        });
        Self {
            parties: parties.collect(),
            approvals: agreement.approvals,
            required: agreement.is_required,
            given: agreement.is_given,
            of_policy: agreement.is_of_policy(),
            findings,
            rules,
        }
    }
}
