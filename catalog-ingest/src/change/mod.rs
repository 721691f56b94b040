//! One change of one repository: which paths it touches, and what its manifests say before and after.
//!
//! A [`ChangeRequest`] names two states of a repository; [`read_change`] makes a [`RepositoryChange`] of them or
//! says with a [`ChangeError`] why that cannot be told. `sides` finds the two states, `paths` what they do not
//! share, `path_list` reads a list of paths that somebody else made.
//!
//! Both states are read as a crawl would read them, each on top of what is known already: what has not changed
//! since is neither walked over nor read again. `build_roots` tells which
//! files are built together. `definitions` finds the API definitions that are to be held
//! against each other, `operations` does so.
//!
//! `told` makes do without the repository: with the paths and the texts that somebody sends.

mod build_roots;
mod definitions;
mod error;
mod operations;
mod path_list;
mod paths;
mod sides;
mod told;

#[cfg(test)]
mod tests;

use std::path::Path;

use catalog_core::model::{
    ChangedPath, CommitId, ContentId, Diagnostic, DiagnosticCode, RepositoryDeclarations, RepositoryId,
    Timestamp,
};

pub use build_roots::build_roots;
pub use error::ChangeError;
pub use operations::{ChangedOperations, changed_operations};
pub use sides::{ChangeHead, ChangeNote, ChangeSide};
pub use told::{DescribedChange, DescribedDeclarations, described_paths, read_described};

use self::sides::Sides;
use crate::{
    assemble::{BuiltInReader, Visited, assemble, reader_fingerprint},
    limits::CrawlLimits,
    repository::{CommitOrder, FileContent, Snapshot},
};

/// Which change is meant, and what is known of the repository.
#[derive(Clone, Copy, Debug)]
pub struct ChangeRequest<'a> {
    /// The top folder of the repository, or a plain folder.
    pub folder: &'a Path,
    /// Its id in the catalog.
    pub repository: &'a RepositoryId,
    /// The revision that the change is to go onto; `None` for the commit of HEAD.
    pub base: Option<&'a str>,
    /// What the change makes of it.
    pub head: ChangeHead<'a>,
    /// A list of changed paths, which is taken instead of comparing files: a path a line, as `git diff
    /// --name-only` prints them, or with a NUL byte after each, as `-z` does.
    pub files: Option<&'a [u8]>,
    /// What the catalog knows of the repository.
    pub known: Option<&'a RepositoryDeclarations>,
    /// The commit of which the catalog knows it, where it does not hold what that says.
    pub known_commit: Option<CommitId>,
    /// Bounds on what is read.
    pub limits: &'a CrawlLimits,
    /// When it is read.
    pub now: Timestamp,
}

/// A change of a repository.
pub struct RepositoryChange {
    /// What it is compared with: where the lines of base and head meet.
    pub base: ChangeSide,
    /// What it makes of it.
    pub head: ChangeSide,
    /// The paths that it touches, in the order of their bytes.
    pub paths: Vec<ChangedPath>,
    /// What the manifests say at the base.
    pub before: RepositoryDeclarations,
    /// What they say at the head. What can no longer be read is as it was, and stale.
    pub after: RepositoryDeclarations,
    /// Whether the catalog knows the repository exactly as it is at the base.
    pub is_base_known: bool,
    /// The commit of which the catalog knows the repository, where it knows one.
    pub known_commit: Option<CommitId>,
    /// How that commit stands to the base; `None` where it cannot be told.
    pub known_order: Option<CommitOrder>,
    /// What is to be said about how the change was found.
    pub notes: Vec<ChangeNote>,
    files: Files,
}

/// The files of both sides.
struct Files {
    before: Option<Snapshot>,
    after: Snapshot,
}

impl RepositoryChange {
    /// Whether the manifests say the same before and after.
    pub fn says_the_same(&self) -> bool {
        self.before.manifests == self.after.manifests && self.before.diagnostics == self.after.diagnostics
    }

    /// The content of a regular file at the base; `None` where there is none of at most `bytes_max` bytes.
    pub fn file_before(&self, path: &str, bytes_max: u64) -> Option<Vec<u8>> {
        content(self.files.before.as_ref()?, path, bytes_max)
    }

    /// The content of a regular file at the head; `None` where there is none of at most `bytes_max` bytes.
    pub fn file_after(&self, path: &str, bytes_max: u64) -> Option<Vec<u8>> {
        content(&self.files.after, path, bytes_max)
    }
}

