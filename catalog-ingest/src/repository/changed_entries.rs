//! What two commits do not share: every path at which something else stands, without walking over what is
//! the same.

use catalog_core::model::{CommitId, ContentId, grouped};
use git2::ObjectType;

use super::{
    RepositoryError,
    commits::Commits,
    touched_areas::{compare, is_folder},
    walk::{Entry, EntryKind, RawEntry},
};
use crate::limits::TreeLimits;

/// A path at which two commits differ. A file that becomes a folder is two or more of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChangedEntry {
    /// The path as git has it, with `/` between its parts.
    pub(crate) path: Box<[u8]>,
    /// What stood there; never a folder.
    pub(crate) before: Option<Entry>,
    /// What stands there now; never a folder.
    pub(crate) after: Option<Entry>,
}

/// A folder that is another one on the other side.
struct Open {
    path: Vec<u8>,
    depth: usize,
    before: Option<ContentId>,
    after: Option<ContentId>,
}

impl Commits {
    /// Every path at which two commits differ, in the order of the bytes of the paths. Names that no file
    /// could have are told as well.
    ///
    /// Takes time for the folders that differ, not for the tree.
    ///
    /// # Errors
    ///
    /// A folder that differs cannot be read, or there are more differences than the limits of trees.
    pub(crate) fn changed_entries(
        &self,
        before: CommitId,
        after: CommitId,
        limits: &TreeLimits,
    ) -> Result<Vec<ChangedEntry>, RepositoryError> {
        let (before, after) = (Some(self.tree(before)?), Some(self.tree(after)?));
        let mut changed = Vec::new();
        let mut open = vec![Open { path: Vec::new(), depth: 0, before, after }];
        while let Some(folder) = open.pop() {
            if folder.before == folder.after {
                continue;
            }
            let (before, after) = (self.folder(folder.before)?, self.folder(folder.after)?);
            let mut refused = None;
            let outcome = compare(&before, &after, &mut |name, entries| {
                let mut path = Vec::with_capacity(folder.path.len() + name.len() + 1);
                path.extend_from_slice(&folder.path);
                if !path.is_empty() {
                    path.push(b'/');
                }
                path.extend_from_slice(name);
                if path.len() > limits.path_bytes_max {
                    let value = limits.path_bytes_max;
                    refused = Some(over("a changed path is longer", "tree.path_bytes_max", value));
                    return;
                }
                let [was, is] = entries.map(|entry| entry.and_then(file));
                if was.is_some() || is.is_some() {
                    changed.push(ChangedEntry { path: path.as_slice().into(), before: was, after: is });
                }
                let [was, is] =
                    entries.map(|entry| entry.filter(|entry| is_folder(entry)).map(|entry| entry.id));
                if was.is_some() || is.is_some() {
                    open.push(Open { path, depth: folder.depth + 1, before: was, after: is });
                }
            });
            outcome.map_err(|reason| RepositoryError::corrupt(format!("a folder {reason}")))?;
            if folder.depth >= limits.depth_max {
                refused =
                    Some(over("a changed path is nested more deeply", "tree.depth_max", limits.depth_max));
            }
            if changed.len() > limits.entries_max {
                refused = Some(over("there are more changed paths", "tree.entries_max", limits.entries_max));
            }
            if let Some(refused) = refused {
                return Err(refused);
            }
        }
        changed.sort_unstable_by(|left, right| left.path.cmp(&right.path));
        Ok(changed)
    }

    fn folder(&self, tree: Option<ContentId>) -> Result<Vec<u8>, RepositoryError> {
        tree.map_or_else(|| Ok(Vec::new()), |id| self.objects.structure(id, ObjectType::Tree))
    }
}

/// The entry where it is no folder. A mode that git never writes counts as a file, so that it is told.
fn file(entry: &RawEntry<'_>) -> Option<Entry> {
    let kind = entry.kind().unwrap_or(EntryKind::File);
    (kind != EntryKind::Folder).then_some(Entry { kind, content: Some(entry.id) })
}

fn over(what: &str, name: &'static str, value: usize) -> RepositoryError {
    RepositoryError::Limit { what: what.to_owned(), name, value: grouped(value) }
}
