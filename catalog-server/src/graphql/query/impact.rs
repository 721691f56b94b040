//! `impact`: what is down, degraded or without a spare where something fails.

use async_graphql::{Context, Object, Result};
use catalog_core::query::{self, ImpactQuery as ImpactQuestion, failing};

use super::{entities_named, graph_of};
use crate::graphql::types::impact::ImpactObject;

#[derive(Default)]
pub(super) struct ImpactQuery;

#[Object]
impl ImpactQuery {
    /// What is down, degraded or without a spare where something fails: the least fixpoint of the rules of
    /// hard and soft needs and of alternatives. A system or domain fails with all its parts, a repository
    /// with all that it declares; a group or person that fails cannot act, and what it owns goes on working.
    async fn impact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What does not work, at most 100 names, as in `resource:eu-west-1` or `web`.")] fail: Vec<
            String,
        >,
        #[graphql(desc = "What works in part only, at most 100 names.", default)] degrade: Vec<String>,
        #[graphql(
            desc = "What has failed already, at most 100 names: the answer is what gets worse from there.",
            default
        )]
        already_down: Vec<String>,
    ) -> Result<ImpactObject> {
        let graph = graph_of(ctx)?;
        let (failed, mut unknown) = entities_named(ctx, graph, "fail", &fail)?;
        let (degraded, unknown_degraded) = entities_named(ctx, graph, "degrade", &degrade)?;
        let (already_down, unknown_down) = entities_named(ctx, graph, "alreadyDown", &already_down)?;
        unknown.extend(unknown_degraded.into_iter().chain(unknown_down));
        let question = ImpactQuestion {
            failing: failed.into_iter().map(failing).collect(),
            degraded,
            already_down: already_down.into_iter().flat_map(|entity| failing(entity).down).collect(),
            remedies_max: ImpactQuestion::REMEDIES_MAX,
        };
        Ok(ImpactObject::new(graph, &query::impact(graph, &question), unknown))
    }
}
