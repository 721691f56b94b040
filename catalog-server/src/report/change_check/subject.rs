//! What a check is about: the sides, the paths, the entities, and how old the catalog is.

use catalog_core::{
    check::{ChangeReason, ChangedEntity},
    graph::{Entity, EntityStanding},
    model::{ChangedPath, PathStatus},
};
use catalog_ingest::change::{ChangeNote, ChangeSide};
use schemars::JsonSchema;
use serde::Serialize;

use super::{CheckedChange, CommitOrder};
use crate::{
    clock::rfc3339,
    report::{
        age::ago,
        page::count,
        place::{ref_of, tier_of},
    },
};

/// One side of a change.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SideReport {
    /// The revision as it was asked for; null for the files of a folder.
    pub revision: Option<String>,
    /// The commit, as forty hexadecimal digits; null for the files of a folder.
    pub commit: Option<String>,
    /// When that was made, as RFC 3339 in UTC.
    pub committed_at: Option<String>,
}

/// As what the catalog knew a repository beforehand.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KnownReport {
    /// The commit, as forty hexadecimal digits; null for a folder without commits.
    pub commit: Option<String>,
    /// When it was last read, as RFC 3339 in UTC.
    pub observed_at: Option<String>,
    /// How that commit stands to the base: `same`, `older`, `newer`, `apart`, or `unknown` where this copy of the
    /// repository cannot tell.
    pub order: &'static str,
    /// That it is another one than the base, in a sentence with its age; null where it is the base.
    pub remark: Option<String>,
}

/// A path that a change touches.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangedPathReport {
    /// The path; bytes that are no UTF-8 are shown as `\u{fffd}`.
    pub path: String,
    /// `added`, `modified`, `deleted`, `renamed` or `submodule`.
    pub status: &'static str,
    /// Where the file was before; null where it is not moved.
    pub from: Option<String>,
}

/// An entity that a change is about.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangedEntityReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// Its kind as declared.
    pub kind: String,
    /// Its type.
    #[serde(rename = "type")]
    pub entity_type: Option<String>,
    /// Its tier, 0 to 4; 0 and 1 are critical.
    pub tier: Option<u8>,
    /// Its owner.
    pub owner: Option<String>,
    /// Why the change is about it, the surest ground first.
    pub reasons: Vec<ChangeReasonReport>,
}

/// Why a change is about an entity.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangeReasonReport {
    /// `added`, `removed`, `facts-changed`, `needs-changed`, `manifest-changed`, `manifest-broken`,
    /// `definition-changed`, `code-location`, `source-location`, `nearest-manifest`, `build-root` or `repository`.
    pub ground: &'static str,
    /// The same as a short phrase.
    pub reason: &'static str,
    /// The paths that are the reason.
    pub paths: Vec<String>,
}

impl From<&ChangeSide> for SideReport {
    fn from(side: &ChangeSide) -> Self {
        Self {
            revision: side.revision.clone(),
            commit: side.commit.map(|commit| commit.to_string()),
            committed_at: side.committed_at.map(rfc3339),
        }
    }
}

impl SideReport {
    /// The side in a sentence.
    pub(super) fn short(&self) -> String {
        let commit = self.commit.as_deref().map(|commit| &commit[..12.min(commit.len())]);
        match (self.revision.as_deref(), commit) {
            (Some(revision), Some(commit)) if revision.starts_with(commit) => commit.to_owned(),
            (Some(revision), Some(commit)) => format!("{revision} ({commit})"),
            _ => "the files of the folder".to_owned(),
        }
    }
}

impl KnownReport {
    pub(super) fn new(of: CheckedChange<'_>) -> Self {
        let order = match of.change.known_order {
            Some(CommitOrder::Same) => "same",
            Some(CommitOrder::Before) => "older",
            Some(CommitOrder::After) => "newer",
            Some(CommitOrder::Apart) => "apart",
            None if of.change.is_base_known => "same",
            None => "unknown",
        };
        let commit = of.known.commit.map(|commit| commit.to_string());
        let stands = match order {
            "same" => None,
            "older" => Some("is older than the base"),
            "newer" => Some("is newer than the base"),
            "apart" => Some("is of another line than the base"),
            _ => Some("is of a commit that this copy of the repository does not have"),
        };
        let remark = stands.map(|stands| {
            let known = of.known.commit.map_or_else(|| "no commit".to_owned(), |commit| commit.short());
            let read = of.known.observed_at.map(|at| format!(", read {}", ago(of.now, at))).unwrap_or_default();
            format!("the catalog {stands}: it knows {known} of {}{read}; what others need of it may be other by now", of.repository)
        });
        Self { commit, observed_at: of.known.observed_at.map(rfc3339), order, remark }
    }
}

impl From<&ChangedPath> for ChangedPathReport {
    fn from(path: &ChangedPath) -> Self {
        let from = match &path.status {
            PathStatus::Renamed { from } => Some(String::from_utf8_lossy(from).into_owned()),
            _ => None,
        };
        Self { path: path.shown().into_owned(), status: path.status.name(), from }
    }
}

impl ChangedEntityReport {
    pub(super) fn new(entity: &ChangedEntity<'_, '_>, named: &impl Fn(&usize) -> Option<String>) -> Self {
        let reasons = |reason: &ChangeReason| ChangeReasonReport {
            ground: reason.ground.name(),
            reason: reason.ground.reason(),
            paths: reason.paths.iter().filter_map(named).collect(),
        };
        // The lifetimes of the two sides differ, so that each is taken by itself. Of what is removed, though others
        // still name it, only the base tells anything.
        let (after, before) = (entity.entity.after, entity.entity.before);
        let is_only_named = |entity: &Entity<'_>| entity.standing() == EntityStanding::Placeholder;
        let after = after.filter(|after| before.is_none() || !is_only_named(after));
        let told = after.map_or_else(|| before.map(Told::of), |after| Some(Told::of(after)));
        let Told { entity: name, kind, entity_type, tier, owner } = told.unwrap_or_default();
        Self {
            entity: name,
            kind,
            entity_type,
            tier,
            owner,
            reasons: entity.reasons.iter().map(reasons).collect(),
        }
    }

    /// Whether it only stands for the repository.
    pub(super) fn is_repository_only(&self) -> bool {
        self.reasons.iter().all(|reason| reason.ground == "repository")
    }
}

/// What is told of an entity.
#[derive(Default)]
struct Told {
    entity: String,
    kind: String,
    entity_type: Option<String>,
    tier: Option<u8>,
    owner: Option<String>,
}

impl Told {
    fn of(entity: Entity<'_>) -> Self {
        Self {
            entity: ref_of(entity),
            kind: entity.kind().to_owned(),
            entity_type: entity.entity_type().map(str::to_owned),
            tier: tier_of(entity),
            owner: entity.owner().map(ref_of),
        }
    }
}

/// A note in a sentence.
pub(super) fn note(note: &ChangeNote) -> String {
    match note {
        ChangeNote::SeveralMeetings(number) => format!(
            "base and head share {}, of which the latest is taken",
            count(*number, "latest commit", "latest commits")
        ),
        ChangeNote::CutOff => {
            "this shallow copy does not go back to where base and head meet: the base itself is taken, and what was done on it since counts, too"
                .to_owned()
        }
    }
}
