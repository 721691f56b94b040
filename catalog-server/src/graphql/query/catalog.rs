//! `catalog`: the whole, in numbers.

use async_graphql::{Context, Object, Result};

use super::graph_of;
use crate::graphql::types::catalog_state::CatalogState;

#[derive(Default)]
pub(super) struct CatalogQuery;

#[Object]
impl CatalogQuery {
    /// The catalog as a whole: which state it is in, what it holds, and what that rests on.
    async fn catalog(&self, ctx: &Context<'_>) -> Result<CatalogState> {
        Ok(CatalogState::of(graph_of(ctx)?))
    }
}
