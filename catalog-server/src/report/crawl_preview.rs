//! What a crawl would change, told without changing it.

use std::collections::BTreeMap;

use catalog_core::model::{Manifest, RepositoryDeclarations, Visit};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
    page::{count, grouped},
    place::cell,
};

/// What a crawl would change.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CrawlPreviewReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// Repositories that the catalog does not know yet.
    pub repositories_new: usize,
    /// Repositories that say something else than before.
    pub repositories_changed: usize,
    /// Repositories that are as they were.
    pub repositories_unchanged: usize,
    /// Repositories that cannot be read; what is known of them would be kept.
    pub repositories_failed: usize,
    /// Manifests of all these repositories, by format.
    pub manifests: BTreeMap<&'static str, usize>,
    /// The repositories, in the order of their ids.
    pub repositories: Vec<RepositoryPreview>,
}

/// What would come of one repository.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryPreview {
    /// Its id.
    pub id: String,
    /// Where it is read, without credentials.
    pub address: String,
    /// What it would be.
    pub outcome: PreviewOutcome,
    /// Why it cannot be read.
    pub reason: Option<String>,
    /// The commit that was looked at.
    pub commit: Option<String>,
    /// Its manifests, by format.
    pub manifests: BTreeMap<&'static str, usize>,
    /// Manifests that are new.
    pub manifests_added: usize,
    /// Manifests that say something else than before.
    pub manifests_changed: usize,
    /// Manifests that are gone.
    pub manifests_removed: usize,
}

/// What a repository would be after a crawl.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PreviewOutcome {
    /// Read for the first time.
    New,
    /// Read again, because something changed.
    Changed,
    /// As it was.
    Unchanged,
    /// Not readable; what is known of it would be kept.
    Unreadable,
}

impl PreviewOutcome {
    fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::Unreadable => "unreadable",
        }
    }
}

impl RepositoryPreview {
    /// What a visit would change of what is known.
    pub fn new(visit: &Visit, known: Option<&RepositoryDeclarations>) -> Self {
        let before: &[Manifest] = known.map_or(&[], |known| &known.manifests);
        let known_address = known.map(|known| known.head.address.to_string()).unwrap_or_default();
        let known_commit = known.and_then(|known| known.head.commit);
        let (outcome, address, reason, commit, after) = match visit {
            Visit::Read(read) => {
                let outcome = if known.is_some() { PreviewOutcome::Changed } else { PreviewOutcome::New };
                (outcome, read.head.address.to_string(), None, read.head.commit, &*read.manifests)
            }
            Visit::Unchanged { .. } => (PreviewOutcome::Unchanged, known_address, None, known_commit, before),
            Visit::Unreadable { address, diagnostic, .. } => {
                let reason = Some(diagnostic.message.to_string());
                (PreviewOutcome::Unreadable, address.to_string(), reason, known_commit, before)
            }
        };
        let by_path = |manifests: &[Manifest], path: &str| {
            manifests.binary_search_by(|manifest| (*manifest.path).cmp(path)).ok()
        };
        let added = after.iter().filter(|it| by_path(before, &it.path).is_none()).count();
        let changed =
            after.iter().filter(|it| by_path(before, &it.path).is_some_and(|at| before[at] != **it)).count();
        let removed = before.iter().filter(|it| by_path(after, &it.path).is_none()).count();
        let mut manifests = BTreeMap::new();
        for manifest in after {
            *manifests.entry(manifest.format.name()).or_default() += 1;
        }
        Self {
            id: visit.repository().to_string(),
            address,
            outcome,
            reason,
            commit: commit.map(|commit| commit.to_string()),
            manifests,
            manifests_added: added,
            manifests_changed: changed,
            manifests_removed: removed,
        }
    }
}

impl CrawlPreviewReport {
    /// The report of what would come of some repositories.
    pub fn new(mut repositories: Vec<RepositoryPreview>) -> Self {
        repositories.sort_by(|left, right| left.id.cmp(&right.id));
        let of = |outcome| repositories.iter().filter(|row| row.outcome == outcome).count();
        let mut manifests = BTreeMap::new();
        for (format, number) in repositories.iter().flat_map(|row| &row.manifests) {
            *manifests.entry(*format).or_default() += number;
        }
        Self {
            schema_version: SCHEMA_VERSION,
            repositories_new: of(PreviewOutcome::New),
            repositories_changed: of(PreviewOutcome::Changed),
            repositories_unchanged: of(PreviewOutcome::Unchanged),
            repositories_failed: of(PreviewOutcome::Unreadable),
            manifests,
            repositories,
        }
    }
}

fn by_format(manifests: &BTreeMap<&'static str, usize>) -> String {
    let numbers: Vec<_> =
        manifests.iter().map(|(format, number)| format!("{} {format}", grouped(*number))).collect();
    if numbers.is_empty() { "none".to_owned() } else { numbers.join(", ") }
}

impl Report for CrawlPreviewReport {
    fn page(&self) -> Page {
        let mut table =
            Table::new(&["repository", "outcome", "manifests", "added", "changed", "removed", "address"]);
        for row in &self.repositories {
            let outcome = row.reason.as_ref().map_or_else(
                || row.outcome.word().to_owned(),
                |reason| format!("{}: {reason}", row.outcome.word()),
            );
            let number = |number: usize| cell((number > 0).then(|| grouped(number)).as_deref());
            table.push([
                row.id.clone(),
                outcome,
                by_format(&row.manifests),
                number(row.manifests_added),
                number(row.manifests_changed),
                number(row.manifests_removed),
                row.address.clone(),
            ]);
        }
        let repositories = format!(
            "{} new, {} changed, {} unchanged, {} failed",
            grouped(self.repositories_new),
            grouped(self.repositories_changed),
            grouped(self.repositories_unchanged),
            grouped(self.repositories_failed)
        );
        let facts = [("repositories", repositories), ("manifests", by_format(&self.manifests))];
        let facts = facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let told = count(self.repositories.len(), "repository was", "repositories were");
        Page::default()
            .facts(facts)
            .table(table)
            .text(format!("{told} looked at; nothing was written. Leave `--dry-run` out to read them."))
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.repositories.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}
