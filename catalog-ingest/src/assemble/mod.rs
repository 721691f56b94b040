//! One repository's manifests, old and new, become its [`RepositoryDeclarations`].
//!
//! `areas` are the parts that documents speak of; `found` picks the manifests of a snapshot by name;
//! `location` follows `Location` documents to further files; each file is read, or taken over from the last
//! visit where nothing that decides about it has changed; `stale` keeps what a file said before where it
//! cannot be read any more; `told` does the same for texts that somebody sends.

mod areas;
mod found;
mod location;
mod stale;
mod told;
mod unread_fields;

#[cfg(test)]
mod stale_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod unchanged_tests;

use std::collections::{BTreeMap, HashMap, HashSet};

use catalog_core::model::{
    Authority, CommitId, ContentId, Declaration, Diagnostic, DiagnosticCode, EntityRef, FoundBy, Manifest,
    ManifestFormat, Position, RepositoryDeclarations, RepositoryHead, RepositoryId, RepositoryStatus,
    StaleReason, Timestamp, Tombstone, grouped,
};

pub(crate) use self::{
    areas::areas,
    stale::keep_unread,
    told::{Told, told},
    unread_fields::take_over,
};
use self::{
    found::{Candidate, found_manifests},
    location::Targets,
    stale::{Before, Refusal},
};
use crate::{
    limits::CrawlLimits,
    manifest::{self, ManifestFile, ManifestReading, ReadOptions, Siblings, codeowners},
    repository::{EntryKind, FileContent, RepositoryError, Snapshot},
};

/// Raised whenever the same file would be read as something else than before.
const READER_VERSION: u32 = 5;

/// Reads the text of manifests. A trait, so that tests can count what is read.
pub(crate) trait ManifestReader: Sync {
    /// What one file says.
    fn read(
        &self,
        format: ManifestFormat,
        file: &ManifestFile<'_>,
        siblings: &dyn Siblings,
        options: ReadOptions<'_>,
    ) -> ManifestReading;
}

/// The reader of every built-in format.
pub(crate) struct BuiltInReader;

impl ManifestReader for BuiltInReader {
    fn read(
        &self,
        format: ManifestFormat,
        file: &ManifestFile<'_>,
        siblings: &dyn Siblings,
        options: ReadOptions<'_>,
    ) -> ManifestReading {
        manifest::read(format, file, siblings, options)
    }
}

/// A repository that is being visited.
pub(crate) struct Visited<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) id: &'a RepositoryId,
    pub(crate) address: &'a str,
    /// What it said before.
    pub(crate) previous: Option<&'a RepositoryDeclarations>,
    pub(crate) limits: &'a CrawlLimits,
    /// [`reader_fingerprint`] of the limits.
    pub(crate) fingerprint: u64,
    pub(crate) now: Timestamp,
    pub(crate) reader: &'a dyn ManifestReader,
}

impl<'a> Visited<'a> {
    /// A visit of a repository of which nothing is known.
    pub(crate) fn first(
        snapshot: &'a Snapshot,
        id: &'a RepositoryId,
        address: &'a str,
        limits: &'a CrawlLimits,
    ) -> Self {
        let fingerprint = reader_fingerprint(limits);
        // What was never read cannot be stale since a moment.
        let now = Timestamp(0);
        Self { snapshot, id, address, previous: None, limits, fingerprint, now, reader: &BuiltInReader }
    }
}

/// What a repository says now.
pub(crate) struct Assembled {
    pub(crate) declarations: RepositoryDeclarations,
    /// How many manifests were taken apart; the others were taken over.
    pub(crate) manifests_read: usize,
}

