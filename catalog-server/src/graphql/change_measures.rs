//! What changes are held to, and how the manifests in them are read.

use catalog_core::check::CheckPolicy;
use catalog_ingest::limits::CrawlLimits;

/// What changes are held to, and how the manifests in them are read: as in a crawl.
#[derive(Clone, Debug, Default)]
pub struct ChangeMeasures {
    /// What the organisation asks of changes.
    pub policy: CheckPolicy,
    /// Bounds on manifests, and how they are found.
    pub limits: CrawlLimits,
}
