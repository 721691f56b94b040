//! What most others rest on.

use std::{cmp::Reverse, sync::Arc};

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use catalog_core::{
    graph::CatalogGraph,
    needs::{Direction, Precision, ReachCount},
    query::{self, RankBy},
};

use super::{blast_radius::DirectionValue, entity::EntityObject};
use crate::graphql::page::{Page, PageArguments, page};

/// What a ranking goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "RankBy", remote = "RankBy")]
pub(crate) enum RankByValue {
    /// How many entities lie behind it.
    Entities,
    /// How many critical entities, of tier 0 or 1, lie behind it.
    Critical,
    /// How many owners the entities behind it have.
    Teams,
}

/// A ranking, whole; its rows by number.
pub(crate) struct RankObject {
    graph: Arc<CatalogGraph>,
    direction: Direction,
    by: RankBy,
    rows: Vec<(u32, ReachCount)>,
    without_reach: usize,
    precision: Precision,
}

impl RankObject {
    pub(crate) fn new(graph: &Arc<CatalogGraph>, answer: &query::Rank<'_>) -> Self {
        Self {
            graph: Arc::clone(graph),
            direction: answer.direction,
            by: answer.by,
            rows: answer.rows.iter().map(|row| (row.entity.index(), row.count)).collect(),
            without_reach: answer.without_reach,
            precision: answer.precision,
        }
    }
}

/// Entities by how much transitively needs each, or is needed by it.
#[Object(name = "Rank")]
impl RankObject {
    /// The number of the state of the catalog that the answer is from.
    async fn revision(&self) -> u64 {
        self.graph.revision().0
    }

    /// Which way was counted.
    async fn direction(&self) -> DirectionValue {
        self.direction.into()
    }

    /// What it goes by.
    async fn by(&self) -> RankByValue {
        self.by.into()
    }

    /// Whether the counts are exact; where counting would take too long they are estimates.
    async fn exact(&self) -> bool {
        self.precision == Precision::Exact
    }

    /// The standard error of an estimate, as a part of the count; null where the counts are exact.
    async fn standard_error(&self) -> Option<f64> {
        match self.precision {
            Precision::Exact => None,
            Precision::Estimated { standard_error } => Some(standard_error),
        }
    }

    /// How many entities passed the filter and have nothing behind them.
    async fn without_reach(&self) -> usize {
        self.without_reach
    }

    /// The entities with anything behind them, by the measure, then by all counts, then by ref.
    async fn entities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<RankedEntity>> {
        page(
            ctx,
            self.graph.revision(),
            &self.rows,
            &PageArguments::forward(first, after),
            |(entity, count)| {
                let counts = (self.by.of(*count), count.entities, count.critical, count.teams);
                (Reverse(counts), self.graph.entity_at(*entity).name().to_string())
            },
            |(entity, count)| {
                let entity = self.graph.entity_at(*entity);
                RankedEntity {
                    reference: entity.name().to_string(),
                    entity: EntityObject::new(&self.graph, entity),
                    entities: count.entities,
                    critical: count.critical,
                    teams: count.teams,
                }
            },
        )
    }
}

/// One entity of a ranking.
#[derive(Clone, SimpleObject)]
pub(crate) struct RankedEntity {
    /// Its ref, `kind:namespace/name`.
    #[graphql(name = "ref")]
    reference: String,
    /// The entity.
    entity: EntityObject,
    /// How many entities lie behind it, without itself.
    entities: u32,
    /// How many of these are critical: of tier 0 or 1.
    critical: u32,
    /// How many different owners these have.
    teams: u32,
}
