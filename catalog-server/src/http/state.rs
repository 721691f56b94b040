//! What answers are made from.

use std::sync::Arc;

use catalog_core::{
    catalog::{Catalog, CurrentGraph},
    gaps::GapSettings,
    readiness::PolicySet,
};

use tokio::sync::Semaphore;

use super::{HttpLimits, Readiness, drain::Drain};
use crate::{
    crawling::{Crawler, webhook::Hooks},
    graphql::{GraphqlLimits, GraphqlService},
};

/// What the server answers from. Cloning is cheap; clones share everything.
#[derive(Clone, Debug)]
pub struct ServerState {
    pub(super) catalog: Arc<CurrentGraph>,
    pub(super) readiness: Arc<Readiness>,
    pub(super) graphql: GraphqlService,
    pub(super) limits: Arc<HttpLimits>,
    pub(super) webhooks: Option<Webhooks>,
    pub(super) drain: Drain,
    /// How many WebSockets may still be opened.
    pub(super) websockets: Arc<Semaphore>,
}

/// How many WebSockets are open at once.
pub(super) const WEBSOCKETS_MAX: u32 = 500;

/// What hears webhooks, and what has their repositories read.
#[derive(Clone, Debug)]
pub(super) struct Webhooks {
    pub(super) hooks: Arc<Hooks>,
    pub(super) crawler: Crawler,
    /// How many are heard at once: each holds a body.
    pub(super) permits: Arc<Semaphore>,
}

/// How many webhooks are heard at once.
const WEBHOOKS_MAX: usize = 8;

impl ServerState {
    /// A state with the default limits.
    pub fn new(catalog: Arc<CurrentGraph>, readiness: Arc<Readiness>) -> Self {
        Self::with_limits(catalog, readiness, HttpLimits::default(), GraphqlLimits::default())
    }

    /// A state with limits.
    pub fn with_limits(
        catalog: Arc<CurrentGraph>,
        readiness: Arc<Readiness>,
        limits: HttpLimits,
        graphql: GraphqlLimits,
    ) -> Self {
        let graphql = GraphqlService::new(graphql).telling_of(Arc::clone(&catalog));
        Self {
            catalog,
            readiness,
            graphql,
            limits: Arc::new(limits),
            webhooks: None,
            drain: Drain::default(),
            websockets: Arc::new(Semaphore::new(WEBSOCKETS_MAX as usize)),
        }
    }

    /// The same, with mutations that write to this catalog, whose graph the answers must be of.
    #[must_use]
    pub fn writing_to(mut self, catalog: Arc<Catalog>) -> Self {
        self.graphql = self.graphql.writing_to(catalog);
        self
    }

    /// The same, with what reads repositories, and what says that something was pushed.
    #[must_use]
    pub fn crawling_with(mut self, crawler: Crawler, hooks: Hooks) -> Self {
        self.graphql = self.graphql.crawling_with(crawler.clone());
        let permits = Arc::new(Semaphore::new(WEBHOOKS_MAX));
        self.webhooks = Some(Webhooks { hooks: Arc::new(hooks), crawler, permits });
        self
    }

    /// The same with the organisation's own measures for gaps, and its policies.
    #[must_use]
    pub fn with_measures(mut self, gaps: GapSettings, policies: PolicySet) -> Self {
        self.graphql = self.graphql.measured_by(Arc::new(gaps), Arc::new(policies));
        self
    }
}
