//! `crawls` and `crawlJob`: what the server reads by itself.

use async_graphql::{Context, ID, Object, Result};

use crate::{
    crawling::{Crawler, JobId},
    graphql::moment::passing_now,
    graphql::types::crawl::{CrawlJobObject, CrawlsObject},
};

#[derive(Default)]
pub(super) struct CrawlsQuery;

#[Object]
impl CrawlsQuery {
    /// What the server reads by itself: what waits, runs and has ended, and what is due when; null where it
    /// reads nothing by itself.
    async fn crawls(&self, ctx: &Context<'_>) -> Result<Option<CrawlsObject>> {
        // Not an answer to be kept: a crawl goes on while the graph is the same.
        passing_now();
        Ok(ctx.data_opt::<Crawler>().map(CrawlsObject::of))
    }

    /// A job of the server by its number; null where there is none, or it ended long ago.
    async fn crawl_job(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number, as `crawl` and a webhook answer with it.")] id: ID,
    ) -> Result<Option<CrawlJobObject>> {
        passing_now();
        let job = ctx.data_opt::<Crawler>().zip(id.parse().ok());
        Ok(job.and_then(|(crawler, id)| crawler.job(JobId(id))).map(Into::into))
    }
}
