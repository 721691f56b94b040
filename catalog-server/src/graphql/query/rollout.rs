//! `rollout`: in which waves a change goes through what it affects.

use async_graphql::{Context, Object, Result};
use catalog_core::query;

use super::{entities_named, graph_of};
use crate::graphql::{
    ErrorCode,
    page::error,
    types::rollout::{RolloutObject, RolloutOrderValue},
};

#[derive(Default)]
pub(super) struct RolloutQuery;

#[Object]
impl RolloutQuery {
    /// Puts a change into waves: what is least critical and what nothing needs first, one failure domain at a
    /// time, and why. Whatever transitively needs the entities changes with them where `only` is left out.
    async fn rollout(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "What changes, at most 100, as in `component:web` or `web`; a system stands for its parts, a repository for what it declares."
        )]
        refs: Vec<String>,
        #[graphql(desc = "Whether only these change; what needs them counts for the order all the same.")]
        only: Option<bool>,
        #[graphql(
            desc = "Which end of a need changes first; those that need something where it is left out."
        )]
        order: Option<RolloutOrderValue>,
        #[graphql(
            desc = "How many entities a wave has at most, from 1; 20 where it is left out. What needs each other in a circle is not cut."
        )]
        wave_max: Option<i32>,
    ) -> Result<RolloutObject> {
        let graph = graph_of(ctx)?;
        let wave_max = match wave_max {
            None => query::ROLLOUT_WAVE_DEFAULT,
            Some(wave_max) => u32::try_from(wave_max).ok().filter(|max| *max > 0).ok_or_else(|| {
                error(ErrorCode::ArgumentInvalid, format!("`waveMax` is {wave_max}, expected 1 or more"))
            })?,
        };
        let (roots, unknown) = entities_named(ctx, graph, "refs", &refs)?;
        let question = query::RolloutQuery {
            only_roots: only.unwrap_or_default(),
            order: order.map_or_else(query::RolloutOrder::default, Into::into),
            wave_max,
            ..query::RolloutQuery::new(roots)
        };
        Ok(RolloutObject::new(graph, &query::rollout(graph, &question), unknown))
    }
}