fn content(snapshot: &Snapshot, path: &str, bytes_max: u64) -> Option<Vec<u8>> {
    content_of(snapshot, path, bytes_max).map(|(_, bytes)| bytes)
}

/// A regular file of at most so many bytes, with what its content is known by.
fn content_of(snapshot: &Snapshot, path: &str, bytes_max: u64) -> Option<(ContentId, Vec<u8>)> {
    let entry = snapshot.find(path)?;
    if entry.kind != crate::repository::EntryKind::File {
        return None;
    }
    match snapshot.read(path.as_bytes(), entry, bytes_max).ok()? {
        FileContent::Whole(id, bytes) => Some((id, bytes)),
        FileContent::TooLarge(_) => None,
    }
}

/// Reads a change: O(commits since the lines of base and head parted + folders that differ + manifests that
/// differ), where the catalog knows the repository; else the tree of the base is walked over, too.
///
/// # Errors
///
/// What the change is cannot be told, or a part of it cannot be read.
pub fn read_change(request: &ChangeRequest<'_>) -> Result<RepositoryChange, ChangeError> {
    let sides = Sides::find(request)?;
    let (before, is_base_known) = before(request, &sides)?;
    let after =
        if sides.is_same() { before.clone() } else { assembled(request, &sides.after, Some(&before))? };
    let mut after = after;
    after.history.clone_from(&before.history);
    check_whole("base", &before, request.known)?;
    check_whole("head", &after, Some(&before))?;
    let known_commit = request.known.map_or(request.known_commit, |known| known.head.commit);
    let known_order = sides.order_of(known_commit);
    let paths = sides.paths(request)?;
    Ok(RepositoryChange {
        base: sides.base,
        head: sides.head,
        paths,
        before,
        after,
        is_base_known,
        known_commit,
        known_order,
        notes: sides.notes,
        files: Files { before: sides.before, after: sides.after },
    })
}

/// What the manifests say at the base, and whether that is what the catalog knows.
fn before(request: &ChangeRequest<'_>, sides: &Sides) -> Result<(RepositoryDeclarations, bool), ChangeError> {
    let Some(snapshot) = &sides.before else {
        // Without commits, what was read last is all that can be compared with.
        let known = request.known.cloned();
        return known
            .map(|known| (known, true))
            .ok_or_else(|| ChangeError::NoBase { folder: request.folder.to_owned() });
    };
    if let Some(known) = request.known
        && known.head.commit == snapshot.commit()
        && known.head.status.is_read()
        && known.head.reader == reader_fingerprint(request.limits)
    {
        return Ok((known.clone(), true));
    }
    let mut before = assembled(request, snapshot, request.known)?;
    before.history = request.known.and_then(|known| known.history.clone());
    Ok((before, false))
}

fn assembled(
    request: &ChangeRequest<'_>,
    snapshot: &Snapshot,
    previous: Option<&RepositoryDeclarations>,
) -> Result<RepositoryDeclarations, ChangeError> {
    let address = request.known.map_or_else(
        || request.folder.to_string_lossy().into_owned(),
        |known| known.head.address.to_string(),
    );
    let visited = Visited {
        snapshot,
        id: request.repository,
        address: &address,
        previous,
        limits: request.limits,
        fingerprint: reader_fingerprint(request.limits),
        now: request.now,
        reader: &BuiltInReader,
    };
    Ok(assemble(&visited)?.declarations)
}

/// Refuses a side of which something could not be had that was there to be had before: a part that nobody read
/// is no ground for an answer.
fn check_whole(
    side: &'static str,
    said: &RepositoryDeclarations,
    earlier: Option<&RepositoryDeclarations>,
) -> Result<(), ChangeError> {
    let known: Vec<&Diagnostic> = earlier.into_iter().flat_map(unread).collect();
    match unread(said).find(|remark| !known.contains(remark)) {
        Some(remark) => Err(ChangeError::Unread { side, message: remark.message.to_string() }),
        None => Ok(()),
    }
}

/// What is said of parts that could not be read.
fn unread(said: &RepositoryDeclarations) -> impl Iterator<Item = &Diagnostic> {
    let own = said.manifests.iter().flat_map(|manifest| &manifest.diagnostics);
    own.chain(&said.diagnostics).filter(|remark| remark.code == DiagnosticCode::RepositoryUnreadable)
}
