//! The catalog as a whole, in numbers.

use async_graphql::SimpleObject;
use catalog_core::{
    gaps::Coverage,
    graph::CatalogGraph,
    model::Severity,
    query::{CatalogSummary, summary},
};

use crate::clock::rfc3339;

/// The catalog as a whole: which state it is in, what it holds, and what that rests on. Every other answer of
/// the same request is of the same state, so that this tells how old they all are.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "Catalog")]
pub(crate) struct CatalogState {
    /// The number of the state: each crawl that brings something new adds 1.
    revision: u64,
    /// When a repository was last read with success, as an RFC 3339 timestamp in UTC; null where none was.
    as_of: Option<String>,
    /// When the repository that was not read for longest was last read with success: what the catalog
    /// says may be as old as that. An RFC 3339 timestamp in UTC.
    as_of_oldest: Option<String>,
    /// Whether a part of what it says is of an earlier commit than the newest, since the last visit could not
    /// read it: see `coverage`.
    stale: bool,
    /// What it holds.
    counts: CatalogCounts,
    /// How much of the organisation that rests on: what could not be read is not missing.
    coverage: CoverageObject,
}

/// What the catalog holds, in numbers.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct CatalogCounts {
    /// Repositories that were ever visited.
    repositories: usize,
    /// Manifests of any format.
    manifests: usize,
    /// Entities that a manifest declares.
    entities: usize,
    /// Names that something points at and nothing declares.
    placeholders: usize,
    /// Relations, each counted once.
    relations: usize,
    /// Remarks that are worth knowing.
    notes: usize,
    /// Remarks that something is doubtful.
    warnings: usize,
    /// Remarks that something could not be read or is broken.
    errors: usize,
}

/// What was read and what was found owned.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "Coverage")]
pub(crate) struct CoverageObject {
    /// Repositories that were ever visited.
    repositories: usize,
    /// Of those, the ones that the last visit could read.
    readable: usize,
    /// Of those, the ones that the last visit could not read: what is known of them is stale.
    unreadable: usize,
    /// Repositories with a manifest that declares entities, read or kept.
    with_manifests: usize,
    /// Repositories that were read and have none.
    without_manifests: usize,
    /// Repositories that could not be read and of which no manifest was kept: nobody knows.
    unknown: usize,
    /// Entities that a manifest declares.
    entities: usize,
    /// Of those, the ones that must have an owner.
    entities_ownable: usize,
    /// Of those that must have an owner, the ones that have one, known or not.
    entities_owned: usize,
    /// Of those that must have an owner, the ones whose owner is declared.
    entities_owned_by_known: usize,
    /// Of those that must have an owner, the ones of which it is not known whether they have one, since an
    /// ownership file cannot be read; they do not count as unowned.
    entities_unknown: usize,
    /// Entities whose declaration is of an earlier commit.
    entities_stale: usize,
    /// Names that something points at and nothing declares.
    placeholders: usize,
}

impl CatalogState {
    /// Counts a graph. O(entities + diagnostics).
    pub(crate) fn of(graph: &CatalogGraph) -> Self {
        let summary = summary(graph);
        let coverage = Coverage::of(graph);
        Self {
            stale: coverage.unreadable > 0 || coverage.entities_stale > 0,
            revision: summary.revision.0,
            as_of: summary.as_of.map(rfc3339),
            as_of_oldest: summary.as_of_oldest.map(rfc3339),
            counts: summary.into(),
            coverage: coverage.into(),
        }
    }
}

impl From<CatalogSummary> for CatalogCounts {
    fn from(summary: CatalogSummary) -> Self {
        Self {
            repositories: summary.repositories,
            manifests: summary.manifests,
            entities: summary.entities,
            placeholders: summary.placeholders,
            relations: summary.relations,
            notes: summary.diagnostics_of(Severity::Note),
            warnings: summary.diagnostics_of(Severity::Warning),
            errors: summary.diagnostics_of(Severity::Error),
        }
    }
}

impl From<Coverage> for CoverageObject {
    fn from(coverage: Coverage) -> Self {
        Self {
            repositories: coverage.repositories,
            readable: coverage.readable,
            unreadable: coverage.unreadable,
            with_manifests: coverage.with_manifests,
            without_manifests: coverage.without_manifests,
            unknown: coverage.unknown,
            entities: coverage.entities,
            entities_ownable: coverage.entities_ownable,
            entities_owned: coverage.entities_owned,
            entities_owned_by_known: coverage.entities_owned_by_known,
            entities_unknown: coverage.entities_unknown,
            entities_stale: coverage.entities_stale,
            placeholders: coverage.placeholders,
        }
    }
}
