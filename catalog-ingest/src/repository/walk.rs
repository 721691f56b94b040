//! Walking over everything that a commit's tree holds, without recursion and within limits.

use std::collections::HashMap;

use catalog_core::model::{ContentId, Diagnostic, DiagnosticCode, Position, grouped};
use git2::ObjectType;

use super::{RepositoryError, entry_name, objects::Objects};
use crate::limits::TreeLimits;

/// The most remarks that one walk makes; the rest is counted.
const DIAGNOSTICS_MAX: usize = 100;

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A symbolic link, which is never followed.
    Link,
    /// A commit of another repository, which is never fetched.
    Submodule,
    /// A folder.
    Folder,
}

/// An entry of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// The id of its content; `None` in a plain directory, where only reading it tells.
    pub content: Option<ContentId>,
}

/// What a walk has to say beyond the entries that it visited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WalkOutcome {
    /// Remarks on entries that were left out.
    pub diagnostics: Vec<Diagnostic>,
    /// The folders that could not be read, with a `/` at their end.
    pub unread_folders: Vec<Box<str>>,
    remarks_left_out: usize,
}

/// Whether a folder of this name holds other people's files, which are not read unless asked for.
pub fn is_vendored(folder_name: &[u8]) -> bool {
    matches!(folder_name, b"vendor" | b"node_modules" | b"third_party")
}

impl WalkOutcome {
    /// Adds a remark on a path, as long as there are not too many.
    pub(super) fn remark(&mut self, code: DiagnosticCode, path: &[u8], message: String) {
        if self.diagnostics.len() == DIAGNOSTICS_MAX {
            self.remarks_left_out += 1;
            return;
        }
        let path = String::from_utf8_lossy(path);
        self.diagnostics.push(Diagnostic::new(code, message).at(&path, Position::default()));
    }

    /// Says of a folder that nothing of it is known.
    pub(super) fn unread(&mut self, code: DiagnosticCode, path: &[u8], message: String) {
        self.remark(code, path, message);
        self.unread_folders.push(format!("{}/", String::from_utf8_lossy(path)).into());
    }

    /// Says that an entry is left out because of its name.
    pub(super) fn refuse(&mut self, folder: &[u8], name: &[u8], reason: &str) {
        let shown: String = String::from_utf8_lossy(name).chars().flat_map(char::escape_default).collect();
        let message = format!("the entry `{shown}` {reason}; expected the name of a file");
        self.remark(DiagnosticCode::TreeEntryRefused, folder, message);
    }

    pub(super) fn finish(mut self) -> Self {
        if self.remarks_left_out > 0 {
            let message =
                format!("{} more entries of the tree were left out", grouped(self.remarks_left_out));
            self.diagnostics.push(Diagnostic::new(DiagnosticCode::TreeEntryRefused, message));
        }
        self
    }
}

/// The refusal of a tree with more entries than the limit.
pub(super) fn too_many_entries(limits: &TreeLimits) -> RepositoryError {
    let value = grouped(limits.entries_max);
    RepositoryError::Limit {
        what: format!("the tree has more than {value} entries"),
        name: "tree.entries_max",
        value,
    }
}

/// The remark on folders below the deepest level that is visited.
pub(super) fn too_deep(limits: &TreeLimits) -> String {
    let value = limits.depth_max;
    format!("is nested more deeply than the limit `tree.depth_max` of {value}; what is below was not read")
}

/// The remark on a path that is too long.
pub(super) fn too_long(path: &[u8], limits: &TreeLimits) -> String {
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
    let name: String = String::from_utf8_lossy(name).chars().take(100).collect();
    let (bytes, value) = (grouped(path.len()), grouped(limits.path_bytes_max));
    format!("the entry `{name}` has a path of {bytes} bytes, over the limit `tree.path_bytes_max` of {value}")
}

/// One line of a tree object.
pub(super) struct RawEntry<'a> {
    pub(super) name: &'a [u8],
    pub(super) mode: u32,
    pub(super) id: ContentId,
}

impl RawEntry<'_> {
    /// What the mode says; `None` for modes that git never writes. Permission bits do not matter.
    pub(super) fn kind(&self) -> Option<EntryKind> {
        match self.mode & !0o7777 {
            0o040_000 => Some(EntryKind::Folder),
            0o100_000 => Some(EntryKind::File),
            0o120_000 => Some(EntryKind::Link),
            0o160_000 => Some(EntryKind::Submodule),
            _ => None,
        }
    }
}

