//! `structure`: what the shape of the needs says.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};

use super::graph_of;
use crate::graphql::types::structure::StructureObject;

#[derive(Default)]
pub(super) struct StructureQuery;

#[Object]
impl StructureQuery {
    /// What the shape of the needs of the whole catalog says: what the organisation is exposed to.
    async fn structure(&self, ctx: &Context<'_>) -> Result<StructureObject> {
        Ok(StructureObject::new(Arc::clone(graph_of(ctx)?)))
    }
}
