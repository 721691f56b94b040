//! Several entities by their names, with the names that are none.

use async_graphql::{Context, Result};
use catalog_core::{
    graph::{CatalogGraph, Entity},
    query,
};

use super::entity_named;
use crate::graphql::{
    page::{check_refs, check_text, give_up_in_time},
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
    check_refs(ctx, argument, refs.len())?;
    let mut found = Vec::with_capacity(refs.len());
    let mut unknown = Vec::new();
    for text in refs {
        check_text(ctx, argument, text)?;
        // What a miss may mean takes a walk over all names, so an answer that nobody waits for ends here.
        give_up_in_time(ctx)?;
        match entity_named(graph, text).map_or_else(|| query::find_entity(graph, text), Ok) {
            Ok(entity) => found.push(entity),
            Err(fault) => unknown.push(EntityNotFoundObject::of(text, &fault)),
        }
    }
    Ok((found, unknown))
}
