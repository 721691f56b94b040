//! `repositories`: what is crawled.

use async_graphql::{Context, Object, Result};
use catalog_core::query::find_repository;

use super::graph_of;
use crate::graphql::{
    page::{Page, PageArguments, check_text, page},
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

    /// One repository by its name; null where the catalog has none that this means.
    async fn repository(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its whole id, as in `github.com/acme/shop`, or the end of one after a `/`.")]
        name: String,
    ) -> Result<Option<RepositoryObject>> {
        check_text(ctx, "name", &name)?;
        let graph = graph_of(ctx)?;
        Ok(find_repository(graph, &name).ok().map(|repository| RepositoryObject::new(graph, repository)))
    }
}
