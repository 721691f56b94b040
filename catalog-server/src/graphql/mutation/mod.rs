//! What one can change over GraphQL: what people say in reviews. What repositories say is changed in git.
//!
//! A mutation asks the catalog as it is now, which may be a later state than that of the request, writes in
//! one transaction and answers from the state that this makes. What a caller can expect comes as
//! `userErrors`. A mutation runs on a thread of its own, where it may wait for the store.

mod answer_review;
mod crawl;
mod review;

use std::{sync::Arc, time::Duration};

use async_graphql::{Context, MergedObject, Result};
use catalog_core::{
    catalog::Catalog,
    graph::CatalogGraph,
    model::{ReviewChange, ReviewEffect},
};

use super::{GraphqlLimits, types::user_error::UserError};
use crate::clock;

/// What one can change: answers and reviews; and what one can have read. Fields of one request run one after
/// the other, each as soon as the one before it is written.
#[derive(Default, MergedObject)]
pub(super) struct Mutation(review::ReviewMutation, answer_review::AnswerReviewMutation, crawl::CrawlMutation);

/// The catalog that is written to, for those requests that have one.
#[derive(Clone)]
pub(super) struct WritableCatalog(pub(super) Arc<Catalog>);

/// What a mutation works with.
struct Desk {
    catalog: Arc<Catalog>,
    wait_max: Duration,
}

impl Desk {
    fn of(ctx: &Context<'_>) -> Result<std::result::Result<Self, UserError>> {
        let limits = ctx.data::<GraphqlLimits>()?;
        // An answer that nobody waits for any more must not be written later.
        let wait_max = limits.deadline / 4;
        Ok(match ctx.data_opt::<WritableCatalog>() {
            Some(WritableCatalog(catalog)) => Ok(Self { catalog: Arc::clone(catalog), wait_max }),
            None => Err(UserError::no_store()),
        })
    }

    /// The catalog as it is now.
    fn graph(&self) -> Arc<CatalogGraph> {
        self.catalog.graph()
    }

    /// Writes a change.
    fn change(&self, change: &ReviewChange) -> std::result::Result<ReviewEffect, UserError> {
        match self.catalog.change_reviews(change, clock::now(), self.wait_max) {
            Ok(changed) => Ok(changed?),
            Err(error) => Err(UserError::from(&error)),
        }
    }
}
