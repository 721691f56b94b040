//! The manifests that a snapshot has, by their names and by what is in them.

use std::collections::{BTreeMap, HashSet};

use catalog_core::model::{
    CommitId, Diagnostic, DiagnosticCode, FoundBy, Manifest, ManifestFormat, PathDialect, Position,
    RepositoryDeclarations,
};

use crate::{
    limits::{CrawlLimits, ScanMode},
    manifest::{codeowners, ends_like_a_manifest, format_by_content, format_by_path},
    repository::{Entry, EntryKind, FileContent, RepositoryError, Snapshot},
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

/// Walks over a snapshot once and picks what is a manifest by its path, or by its content where that is
/// asked for. Only such paths are kept.
///
/// Where `previous` was read in the same way from an earlier commit, folders that have not changed since
/// are not gone into: what was found in them is there still. `host` is the dialect of CODEOWNERS on the
/// repository's host, where that is known.
pub(super) fn found_manifests(
    snapshot: &Snapshot,
    previous: Option<&RepositoryDeclarations>,
    host: Option<PathDialect>,
    limits: &CrawlLimits,
) -> Result<Found, RepositoryError> {
    let mut search = Search { candidates: BTreeMap::new(), twice: Vec::new(), sniffed: Vec::new() };
    let with_content = limits.scan == ScanMode::Content;
    let known = previous.and_then(KnownTree::of);
    let mut unchanged: Vec<Box<str>> = Vec::new();
    let walked = known.as_ref().and_then(|known| {
        snapshot.walk_since(known.commit, &limits.tree, &mut |raw_path, entry, is_unchanged| {
            if entry.kind == EntryKind::Folder {
                unchanged.push(format!("{}/", String::from_utf8_lossy(raw_path)).into());
            } else {
                search.meet(raw_path, entry, with_content && !is_unchanged);
            }
            if is_unchanged && entry.kind == EntryKind::File {
                unchanged.push(String::from_utf8_lossy(raw_path).into());
            }
        })
    });
    let outcome = match walked {
        Some(outcome) => outcome?,
        None => {
            unchanged.clear();
            search = Search { candidates: BTreeMap::new(), twice: Vec::new(), sniffed: Vec::new() };
            snapshot.walk(&limits.tree, false, &mut |raw_path, entry| {
                search.meet(raw_path, entry, with_content);
            })?
        }
    };
    if let Some(known) = known {
        search.take_over(snapshot, known.previous, &unchanged);
    }
    search.sniff(snapshot, limits.manifest.bytes_max);
    let Search { mut candidates, twice, .. } = search;
    let mut diagnostics = outcome.diagnostics;
    for path in twice {
        let message = format!("`{path}` stands in the tree twice; only the first entry was read");
        diagnostics
            .push(Diagnostic::new(DiagnosticCode::TreeEntryRefused, message).at(&path, Position::default()));
    }
    keep_one_codeowners(&mut candidates, host, &mut diagnostics);
    Ok(Found { candidates, diagnostics, unread_folders: outcome.unread_folders })
}

/// What was read of a commit whose whole tree could be walked over.
struct KnownTree<'a> {
    commit: CommitId,
    previous: &'a RepositoryDeclarations,
}

impl<'a> KnownTree<'a> {
    /// `None` where something about the tree was remarked on, so that it has to be walked over again.
    fn of(previous: &'a RepositoryDeclarations) -> Option<Self> {
        let is_about_tree = |diagnostic: &Diagnostic| {
            matches!(
                diagnostic.code,
                DiagnosticCode::TreeEntryRefused
                    | DiagnosticCode::TreeLimit
                    | DiagnosticCode::RepositoryUnreadable
            )
        };
        // A path with replacement marks cannot be looked up again.
        let is_lost = |manifest: &Manifest| manifest.path.contains('\u{FFFD}');
        let is_whole = previous.head.status.is_read()
            && !previous.diagnostics.iter().any(is_about_tree)
            && !previous.manifests.iter().any(is_lost);
        is_whole.then_some(Self { commit: previous.head.commit?, previous })
    }
}

