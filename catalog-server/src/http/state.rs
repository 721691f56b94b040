//! What answers are made from.

use std::sync::Arc;

use catalog_core::{
    catalog::{Catalog, CurrentGraph},
    gaps::GapSettings,
    readiness::PolicySet,
};

use super::{HttpLimits, Readiness, export_endpoint::ExportPermits};
use crate::graphql::{ChangeMeasures, DocumentFault, DocumentFile, GraphqlLimits, GraphqlService};

/// What the server answers from. Cloning is cheap; clones share everything.
#[derive(Clone, Debug)]
pub struct ServerState {
    pub(super) catalog: Arc<CurrentGraph>,
    pub(super) readiness: Arc<Readiness>,
    pub(super) graphql: GraphqlService,
    pub(super) limits: Arc<HttpLimits>,
    pub(super) exports: ExportPermits,
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
            exports: ExportPermits::default(),
        }
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

    /// The same, with what changes are held to.
    #[must_use]
    pub fn checking_by(mut self, changes: ChangeMeasures) -> Self {
        self.graphql = self.graphql.checking_by(changes);
        self
    }

    /// Keeps documents that can be asked for by name, in place of those that were kept before, while questions
    /// are answered: see [`GraphqlService::keep_documents`].
    pub fn keep_documents(&self, files: Vec<DocumentFile>, only: bool) -> Vec<DocumentFault> {
        self.graphql.keep_documents(files, only)
    }
}
