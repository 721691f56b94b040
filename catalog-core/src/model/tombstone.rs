//! What is left of an entity that its repository declares no more.

use super::{CommitId, EntityRef, ManifestFormat, Position, Timestamp};

/// That a repository declared an entity until some commit, so that who looks for it learns what became
/// of it. Tombstones are kept for [`Tombstone::SECONDS_KEPT`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// The entity.
    pub entity: EntityRef,
    /// The path of the manifest that declared it.
    pub path: Box<str>,
    /// Where it stood there.
    pub position: Position,
    /// The format of that manifest.
    pub format: ManifestFormat,
    /// The last commit in which it was seen; `None` for a directory without commits.
    pub last_commit: Option<CommitId>,
    /// The commit in which it was missed first.
    pub commit: Option<CommitId>,
    /// When it was missed first.
    pub removed_at: Timestamp,
}

impl Tombstone {
    /// How long a tombstone is kept: 30 days.
    pub const SECONDS_KEPT: i64 = 30 * 24 * 60 * 60;
}
