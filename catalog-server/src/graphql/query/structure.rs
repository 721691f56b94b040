//! `structure`: where the graph of needs is fragile.

use async_graphql::{Context, Object, Result};

use super::graph_of;
use crate::graphql::types::structure::StructureObject;

#[derive(Default)]
pub(super) struct StructureQuery;

#[Object]
impl StructureQuery {
    /// Where the graph of needs is fragile, whatever changes or fails: cycles, single points of failure,
    /// bridges, long chains. Each field is worked out over the whole catalog when it is asked for.
    async fn structure(&self, ctx: &Context<'_>) -> Result<StructureObject> {
        Ok(StructureObject::new(graph_of(ctx)?))
    }
}
