//! Figures of crawls inside the server.

use catalog_core::model::Timestamp;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

/// The bounds by which the times of crawls are sorted, in seconds.
const SECONDS: [f64; 10] = [0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 1_800.0, 3_600.0];

/// Where whoever crawls counts what came of it. Cloning is cheap; clones share everything.
#[derive(Clone, Debug)]
pub struct CrawlMetrics {
    running: Gauge,
    ended: Family<OutcomeLabels, Counter>,
    durations: Histogram,
    last_success: Gauge,
    repositories: Family<OutcomeLabels, Counter>,
    deliveries: Family<DeliveryLabels, Counter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DeliveryLabels {
    host: &'static str,
    outcome: &'static str,
}

impl CrawlMetrics {
    pub(super) fn registered_in(registry: &mut Registry) -> Self {
        let metrics = Self {
            running: Gauge::default(),
            ended: Family::default(),
            durations: Histogram::new(SECONDS),
            last_success: Gauge::default(),
            repositories: Family::default(),
            deliveries: Family::default(),
        };
        // What has not happened yet is there, as 0.
        for outcome in ["done", "failed"] {
            metrics.ended.get_or_create(&OutcomeLabels { outcome }).inc_by(0);
        }
        for outcome in ["changed", "unchanged", "unreadable"] {
            metrics.repositories.get_or_create(&OutcomeLabels { outcome }).inc_by(0);
        }
        for host in ["github", "gitlab", "gitea"] {
            for outcome in ["accepted", "refused"] {
                metrics.deliveries.get_or_create(&DeliveryLabels { host, outcome }).inc_by(0);
            }
        }
        registry.register("crawls_running", "Crawls that are running", metrics.running.clone());
        registry.register(
            "crawls",
            "Crawls that have ended, by outcome: `done` or `failed`",
            metrics.ended.clone(),
        );
        registry.register_with_unit(
            "crawl_duration",
            "Time that crawls took",
            Unit::Seconds,
            metrics.durations.clone(),
        );
        registry.register_with_unit(
            "crawl_last_success_timestamp",
            "When a crawl last ended well, since 1970; 0 where none has",
            Unit::Seconds,
            metrics.last_success.clone(),
        );
        registry.register(
            "crawl_repositories",
            "Visits of repositories, by outcome: `changed`, `unchanged` or `unreadable`",
            metrics.repositories.clone(),
        );
        registry.register(
            "webhook_deliveries",
            "Deliveries of webhooks, by the kind of host and what came of them",
            metrics.deliveries.clone(),
        );
        metrics
    }

    /// A crawl begins.
    pub fn crawl_begins(&self) {
        self.running.inc();
    }

    /// A crawl has ended, after a time in seconds; `was_done` where what it read is in the store.
    pub fn crawl_ends(&self, was_done: bool, seconds: f64, now: Timestamp) {
        self.running.dec();
        let outcome = if was_done { "done" } else { "failed" };
        self.ended.get_or_create(&OutcomeLabels { outcome }).inc();
        self.durations.observe(seconds);
        if was_done {
            self.last_success.set(now.seconds());
        }
    }

    /// A repository was visited. `outcome` is one of few words.
    pub fn repository_visited(&self, outcome: &'static str) {
        self.repositories.get_or_create(&OutcomeLabels { outcome }).inc();
    }

    /// A webhook was delivered. `host` is the kind of host, and `outcome` one of few words.
    pub fn delivery(&self, host: &'static str, outcome: &'static str) {
        self.deliveries.get_or_create(&DeliveryLabels { host, outcome }).inc();
    }
}
