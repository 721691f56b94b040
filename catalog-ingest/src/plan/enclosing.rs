//! The repository that a path lies in, as a person stands in it.

use std::path::{Path, PathBuf};

use catalog_core::model::RepositoryId;

use super::Planner;
use crate::repository::FolderKind;

/// The nearest folder above a path that is a git repository, with the id that a crawl gives it. The
/// path itself need not exist.
pub fn enclosing_repository(path: &Path) -> Option<(PathBuf, RepositoryId)> {
    let root = path.ancestors().find(|folder| {
        folder.join(".git").exists() && matches!(FolderKind::of(folder), Ok(FolderKind::Git(_)))
    })?;
    let mut planner = Planner::new(root);
    planner.word(&root.to_string_lossy());
    let only = planner.finish().repositories.pop()?;
    Some((root.to_owned(), only.id))
}
