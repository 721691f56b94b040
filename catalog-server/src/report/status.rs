//! What is in the catalog, and how old it is.

use catalog_core::{
    graph::{CatalogGraph, RepositoryView},
    model::{RepositoryStatus, Severity},
    query::CatalogSummary,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::clock::rfc3339;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
    page::{count, grouped},
    place::{cell, ref_of, short},
};

/// How many members of a cycle a page names.
const CYCLE_SHOWN: usize = 5;

/// What is in the catalog.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatusReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog.
    pub revision: u64,
    /// When a repository was last read with success, as RFC 3339 in UTC.
    pub as_of: Option<String>,
    /// When the repository that was not read for longest was last read with success, as RFC 3339 in UTC.
    pub as_of_oldest: Option<String>,
    /// Entities that a manifest declares.
    pub entities: usize,
    /// Names that something points at and nothing declares.
    pub placeholders: usize,
    /// Relations, each counted once.
    pub relations: usize,
    /// Manifests.
    pub manifests: usize,
    /// Diagnostics of severity `error`.
    pub errors: usize,
    /// Diagnostics of severity `warning`.
    pub warnings: usize,
    /// Diagnostics of severity `note`.
    pub notes: usize,
    /// Sets of two or more entities that all need each other, each in the order of its refs.
    pub cycles: Vec<Vec<String>>,
    /// The repositories, in the order of their ids.
    pub repositories: Vec<RepositoryReport>,
}

/// A repository.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryReport {
    /// Its id.
    pub id: String,
    /// Where it is read, without credentials.
    pub address: String,
    /// The commit that its declarations are of.
    pub commit: Option<String>,
    /// When that commit was made, as RFC 3339 in UTC.
    pub committed_at: Option<String>,
    /// When it was last read with success, as RFC 3339 in UTC.
    pub observed_at: Option<String>,
    /// `read` or `unreadable`.
    pub status: &'static str,
    /// Why it could not be read.
    pub reason: Option<String>,
    /// Since when it cannot be read.
    pub unreadable_since: Option<String>,
    /// How many manifests it has.
    pub manifests: usize,
}

impl From<RepositoryView<'_>> for RepositoryReport {
    fn from(repository: RepositoryView<'_>) -> Self {
        let head = repository.head();
        let (reason, since) = match &head.status {
            RepositoryStatus::Read => (None, None),
            RepositoryStatus::Unreadable { since, reason } => (Some(reason.to_string()), Some(*since)),
        };
        Self {
            id: head.id.to_string(),
            address: head.address.to_string(),
            commit: head.commit.map(|commit| commit.to_string()),
            committed_at: head.committed_at.map(rfc3339),
            observed_at: head.observed_at.map(rfc3339),
            status: if head.status.is_read() { "read" } else { "unreadable" },
            reason,
            unreadable_since: since.map(rfc3339),
            manifests: repository.manifests(),
        }
    }
}

impl StatusReport {
    /// The report of a catalog.
    pub fn new(graph: &CatalogGraph, summary: &CatalogSummary) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            as_of: summary.as_of.map(rfc3339),
            as_of_oldest: summary.as_of_oldest.map(rfc3339),
            entities: summary.entities,
            placeholders: summary.placeholders,
            relations: summary.relations,
            manifests: summary.manifests,
            errors: summary.diagnostics_of(Severity::Error),
            warnings: summary.diagnostics_of(Severity::Warning),
            notes: summary.diagnostics_of(Severity::Note),
            cycles: graph.cycles().into_iter().map(|cycle| cycle.into_iter().map(ref_of).collect()).collect(),
            repositories: graph.repositories().map(RepositoryReport::from).collect(),
        }
    }
}

impl StatusReport {
    fn cycles_sentence(&self) -> String {
        match self.cycles.iter().max_by_key(|cycle| cycle.len()) {
            None => "none".into(),
            Some(largest) => {
                let first: Vec<String> = largest.iter().take(CYCLE_SHOWN).map(|name| short(name)).collect();
                let more = if largest.len() > CYCLE_SHOWN { ", …" } else { "" };
                let size = count(largest.len(), "entity", "entities");
                format!("{}; the largest has {size}: {}{more}", grouped(self.cycles.len()), first.join(", "))
            }
        }
    }
}

impl Report for StatusReport {
    fn page(&self) -> Page {
        let mut table = Table::new(&["repository", "status", "manifests", "commit", "observed"]);
        for row in &self.repositories {
            let status = match &row.reason {
                Some(reason) => format!("{}: {reason}", row.status),
                None => row.status.to_owned(),
            };
            table.push([
                row.id.clone(),
                status,
                row.manifests.to_string(),
                cell(row.commit.as_deref().map(|commit| &commit[..12.min(commit.len())])),
                cell(row.observed_at.as_deref()),
            ]);
        }
        let unreadable = self.repositories.iter().filter(|row| row.status != "read").count();
        let facts = [
            ("revision", grouped(self.revision)),
            ("repositories", format!("{}, {unreadable} unreadable", grouped(self.repositories.len()))),
            ("manifests", grouped(self.manifests)),
            (
                "entities",
                format!("{}, and {} only named", grouped(self.entities), grouped(self.placeholders)),
            ),
            ("relations", grouped(self.relations)),
            ("cycles of needs", self.cycles_sentence()),
            (
                "diagnostics",
                format!(
                    "{}, {}, {}",
                    count(self.errors, "error", "errors"),
                    count(self.warnings, "warning", "warnings"),
                    count(self.notes, "note", "notes")
                ),
            ),
        ];
        let facts = facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Page::default().facts(facts).table(table)
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.repositories.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}
