//! What happens while a crawl runs, and what it amounted to.

use catalog_core::model::RepositoryId;

use crate::repository::FetchProgress;

/// Something that happened during a crawl. Events of different repositories come in any order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CrawlEvent<'a> {
    /// The crawl begins.
    Started {
        /// How many repositories will be visited.
        repositories: usize,
    },
    /// A part of a repository of another machine has arrived.
    Fetching {
        /// Which repository.
        id: &'a RepositoryId,
        /// How much has arrived.
        progress: FetchProgress,
    },
    /// A repository was visited.
    Done {
        /// Which repository.
        id: &'a RepositoryId,
        /// What came of it.
        outcome: VisitOutcome,
    },
}

/// What came of the visit to one repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VisitOutcome {
    /// It was read.
    Read {
        /// How many manifests it has.
        manifests: usize,
        /// How many of them were taken apart in this visit; the others are as they were.
        manifests_read: usize,
        /// How many documents they hold.
        documents: usize,
        /// How many remarks there are.
        diagnostics: usize,
    },
    /// It is as it was.
    Unchanged,
    /// It could not be read.
    Unreadable {
        /// Why.
        message: Box<str>,
    },
}

/// What a crawl amounted to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CrawlReport {
    /// Repositories that were read.
    pub repositories_read: usize,
    /// Repositories that are as they were.
    pub repositories_unchanged: usize,
    /// Repositories that could not be read.
    pub repositories_failed: usize,
    /// Manifests of the repositories that were read.
    pub manifests: usize,
    /// Manifests that were taken apart.
    pub manifests_read: usize,
    /// Documents of the repositories that were read.
    pub documents: usize,
    /// Remarks on the repositories that were read, and one for each that could not be.
    pub diagnostics: usize,
}

impl CrawlReport {
    /// Counts one visit.
    pub(crate) fn count(&mut self, outcome: &VisitOutcome) {
        match outcome {
            VisitOutcome::Read { manifests, manifests_read, documents, diagnostics } => {
                self.repositories_read += 1;
                self.manifests += manifests;
                self.manifests_read += manifests_read;
                self.documents += documents;
                self.diagnostics += diagnostics;
            }
            VisitOutcome::Unchanged => self.repositories_unchanged += 1,
            VisitOutcome::Unreadable { .. } => {
                self.repositories_failed += 1;
                self.diagnostics += 1;
            }
        }
    }
}
