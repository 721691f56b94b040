//! The repositories inside a folder that holds many of them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use crate::repository::FolderKind;

/// How deeply repositories may lie in the folder, as in `OUT/host/owner/group/name.git`.
const DEPTH_MAX: usize = 6;
/// How many folders are looked into.
const FOLDERS_MAX: usize = 1_000_000;

/// A git repository that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Discovered {
    pub(super) folder: PathBuf,
    /// The address of its `origin`, where it is sound and has one. What is broken the crawl will say.
    pub(super) origin: Option<String>,
}

/// Every git repository below a folder, sorted by path. What lies inside a repository is not looked
/// at, and links are not followed. Folders of one depth are looked into on all cores.
pub(super) fn repositories_in(folder: &Path) -> Vec<Discovered> {
    let mut found = Vec::new();
    let mut level = vec![folder.to_owned()];
    let mut looked_into = 0;
    for _ in 0..DEPTH_MAX {
        looked_into += level.len();
        if level.is_empty() || looked_into > FOLDERS_MAX {
            break;
        }
        let inside: Vec<Inside> = level.par_iter().map(|folder| look_into(folder)).collect();
        level = Vec::new();
        for inside in inside {
            found.extend(inside.repositories);
            level.extend(inside.folders);
        }
    }
    found.sort_unstable_by(|left, right| left.folder.cmp(&right.folder));
    found
}

struct Inside {
    repositories: Vec<Discovered>,
    folders: Vec<PathBuf>,
}

fn look_into(folder: &Path) -> Inside {
    let mut inside = Inside { repositories: Vec::new(), folders: Vec::new() };
    let Ok(entries) = fs::read_dir(folder) else { return inside };
    for entry in entries.flatten() {
        if !entry.file_type().is_ok_and(|file_type| file_type.is_dir()) {
            continue;
        }
        let path = entry.path();
        match FolderKind::of_directory(&path) {
            Ok(FolderKind::Plain) => inside.folders.push(path),
            Ok(FolderKind::Git(git)) => {
                inside.repositories.push(Discovered { folder: path, origin: git.config().origin });
            }
            Err(_) => inside.repositories.push(Discovered { folder: path, origin: None }),
        }
    }
    inside
}
