//! What a crawl amounted to.

use catalog_core::{
    model::{Diagnostic, Severity},
    store::StoredSummary,
};
use catalog_ingest::progress::CrawlReport;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Page, Report, SCHEMA_VERSION,
    page::{count, grouped},
};

/// What a crawl amounted to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CrawlSummaryReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog after the crawl.
    pub revision: u64,
    /// Repositories that were read.
    pub repositories_read: usize,
    /// Repositories that are as they were.
    pub repositories_unchanged: usize,
    /// Repositories that could not be read; what was known of them is kept.
    pub repositories_failed: usize,
    /// Manifests of the repositories that were read.
    pub manifests: usize,
    /// Of those, the ones that were new or changed.
    pub manifests_read: usize,
    /// What this crawl had to say about the repositories that it read.
    pub diagnostics: SeverityCounts,
    /// The catalog after the crawl.
    pub catalog: CatalogCounts,
    /// How long it took, in seconds.
    pub seconds: f64,
}

/// Diagnostics by severity.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeverityCounts {
    /// Something could not be read or is broken.
    pub error: u64,
    /// Something is doubtful.
    pub warning: u64,
    /// Worth knowing.
    pub note: u64,
}

/// What is in the catalog.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CatalogCounts {
    /// Entities that a manifest declares.
    pub entities: u64,
    /// Relations, each counted once.
    pub relations: u64,
    /// All diagnostics, also those of repositories that did not change and of how things fit together.
    pub diagnostics: SeverityCounts,
}

impl SeverityCounts {
    pub(super) fn of(counts: [u64; 3]) -> Self {
        let [note, warning, error] = counts;
        Self { error, warning, note }
    }

    /// How many there are of a severity or worse.
    pub fn at_least(self, severity: Severity) -> u64 {
        let counts = [self.note, self.warning, self.error];
        counts[severity as usize..].iter().sum()
    }

    pub(super) fn sentence(self) -> String {
        let number = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        format!(
            "{}, {}, {}",
            count(number(self.error), "error", "errors"),
            count(number(self.warning), "warning", "warnings"),
            count(number(self.note), "note", "notes")
        )
    }
}

impl CrawlSummaryReport {
    /// The report of a crawl that took `seconds`.
    pub fn new(
        crawl: &CrawlReport,
        seen: &[(String, Diagnostic)],
        catalog: &StoredSummary,
        seconds: f64,
    ) -> Self {
        let mut counts = [0; Severity::ALL.len()];
        for (_, diagnostic) in seen {
            counts[diagnostic.severity as usize] += 1;
        }
        Self {
            schema_version: SCHEMA_VERSION,
            revision: catalog.revision.0,
            repositories_read: crawl.repositories_read,
            repositories_unchanged: crawl.repositories_unchanged,
            repositories_failed: crawl.repositories_failed,
            manifests: crawl.manifests,
            manifests_read: crawl.manifests_read,
            diagnostics: SeverityCounts::of(counts),
            catalog: CatalogCounts {
                entities: catalog.entities,
                relations: catalog.relations,
                diagnostics: SeverityCounts::of(catalog.diagnostics),
            },
            seconds: (seconds * 1_000.0).round() / 1_000.0,
        }
    }
}

impl Report for CrawlSummaryReport {
    fn page(&self) -> Page {
        let number = |count: u64| grouped(count);
        let facts = [
            (
                "repositories",
                format!(
                    "{} read, {} unchanged, {} failed",
                    grouped(self.repositories_read),
                    grouped(self.repositories_unchanged),
                    grouped(self.repositories_failed)
                ),
            ),
            (
                "manifests",
                format!(
                    "{}, {} of them new or changed",
                    grouped(self.manifests),
                    grouped(self.manifests_read)
                ),
            ),
            ("entities", number(self.catalog.entities)),
            ("relations", number(self.catalog.relations)),
            (
                "diagnostics",
                format!("{}; `catalog diagnostics` lists them", self.catalog.diagnostics.sentence()),
            ),
            ("time", format!("{:.3} s", self.seconds)),
        ];
        Page::default().facts(facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        serde_json::to_value(self).into_iter().collect()
    }
}
