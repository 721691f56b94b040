//! What became of an entity that is declared no more.

use async_graphql::SimpleObject;
use catalog_core::graph::Removal;

use super::origin::known;
use crate::clock::rfc3339;

/// That a repository declares an entity no more. Known for 30 days.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "Removal")]
pub(crate) struct RemovalObject {
    /// The ref of the entity.
    #[graphql(name = "ref")]
    reference: String,
    /// The id of the repository that declared it.
    repository: String,
    /// The path of the manifest that did.
    path: String,
    /// The line at which it stood, counted from 1; null where that is not known.
    line: Option<u32>,
    /// The format of that manifest.
    format: &'static str,
    /// The last commit in which it was seen; null for a directory without commits.
    last_commit: Option<String>,
    /// The commit in which it was missed first; null where that is not known.
    commit: Option<String>,
    /// When it was missed first, as an RFC 3339 timestamp in UTC.
    removed_at: String,
}

impl From<&Removal> for RemovalObject {
    fn from(removal: &Removal) -> Self {
        let tombstone = &removal.tombstone;
        Self {
            reference: tombstone.entity.to_string(),
            repository: removal.repository.to_string(),
            path: tombstone.path.to_string(),
            line: known(tombstone.position.line),
            format: tombstone.format.name(),
            last_commit: tombstone.last_commit.map(|commit| commit.to_string()),
            commit: tombstone.commit.map(|commit| commit.to_string()),
            removed_at: rfc3339(tombstone.removed_at),
        }
    }
}