/// Manifests as they are met.
struct Search {
    candidates: BTreeMap<Box<str>, Candidate>,
    /// Paths that stand in the tree twice.
    twice: Vec<String>,
    /// Files to look into.
    sniffed: Vec<(Box<[u8]>, Entry)>,
}

impl Search {
    fn meet(&mut self, raw_path: &[u8], entry: Entry, with_content: bool) {
        if !ends_like_a_manifest(raw_path) {
            return;
        }
        let path = String::from_utf8_lossy(raw_path);
        let Some(format) = format_by_path(&path) else {
            if with_content && entry.kind == EntryKind::File && is_worth_a_look(raw_path) {
                self.sniffed.push((raw_path.into(), entry));
            }
            return;
        };
        if self.candidates.contains_key(&*path) {
            self.twice.push(path.into_owned());
            return;
        }
        let candidate = Candidate { raw_path: raw_path.into(), entry, format, found_by: FoundBy::Name };
        self.candidates.insert(path.as_ref().into(), candidate);
    }

    /// Adds what was found before in files and folders that have not changed since.
    fn take_over(&mut self, snapshot: &Snapshot, previous: &RepositoryDeclarations, unchanged: &[Box<str>]) {
        let (folders, files): (Vec<&str>, Vec<&str>) =
            unchanged.iter().map(|path| &**path).partition(|path| path.ends_with('/'));
        let files: HashSet<&str> = files.into_iter().collect();
        let is_in_folder = |path: &str| {
            let at = folders.partition_point(|folder| *folder <= path);
            at > 0 && path.starts_with(folders[at - 1])
        };
        let mut add = |path: &str, format, found_by, entry: &dyn Fn() -> Option<Entry>| {
            let is_unchanged = is_in_folder(path) || files.contains(path);
            if is_unchanged
                && !self.candidates.contains_key(path)
                && let Some(entry) = entry().filter(|entry| entry.kind != EntryKind::Folder)
            {
                let candidate = Candidate { raw_path: path.as_bytes().into(), entry, format, found_by };
                self.candidates.insert(path.into(), candidate);
            }
        };
        for manifest in previous.manifests.iter().filter(|it| it.found_by != FoundBy::Location) {
            let is_file = manifest.diagnostics.iter().all(|it| it.code != DiagnosticCode::ManifestIsLink);
            let content = is_file.then_some(Entry { kind: EntryKind::File, content: Some(manifest.content) });
            add(&manifest.path, manifest.format, manifest.found_by, &|| {
                content.or_else(|| snapshot.find(&manifest.path))
            });
        }
        // A file that did not count is no manifest; what was said of it tells that it is there.
        for path in previous.diagnostics.iter().filter_map(|remark| remark.path.as_deref()) {
            if let Some(format) = format_by_path(path) {
                add(path, format, FoundBy::Name, &|| snapshot.find(path));
            }
        }
    }

    /// Looks into files that may be manifests by what is in them.
    fn sniff(&mut self, snapshot: &Snapshot, bytes_max: u64) {
        for (raw_path, entry) in std::mem::take(&mut self.sniffed) {
            let path = String::from_utf8_lossy(&raw_path);
            // What is too large or cannot be read is not known to be a manifest, so nothing is said of it.
            let Ok(FileContent::Whole(_, bytes)) = snapshot.read(&raw_path, entry, bytes_max) else {
                continue;
            };
            if let Some(format) = format_by_content(&path, &bytes)
                && !self.candidates.contains_key(&*path)
            {
                let shown: Box<str> = path.as_ref().into();
                let candidate = Candidate { raw_path, entry, format, found_by: FoundBy::Content };
                self.candidates.insert(shown, candidate);
            }
        }
    }
}

/// Whether a file of this name may be a manifest by its content.
fn is_worth_a_look(path: &[u8]) -> bool {
    path.ends_with(b".yaml") || path.ends_with(b".yml")
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
