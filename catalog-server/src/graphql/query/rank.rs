//! `rank`: what most others rest on.

use async_graphql::{Context, Object, Result};
use catalog_core::{needs::Direction, query};

use super::{entities::EntityFilterInput, graph_of};
use crate::graphql::types::{
    blast_radius::DirectionValue,
    rank::{RankByValue, RankObject},
};

#[derive(Default)]
pub(super) struct RankQuery;

#[Object]
impl RankQuery {
    /// How many entities, critical entities and teams transitively need each entity, or how many it
    /// needs: for all of them at once, the most first. Counted once for each state of the catalog.
    async fn rank(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to rank by; how many entities where it is left out.")] by: Option<RankByValue>,
        #[graphql(desc = "Which way to count; those that need the entity where it is left out.")]
        direction: Option<DirectionValue>,
        #[graphql(desc = "Which entities to rank; all that are declared where it is left out.")]
        filter: Option<EntityFilterInput>,
    ) -> Result<RankObject> {
        let graph = graph_of(ctx)?;
        let question = query::RankQuery {
            direction: direction.map_or(Direction::Dependents, Into::into),
            by: by.map_or_else(query::RankBy::default, Into::into),
            filter: filter.unwrap_or_default().read(graph)?,
        };
        Ok(RankObject::new(graph, &query::rank(graph, &question)))
    }
}
