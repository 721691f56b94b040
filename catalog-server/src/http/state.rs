//! What answers are made from.

use std::sync::Arc;

use catalog_core::catalog::{Catalog, CurrentGraph};

use super::{HttpLimits, Readiness};
use crate::graphql::{GraphqlLimits, GraphqlService};

/// What the server answers from. Cloning is cheap; clones share everything.
#[derive(Clone, Debug)]
pub struct ServerState {
    pub(super) catalog: Arc<CurrentGraph>,
    pub(super) readiness: Arc<Readiness>,
    pub(super) graphql: GraphqlService,
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
        Self { catalog, readiness, graphql: GraphqlService::new(graphql), limits: Arc::new(limits) }
    }

    /// The same, with mutations that write to this catalog, whose graph the answers must be of.
    #[must_use]
    pub fn writing_to(mut self, catalog: Arc<Catalog>) -> Self {
        self.graphql = self.graphql.writing_to(catalog);
        self
    }
}
