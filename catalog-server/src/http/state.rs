//! What answers are made from.

use std::sync::Arc;

use catalog_core::{
    catalog::{Catalog, CurrentGraph},
    gaps::GapSettings,
    readiness::PolicySet,
};

use super::{HttpLimits, Readiness, backstage::BackstageService};
use crate::{
    backstage::BackstageLimits,
    graphql::{GraphqlLimits, GraphqlService},
};

/// What the server answers from. Cloning is cheap; clones share everything.
#[derive(Clone, Debug)]
pub struct ServerState {
    pub(super) catalog: Arc<CurrentGraph>,
    pub(super) readiness: Arc<Readiness>,
    pub(super) graphql: GraphqlService,
    pub(super) backstage: BackstageService,
    pub(super) limits: Arc<HttpLimits>,
}

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
        Self {
            catalog,
            readiness,
            graphql: GraphqlService::new(graphql),
            backstage: BackstageService::new(BackstageLimits::default()),
            limits: Arc::new(limits),
        }
    }

    /// The same, with mutations that write to this catalog, whose graph the answers must be of.
    #[must_use]
    pub fn writing_to(mut self, catalog: Arc<Catalog>) -> Self {
        self.graphql = self.graphql.writing_to(catalog);
        self
    }

    /// The same with these bounds on questions of Backstage's clients.
    #[must_use]
    pub fn with_backstage_limits(mut self, limits: BackstageLimits) -> Self {
        self.backstage = BackstageService::new(limits);
        self
    }

    /// The same with the organisation's own measures for gaps, and its policies.
    #[must_use]
    pub fn with_measures(mut self, gaps: GapSettings, policies: PolicySet) -> Self {
        self.graphql = self.graphql.measured_by(Arc::new(gaps), Arc::new(policies));
        self
    }
}
