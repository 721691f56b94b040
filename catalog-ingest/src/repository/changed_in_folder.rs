//! What a working tree does not share with a commit: every path at which something else lies.
//!
//! As git does it, a file whose size and times are those in the index is taken for what the index says; any
//! other is read. Filters of `.gitattributes` are not applied: a file that they alter on the way into git can
//! be told as changed where it is not, never the other way round.

use std::{collections::HashMap, fs::Metadata, path::Path};

use catalog_core::model::{CommitId, ContentId};
use git2::{Index, IndexEntry};

use super::{
    FileContent, RepositoryError, Snapshot,
    changed_entries::ChangedEntry,
    commits::Commits,
    directory::os_path,
    libgit2,
    walk::{Entry, EntryKind, walk_tree},
};
use crate::limits::TreeLimits;

impl Commits {
    /// Every path at which the working tree of `folder`, opened as `working`, differs from a commit, in the
    /// order of the bytes of the paths.
    ///
    /// Takes time for all entries of both trees, and reads the files that the index does not know as they are.
    ///
    /// # Errors
    ///
    /// A tree cannot be walked over, or a file cannot be read.
    pub(crate) fn changed_in_folder(
        &self,
        base: CommitId,
        folder: &Path,
        working: &Snapshot,
        limits: &TreeLimits,
    ) -> Result<Vec<ChangedEntry>, RepositoryError> {
        let mut befores: HashMap<Box<[u8]>, Entry> = HashMap::new();
        let outcome =
            walk_tree(&self.objects, self.tree(base)?, limits, true, None, &mut |path, entry, _| {
                befores.insert(path.into(), entry);
            })?;
        if let Some(unread) = outcome.unread_folders.first() {
            return Err(RepositoryError::corrupt(format!("the folder `{unread}` cannot be read")));
        }
        let tracked = Tracked::read(&self.git.git_dir.join("index"));
        let mut files: Vec<(Box<[u8]>, Entry)> = Vec::new();
        working.walk(limits, true, &mut |path, entry| {
            if entry.kind != EntryKind::Folder {
                files.push((path.into(), entry));
            }
        })?;
        let mut changed = Vec::new();
        for (path, entry) in files {
            let before = befores.remove(&path);
            let content = match entry.kind {
                EntryKind::Submodule => tracked.submodule(&path).or_else(|| before.and_then(|of| of.content)),
                _ => match entry.content.or_else(|| tracked.content(folder, &path)) {
                    Some(id) => Some(id),
                    None => content_of(working, &path, entry)?,
                },
            };
            let after = Entry { content, ..entry };
            if before != Some(after) {
                changed.push(ChangedEntry { path, before, after: Some(after) });
            }
        }
        let gone = befores.into_iter();
        changed.extend(gone.map(|(path, before)| ChangedEntry { path, before: Some(before), after: None }));
        changed.sort_unstable_by(|left, right| left.path.cmp(&right.path));
        Ok(changed)
    }
}

fn content_of(working: &Snapshot, path: &[u8], entry: Entry) -> Result<Option<ContentId>, RepositoryError> {
    if entry.kind == EntryKind::Link {
        return Ok(working.content_id(path, entry));
    }
    match working.read(path, entry, u64::MAX)? {
        FileContent::Whole(id, _) => Ok(Some(id)),
        FileContent::TooLarge(_) => Ok(None),
    }
}

/// What the index says of the files.
struct Tracked {
    entries: HashMap<Vec<u8>, IndexEntry>,
    /// When the index was written: what was altered in that second may have been altered again since.
    written_at: Option<i64>,
}

impl Tracked {
    fn read(path: &Path) -> Self {
        libgit2::prepare();
        let entries = Index::open(path)
            .map(|index| index.iter().map(|entry| (entry.path.clone(), entry)).collect())
            .unwrap_or_default();
        let written_at = path.metadata().ok().and_then(|metadata| seconds(&metadata));
        Self { entries, written_at }
    }

    fn submodule(&self, path: &[u8]) -> Option<ContentId> {
        let entry = self.entries.get(path).filter(|entry| entry.mode & 0o170_000 == 0o160_000)?;
        id_of(entry)
    }

    /// The content of a file that is as it was when git last looked at it.
    fn content(&self, folder: &Path, path: &[u8]) -> Option<ContentId> {
        let entry = self.entries.get(path)?;
        let metadata = folder.join(os_path(path)).symlink_metadata().ok()?;
        let at = seconds(&metadata)?;
        let is_same = metadata.is_file()
            && entry.mode & 0o170_000 == 0o100_000
            && u64::from(entry.file_size) == metadata.len()
            && i64::from(entry.mtime.seconds()) == at
            && self.written_at.is_some_and(|written| at < written);
        if is_same { id_of(entry) } else { None }
    }
}

fn id_of(entry: &IndexEntry) -> Option<ContentId> {
    entry.id.as_bytes().try_into().ok().map(ContentId)
}

fn seconds(metadata: &Metadata) -> Option<i64> {
    let at = metadata.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(at.as_secs()).ok()
}
