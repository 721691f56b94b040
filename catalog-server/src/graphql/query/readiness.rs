//! `gates`, `gate` and `readiness`: what policies ask, and what they say of entities.

use async_graphql::{Context, Object, Result};
use catalog_core::{
    graph::Entity,
    readiness::{Assessor, Policy},
};

use super::{entities::EntityFilterInput, entity_named};
use crate::graphql::{
    page::{Page, PageArguments, check_text, page},
    request_data::{chosen_policy, gap_question, graph_of, policies_of},
    types::readiness::{GateFaultObject, GateObject, ReadinessObject},
};

#[derive(Default)]
pub(super) struct ReadinessQuery;

#[Object]
impl ReadinessQuery {
    /// The policies that entities are judged by, by name.
    async fn gates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<GateObject>> {
        let mut policies: Vec<&Policy> = policies_of(ctx)?.policies.iter().collect();
        policies.sort_by(|a, b| a.name.cmp(&b.name));
        page(
            ctx,
            graph_of(ctx)?.revision(),
            &policies,
            &PageArguments::forward(first, after),
            |policy| policy.name.to_string(),
            |policy| GateObject::from(*policy),
        )
    }

    /// What is wrong with policies that could not be read; what they would say could not be decided.
    async fn gate_faults(&self, ctx: &Context<'_>) -> Result<Vec<GateFaultObject>> {
        Ok(policies_of(ctx)?.faults.iter().map(GateFaultObject::from).collect())
    }

    /// What a policy says of an entity; null where the catalog holds no entity of this name.
    async fn gate(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            name = "ref",
            desc = "Its ref, `kind:namespace/name`. The kind may be left out for a component, the namespace where it is `default`."
        )]
        reference: String,
        #[graphql(desc = "The policy; may be left out where there is only one.")] policy: Option<String>,
        #[graphql(
            desc = "The level that is asked for; the one that the policy requires where it is left out."
        )]
        level: Option<String>,
    ) -> Result<Option<ReadinessObject>> {
        check_text(ctx, "ref", &reference)?;
        let (policy, required) = chosen_policy(ctx, policy.as_deref(), level.as_deref())?;
        let graph = graph_of(ctx)?;
        let Some(entity) = entity_named(graph, &reference) else { return Ok(None) };
        let answer = Assessor::new(gap_question(ctx)?, policy).assess(entity);
        Ok(Some(ReadinessObject::new(graph, &answer, required)))
    }

    /// What a policy says of entities, in the order of their refs. Those are listed that are of the kinds,
    /// types, lifecycles and tiers that the policy is about; its expression may still leave some out, which
    /// are `NOT_APPLICABLE`.
    async fn readiness(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The policy; may be left out where there is only one.")] policy: Option<String>,
        #[graphql(
            desc = "The level that is asked for; the one that the policy requires where it is left out."
        )]
        level: Option<String>,
        #[graphql(desc = "Which entities; all that are declared where it is left out.")] filter: Option<
            EntityFilterInput,
        >,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<ReadinessObject>> {
        let (policy, required) = chosen_policy(ctx, policy.as_deref(), level.as_deref())?;
        let graph = graph_of(ctx)?;
        let mut entities: Vec<Entity<'_>> = filter.unwrap_or_default().read(graph)?.list(graph);
        entities.retain(|entity| policy.scope.covers_plainly(*entity));
        let assessor = Assessor::new(gap_question(ctx)?, policy);
        page(
            ctx,
            graph.revision(),
            &entities,
            &PageArguments::forward(first, after),
            |entity| entity.name().to_string(),
            |entity| ReadinessObject::new(graph, &assessor.assess(*entity), required),
        )
    }
}
