//! What answers are made from.

use std::sync::Arc;

use catalog_core::{
    catalog::{Catalog, CurrentGraph},
    gaps::GapSettings,
    readiness::PolicySet,
};

use super::{HttpLimits, Readiness, Transport};
use crate::{
    access::AccessControl,
    graphql::{GraphqlLimits, GraphqlService},
};

/// What the server answers from. Cloning is cheap; clones share everything.
#[derive(Clone, Debug)]
pub struct ServerState {
    pub(super) catalog: Arc<CurrentGraph>,
    pub(super) readiness: Arc<Readiness>,
    pub(super) graphql: GraphqlService,
    pub(super) limits: Arc<HttpLimits>,
    pub(super) access: Arc<AccessControl>,
    pub(super) transport: Transport,
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
            limits: Arc::new(limits),
            access: Arc::new(AccessControl::local()),
            transport: Transport::Plain,
        }
    }

    /// The same, where this tells who asks; without it only this machine asks, and may do everything.
    #[must_use]
    pub fn with_access(mut self, access: Arc<AccessControl>) -> Self {
        self.graphql = self.graphql.guarded_by(Arc::clone(&access));
        self.access = access;
        self
    }

    /// The same, where what is sent is kept from others in this way.
    #[must_use]
    pub fn with_transport(mut self, transport: Transport) -> Self {
        self.transport = transport;
        self
    }

    /// The same, with mutations that write to this catalog, whose graph the answers must be of.
    #[must_use]
    pub fn writing_to(mut self, catalog: Arc<Catalog>) -> Self {
        self.graphql = self.graphql.writing_to(catalog);
        self
    }

    /// The same with the organisation's own measures for gaps, and its policies.
    #[must_use]
    pub fn with_measures(mut self, gaps: GapSettings, policies: PolicySet) -> Self {
        self.graphql = self.graphql.measured_by(Arc::new(gaps), Arc::new(policies));
        self
    }
}