/// A fingerprint of everything but the files that decides what they are read as; a crawl takes it once.
pub(crate) fn reader_fingerprint(limits: &CrawlLimits) -> u64 {
    let CrawlLimits { manifest, tree, scan, port, history, .. } = limits;
    let text = format!("{READER_VERSION} {manifest:?} {tree:?} {scan:?} {port:?} {history:?}");
    // FNV-1a: the value is stored, so it must not change with the standard library.
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Reads everything that a snapshot declares.
///
/// # Errors
///
/// The snapshot as a whole cannot be read, or is over a limit that leaves nothing to trust.
pub(crate) fn assemble(visited: &Visited<'_>) -> Result<Assembled, RepositoryError> {
    let reader = visited.fingerprint;
    let same_reader = visited.previous.is_some_and(|previous| previous.head.reader == reader);
    let previous = visited.previous.filter(|_| same_reader);
    let host = codeowners::dialect_of_host(visited.id, &visited.limits.manifest.host_dialects);
    let found = found_manifests(visited.snapshot, previous, host, visited.limits)?;
    let mut assembly = Assembly {
        visited,
        old: visited
            .previous
            .map(|previous| previous.manifests.iter().map(|manifest| (&*manifest.path, manifest)).collect())
            .unwrap_or_default(),
        same_reader,
        targets: Targets::new(visited.snapshot, visited.id, &visited.limits.tree),
        waiting: found.candidates,
        done: BTreeMap::new(),
        remarks: Vec::new(),
        manifests_read: 0,
    };
    assembly.read_all()?;
    assembly.keep_unread(&found.unread_folders);

    let mut diagnostics = found.diagnostics;
    diagnostics.append(&mut assembly.remarks);
    sort(&mut diagnostics);
    let head = RepositoryHead {
        id: visited.id.clone(),
        address: visited.address.into(),
        commit: visited.snapshot.commit(),
        committed_at: visited.snapshot.committed_at(),
        observed_at: Some(visited.now),
        status: RepositoryStatus::Read,
        reader,
    };
    let manifests: Vec<Manifest> = assembly.done.into_values().collect();
    let tombstones = tombstones(&manifests, visited.previous, head.commit, visited.now);
    Ok(Assembled {
        manifests_read: assembly.manifests_read,
        declarations: RepositoryDeclarations { head, manifests, diagnostics, tombstones, history: None },
    })
}

/// Sorts the diagnostics of a repository by place.
pub(crate) fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|left, right| {
        (&left.path, left.position, left.code, &left.message).cmp(&(
            &right.path,
            right.position,
            right.code,
            &right.message,
        ))
    });
}

/// What the repository declared at the last visit or not long before, and declares no more.
pub(crate) fn tombstones(
    manifests: &[Manifest],
    previous: Option<&RepositoryDeclarations>,
    commit: Option<CommitId>,
    now: Timestamp,
) -> Vec<Tombstone> {
    let Some(previous) = previous else { return Vec::new() };
    let declared: HashSet<&EntityRef> =
        entities_of(manifests).map(|(_, declaration)| &declaration.entity).collect();
    let mut kept: BTreeMap<&EntityRef, Tombstone> = previous
        .tombstones
        .iter()
        .filter(|old| old.removed_at.0.saturating_add(Tombstone::SECONDS_KEPT) > now.0)
        .map(|old| (&old.entity, old.clone()))
        .collect();
    for (manifest, declaration) in entities_of(&previous.manifests) {
        // What only describes a deployment comes and goes, and nobody asks what became of it.
        if manifest.format.authority() <= Authority::OtherCatalog {
            let tombstone = Tombstone {
                entity: declaration.entity.clone(),
                path: manifest.path.clone(),
                position: declaration.position,
                format: manifest.format,
                last_commit: previous.head.commit,
                commit,
                removed_at: now,
            };
            kept.insert(&declaration.entity, tombstone);
        }
    }
    kept.into_values().filter(|tombstone| !declared.contains(&tombstone.entity)).collect()
}

fn entities_of(manifests: &[Manifest]) -> impl Iterator<Item = (&Manifest, &Declaration)> {
    manifests.iter().flat_map(|manifest| {
        let declarations = manifest.documents.iter().filter_map(|document| document.declaration.as_ref());
        declarations.map(move |declaration| (manifest, declaration))
    })
}

struct Assembly<'a> {
    visited: &'a Visited<'a>,
    old: HashMap<&'a str, &'a Manifest>,
    /// Whether what was read before was read in the same way.
    same_reader: bool,
    targets: Targets<'a>,
    waiting: BTreeMap<Box<str>, Candidate>,
    done: BTreeMap<Box<str>, Manifest>,
    /// What is said of files that are no manifests.
    remarks: Vec<Diagnostic>,
    manifests_read: usize,
}

