//! Where ownership is missing, broken or doubtful, and how much of the organisation that is taken from.

use catalog_core::{
    gaps::{Coverage, GapReport, GapRule, OwnershipGap},
    graph::CatalogGraph,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
    page::{count, grouped},
    place::{PlaceReport, short},
    suggestion::OwnerSuggestionReport,
};

/// Gaps in ownership, worst first, with the coverage that they rest on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GapsReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// How much of the organisation the gaps are taken from.
    pub coverage: CoverageReport,
    /// How many gaps are listed.
    pub total: usize,
    /// The gaps by severity, worst first, then by code and entity.
    pub gaps: Vec<OwnershipGapReport>,
}

/// How much of the organisation was read. What could not be read is unknown, never unowned.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CoverageReport {
    /// Repositories that were ever visited.
    pub repositories: usize,
    /// Of those, the ones that the last visit could read.
    pub readable: usize,
    /// Of those, the ones that it could not: what is known of them is stale.
    pub unreadable: usize,
    /// Repositories with a manifest that declares entities.
    pub with_manifests: usize,
    /// Repositories that were read and have none.
    pub without_manifests: usize,
    /// Repositories that could not be read and of which nothing was kept.
    pub unknown: usize,
    /// Entities that a manifest declares.
    pub entities: usize,
    /// Of those, the ones that must have an owner.
    pub entities_ownable: usize,
    /// Of those, the ones that have one.
    pub entities_owned: usize,
    /// Of those, the ones whose owner a manifest declares.
    pub entities_owned_by_known: usize,
    /// Declared entities that are known from an earlier commit only.
    pub entities_stale: usize,
    /// Names that something points at and nothing declares.
    pub placeholders: usize,
}

/// One gap.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnershipGapReport {
    /// The stable code; `schema/codes.md` explains each.
    pub code: &'static str,
    /// `error`, `warning` or `note`.
    pub severity: &'static str,
    /// The entity whose ownership it is about.
    #[serde(rename = "ref")]
    pub subject: String,
    /// The repository that the entity stands for or is declared in.
    pub repository: Option<String>,
    /// What was found.
    pub message: String,
    /// What to do about it.
    pub remedy: Option<&'static str>,
    /// The places that say so; of a conflict both, the stronger one first.
    pub origins: Vec<PlaceReport>,
    /// Other entities that it is about.
    pub related: Vec<String>,
    /// Whether it rests on knowledge of an earlier commit.
    pub stale: bool,
    /// Who could own what it is about, as recent commits say it; only with `--suggest`, and null where they
    /// say nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggested_owner: Option<OwnerSuggestionReport>,
}

impl From<&Coverage> for CoverageReport {
    fn from(coverage: &Coverage) -> Self {
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
            entities_stale: coverage.entities_stale,
            placeholders: coverage.placeholders,
        }
    }
}

impl From<&OwnershipGap> for OwnershipGapReport {
    fn from(gap: &OwnershipGap) -> Self {
        Self {
            code: gap.code,
            severity: gap.severity.name(),
            subject: gap.subject.to_string(),
            repository: gap.repository.as_ref().map(ToString::to_string),
            message: gap.message.clone(),
            remedy: GapRule::find(gap.code).map(|rule| rule.remedy),
            origins: gap.origins.iter().map(PlaceReport::from).collect(),
            related: gap.related.iter().map(ToString::to_string).collect(),
            stale: gap.stale,
            suggested_owner: gap.suggestion.as_deref().map(OwnerSuggestionReport::from),
        }
    }
}

impl GapsReport {
    /// The report of an answer.
    pub fn new(graph: &CatalogGraph, answer: &GapReport) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            coverage: CoverageReport::from(&answer.coverage),
            total: answer.gaps.len(),
            gaps: answer.gaps.iter().map(OwnershipGapReport::from).collect(),
        }
    }
}

impl Report for GapsReport {
    fn page(&self) -> Page {
        let mut table = Table::new(&["severity", "code", "entity", "message", "place"]);
        for gap in &self.gaps {
            table.push([
                gap.severity.into(),
                gap.code.into(),
                short(&gap.subject),
                gap.message.clone(),
                gap.origins
                    .first()
                    .map(PlaceReport::short)
                    .or_else(|| gap.repository.clone())
                    .unwrap_or_default(),
            ]);
        }
        let coverage = &self.coverage;
        let repositories = format!(
            "{}: {} with a catalog manifest, {} without, {} could not be read",
            count(coverage.repositories, "repository", "repositories"),
            grouped(coverage.with_manifests),
            grouped(coverage.without_manifests),
            grouped(coverage.unreadable)
        );
        let owned = format!(
            "{} of {} that must have an owner have one, {} of them one that is declared",
            grouped(coverage.entities_owned),
            count(coverage.entities_ownable, "entity", "entities"),
            grouped(coverage.entities_owned_by_known)
        );
        let suggestions = self.gaps.iter().filter_map(|gap| {
            let suggestion = gap.suggested_owner.as_ref()?;
            Some(suggestion.lines(gap.code, &gap.subject))
        });
        let suggestions: Vec<String> = suggestions.flatten().collect();
        let mut page = Page::default().table(table);
        if !suggestions.is_empty() {
            page = page.heading("owners that recent commits suggest").lines(suggestions);
        }
        page.text(if self.total == 0 { "no gaps".to_owned() } else { count(self.total, "gap", "gaps") })
            .lines(vec![repositories, owned])
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.gaps.iter().filter_map(|gap| serde_json::to_value(gap).ok()).collect()
    }
}
