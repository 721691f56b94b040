//! `impact`: what is down, degraded or without a spare where something fails.

use async_graphql::{Context, Object, Result};
use catalog_core::{
    expression::EntityExpression,
    query::{self, ImpactQuery as ImpactQuestion, failing},
};

use super::{entities_named, graph_of};
use crate::graphql::{
    ErrorCode,
    moment::now,
    page::{check_text, error},
    types::impact::ImpactObject,
};

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
        #[graphql(
            desc = "What does not work, at most 100 names, as in `resource:eu-west-1` or `web`.",
            default
        )]
        fail: Vec<String>,
        #[graphql(
            desc = "What does not work: every entity that this expression is true of (Common Expression \
                    Language), as in `type == 'saas' && tier > 1`. It may use ref, kind, name, title, type, \
                    lifecycle, tier, critical, declared, stale, owner, system, repository, tags, data, labels, \
                    annotations."
        )]
        fail_where: Option<String>,
        #[graphql(desc = "What works in part only, at most 100 names.", default)] degrade: Vec<String>,
        #[graphql(
            desc = "What has failed already, at most 100 names: the answer is what gets worse from there.",
            default
        )]
        already_down: Vec<String>,
        #[graphql(
            desc = "Say which needs, as few as possible, would have to be softened or given a spare to keep \
                    this entity up."
        )]
        keep: Option<String>,
    ) -> Result<ImpactObject> {
        let graph = graph_of(ctx)?;
        let (mut failed, mut unknown) = entities_named(ctx, graph, "fail", &fail)?;
        if let Some(expression) = &fail_where {
            check_text(ctx, "failWhere", expression)?;
            let selected =
                EntityExpression::parse(expression).and_then(|expression| expression.select(graph, now()));
            failed.extend(selected.map_err(|fault| error(ErrorCode::ArgumentInvalid, fault.to_string()))?);
        }
        let (degraded, unknown_degraded) = entities_named(ctx, graph, "degrade", &degrade)?;
        let (already_down, unknown_down) = entities_named(ctx, graph, "alreadyDown", &already_down)?;
        let (kept, unknown_kept) = entities_named(ctx, graph, "keep", keep.as_slice())?;
        unknown.extend(unknown_degraded.into_iter().chain(unknown_down).chain(unknown_kept));
        let question = ImpactQuestion {
            failing: failed.into_iter().map(failing).collect(),
            degraded,
            already_down: already_down.into_iter().map(failing).collect(),
            keep: kept.first().copied(),
            remedies_max: ImpactQuestion::REMEDIES_MAX,
        };
        Ok(ImpactObject::new(graph, &query::impact(graph, &question), unknown))
    }
}
