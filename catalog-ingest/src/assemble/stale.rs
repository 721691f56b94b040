//! Keeping what a manifest said before, where it cannot be read any more.
//!
//! What a commit that was read no longer has is gone; what could not be read removes nothing. A kept
//! fact says since when it is stale and which commit it is of, and later visits leave both as they are.

use std::collections::BTreeSet;

use catalog_core::model::{
    CommitId, Diagnostic, DiagnosticCode, Document, EntityRef, Manifest, Position, Stale, StaleReason,
    Timestamp,
};

use super::{at_commit, unread_fields};
use crate::manifest::ManifestReading;

/// How many entities one message names.
const NAMES_MAX: usize = 5;

/// What is known of a manifest from the visit before.
pub(super) struct Before<'a> {
    pub(super) manifest: Option<&'a Manifest>,
    pub(super) commit: Option<CommitId>,
    pub(super) now: Timestamp,
}

/// Why a file was not read at all.
pub(super) struct Refusal {
    pub(super) diagnostic: Diagnostic,
    pub(super) reason: StaleReason,
}

impl Before<'_> {
    fn stale(&self, reason: StaleReason) -> Stale {
        Stale { reason, since: self.now, commit: self.commit }
    }
}

/// Fills a manifest that was not read with all that it said before.
pub(super) fn keep_refused(manifest: &mut Manifest, before: &Before<'_>, refusal: Refusal) {
    manifest.diagnostics.push(refusal.diagnostic);
    if let Some(old) = before.manifest {
        keep_whole(manifest, old, before.stale(refusal.reason));
    }
}

/// Gives a manifest of which nothing is known in this visit, as it was.
pub(crate) fn keep_unread(old: &Manifest, commit: Option<CommitId>, now: Timestamp) -> Manifest {
    let mut manifest = Manifest {
        documents: Vec::new(),
        path_rules: None,
        diagnostics: Vec::new(),
        stale: None,
        ..old.clone()
    };
    keep_whole(&mut manifest, old, Stale { reason: StaleReason::Unreachable, since: now, commit });
    manifest
}

/// Fills a manifest with what was read, and with what that leaves unknown but was known before.
pub(super) fn merge(manifest: &mut Manifest, before: &Before<'_>, reading: ManifestReading) {
    let reason = reason_of(&reading.diagnostics);
    // What locations name is remarked on after what the reader found.
    let location_diagnostics = std::mem::replace(&mut manifest.diagnostics, reading.diagnostics);
    manifest.diagnostics.extend(location_diagnostics);
    manifest.inputs = reading.inputs;
    let says_something = reading.path_rules.is_some()
        || reading.documents.iter().any(|document| document.declaration.is_some());
    let Some(old) = before.manifest else {
        manifest.documents = reading.documents;
        manifest.path_rules = reading.path_rules;
        return;
    };
    // A file that was emptied is more often an accident than a decision; that is made by deleting it.
    let is_empty = manifest.diagnostics.iter().any(|of| of.code == DiagnosticCode::EmptyManifest);
    if (reading.broken || is_empty) && !says_something && has_facts(old) {
        return keep_whole(manifest, old, before.stale(reason));
    }
    manifest.documents = reading.documents;
    manifest.path_rules = reading.path_rules;
    let mut kept = BTreeSet::new();
    for document in &mut manifest.documents {
        if unread_fields::take_over(document, old, &before.stale(reason))
            && let Some(declaration) = &document.declaration
        {
            kept.insert(declaration.entity.clone());
        }
    }
    if reading.broken || lost_a_document(&manifest.documents, &old.documents) {
        kept.extend(keep_documents(manifest, old, &before.stale(reason)));
        manifest.locations.extend(old.locations.iter().cloned());
    }
    if !kept.is_empty() {
        let names: Vec<String> = kept.iter().take(NAMES_MAX).map(|entity| format!("`{entity}`")).collect();
        let more = match kept.len().saturating_sub(NAMES_MAX) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let message = format!(
            "a part of the file cannot be read any more; what was read earlier of {}{more} is kept",
            names.join(", ")
        );
        manifest.diagnostics.push(stale_diagnostic(&manifest.path, message));
    }
}

/// Takes over everything that a manifest said.
fn keep_whole(manifest: &mut Manifest, old: &Manifest, stale: Stale) {
    manifest.locations.extend(old.locations.iter().cloned());
    if !has_facts(old) {
        return;
    }
    let stale = old.stale.clone().unwrap_or(stale);
    let message = format!("the file cannot be read any more; what {} said is kept", at_commit(stale.commit));
    manifest.diagnostics.push(stale_diagnostic(&manifest.path, message));
    manifest.documents.clone_from(&old.documents);
    manifest.path_rules.clone_from(&old.path_rules);
    manifest.inputs.clone_from(&old.inputs);
    manifest.stale = Some(stale);
}

/// Takes over the documents about entities that the file does not declare any more.
fn keep_documents(manifest: &mut Manifest, old: &Manifest, stale: &Stale) -> BTreeSet<EntityRef> {
    let declared: BTreeSet<EntityRef> = manifest
        .documents
        .iter()
        .filter_map(|document| document.declaration.as_ref().map(|declaration| declaration.entity.clone()))
        .collect();
    let mut kept = BTreeSet::new();
    for document in &old.documents {
        let Some(declaration) = &document.declaration else { continue };
        if declared.contains(&declaration.entity) {
            continue;
        }
        let since = document.stale.clone().or_else(|| old.stale.clone()).unwrap_or_else(|| stale.clone());
        manifest.documents.push(Document { stale: Some(since), ..document.clone() });
        kept.insert(declaration.entity.clone());
    }
    if manifest.path_rules.is_none() {
        manifest.path_rules.clone_from(&old.path_rules);
    }
    kept
}

/// Whether a document can no longer be told what it declares, although its YAML is good: then there are
/// more such documents than before. Documents that are kept for one of them do not count twice.
fn lost_a_document(documents: &[Document], old: &[Document]) -> bool {
    let nameless = |documents: &[Document]| {
        documents.iter().filter(|it| it.declaration.is_none() && !it.problems.is_empty()).count()
    };
    let kept = old.iter().filter(|it| it.declaration.is_some() && it.stale.is_some()).count();
    nameless(documents) > nameless(old).saturating_sub(kept)
}

fn has_facts(manifest: &Manifest) -> bool {
    manifest.path_rules.is_some() || manifest.documents.iter().any(|document| document.declaration.is_some())
}

fn reason_of(diagnostics: &[Diagnostic]) -> StaleReason {
    let refused = diagnostics.iter().any(|diagnostic| {
        matches!(
            diagnostic.code,
            DiagnosticCode::ManifestTooLarge
                | DiagnosticCode::ManifestIsLink
                | DiagnosticCode::ManifestIsPointer
        )
    });
    if refused { StaleReason::Refused } else { StaleReason::Invalid }
}

fn stale_diagnostic(path: &str, message: String) -> Diagnostic {
    Diagnostic::new(DiagnosticCode::ManifestStale, message).at(path, Position::default())
}