impl Assembly<'_> {
    fn read_all(&mut self) -> Result<(), RepositoryError> {
        self.check_count()?;
        while let Some((path, candidate)) = self.waiting.pop_first() {
            let Some(manifest) = self.one(&path, &candidate) else { continue };
            for target in &manifest.locations {
                if **target == *path || self.done.contains_key(target) || self.waiting.contains_key(target) {
                    continue;
                }
                if let Some(entry) = self.visited.snapshot.find(target)
                    && entry.kind != EntryKind::Folder
                {
                    let candidate = Candidate {
                        raw_path: target.as_bytes().into(),
                        entry,
                        format: ManifestFormat::Backstage,
                        found_by: FoundBy::Location,
                    };
                    self.waiting.insert(target.clone(), candidate);
                }
            }
            self.done.insert(path, manifest);
            self.check_count()?;
        }
        Ok(())
    }

    fn check_count(&self) -> Result<(), RepositoryError> {
        let limit = self.visited.limits.tree.manifests_max;
        if self.done.len() + self.waiting.len() <= limit {
            return Ok(());
        }
        let value = grouped(limit);
        Err(RepositoryError::Limit {
            what: format!("the repository has more than {value} manifests"),
            name: "tree.manifests_max",
            value,
        })
    }

    /// What is known of one file now; `None` where it only shares its name with manifests.
    fn one(&mut self, path: &str, candidate: &Candidate) -> Option<Manifest> {
        let old = self.old.get(path).copied().filter(|old| old.format == candidate.format);
        let known_content = self.visited.snapshot.content_id(&candidate.raw_path, candidate.entry);
        if let Some(old) = old
            && known_content == Some(old.content)
            && self.may_take_over(old, candidate)
        {
            return Some(old.clone());
        }
        let before = Before {
            manifest: old,
            commit: self.visited.previous.and_then(|previous| previous.head.commit),
            now: self.visited.now,
        };
        let (content, loaded) = match self.load(path, candidate) {
            Ok((content, bytes)) => (content, Ok(bytes)),
            Err(refusal) => (known_content.unwrap_or(ContentId([0; 20])), Err(refusal)),
        };
        let mut manifest = empty_manifest(path, candidate, content);
        match loaded {
            Err(refusal) => stale::keep_refused(&mut manifest, &before, refusal),
            Ok(_) if old.is_some_and(|old| old.content == content && self.may_take_over(old, candidate)) => {
                return old.cloned();
            }
            Ok(bytes) => {
                self.manifests_read += 1;
                let file = ManifestFile {
                    repository: self.visited.id,
                    path,
                    bytes: &bytes,
                    found_by: candidate.found_by,
                };
                let limits = self.visited.limits;
                let options = ReadOptions { limits: &limits.manifest, port: &limits.port };
                let reading = self.visited.reader.read(candidate.format, &file, &self.siblings(), options);
                if reading.foreign {
                    self.remarks.extend(reading.diagnostics);
                    return None;
                }
                for target in &reading.location_targets {
                    self.targets.resolve(path, target, &mut manifest);
                }
                stale::merge(&mut manifest, &before, reading);
            }
        }
        if std::str::from_utf8(&candidate.raw_path).is_err() {
            let message = format!("the path is not UTF-8 and is shown as `{path}`");
            manifest
                .diagnostics
                .push(Diagnostic::new(DiagnosticCode::PathNotUtf8, message).at(path, Position::default()));
        }
        manifest.locations.sort_unstable();
        manifest.locations.dedup();
        Some(manifest)
    }

    /// Whether a file with the same content says what it said before.
    fn may_take_over(&self, old: &Manifest, candidate: &Candidate) -> bool {
        self.same_reader
            && candidate.entry.kind == EntryKind::File
            && old.found_by == candidate.found_by
            && !was_out_of_reach(old)
            && !may_name_locations(old)
            && old
                .inputs
                .iter()
                .all(|input| self.siblings().read(&input.path).map(|(content, _)| content) == input.content)
    }

    fn siblings(&self) -> SnapshotSiblings<'_> {
        SnapshotSiblings {
            snapshot: self.visited.snapshot,
            bytes_max: self.visited.limits.manifest.bytes_max,
        }
    }

    /// The content of a file, or why it is not read.
    fn load(&self, path: &str, candidate: &Candidate) -> Result<(ContentId, Vec<u8>), Refusal> {
        let refused = |code, message: String, reason| {
            Err(Refusal { diagnostic: Diagnostic::new(code, message).at(path, Position::default()), reason })
        };
        let link = match candidate.entry.kind {
            EntryKind::File => None,
            EntryKind::Link => Some("a symbolic link"),
            EntryKind::Submodule => Some("a submodule"),
            EntryKind::Folder => Some("a folder"),
        };
        if let Some(found) = link {
            let message = format!("`{path}` is {found}, which is never followed; expected a regular file");
            return refused(DiagnosticCode::ManifestIsLink, message, StaleReason::Refused);
        }
        let limits = &self.visited.limits.manifest;
        let (name, bytes_max) = match candidate.format {
            ManifestFormat::Codeowners => ("codeowners.bytes_max", limits.codeowners_bytes_max),
            _ => ("manifest.bytes_max", limits.bytes_max),
        };
        match self.visited.snapshot.read(&candidate.raw_path, candidate.entry, bytes_max) {
            Ok(FileContent::Whole(content, bytes)) => Ok((content, bytes)),
            Ok(FileContent::TooLarge(bytes)) => {
                let message = format!(
                    "`{path}` is {} bytes, over the limit `{name}` of {}",
                    grouped(bytes),
                    grouped(bytes_max)
                );
                refused(DiagnosticCode::ManifestTooLarge, message, StaleReason::Refused)
            }
            Err(error) => {
                let message = format!("`{path}` could not be read: {error}");
                refused(DiagnosticCode::RepositoryUnreadable, message, StaleReason::Unreachable)
            }
        }
    }

    /// Keeps the manifests below folders that could not be read: nothing says that they are gone.
    fn keep_unread(&mut self, unread_folders: &[Box<str>]) {
        let Some(previous) = self.visited.previous else { return };
        for old in &previous.manifests {
            let is_unread = unread_folders.iter().any(|folder| old.path.starts_with(&**folder));
            if is_unread && !self.done.contains_key(&old.path) {
                let kept = keep_unread(old, previous.head.commit, self.visited.now);
                self.done.insert(old.path.clone(), kept);
            }
        }
    }
}

