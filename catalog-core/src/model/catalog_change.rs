//! What a crawl hands to the catalog: what each repository says now.

use super::{Diagnostic, Manifest, RepositoryHead, RepositoryHistory, RepositoryId, Timestamp, Tombstone};

/// Everything that one repository says, as one unit that is stored and replaced whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryDeclarations {
    /// The repository itself.
    pub head: RepositoryHead,
    /// Its manifests, sorted by path.
    pub manifests: Vec<Manifest>,
    /// Diagnostics of the repository that belong to no manifest.
    pub diagnostics: Vec<Diagnostic>,
    /// What it declared until recently, sorted by entity.
    pub tombstones: Vec<Tombstone>,
    /// What its recent commits say; `None` where there are none, or they were not looked at.
    pub history: Option<Box<RepositoryHistory>>,
}

/// A set of visits that becomes part of the catalog at once or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogChange {
    /// One visit to each repository.
    pub visits: Vec<Visit>,
}

/// The outcome of one visit to one repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visit {
    /// It was read: what it says replaces what it said before.
    Read(Box<RepositoryDeclarations>),
    /// It is as it was.
    Unchanged {
        /// Which repository.
        id: RepositoryId,
        /// When this was seen.
        observed_at: Timestamp,
    },
    /// It could not be read: what it said before stays, stale.
    Unreadable {
        /// Which repository.
        id: RepositoryId,
        /// Where it should have been, without credentials.
        address: Box<str>,
        /// When this was seen.
        observed_at: Timestamp,
        /// What to say about it; its message becomes the reason.
        diagnostic: Diagnostic,
    },
}

impl Visit {
    /// The repository that was visited.
    pub fn repository(&self) -> &RepositoryId {
        match self {
            Self::Read(declarations) => &declarations.head.id,
            Self::Unchanged { id, .. } | Self::Unreadable { id, .. } => id,
        }
    }
}
