//! `entity`: one entity by its name.

use async_graphql::{Context, Object, Result};
use catalog_core::{
    graph::{CatalogGraph, Entity},
    model::EntityRef,
};

use super::graph_of;
use crate::graphql::{page::check_text, plain_rows::ObjectOrWritten, types::entity::EntityObject};

#[derive(Default)]
pub(super) struct EntityQuery;

#[Object]
impl EntityQuery {
    /// The entity of this name; null where the catalog holds none.
    async fn entity(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            name = "ref",
            desc = "Its ref, `kind:namespace/name`. The kind may be left out for a component, the namespace where it is `default`."
        )]
        reference: String,
    ) -> Result<ObjectOrWritten<EntityObject>> {
        check_text(ctx, "ref", &reference)?;
        let graph = graph_of(ctx)?;
        let entity = entity_named(graph, &reference);
        Ok(ObjectOrWritten::of(ctx, entity, |entity| EntityObject::new(graph, entity)))
    }
}

/// The entity of exactly this name, without a search for what else may be meant.
pub(crate) fn entity_named<'g>(graph: &'g CatalogGraph, text: &str) -> Option<Entity<'g>> {
    graph.entity(&EntityRef::parse_lenient(text).ok()?)
}
