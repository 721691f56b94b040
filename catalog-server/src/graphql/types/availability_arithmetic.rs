//! What the availability that an entity's needs allow is made of.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use catalog_core::{
    graph::CatalogGraph,
    model::Availability,
    query::{self, AllowedAvailability},
};

use super::{
    availability::{AllowedAvailabilityObject, PromiseObject},
    entity::EntityObject,
};
use crate::graphql::page::{Page, PageArguments, page};

/// What a bound is made of.
pub(crate) struct AvailabilityArithmeticObject {
    graph: Arc<CatalogGraph>,
    entity: u32,
    required: Vec<RequiredRow>,
    groups: Vec<GroupRow>,
}

#[derive(Clone)]
struct RequiredRow {
    entity: u32,
    promise: Option<PromiseObject>,
    is_direct: bool,
    counts_for_upper: bool,
}

#[derive(Clone)]
struct GroupRow {
    needy: u32,
    members: Vec<(u32, Availability)>,
    any: AllowedAvailability,
}

impl AvailabilityArithmeticObject {
    pub(crate) fn new(graph: &Arc<CatalogGraph>, arithmetic: &query::AvailabilityArithmetic<'_>) -> Self {
        Self {
            graph: Arc::clone(graph),
            entity: arithmetic.entity.index(),
            required: arithmetic
                .required
                .iter()
                .map(|factor| RequiredRow {
                    entity: factor.entity.index(),
                    promise: factor.promise.as_ref().map(PromiseObject::new),
                    is_direct: factor.is_direct,
                    counts_for_upper: factor.counts_for_upper,
                })
                .collect(),
            groups: arithmetic
                .groups
                .iter()
                .map(|group| GroupRow {
                    needy: group.needy.index(),
                    members: group
                        .members
                        .iter()
                        .map(|member| (member.entity.index(), member.availability))
                        .collect(),
                    any: group.any,
                })
                .collect(),
        }
    }

    fn object(&self, number: u32) -> EntityObject {
        EntityObject::new(&self.graph, self.graph.entity_at(number))
    }
}

/// What the availability that an entity's needs allow is made of: factors that multiply to the lower end where
/// alternatives share nothing with each other.
#[Object(name = "AvailabilityArithmetic")]
impl AvailabilityArithmeticObject {
    /// The entity.
    async fn entity(&self) -> EntityObject {
        self.object(self.entity)
    }

    /// What has to work in any case: what it needs directly first, then by ref.
    async fn required(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<RequiredFactorObject>> {
        page(
            ctx,
            self.graph.revision(),
            &self.required,
            &PageArguments::forward(first, after),
            |row| (!row.is_direct, self.graph.entity_at(row.entity).name().to_string()),
            |row| RequiredFactorObject {
                entity: self.object(row.entity),
                promise: row.promise.clone(),
                direct: row.is_direct,
                counts_for_upper: row.counts_for_upper,
            },
        )
    }

    /// What has to work in one way or another, by what needs it.
    async fn alternatives(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<AlternativesFactorObject>> {
        let rows: Vec<(usize, &GroupRow)> = self.groups.iter().enumerate().collect();
        page(
            ctx,
            self.graph.revision(),
            &rows,
            &PageArguments::forward(first, after),
            |(position, _)| *position,
            |(_, group)| AlternativesFactorObject {
                needed_by: self.object(group.needy),
                members: group
                    .members
                    .iter()
                    .map(|(member, availability)| AlternativeObject {
                        entity: self.object(*member),
                        availability: availability.percent(),
                        unavailability: availability.unavailability(),
                    })
                    .collect(),
                any: group.any.into(),
            },
        )
    }
}

/// One entity that has to work in any case.
#[derive(Clone, SimpleObject)]
#[graphql(name = "RequiredFactor")]
pub(crate) struct RequiredFactorObject {
    /// The entity.
    entity: EntityObject,
    /// What it promises; without a promise it counts as perfect.
    promise: Option<PromiseObject>,
    /// Whether it is needed directly, and not only by what is needed.
    direct: bool,
    /// Whether it counts for the upper end: no promise stands between it and the entity.
    counts_for_upper: bool,
}

/// Alternatives of which one has to work.
#[derive(Clone, SimpleObject)]
#[graphql(name = "AlternativesFactor")]
pub(crate) struct AlternativesFactorObject {
    /// What needs one of them.
    needed_by: EntityObject,
    /// The members, by ref.
    members: Vec<AlternativeObject>,
    /// How often any of them works, given that all that is required works.
    any: AllowedAvailabilityObject,
}

/// One of several alternatives.
#[derive(Clone, SimpleObject)]
#[graphql(name = "AlternativeFactor")]
pub(crate) struct AlternativeObject {
    /// The entity.
    entity: EntityObject,
    /// How often it works with all that it needs beyond what is required in any case, in percent.
    availability: f64,
    /// How often it does not, as a share of one.
    unavailability: f64,
}
