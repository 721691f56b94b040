//! Redundancy and isolation that are none.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use catalog_core::{
    graph::{CatalogGraph, Entity},
    model::{Severity, Strength},
    query::{CommonThing, IsolationBreach, SpuriousRedundancy},
};

use super::tier_inversion::entities;
use crate::graphql::{
    page::Page,
    types::{entity::EntityObject, relation::StrengthValue, severity::SeverityValue},
};

/// Something that several entities rest on.
#[derive(Clone, SimpleObject)]
#[graphql(name = "CommonThing")]
pub(crate) struct CommonThingObject {
    /// What they rest on.
    entity: EntityObject,
    /// The proof: a way of hard needs for each of those that rest on it.
    ways: Vec<WayObject>,
}

/// A way of hard needs that leads to what is common.
#[derive(Clone, SimpleObject)]
#[graphql(name = "WayToCommonThing")]
pub(crate) struct WayObject {
    /// The domain or the alternative that rests on the common thing.
    of: EntityObject,
    /// The refs of the entities from there, or from what is deployed to it alone, to the common thing.
    way: Vec<String>,
}

impl CommonThingObject {
    fn new(graph: &Arc<CatalogGraph>, thing: &CommonThing<'_>) -> Self {
        let ways = thing.ways.iter().map(|way| WayObject {
            of: EntityObject::new(graph, way.of),
            way: super::exposure::refs(&way.way),
        });
        Self { entity: EntityObject::new(graph, thing.entity), ways: ways.collect() }
    }
}

/// Failure domains of one type that are held to be isolated from each other, and are not.
#[derive(Clone, SimpleObject)]
#[graphql(name = "IsolationBreach")]
pub(crate) struct IsolationBreachObject {
    /// How much it matters.
    severity: SeverityValue,
    /// The type, in lower case, as in `region`.
    domain_type: String,
    /// All domains of the type that something is deployed to, by ref.
    domains: Vec<EntityObject>,
    /// What two or more of them rest on: what most of them do first, then by ref; ten at most.
    common: Vec<CommonThingObject>,
    /// How many such things there are.
    common_total: usize,
}

impl IsolationBreachObject {
    pub(super) fn new(graph: &Arc<CatalogGraph>, of: &IsolationBreach<'_>) -> Self {
        Self {
            severity: of.severity().into(),
            domain_type: of.domain_type.clone(),
            domains: of.domains.iter().map(|domain| EntityObject::new(graph, *domain)).collect(),
            common: of.common.iter().map(|thing| CommonThingObject::new(graph, thing)).collect(),
            common_total: of.common_total,
        }
    }
}

/// Alternatives that all fall with one thing.
pub(crate) struct SpuriousRedundancyObject {
    graph: Arc<CatalogGraph>,
    severity: Severity,
    strength: Strength,
    members: Vec<u32>,
    needed_by: Vec<u32>,
    critical: usize,
    common: Vec<CommonThingObject>,
    common_total: usize,
}

impl SpuriousRedundancyObject {
    pub(super) fn new(graph: &Arc<CatalogGraph>, of: &SpuriousRedundancy<'_>) -> Self {
        Self {
            graph: Arc::clone(graph),
            severity: of.severity(),
            strength: of.strength,
            members: of.members.iter().copied().map(Entity::index).collect(),
            needed_by: of.needed_by.iter().copied().map(Entity::index).collect(),
            critical: of.critical,
            common: of.common.iter().map(|thing| CommonThingObject::new(graph, thing)).collect(),
            common_total: of.common_total,
        }
    }
}

/// Alternatives of which one that works is enough, and that all fall with one thing.
#[Object(name = "SpuriousRedundancy")]
impl SpuriousRedundancyObject {
    /// `ERROR` where a critical entity cannot work without any of them, else `WARNING`.
    async fn severity(&self) -> SeverityValue {
        self.severity.into()
    }

    /// `HARD` where one that counts on them cannot work without any of them.
    async fn strength(&self) -> StrengthValue {
        self.strength.into()
    }

    /// The alternatives, by ref: members of an `anyOf`, places of deployment, or providers of an API.
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<EntityObject>> {
        entities(ctx, &self.graph, &self.members, first, after)
    }

    /// The entities that count on them, by ref.
    async fn needed_by(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<EntityObject>> {
        entities(ctx, &self.graph, &self.needed_by, first, after)
    }

    /// How many of these are critical.
    async fn critical(&self) -> usize {
        self.critical
    }

    /// What all of them rest on by hard needs, where their ways first meet; ten at most.
    async fn common(&self) -> Vec<CommonThingObject> {
        self.common.clone()
    }

    /// How many such things there are.
    async fn common_total(&self) -> usize {
        self.common_total
    }
}
