//! What a push would bring: the tracked files of a working tree and the untracked ones that no rule
//! leaves out, as they lie in the folder.

use std::path::Path;

use catalog_core::model::ContentId;
use git2::{Index, IndexEntryExtendedFlag};

use super::{
    RepositoryError,
    directory::{find_in_directory, walk_directory},
    entry_name,
    folder::GitFolder,
    ignore_rules::IgnoreRules,
    libgit2,
    walk::{Entry, EntryKind, WalkOutcome, is_vendored},
};
use crate::limits::TreeLimits;

/// The files of a working tree, listed once.
pub(super) struct WorkingTree {
    /// By path, in the order of its bytes.
    entries: Vec<(Box<[u8]>, Entry)>,
    outcome: WalkOutcome,
}

impl WorkingTree {
    /// Lists the working tree at `root`.
    ///
    /// The index is read by itself, never with the repository's configuration. One of a form that
    /// libgit2 does not know (split, sparse) leaves tracked files unseen that a rule ignores.
    ///
    /// # Errors
    ///
    /// The folder cannot be listed, or there are more entries than the limit.
    pub(super) fn list(root: &Path, git: &GitFolder, limits: &TreeLimits) -> Result<Self, RepositoryError> {
        let mut entries: Vec<(Box<[u8]>, Entry)> = Vec::new();
        let mut ignored = IgnoreRules::new(root, &git.common_dir.join("info/exclude"));
        let outcome = walk_directory(root, limits, true, Some(&mut ignored), &mut |path, entry| {
            entries.push((path.into(), entry));
        })?;
        entries.sort_unstable_by(|left, right| left.0.cmp(&right.0));
        let mut hidden = Vec::new();
        libgit2::prepare();
        if let Ok(index) = Index::open(&git.git_dir.join("index")) {
            for tracked in index.iter().take(limits.entries_max) {
                let is_listed =
                    entries.binary_search_by(|(path, _)| (**path).cmp(tracked.path.as_slice())).is_ok();
                if !is_listed && let Some(entry) = unlisted(root, &tracked, limits) {
                    hidden.push((tracked.path.into_boxed_slice(), entry));
                }
            }
        }
        if !hidden.is_empty() {
            entries.append(&mut hidden);
            entries.sort_unstable_by(|left, right| left.0.cmp(&right.0));
            // A file in conflict has several entries.
            entries.dedup_by(|left, right| left.0 == right.0);
        }
        Ok(Self { entries, outcome })
    }

    /// Visits every entry.
    pub(super) fn walk(&self, with_vendored: bool, visit: &mut dyn FnMut(&[u8], Entry)) -> WalkOutcome {
        let is_wanted = |path: &[u8]| {
            let mut folders = path.split(|byte| *byte == b'/').rev().skip(1);
            with_vendored || !folders.any(is_vendored)
        };
        for (path, entry) in self.entries.iter().filter(|(path, _)| is_wanted(path)) {
            visit(path, *entry);
        }
        self.outcome.clone()
    }

    /// The entry at a path; `None` where there is nothing.
    pub(super) fn find(&self, path: &str) -> Option<Entry> {
        let place = |wanted: &[u8]| self.entries.binary_search_by(|(path, _)| (**path).cmp(wanted));
        match place(path.as_bytes()) {
            Ok(found) => self.entries.get(found).map(|(_, entry)| *entry),
            Err(_) => {
                let folder = format!("{path}/").into_bytes();
                let next = place(&folder).unwrap_or_else(|next| next);
                let is_folder = self.entries.get(next).is_some_and(|(path, _)| path.starts_with(&folder));
                is_folder.then_some(Entry { kind: EntryKind::Folder, content: None })
            }
        }
    }
}

/// A tracked path that the walk did not meet: one that a rule ignores, a submodule, or one that a
/// sparse checkout leaves in git. `None` for one that was deleted.
fn unlisted(root: &Path, tracked: &git2::IndexEntry, limits: &TreeLimits) -> Option<Entry> {
    let is_name = |part: &[u8]| entry_name::refusal(part).is_none();
    if tracked.path.len() > limits.path_bytes_max || !tracked.path.split(|byte| *byte == b'/').all(is_name) {
        return None;
    }
    let mode = tracked.mode & 0o170_000;
    if mode == 0o160_000 {
        return Some(Entry { kind: EntryKind::Submodule, content: None });
    }
    let kind = if mode == 0o120_000 { EntryKind::Link } else { EntryKind::File };
    let flags = IndexEntryExtendedFlag::from_bits_truncate(tracked.flags_extended);
    if flags.contains(IndexEntryExtendedFlag::SKIP_WORKTREE) {
        let content = tracked.id.as_bytes().try_into().ok().map(ContentId);
        return Some(Entry { kind, content });
    }
    // A path that goes through a link is one that git takes for deleted.
    let path = std::str::from_utf8(&tracked.path).ok()?;
    find_in_directory(root, path).filter(|entry| entry.kind != EntryKind::Folder)
}
