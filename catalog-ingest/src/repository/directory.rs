//! Walking over a plain directory, with the same judgement as over a commit's tree.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use catalog_core::model::{ContentId, DiagnosticCode};

use super::{
    RepositoryError, entry_name,
    ignore_rules::IgnoreRules,
    objects::{Content, content_id},
    walk::{Entry, EntryKind, WalkOutcome, is_vendored, too_deep, too_long, too_many_entries},
};
use crate::limits::TreeLimits;

/// A folder whose entries are being visited, last one first.
struct Frame {
    names: Vec<(Vec<u8>, fs::FileType)>,
    path_bytes: usize,
}

/// Visits every regular file and symbolic link below a directory, sorted by name in each folder. With
/// rules, what they ignore is left out, and so is every repository that lies inside.
///
/// # Errors
///
/// The directory itself cannot be listed, or there are more entries than the limit.
pub(super) fn walk_directory(
    root: &Path,
    limits: &TreeLimits,
    with_vendored: bool,
    mut ignored: Option<&mut IgnoreRules>,
    visit: &mut dyn FnMut(&[u8], Entry),
) -> Result<WalkOutcome, RepositoryError> {
    let mut outcome = WalkOutcome::default();
    let mut path: Vec<u8> = Vec::new();
    let mut entries = 0;
    let names = names_in(root, limits.entries_max).map_err(|source| RepositoryError::Io {
        action: "listed",
        path: root.to_owned(),
        source,
    })?;
    let mut frames = vec![Frame { names, path_bytes: 0 }];
    if let Some(rules) = &mut ignored {
        rules.enter(&path);
    }
    while let Some(frame) = frames.last_mut() {
        path.truncate(frame.path_bytes);
        let Some((name, file_type)) = frame.names.pop() else {
            frames.pop();
            continue;
        };
        entries += 1;
        if entries > limits.entries_max {
            return Err(too_many_entries(limits));
        }
        // A repository that lies inside keeps its own data here, which is none of the directory's.
        if name == b".git" {
            continue;
        }
        if let Some(reason) = entry_name::refusal(&name) {
            outcome.refuse(&path, &name, reason);
            continue;
        }
        if file_type.is_dir() && !with_vendored && is_vendored(&name) {
            continue;
        }
        if frame.path_bytes > 0 {
            path.push(b'/');
        }
        path.extend_from_slice(&name);
        if path.len() > limits.path_bytes_max {
            let message = too_long(&path, limits);
            path.truncate(frame.path_bytes);
            outcome.remark(DiagnosticCode::TreeLimit, &path, message);
            continue;
        }
        if ignored.as_mut().is_some_and(|rules| rules.is_ignored(&path, file_type.is_dir())) {
            continue;
        }
        if file_type.is_symlink() {
            visit(&path, Entry { kind: EntryKind::Link, content: None });
        } else if file_type.is_file() {
            visit(&path, Entry { kind: EntryKind::File, content: None });
        } else if file_type.is_dir() {
            if frames.len() >= limits.depth_max {
                outcome.unread(DiagnosticCode::TreeLimit, &path, too_deep(limits));
                continue;
            }
            match names_in(&root.join(os_path(&path)), limits.entries_max - entries) {
                Ok(names) => {
                    if let Some(rules) = &mut ignored {
                        if names.iter().any(|(name, _)| name == b".git") {
                            continue;
                        }
                        rules.enter(&path);
                    }
                    frames.push(Frame { names, path_bytes: path.len() });
                }
                Err(error) => {
                    outcome.unread(DiagnosticCode::RepositoryUnreadable, &path, error.to_string());
                }
            }
        }
    }
    Ok(outcome.finish())
}

/// The entry at a path below a directory; `None` where there is none, or a link stands on the way.
pub(super) fn find_in_directory(root: &Path, path: &str) -> Option<Entry> {
    let mut folder = root.to_owned();
    let mut kind = EntryKind::Folder;
    for part in path.split('/') {
        if kind != EntryKind::Folder || entry_name::refusal(part.as_bytes()).is_some() {
            return None;
        }
        folder.push(part);
        let file_type = fs::symlink_metadata(&folder).ok()?.file_type();
        kind = if file_type.is_symlink() {
            EntryKind::Link
        } else if file_type.is_dir() {
            EntryKind::Folder
        } else if file_type.is_file() {
            EntryKind::File
        } else {
            return None;
        };
    }
    Some(Entry { kind, content: None })
}

/// Reads a regular file of at most `bytes_max` bytes, and names its content as git would.
pub(super) fn read_file(
    root: &Path,
    path: &[u8],
    bytes_max: u64,
) -> Result<(Option<ContentId>, Content), RepositoryError> {
    let path = root.join(os_path(path));
    let failed = |source| RepositoryError::Io { action: "read", path: path.clone(), source };
    let size = fs::symlink_metadata(&path).map_err(failed)?.len();
    if size > bytes_max {
        return Ok((None, Content::TooLarge(size)));
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(&path).map_err(failed)?;
    file.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > bytes_max {
        return Ok((None, Content::TooLarge(bytes.len() as u64)));
    }
    Ok((Some(content_id(&bytes)), Content::Whole(bytes)))
}

/// The text of a symbolic link as a content, as git would store it.
pub(super) fn link_content(root: &Path, path: &[u8]) -> Option<ContentId> {
    let target = fs::read_link(root.join(os_path(path))).ok()?;
    Some(content_id(target.as_os_str().as_encoded_bytes()))
}

/// The names in a folder with their types, in falling order; more than `entries_max + 1` are not listed.
fn names_in(folder: &Path, entries_max: usize) -> std::io::Result<Vec<(Vec<u8>, fs::FileType)>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)?.take(entries_max.saturating_add(1)) {
        let entry = entry?;
        names.push((entry.file_name().as_encoded_bytes().to_vec(), entry.file_type()?));
    }
    names.sort_unstable_by(|left, right| right.0.cmp(&left.0));
    Ok(names)
}

#[cfg(unix)]
pub(super) fn os_path(path: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(path))
}

#[cfg(not(unix))]
pub(super) fn os_path(path: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(path).into_owned())
}
