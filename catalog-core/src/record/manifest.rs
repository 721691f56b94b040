//! The stored form of manifests and their documents.

use serde::{Deserialize, Serialize};

use super::{
    DiagnosticRecord, Place, Senseless, declaration::DeclarationRecord, numbered,
    path_rules::PathRulesRecord, place, position,
};
use crate::model::{
    CommitId, ContentId, Document, EntityRef, FoundBy, Manifest, ManifestFormat, ManifestInput,
    RepositoryDeclarations, RepositoryHead, Stale, StaleReason, Timestamp, Tombstone,
};

pub(crate) const FOUND_BY: [FoundBy; 3] = [FoundBy::Name, FoundBy::Location, FoundBy::Content];
const STALE_REASONS: [StaleReason; 3] =
    [StaleReason::Invalid, StaleReason::Refused, StaleReason::Unreachable];

/// Everything that the files of a repository say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeclarationsRecord<'a> {
    #[serde(borrow)]
    manifests: Vec<ManifestRecord<'a>>,
    diagnostics: Vec<DiagnosticRecord<'a>>,
    tombstones: Vec<TombstoneRecord<'a>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TombstoneRecord<'a> {
    entity: &'a str,
    path: &'a str,
    place: Place,
    format: u8,
    last_commit: Option<[u8; 20]>,
    commit: Option<[u8; 20]>,
    removed_at: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ManifestRecord<'a> {
    path: &'a str,
    format: u8,
    found_by: u8,
    content: [u8; 20],
    #[serde(borrow)]
    inputs: Vec<(&'a str, Option<[u8; 20]>)>,
    locations: Vec<&'a str>,
    documents: Vec<DocumentRecord<'a>>,
    path_rules: Option<PathRulesRecord<'a>>,
    stale: Option<StaleRecord>,
    diagnostics: Vec<DiagnosticRecord<'a>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct DocumentRecord<'a> {
    index: u32,
    place: Place,
    strict: bool,
    #[serde(borrow)]
    problems: Vec<&'a str>,
    declaration: Option<DeclarationRecord<'a>>,
    stale: Option<StaleRecord>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StaleRecord {
    reason: u8,
    since: i64,
    commit: Option<[u8; 20]>,
}

impl<'a> DeclarationsRecord<'a> {
    pub(crate) fn of(declarations: &'a RepositoryDeclarations) -> Self {
        Self {
            manifests: declarations.manifests.iter().map(ManifestRecord::of).collect(),
            diagnostics: declarations.diagnostics.iter().map(DiagnosticRecord::of).collect(),
            tombstones: declarations.tombstones.iter().map(TombstoneRecord::of).collect(),
        }
    }

    /// What the repository with this head says, without its history.
    pub(crate) fn to_model(&self, head: RepositoryHead) -> Result<RepositoryDeclarations, Senseless> {
        let manifests = self.manifests.iter().map(ManifestRecord::to_model).collect::<Result<_, _>>()?;
        let diagnostics =
            self.diagnostics.iter().map(DiagnosticRecord::to_model).collect::<Result<_, _>>()?;
        let tombstones = self.tombstones.iter().map(TombstoneRecord::to_model).collect::<Result<_, _>>()?;
        Ok(RepositoryDeclarations { head, manifests, diagnostics, tombstones, history: None })
    }
}

impl<'a> TombstoneRecord<'a> {
    pub(crate) fn of(tombstone: &'a Tombstone) -> Self {
        Self {
            entity: tombstone.entity.as_str(),
            path: &tombstone.path,
            place: place(tombstone.position),
            format: tombstone.format as u8,
            last_commit: tombstone.last_commit.map(|commit| commit.0),
            commit: tombstone.commit.map(|commit| commit.0),
            removed_at: tombstone.removed_at.0,
        }
    }

    pub(crate) fn to_model(&self) -> Result<Tombstone, Senseless> {
        Ok(Tombstone {
            entity: EntityRef::parse_full(self.entity)
                .map_err(|_| Senseless("has a tombstone without a name"))?,
            path: self.path.into(),
            position: position(self.place),
            format: numbered(&ManifestFormat::ALL, self.format, "has a tombstone of unknown format")?,
            last_commit: self.last_commit.map(CommitId),
            commit: self.commit.map(CommitId),
            removed_at: Timestamp(self.removed_at),
        })
    }
}

impl<'a> ManifestRecord<'a> {
    fn of(manifest: &'a Manifest) -> Self {
        Self {
            path: &manifest.path,
            format: manifest.format as u8,
            found_by: manifest.found_by as u8,
            content: manifest.content.0,
            inputs: manifest
                .inputs
                .iter()
                .map(|input| (&*input.path, input.content.map(|content| content.0)))
                .collect(),
            locations: manifest.locations.iter().map(|path| &**path).collect(),
            documents: manifest.documents.iter().map(DocumentRecord::of).collect(),
            path_rules: manifest.path_rules.as_ref().map(PathRulesRecord::of),
            stale: manifest.stale.as_ref().map(StaleRecord::of),
            diagnostics: manifest.diagnostics.iter().map(DiagnosticRecord::of).collect(),
        }
    }

    fn to_model(&self) -> Result<Manifest, Senseless> {
        Ok(Manifest {
            path: self.path.into(),
            format: numbered(&ManifestFormat::ALL, self.format, "has a manifest of unknown format")?,
            found_by: numbered(&FOUND_BY, self.found_by, "has a manifest found in an unknown way")?,
            content: ContentId(self.content),
            inputs: self
                .inputs
                .iter()
                .map(|(path, content)| ManifestInput {
                    path: (*path).into(),
                    content: content.map(ContentId),
                })
                .collect(),
            locations: self.locations.iter().map(|path| (*path).into()).collect(),
            documents: self.documents.iter().map(DocumentRecord::to_model).collect::<Result<_, _>>()?,
            path_rules: self.path_rules.as_ref().map(PathRulesRecord::to_model).transpose()?,
            stale: self.stale.map(StaleRecord::to_model).transpose()?,
            diagnostics: self.diagnostics.iter().map(DiagnosticRecord::to_model).collect::<Result<_, _>>()?,
        })
    }
}

impl<'a> DocumentRecord<'a> {
    fn of(document: &'a Document) -> Self {
        Self {
            index: document.index,
            place: place(document.position),
            strict: document.strict,
            problems: document.problems.iter().map(|problem| &**problem).collect(),
            declaration: document.declaration.as_ref().map(DeclarationRecord::of),
            stale: document.stale.as_ref().map(StaleRecord::of),
        }
    }

    fn to_model(&self) -> Result<Document, Senseless> {
        Ok(Document {
            index: self.index,
            position: position(self.place),
            strict: self.strict,
            problems: self.problems.iter().map(|problem| (*problem).into()).collect(),
            declaration: self.declaration.as_ref().map(DeclarationRecord::to_model).transpose()?,
            stale: self.stale.map(StaleRecord::to_model).transpose()?,
        })
    }
}

impl StaleRecord {
    pub(crate) fn of(stale: &Stale) -> Self {
        let commit = stale.commit.map(|commit| commit.0);
        Self { reason: stale.reason as u8, since: stale.since.0, commit }
    }

    pub(crate) fn to_model(self) -> Result<Stale, Senseless> {
        Ok(Stale {
            reason: numbered(&STALE_REASONS, self.reason, "is stale for an unknown reason")?,
            since: Timestamp(self.since),
            commit: self.commit.map(CommitId),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_variant_is_its_index() {
        assert!(FOUND_BY.iter().enumerate().all(|(index, variant)| *variant as usize == index));
        assert!(STALE_REASONS.iter().enumerate().all(|(index, variant)| *variant as usize == index));
        assert!(ManifestFormat::ALL.iter().enumerate().all(|(index, variant)| *variant as usize == index));
    }
}
