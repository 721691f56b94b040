//! Entities that rest on less critical ones.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use catalog_core::{
    graph::{CatalogGraph, Entity},
    query::{TierInversion, UnknownTier},
};

use crate::graphql::{
    page::{Page, PageArguments, page},
    types::{entity::EntityObject, origin::OriginObject, severity::SeverityValue},
};

/// An entity that cannot work without a less critical one.
#[derive(Clone, SimpleObject)]
#[graphql(name = "TierInversion")]
pub(crate) struct TierInversionObject {
    /// `ERROR` where the entity is critical (tiers 0 and 1), else `WARNING`.
    severity: SeverityValue,
    /// The entity that needs.
    entity: EntityObject,
    /// What it needs: one entity, or several that stand in for each other, all of them less critical.
    needed: Vec<EntityObject>,
    /// The API without a tier that the needed ones provide, where the need is of that.
    through: Option<EntityObject>,
    /// The places that state the need.
    origins: Vec<OriginObject>,
}

impl TierInversionObject {
    pub(super) fn new(graph: &Arc<CatalogGraph>, of: &TierInversion<'_>) -> Self {
        Self {
            severity: of.severity.into(),
            entity: EntityObject::new(graph, of.entity),
            needed: of.needed.iter().map(|needed| EntityObject::new(graph, *needed)).collect(),
            through: of.through.map(|api| EntityObject::new(graph, api)),
            origins: of.origins.iter().cloned().map(Into::into).collect(),
        }
    }
}

/// An entity of which nobody says how critical it is.
pub(crate) struct UnknownTierObject {
    graph: Arc<CatalogGraph>,
    entity: u32,
    needed_by: Vec<u32>,
    critical: usize,
}

impl UnknownTierObject {
    pub(super) fn new(graph: &Arc<CatalogGraph>, of: &UnknownTier<'_>) -> Self {
        Self {
            graph: Arc::clone(graph),
            entity: of.entity.index(),
            needed_by: of.needed_by.iter().copied().map(Entity::index).collect(),
            critical: of.critical,
        }
    }
}

/// An entity of which nobody says how critical it is, though one with a tier cannot work without it.
#[Object(name = "UnknownTier")]
impl UnknownTierObject {
    /// The entity without a tier.
    async fn entity(&self) -> EntityObject {
        EntityObject::new(&self.graph, self.graph.entity_at(self.entity))
    }

    /// How many of those that need it are critical.
    async fn critical(&self) -> usize {
        self.critical
    }

    /// Those with a tier that cannot work without it, by ref.
    async fn needed_by(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<EntityObject>> {
        entities(ctx, &self.graph, &self.needed_by, first, after)
    }
}

/// A page of entities, by ref.
pub(super) fn entities(
    ctx: &Context<'_>,
    graph: &Arc<CatalogGraph>,
    numbers: &[u32],
    first: Option<i32>,
    after: Option<String>,
) -> Result<Page<EntityObject>> {
    page(
        ctx,
        graph.revision(),
        numbers,
        &PageArguments::forward(first, after),
        |number| super::exposure::ref_of(graph.entity_at(*number)),
        |number| EntityObject::new(graph, graph.entity_at(*number)),
    )
}
