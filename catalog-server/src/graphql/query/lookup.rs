//! `lookup`: several entities at once, each by its name, with what a name that is none may mean.

use async_graphql::{Context, Object, Result, Union};
use catalog_core::query;

use super::{entity_named, graph_of};
use crate::graphql::{
    page::{check_refs, check_text, give_up_in_time},
    types::{entity::EntityObject, not_found::EntityNotFoundObject},
};

#[derive(Default)]
pub(super) struct LookupQuery;

/// An entity, or why a name means none.
#[derive(Union)]
pub(super) enum EntityLookup {
    Entity(EntityObject),
    NotFound(EntityNotFoundObject),
}

#[Object]
impl LookupQuery {
    /// Several entities by their names, one row to a name, in the order of the names. A name that means none
    /// says so: with the nearest names, and with what became of an entity that was declared until recently.
    async fn lookup(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The entities, at most 100, as in `component:default/web` or `web`.")] refs: Vec<
            String,
        >,
    ) -> Result<Vec<EntityLookup>> {
        check_refs(ctx, "refs", refs.len())?;
        let graph = graph_of(ctx)?;
        let mut rows = Vec::with_capacity(refs.len());
        for text in &refs {
            check_text(ctx, "refs", text)?;
            give_up_in_time(ctx)?;
            let found = entity_named(graph, text).map_or_else(|| query::find_entity(graph, text), Ok);
            rows.push(match found {
                Ok(entity) => EntityLookup::Entity(EntityObject::new(graph, entity)),
                Err(fault) => EntityLookup::NotFound(EntityNotFoundObject::of(text, &fault)),
            });
        }
        Ok(rows)
    }
}
