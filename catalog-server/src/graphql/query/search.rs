//! `search`: entities by words.

use std::cmp::Reverse;

use async_graphql::{Context, Object, Result};
use catalog_core::query;

use super::graph_of;
use crate::graphql::{
    page::{PageArguments, check_text, page},
    types::{
        entity::EntityObject,
        search_hit::{SearchHitObject, SearchPage},
    },
};

#[derive(Default)]
pub(super) struct SearchQuery;

#[Object]
impl SearchQuery {
    /// The entities that hold every word of a text in name, title, tags or description, best first.
    /// Typing errors in names are forgiven.
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The words.")] text: String,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<SearchPage> {
        check_text(ctx, "text", &text)?;
        let graph = graph_of(ctx)?;
        let hits = query::search(graph, &text);
        page(
            ctx,
            graph.revision(),
            &hits,
            &PageArguments::forward(first, after),
            |hit| (Reverse(hit.score), hit.entity.name().to_string()),
            |hit| SearchHitObject {
                entity: EntityObject::new(graph, hit.entity),
                score: hit.score,
                matched: hit.matched.into(),
            },
        )
    }
}
