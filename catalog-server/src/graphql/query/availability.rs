//! `availability`: what entities promise, against what their needs allow.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};
use catalog_core::{needs::AvailabilityLimits, query};

use super::{entity_named, graph_of};
use crate::graphql::{
    ErrorCode, GraphqlLimits, Refusal,
    budget::AnswerBudget,
    page::{check_text, error, refuse},
    types::{
        availability::AvailabilityObject, availability_arithmetic::AvailabilityArithmeticObject,
        not_found::EntityNotFoundObject,
    },
};

/// How many needs and terms of formulas one answer looks at before the rest is only bounded: about a
/// second.
const VISITS_MAX: u64 = 5_000_000;

#[derive(Default)]
pub(super) struct AvailabilityQuery;

#[Object]
impl AvailabilityQuery {
    /// What entities promise, against what their hard needs allow, with the worst first. There are two ends:
    /// at the lower one each entity behind another counts, once; at the upper one only direct promises
    /// count, as if these covered what lies behind them. What promises nothing counts as perfect.
    async fn availability(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The entities, at most 100, as in `component:web` or `web`; where it is left out, all that promise an availability or expect one of others."
        )]
        refs: Option<Vec<String>>,
        #[graphql(
            desc = "How many entities that alternatives share are taken apart before an answer is only bounded, 0 to 20; 12 where it is left out."
        )]
        factoring_entities_max: Option<i32>,
    ) -> Result<AvailabilityObject> {
        let graph = graph_of(ctx)?;
        let graphql_limits = ctx.data::<GraphqlLimits>()?;
        let budget = ctx.data_opt::<Arc<AnswerBudget>>();
        let limits = limits(factoring_entities_max)?;
        let mut unknown = Vec::new();
        let entities = match refs {
            None => None,
            Some(refs) => {
                if refs.len() > graphql_limits.refs_max {
                    let (value, met) = (graphql_limits.refs_max as u64, refs.len() as u64);
                    return Err(refuse(&Refusal::over_limit(
                        "graphql.refs_max",
                        value,
                        met,
                        "entities in `refs`",
                    )));
                }
                let mut entities = Vec::with_capacity(refs.len());
                for text in refs {
                    check_text(ctx, "refs", &text)?;
                    // What a miss may mean takes a walk over all names.
                    if budget.is_some_and(|budget| budget.spent().is_some()) {
                        return Err(error(ErrorCode::DeadlineExceeded, "the answer took too long"));
                    }
                    match entity_named(graph, &text).map_or_else(|| query::find_entity(graph, &text), Ok) {
                        Ok(entity) => entities.push(entity),
                        Err(fault) => unknown.push(EntityNotFoundObject::of(&text, &fault)),
                    }
                }
                Some(entities)
            }
        };
        let question = query::AvailabilityQuery { entities, limits };
        Ok(AvailabilityObject::new(graph, &query::availability(graph, &question), unknown))
    }

    /// What the availability that an entity's needs allow is made of, factor by factor; null where there
    /// is no entity of this name.
    async fn availability_arithmetic(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "ref", desc = "The ref of the entity, as in `component:default/web`.")]
        reference: String,
    ) -> Result<Option<AvailabilityArithmeticObject>> {
        let graph = graph_of(ctx)?;
        check_text(ctx, "ref", &reference)?;
        let Some(entity) = entity_named(graph, &reference) else { return Ok(None) };
        let arithmetic = query::availability_arithmetic(graph, &[entity], limits(None)?);
        Ok(arithmetic.first().map(|arithmetic| AvailabilityArithmeticObject::new(graph, arithmetic)))
    }
}

fn limits(factoring_entities_max: Option<i32>) -> Result<AvailabilityLimits> {
    let mut limits = AvailabilityLimits { visits_max: VISITS_MAX, ..AvailabilityLimits::default() };
    if let Some(asked) = factoring_entities_max {
        let most = AvailabilityLimits::FACTORING_ENTITIES_MOST;
        limits.factoring_entities_max =
            u32::try_from(asked).ok().filter(|asked| *asked <= most).ok_or_else(|| {
                let message = format!("`factoringEntitiesMax` is {asked}, expected 0 to {most}");
                error(ErrorCode::ArgumentInvalid, message)
            })?;
    }
    Ok(limits)
}
