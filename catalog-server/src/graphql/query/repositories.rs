//! `repositories`: what is crawled.

use async_graphql::{Context, Object, Result};

use super::graph_of;
use crate::graphql::{
    page::{Page, PageArguments, page},
    types::repository::RepositoryObject,
};

#[derive(Default)]
pub(super) struct RepositoriesQuery;

#[Object]
impl RepositoriesQuery {
    /// The repositories that were ever visited, by name.
    async fn repositories(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<RepositoryObject>> {
        let graph = graph_of(ctx)?;
        let rows: Vec<_> = graph.repositories().collect();
        page(
            ctx,
            graph.revision(),
            &rows,
            &PageArguments::forward(first, after),
            |repository| repository.id().to_string(),
            |repository| RepositoryObject::new(graph, *repository),
        )
    }
}
