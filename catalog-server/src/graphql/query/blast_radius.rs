//! `blastRadius`: what a change can break.

use async_graphql::{Context, Object, Result};
use catalog_core::{needs::Direction, query};

use super::{entities_named, graph_of};
use crate::graphql::{
    ErrorCode,
    page::error,
    types::blast_radius::{BlastRadiusObject, DirectionValue},
};

#[derive(Default)]
pub(super) struct BlastRadiusQuery;

#[Object]
impl BlastRadiusQuery {
    /// Everything that transitively needs some entities, or that they transitively need: an upper
    /// bound of what a change can break. Cycles are no trouble, and each entity is counted once.
    async fn blast_radius(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The entities that change, at most 100, as in `component:web` or `web`.")] refs: Vec<
            String,
        >,
        #[graphql(desc = "Which way to look; towards those that need them where it is left out.")]
        direction: Option<DirectionValue>,
        #[graphql(desc = "How many needs to follow at most, from 1; to the end where it is left out.")]
        max_depth: Option<i32>,
    ) -> Result<BlastRadiusObject> {
        let graph = graph_of(ctx)?;
        let depth_max = match max_depth {
            None => None,
            Some(depth) => Some(u32::try_from(depth).ok().filter(|depth| *depth > 0).ok_or_else(|| {
                error(ErrorCode::ArgumentInvalid, format!("`maxDepth` is {depth}, expected 1 or more"))
            })?),
        };
        let (roots, unknown) = entities_named(ctx, graph, refs)?;
        let direction = direction.map_or(Direction::Dependents, Into::into);
        let question = query::BlastRadiusQuery { roots, direction, depth_max };
        Ok(BlastRadiusObject::new(graph, &query::blast_radius(graph, &question), unknown))
    }
}
