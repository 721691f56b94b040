//! What became of an entity that is declared no more.

use catalog_core::graph::Removal;
use schemars::JsonSchema;
use serde::Serialize;

use super::place::short;
use crate::clock::rfc3339;

/// That a repository declares an entity no more. Kept for 30 days.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RemovalReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// The repository that declared it.
    pub repository: String,
    /// The path of the manifest that did.
    pub path: String,
    /// The line at which it stood, from 1.
    pub line: u32,
    /// The format of that manifest.
    pub format: &'static str,
    /// The last commit in which it was seen; null for a directory without commits.
    pub last_commit: Option<String>,
    /// The commit in which it was missed first.
    pub commit: Option<String>,
    /// When it was missed first, as RFC 3339 in UTC.
    pub removed_at: String,
}

impl From<&Removal> for RemovalReport {
    fn from(removal: &Removal) -> Self {
        let tombstone = &removal.tombstone;
        Self {
            entity: tombstone.entity.to_string(),
            repository: removal.repository.to_string(),
            path: tombstone.path.to_string(),
            line: tombstone.position.line,
            format: tombstone.format.name(),
            last_commit: tombstone.last_commit.map(|commit| commit.to_string()),
            commit: tombstone.commit.map(|commit| commit.to_string()),
            removed_at: rfc3339(tombstone.removed_at),
        }
    }
}

impl RemovalReport {
    /// `component:web was declared in shop:catalog-info.yaml:3 @ 1234 until …; commit 5678 has it no more`.
    pub fn sentence(&self) -> String {
        let brief = |commit: &String| commit[..12.min(commit.len())].to_owned();
        let last =
            self.last_commit.as_ref().map(|commit| format!(" @ {}", brief(commit))).unwrap_or_default();
        let since =
            self.commit.as_ref().map(|commit| format!(" (commit {})", brief(commit))).unwrap_or_default();
        format!(
            "`{}` was declared in {}:{}:{}{last}; it has been missing there since {}{since}",
            short(&self.entity),
            self.repository,
            self.path,
            self.line,
            self.removed_at
        )
    }
}
