//! The paths that a change touches.

use std::collections::{BTreeSet, HashMap};

use catalog_core::model::{ChangedPath, ContentId, PathStatus};

use super::{ChangeError, ChangeHead, ChangeRequest, path_list, sides::Sides};
use crate::repository::{ChangedEntry, Entry, EntryKind, Snapshot};

impl Sides {
    /// The paths, in the order of their bytes.
    pub(super) fn paths(&self, request: &ChangeRequest<'_>) -> Result<Vec<ChangedPath>, ChangeError> {
        if let Some(list) = request.files {
            let listed = path_list::read(list, &request.limits.tree)?;
            return Ok(listed.into_iter().map(|path| self.listed(path)).collect());
        }
        let Some((commits, base)) = self.commits.as_ref().zip(self.base.commit) else {
            return Err(ChangeError::NotGit { folder: request.folder.to_owned() });
        };
        let entries = match (request.head, self.head.commit) {
            (ChangeHead::Revision(_), Some(head)) => {
                commits.changed_entries(base, head, &request.limits.tree)?
            }
            _ => commits.changed_in_folder(base, request.folder, &self.after, &request.limits.tree)?,
        };
        Ok(with_renames(&entries))
    }

    /// A path that somebody says has changed, with what became of it as far as the sides tell.
    fn listed(&self, path: Box<[u8]>) -> ChangedPath {
        let text = std::str::from_utf8(&path).ok();
        let stands = |snapshot: &Snapshot| text.and_then(|text| snapshot.find(text));
        let is_file = |entry: &Entry| entry.kind != EntryKind::Folder;
        let before = self.before.as_ref().and_then(stands).filter(is_file);
        let after = stands(&self.after).filter(is_file);
        let status = if self.before.is_none() || text.is_none() {
            PathStatus::Modified
        } else {
            status(before, after)
        };
        ChangedPath::new(path, status)
    }
}

fn status(before: Option<Entry>, after: Option<Entry>) -> PathStatus {
    let is_submodule = |entry: Option<Entry>| entry.is_some_and(|entry| entry.kind == EntryKind::Submodule);
    match (before, after) {
        (before, after) if is_submodule(before) || is_submodule(after) => PathStatus::Submodule,
        (None, Some(_)) => PathStatus::Added,
        (Some(_), None) => PathStatus::Deleted,
        _ => PathStatus::Modified,
    }
}

/// Tells which added files are deleted ones at another path: those with the same content, of the same name
/// first. A file that is moved and altered at once is one that is deleted and one that is added.
fn with_renames(entries: &[ChangedEntry]) -> Vec<ChangedPath> {
    let content = |entry: Option<Entry>| {
        entry.filter(|entry| entry.kind == EntryKind::File).and_then(|entry| entry.content)
    };
    let mut deleted: HashMap<ContentId, Vec<Box<[u8]>>> = HashMap::new();
    for entry in entries.iter().rev().filter(|entry| entry.after.is_none()) {
        if let Some(id) = content(entry.before) {
            deleted.entry(id).or_default().push(entry.path.clone());
        }
    }
    let mut from: HashMap<&[u8], Box<[u8]>> = HashMap::new();
    let mut moved = BTreeSet::new();
    for same_name in [true, false] {
        for entry in entries.iter().filter(|entry| entry.before.is_none()) {
            let Some(candidates) = content(entry.after).and_then(|id| deleted.get_mut(&id)) else { continue };
            let fits = |path: &[u8]| !same_name || file_name(path) == file_name(&entry.path);
            if !from.contains_key(&*entry.path)
                && let Some(at) = candidates.iter().rposition(|path| fits(path))
            {
                let path = candidates.remove(at);
                moved.insert(path.clone());
                from.insert(&entry.path, path);
            }
        }
    }
    let kept = entries.iter().filter(|entry| !moved.contains(&entry.path));
    kept.map(|entry| {
        let status = match from.get(&*entry.path) {
            Some(from) => PathStatus::Renamed { from: from.clone() },
            None => status(entry.before, entry.after),
        };
        ChangedPath::new(entry.path.clone(), status)
    })
    .collect()
}

fn file_name(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| *byte == b'/').next().unwrap_or(path)
}
