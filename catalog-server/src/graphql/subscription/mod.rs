//! What one can be told of as it happens: changes of the catalog, and crawls.
//!
//! What is told is worked out once for all, and of bounded size; who is slow loses the oldest and is told so.

mod catalog_changed;
mod crawl_progress;

use async_graphql::MergedSubscription;

/// What one can be told of as it happens, over SSE or a WebSocket.
#[derive(Default, MergedSubscription)]
pub(super) struct Subscription(
    catalog_changed::CatalogChangedSubscription,
    crawl_progress::CrawlProgressSubscription,
);
