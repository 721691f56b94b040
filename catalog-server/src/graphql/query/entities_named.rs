//! Several entities by their names, with the names that are none.

use std::sync::Arc;

use async_graphql::{Context, Result};
use catalog_core::{
    graph::{CatalogGraph, Entity},
    query,
};

use super::entity_named;
use crate::graphql::{
    ErrorCode, GraphqlLimits, Refusal,
    budget::AnswerBudget,
    page::{check_text, error, refuse},
    types::not_found::EntityNotFoundObject,
};

/// The entities of these names, which an argument carries, and the names that are not in the catalog, with
/// what they may mean.
pub(in crate::graphql) fn entities_named<'g>(
    ctx: &Context<'_>,
    graph: &'g CatalogGraph,
    argument: &str,
    refs: &[String],
) -> Result<(Vec<Entity<'g>>, Vec<EntityNotFoundObject>)> {
    let limits = ctx.data::<GraphqlLimits>()?;
    let budget = ctx.data_opt::<Arc<AnswerBudget>>();
    if refs.len() > limits.refs_max {
        let (value, met) = (limits.refs_max as u64, refs.len() as u64);
        return Err(refuse(&Refusal::over_limit(
            "graphql.refs_max",
            value,
            met,
            &format!("entities in `{argument}`"),
        )));
    }
    let mut found = Vec::with_capacity(refs.len());
    let mut unknown = Vec::new();
    for text in refs {
        check_text(ctx, argument, text)?;
        // What a miss may mean takes a walk over all names, so an answer that nobody waits for ends here.
        if budget.is_some_and(|budget| budget.spent().is_some()) {
            return Err(error(ErrorCode::DeadlineExceeded, "the answer took too long"));
        }
        match entity_named(graph, text).map_or_else(|| query::find_entity(graph, text), Ok) {
            Ok(entity) => found.push(entity),
            Err(fault) => unknown.push(EntityNotFoundObject::of(text, &fault)),
        }
    }
    Ok((found, unknown))
}
