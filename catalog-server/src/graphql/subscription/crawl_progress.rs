//! `crawlProgress`: how the crawls of the server go on.

use std::{collections::BTreeMap, time::Duration};

use async_graphql::{
    Context, ID, Result, Subscription,
    futures_util::{Stream, stream::unfold},
};
use tokio::{sync::watch, time::sleep};

use crate::{
    crawling::{Crawler, JobId, JobState, JobView},
    graphql::{ErrorCode, page::error, types::crawl::CrawlJobObject},
};

/// How long is waited between two states of the jobs.
const PAUSE: Duration = Duration::from_millis(200);

#[derive(Default)]
pub(super) struct CrawlProgressSubscription;

#[Subscription]
impl CrawlProgressSubscription {
    /// Tells how jobs of the server go on, a few times a second at most: each as it is now, and then whenever it
    /// is another one. Of one job it ends with that one.
    async fn crawl_progress(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of a job; all that wait, run or end from now on where it is left out.")]
        job: Option<ID>,
    ) -> Result<impl Stream<Item = CrawlJobObject> + use<>> {
        let invalid = |message: &str| error(ErrorCode::ArgumentInvalid, message);
        let Some(crawler) = ctx.data_opt::<Crawler>() else {
            return Err(invalid("this server reads no repositories by itself"));
        };
        let wanted = match &job {
            None => None,
            Some(id) => {
                let id = id.parse().map(JobId).ok();
                Some(
                    id.filter(|id| crawler.job(*id).is_some())
                        .ok_or_else(|| invalid("there is no such job"))?,
                )
            }
        };
        let ended = |job: &JobView| wanted.is_none() && matches!(job.state, JobState::Ended(_));
        let told = crawler.jobs().into_iter().filter(ended).map(|job| (job.id, job)).collect();
        let mut changes = crawler.changes();
        changes.mark_changed();
        let watcher = Watcher { crawler: crawler.clone(), changes, wanted, told, next: Vec::new() };
        Ok(unfold(watcher, |mut watcher| async move {
            let job = watcher.next().await?;
            Some((job.into(), watcher))
        }))
    }
}

/// One who is told.
struct Watcher {
    crawler: Crawler,
    changes: watch::Receiver<u64>,
    wanted: Option<JobId>,
    /// The jobs as they were told; only those that are still remembered.
    told: BTreeMap<JobId, JobView>,
    /// What is to be told next, the last one first.
    next: Vec<JobView>,
}

impl Watcher {
    async fn next(&mut self) -> Option<JobView> {
        loop {
            if let Some(job) = self.next.pop() {
                return Some(job);
            }
            let has_ended =
                |id: &JobId| self.told.get(id).is_some_and(|job| matches!(job.state, JobState::Ended(_)));
            if self.wanted.as_ref().is_some_and(has_ended) {
                return None;
            }
            self.changes.changed().await.ok()?;
            let jobs = self.crawler.jobs();
            self.told.retain(|id, _| jobs.iter().any(|job| job.id == *id));
            for job in jobs {
                let is_wanted = self.wanted.is_none_or(|wanted| wanted == job.id);
                if is_wanted && self.told.get(&job.id) != Some(&job) {
                    self.told.insert(job.id, job.clone());
                    self.next.push(job);
                }
            }
            if self.next.is_empty() {
                sleep(PAUSE).await;
            }
        }
    }
}
