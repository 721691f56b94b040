//! What answers are measured by beside the graph.

use std::{borrow::Cow, sync::Arc};

use catalog_core::{gaps::GapSettings, graph::CatalogGraph, readiness::PolicySet};

use super::ChangeMeasures;

/// What answers are measured by beside the graph. One request is answered by one of it, from its beginning on.
#[derive(Clone, Debug, Default)]
pub struct Measures {
    /// By which gaps are found, with the journeys of the settings.
    pub gaps: Arc<GapSettings>,
    /// What `gate` and `readiness` ask.
    pub policies: Arc<PolicySet>,
    /// What changes are held to.
    pub changes: Arc<ChangeMeasures>,
}

impl Measures {
    /// The same for those who see a part of the catalog, whose graph this is (see [`GapSettings::seen_in`]).
    pub(super) fn seen_in(self: &Arc<Self>, graph: &CatalogGraph) -> Arc<Self> {
        match self.gaps.seen_in(graph) {
            Cow::Borrowed(_) => Arc::clone(self),
            Cow::Owned(gaps) => Arc::new(Self { gaps: Arc::new(gaps), ..Self::clone(self) }),
        }
    }
}
