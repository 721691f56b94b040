//! The manifests that a snapshot has by their names.

use std::collections::BTreeMap;

use catalog_core::model::{Diagnostic, DiagnosticCode, FoundBy, ManifestFormat, PathDialect, Position};

use crate::{
    limits::TreeLimits,
    manifest::{codeowners, format_by_path},
    repository::{Entry, EntryKind, RepositoryError, Snapshot},
};

/// An entry that stands where a manifest is expected.
pub(super) struct Candidate {
    /// Its path as it is in the tree, UTF-8 or not.
    pub(super) raw_path: Box<[u8]>,
    pub(super) entry: Entry,
    pub(super) format: ManifestFormat,
    pub(super) found_by: FoundBy,
}

/// What a walk over a snapshot found.
pub(super) struct Found {
    /// By path as shown.
    pub(super) candidates: BTreeMap<Box<str>, Candidate>,
    /// Remarks on the tree.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Folders of which nothing is known, with a `/` at their end.
    pub(super) unread_folders: Vec<Box<str>>,
}

/// Walks over a snapshot once and picks what is a manifest by its path. Only such paths are kept. `host`
/// is the dialect of CODEOWNERS on the repository's host, where that is known.
pub(super) fn found_manifests(
    snapshot: &Snapshot,
    host: Option<PathDialect>,
    limits: &TreeLimits,
) -> Result<Found, RepositoryError> {
    let mut candidates: BTreeMap<Box<str>, Candidate> = BTreeMap::new();
    let mut twice = Vec::new();
    let outcome = snapshot.walk(limits, false, &mut |raw_path, entry| {
        let path = String::from_utf8_lossy(raw_path);
        let Some(format) = format_by_path(&path) else { return };
        if candidates.contains_key(&*path) {
            twice.push(path.into_owned());
            return;
        }
        let candidate = Candidate { raw_path: raw_path.into(), entry, format, found_by: FoundBy::Name };
        candidates.insert(path.as_ref().into(), candidate);
    })?;
    let mut diagnostics = outcome.diagnostics;
    for path in twice {
        let message = format!("`{path}` stands in the tree twice; only the first entry was read");
        diagnostics
            .push(Diagnostic::new(DiagnosticCode::TreeEntryRefused, message).at(&path, Position::default()));
    }
    keep_one_codeowners(&mut candidates, host, &mut diagnostics);
    Ok(Found { candidates, diagnostics, unread_folders: outcome.unread_folders })
}

/// Leaves the one CODEOWNERS file that its host reads. A regular file comes before a link. The others
/// say nothing about owners, and why is said.
fn keep_one_codeowners(
    candidates: &mut BTreeMap<Box<str>, Candidate>,
    host: Option<PathDialect>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let present: Vec<Box<str>> = candidates
        .iter()
        .filter(|(_, candidate)| candidate.format == ManifestFormat::Codeowners)
        .map(|(path, _)| path.clone())
        .collect();
    let places = codeowners::places(host).iter().filter(|place| candidates.contains_key(**place));
    let places: Vec<&str> = places.copied().collect();
    let is_file = |place: &&&str| candidates.get(**place).is_some_and(|it| it.entry.kind == EntryKind::File);
    let chosen = places.iter().find(is_file).or(places.first()).copied();
    for place in present.iter().filter(|place| Some(&***place) != chosen) {
        candidates.remove(place);
        let shadowed = |chosen: &str| {
            let message = format!("`{place}` is not read, because `{chosen}` comes first");
            Diagnostic::new(DiagnosticCode::CodeownersShadowed, message)
                .at(place, Position::default())
                .suggest(format!("move its rules to `{chosen}`"))
        };
        diagnostics.extend(codeowners::remark_on_place(place, host).or_else(|| chosen.map(shadowed)));
    }
}
