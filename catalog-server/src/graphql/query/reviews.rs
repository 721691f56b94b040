//! `reviews` and `review`: rounds in which owners answer for what is theirs.

use std::cmp::Reverse;

use async_graphql::{Context, Object, Result};
use catalog_core::model::Review;

use super::graph_of;
use crate::graphql::{
    page::{Page, PageArguments, page},
    types::review::ReviewObject,
};

#[derive(Default)]
pub(super) struct ReviewsQuery;

#[Object]
impl ReviewsQuery {
    /// All reviews of ownership, the latest first.
    async fn reviews(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<ReviewObject>> {
        let graph = graph_of(ctx)?;
        let key = |review: &&Review| (Reverse(review.started_at.0), Reverse(review.id.to_string()));
        let reviews: Vec<&Review> = graph.reviews().iter().rev().collect();
        page(ctx, graph.revision(), &reviews, &PageArguments::forward(first, after), key, |review| {
            ReviewObject::new(graph, review)
        })
    }

    /// One review; null where there is none of this id.
    async fn review(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id, as in `q4-payments`.")] id: String,
    ) -> Result<Option<ReviewObject>> {
        let graph = graph_of(ctx)?;
        Ok(graph.reviews().named(&id).ok().map(|review| ReviewObject::new(graph, review)))
    }
}
