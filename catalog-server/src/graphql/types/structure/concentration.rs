//! What falls with an external party or a failure domain.

use std::sync::Arc;

use async_graphql::{Enum, SimpleObject};
use catalog_core::{
    graph::{CatalogGraph, ExposureClass},
    query::Exposure,
};

use crate::graphql::types::{
    entity::EntityObject,
    impact::{HealthCountsObject, HealthValue},
};

/// What kind of exposure an entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ExposureClass", remote = "ExposureClass")]
pub(crate) enum ExposureClassValue {
    /// Somebody else: a Resource of type `saas`, `cloud`, `partner` or `vendor`.
    ExternalParty,
    /// A place that fails as a whole: a Resource of type `region`, `zone`, `cell` or `datacenter`.
    FailureDomain,
}

/// What falls with one external party or failure domain, if it alone fails.
#[derive(Clone, SimpleObject)]
#[graphql(name = "Exposure")]
pub(crate) struct ExposureObject {
    /// The ref of the party or domain, `kind:namespace/name`.
    #[graphql(name = "ref")]
    reference: String,
    /// The party or domain.
    entity: EntityObject,
    /// Which of the two it is.
    class: ExposureClassValue,
    /// How many other entities it affects.
    affected: HealthCountsObject,
    /// How many of those are critical: of tier 0 or 1.
    critical: HealthCountsObject,
    /// The share of all critical entities that go down with it, from 0 to 1.
    critical_down_share: f64,
    /// The parties and domains behind it, with which it falls itself; the worst first, then by ref.
    rests_on: Vec<RestsOnObject>,
}

/// A party or domain behind another one.
#[derive(Clone, SimpleObject)]
#[graphql(name = "RestsOn")]
pub(crate) struct RestsOnObject {
    /// The one behind.
    entity: EntityObject,
    /// What becomes of the other one where this one fails.
    health: HealthValue,
}

impl ExposureObject {
    pub(super) fn new(graph: &Arc<CatalogGraph>, of: &Exposure<'_>, critical_down_share: f64) -> Self {
        let rests_on = of.rests_on.iter().map(|behind| RestsOnObject {
            entity: EntityObject::new(graph, behind.entity),
            health: behind.health.into(),
        });
        Self {
            reference: super::exposure::ref_of(of.entity),
            entity: EntityObject::new(graph, of.entity),
            class: of.class.into(),
            affected: of.all.into(),
            critical: of.critical.into(),
            critical_down_share,
            rests_on: rests_on.collect(),
        }
    }
}
