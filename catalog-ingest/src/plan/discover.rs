//! The repositories inside a folder that holds many of them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::repository::{FolderKind, GitFolder};

/// How deeply repositories may lie in the folder, as in `OUT/host/owner/group/name.git`.
const DEPTH_MAX: usize = 6;
/// How many folders are looked at.
const FOLDERS_MAX: usize = 1_000_000;

/// Every git repository below a folder, sorted by path; `None` stands for one that is broken, which the
/// crawl will say. What lies inside a repository is not looked at, and links are not followed.
pub(super) fn repositories_in(folder: &Path) -> Vec<(PathBuf, Option<GitFolder>)> {
    let mut found = Vec::new();
    let mut waiting = vec![(folder.to_owned(), 0)];
    let mut looked_at = 0;
    while let Some((folder, depth)) = waiting.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            looked_at += 1;
            let is_folder = entry.file_type().is_ok_and(|file_type| file_type.is_dir());
            if !is_folder || looked_at > FOLDERS_MAX {
                continue;
            }
            let path = entry.path();
            match FolderKind::of(&path) {
                Ok(FolderKind::Plain) if depth + 1 < DEPTH_MAX => waiting.push((path, depth + 1)),
                Ok(FolderKind::Plain) => {}
                Ok(FolderKind::Git(git)) => found.push((path, Some(git))),
                Err(_) => found.push((path, None)),
            }
        }
    }
    found.sort_unstable_by(|left, right| left.0.cmp(&right.0));
    found
}