/// Takes the first entry off the text of a tree object: `mode SP name NUL id`.
pub(super) fn next_entry(tree: &[u8]) -> Result<Option<(RawEntry<'_>, &[u8])>, &'static str> {
    if tree.is_empty() {
        return Ok(None);
    }
    let space =
        tree.iter().take(8).position(|byte| *byte == b' ').ok_or("is a tree with an entry without a mode")?;
    let mut mode = 0;
    for digit in &tree[..space] {
        mode = match digit {
            b'0'..=b'7' => mode * 8 + u32::from(digit - b'0'),
            _ => return Err("is a tree with an entry without a mode"),
        };
    }
    let rest = &tree[space + 1..];
    let end = rest.iter().position(|byte| *byte == 0).ok_or("is a tree that is cut off")?;
    let (id, after) = rest[end + 1..].split_first_chunk::<20>().ok_or("is a tree that is cut off")?;
    Ok(Some((RawEntry { name: &rest[..end], mode, id: ContentId(*id) }, after)))
}

/// A folder that is being walked over.
struct Frame {
    tree: Vec<u8>,
    at: usize,
    path_bytes: usize,
    /// What stood in the folder at the commit that is compared with; empty where there was no such folder.
    before: HashMap<Vec<u8>, (u32, ContentId)>,
}

/// Visits every file, link and submodule below a tree, in the order of git's trees.
///
/// Where `before` is the tree of an earlier commit, a folder that is the same there is visited itself,
/// as unchanged, and not gone into. The last argument of `visit` says whether an entry is as it was.
///
/// # Errors
///
/// The root tree cannot be read, or there are more entries than the limit; a folder that cannot be
/// read is remarked on instead.
pub(super) fn walk_tree(
    objects: &Objects,
    root: ContentId,
    limits: &TreeLimits,
    with_vendored: bool,
    before: Option<ContentId>,
    visit: &mut dyn FnMut(&[u8], Entry, bool),
) -> Result<WalkOutcome, RepositoryError> {
    let mut outcome = WalkOutcome::default();
    let mut path: Vec<u8> = Vec::new();
    let mut entries = 0;
    let mut frames = vec![Frame {
        tree: objects.structure(root, ObjectType::Tree)?,
        at: 0,
        path_bytes: 0,
        before: entries_before(objects, before),
    }];
    while let Some(frame) = frames.last_mut() {
        path.truncate(frame.path_bytes);
        let is_root = frame.path_bytes == 0;
        let before = frame.tree.len() - frame.at;
        let (entry, rest) = match next_entry(&frame.tree[frame.at..]) {
            Ok(Some(next)) => next,
            Ok(None) => {
                frames.pop();
                continue;
            }
            Err(reason) if is_root => return Err(RepositoryError::object(root, reason)),
            Err(reason) => {
                outcome.unread(DiagnosticCode::RepositoryUnreadable, &path, reason.to_owned());
                frames.pop();
                continue;
            }
        };
        frame.at += before - rest.len();
        entries += 1;
        if entries > limits.entries_max {
            return Err(too_many_entries(limits));
        }
        if let Some(reason) = entry_name::refusal(entry.name) {
            outcome.refuse(&path, entry.name, reason);
            continue;
        }
        let Some(kind) = entry.kind() else {
            let reason = format!("has the mode {:o}, which git never writes", entry.mode);
            outcome.refuse(&path, entry.name, &reason);
            continue;
        };
        if kind == EntryKind::Folder && !with_vendored && is_vendored(entry.name) {
            continue;
        }
        if !is_root {
            path.push(b'/');
        }
        path.extend_from_slice(entry.name);
        if path.len() > limits.path_bytes_max {
            let message = too_long(&path, limits);
            path.truncate(frame.path_bytes);
            outcome.remark(DiagnosticCode::TreeLimit, &path, message);
            continue;
        }
        let id = entry.id;
        let earlier = frame.before.get(entry.name).copied();
        let is_unchanged = earlier == Some((entry.mode, id));
        if kind != EntryKind::Folder || is_unchanged {
            visit(&path, Entry { kind, content: Some(id) }, is_unchanged);
            continue;
        }
        if frames.len() >= limits.depth_max {
            outcome.unread(DiagnosticCode::TreeLimit, &path, too_deep(limits));
            continue;
        }
        match objects.structure(id, ObjectType::Tree) {
            Ok(tree) => {
                let before = earlier.filter(|(mode, _)| mode & !0o7777 == 0o040_000).map(|(_, id)| id);
                frames.push(Frame {
                    tree,
                    at: 0,
                    path_bytes: path.len(),
                    before: entries_before(objects, before),
                });
            }
            Err(error) => {
                outcome.unread(DiagnosticCode::RepositoryUnreadable, &path, error.to_string());
            }
        }
    }
    Ok(outcome.finish())
}

/// The entries of a folder of an earlier commit by their names; none where it cannot be read.
fn entries_before(objects: &Objects, tree: Option<ContentId>) -> HashMap<Vec<u8>, (u32, ContentId)> {
    let mut entries = HashMap::default();
    let Some(tree) = tree.and_then(|id| objects.structure(id, ObjectType::Tree).ok()) else {
        return entries;
    };
    let mut rest = tree.as_slice();
    while let Ok(Some((entry, after))) = next_entry(rest) {
        entries.insert(entry.name.to_vec(), (entry.mode, entry.id));
        rest = after;
    }
    entries
}

/// The entry at a path below a tree; `None` where there is none, or a folder on the way cannot be read.
pub(super) fn find_in_tree(objects: &Objects, root: ContentId, path: &str) -> Option<Entry> {
    let mut entry = Entry { kind: EntryKind::Folder, content: Some(root) };
    for part in path.split('/') {
        if entry.kind != EntryKind::Folder || entry_name::refusal(part.as_bytes()).is_some() {
            return None;
        }
        let tree = objects.structure(entry.content?, ObjectType::Tree).ok()?;
        let mut rest = tree.as_slice();
        entry = loop {
            let (found, after) = next_entry(rest).ok()??;
            if found.name == part.as_bytes() {
                break Entry { kind: found.kind()?, content: Some(found.id) };
            }
            rest = after;
        };
    }
    Some(entry)
}
