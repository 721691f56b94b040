//! What answers are measured by beside the graph.

use std::sync::Arc;

use catalog_core::{gaps::GapSettings, readiness::PolicySet};

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
