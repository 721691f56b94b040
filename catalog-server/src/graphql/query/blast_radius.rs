//! `blastRadius`: what a change can break.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};
use catalog_core::{needs::Direction, query};

use super::{entity_named, graph_of};
use crate::graphql::{
    ErrorCode, GraphqlLimits, Refusal,
    budget::AnswerBudget,
    page::{check_text, error, refuse},
    types::{
        blast_radius::{BlastRadiusObject, DirectionValue},
        not_found::EntityNotFoundObject,
    },
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
        let limits = ctx.data::<GraphqlLimits>()?;
        let budget = ctx.data_opt::<Arc<AnswerBudget>>();
        if refs.len() > limits.refs_max {
            let (value, met) = (limits.refs_max as u64, refs.len() as u64);
            return Err(refuse(&Refusal::over_limit("graphql.refs_max", value, met, "entities in `refs`")));
        }
        let depth_max = match max_depth {
            None => None,
            Some(depth) => Some(u32::try_from(depth).ok().filter(|depth| *depth > 0).ok_or_else(|| {
                error(ErrorCode::ArgumentInvalid, format!("`maxDepth` is {depth}, expected 1 or more"))
            })?),
        };
        let mut roots = Vec::with_capacity(refs.len());
        let mut unknown = Vec::new();
        for text in refs {
            check_text(ctx, "refs", &text)?;
            // What a miss may mean takes a walk over all names, so an answer that nobody waits for ends here.
            if budget.is_some_and(|budget| budget.spent().is_some()) {
                return Err(error(ErrorCode::DeadlineExceeded, "the answer took too long"));
            }
            match entity_named(graph, &text).map_or_else(|| query::find_entity(graph, &text), Ok) {
                Ok(entity) => roots.push(entity),
                Err(fault) => unknown.push(EntityNotFoundObject::of(&text, &fault)),
            }
        }
        let direction = direction.map_or(Direction::Dependents, Into::into);
        let question = query::BlastRadiusQuery { roots, direction, depth_max };
        Ok(BlastRadiusObject::new(graph, &query::blast_radius(graph, &question), unknown))
    }
}
