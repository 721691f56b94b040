//! What is in the catalog, in numbers.

use crate::{
    graph::{CatalogGraph, EntityStanding},
    model::{Revision, Severity, Timestamp},
};

/// Counts of one revision, and how much of the organisation they rest on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CatalogSummary {
    /// The revision.
    pub revision: Revision,
    /// When a repository was last read with success; `None` where none was.
    pub as_of: Option<Timestamp>,
    /// When the repository that was not read for longest was last read with success: what the catalog
    /// says may be as old as that.
    pub as_of_oldest: Option<Timestamp>,
    /// Repositories that were ever visited.
    pub repositories: usize,
    /// Of those, the ones that the last visit could not read.
    pub repositories_unreadable: usize,
    /// Of those, the ones that hold a manifest of any format.
    pub repositories_with_manifests: usize,
    /// Manifests.
    pub manifests: usize,
    /// Entities that a manifest declares.
    pub entities: usize,
    /// Names that something points at and nothing declares.
    pub placeholders: usize,
    /// Relations, each counted once.
    pub relations: usize,
    /// Diagnostics by severity: notes, warnings, errors.
    pub diagnostics: [usize; 3],
}

impl CatalogSummary {
    /// How many diagnostics have this severity.
    pub fn diagnostics_of(&self, severity: Severity) -> usize {
        self.diagnostics[severity as usize]
    }
}

/// Counts what is in the catalog. O(entities + diagnostics).
pub fn summary(graph: &CatalogGraph) -> CatalogSummary {
    let observed = || graph.repositories().filter_map(|repository| repository.head().observed_at);
    let mut summary = CatalogSummary {
        revision: graph.revision(),
        as_of: observed().max(),
        as_of_oldest: observed().min(),
        relations: graph.relations().len(),
        ..CatalogSummary::default()
    };
    for repository in graph.repositories() {
        summary.repositories += 1;
        summary.repositories_unreadable += usize::from(!repository.head().status.is_read());
        summary.repositories_with_manifests += usize::from(repository.manifests() > 0);
        summary.manifests += repository.manifests();
    }
    for entity in graph.entities() {
        match entity.standing() {
            EntityStanding::Declared => summary.entities += 1,
            EntityStanding::Placeholder => summary.placeholders += 1,
            EntityStanding::Repository | EntityStanding::Evidence => {}
        }
    }
    for diagnostic in graph.diagnostics() {
        summary.diagnostics[diagnostic.diagnostic.severity as usize] += 1;
    }
    summary
}