fn empty_manifest(path: &str, candidate: &Candidate, content: ContentId) -> Manifest {
    Manifest {
        path: path.into(),
        format: candidate.format,
        found_by: candidate.found_by,
        content,
        inputs: Vec::new(),
        locations: Vec::new(),
        documents: Vec::new(),
        path_rules: None,
        stale: None,
        diagnostics: Vec::new(),
    }
}

/// Whether a manifest may hold a `Location`: what that names depends on the whole tree, not only on
/// the file, so it is read again with every commit.
fn may_name_locations(manifest: &Manifest) -> bool {
    !manifest.locations.is_empty()
        || manifest.documents.iter().any(|document| {
            document.declaration.as_ref().is_none_or(|declaration| declaration.entity.kind() == "location")
        })
}

/// Whether the content itself could not be had, so that the same content may say more this time.
fn was_out_of_reach(manifest: &Manifest) -> bool {
    manifest.stale.as_ref().is_some_and(|stale| stale.reason == StaleReason::Unreachable)
        || manifest.diagnostics.iter().any(|diagnostic| {
            matches!(diagnostic.code, DiagnosticCode::RepositoryUnreadable | DiagnosticCode::ManifestIsLink)
        })
}

/// The other files of a snapshot.
struct SnapshotSiblings<'a> {
    snapshot: &'a Snapshot,
    bytes_max: u64,
}

impl Siblings for SnapshotSiblings<'_> {
    fn read(&self, path: &str) -> Option<(ContentId, Vec<u8>)> {
        let entry = self.snapshot.find(path).filter(|entry| entry.kind == EntryKind::File)?;
        match self.snapshot.read(path.as_bytes(), entry, self.bytes_max).ok()? {
            FileContent::Whole(content, bytes) => Some((content, bytes)),
            FileContent::TooLarge(_) => None,
        }
    }
}

/// The commit in the words of a message.
fn at_commit(commit: Option<CommitId>) -> String {
    commit.map_or_else(|| "the last visit".to_owned(), |commit| format!("commit {}", commit.short()))
}
