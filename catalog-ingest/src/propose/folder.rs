//! The files of a working tree, and the part of them that one entity is proposed for.

use crate::{
    limits::{CrawlLimits, ManifestLimits},
    repository::{EntryKind, FileContent, RepositoryError, Snapshot, is_vendored},
};

/// The regular files of a working tree, vendored ones left out.
pub(super) struct Tree<'a> {
    snapshot: &'a Snapshot,
    limits: &'a ManifestLimits,
    /// Sorted; paths that are not UTF-8 are no evidence of anything.
    paths: Vec<Box<str>>,
}

/// A folder of the tree.
#[derive(Clone)]
pub(super) struct Folder<'t> {
    tree: &'t Tree<'t>,
    /// From the root, without a `/` at its end; empty for the root itself.
    path: String,
}

/// Folders whose content tells nothing of what runs.
const ASIDE: [&str; 12] = [
    "test",
    "tests",
    "testdata",
    "test_data",
    "fixtures",
    "example",
    "examples",
    "sample",
    "samples",
    "e2e",
    "hack",
    "templates",
];

impl<'a> Tree<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, limits: &'a CrawlLimits) -> Result<Self, RepositoryError> {
        let mut paths = Vec::new();
        snapshot.walk(&limits.tree, false, &mut |path, entry| {
            if let (EntryKind::File, Ok(path)) = (entry.kind, std::str::from_utf8(path)) {
                paths.push(Box::from(path));
            }
        })?;
        paths.sort_unstable();
        Ok(Self { snapshot, limits: &limits.manifest, paths })
    }

    pub(super) fn paths(&self) -> &[Box<str>] {
        &self.paths
    }

    pub(super) fn limits(&self) -> &ManifestLimits {
        self.limits
    }

    pub(super) fn folder(&self, path: &str) -> Folder<'_> {
        Folder { tree: self, path: path.to_owned() }
    }

    /// The text of a file within the limit on manifests.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        let entry = self.snapshot.find(path).filter(|entry| entry.kind == EntryKind::File)?;
        match self.snapshot.read(path.as_bytes(), entry, self.limits.bytes_max).ok()? {
            FileContent::Whole(_, bytes) => String::from_utf8(bytes).ok(),
            FileContent::TooLarge(_) => None,
        }
    }
}

impl<'t> Folder<'t> {
    /// From the root, empty for the root itself.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn tree(&self) -> &'t Tree<'t> {
        self.tree
    }

    /// Whether a path of the tree lies in this folder itself, not further below.
    pub(super) fn is_file_of_its_own(&self, path: &str) -> bool {
        self.below(path).is_some_and(|rest| !rest.contains('/'))
    }

    /// A path of the tree as seen from here; `None` where it is not below.
    pub(super) fn below<'p>(&self, path: &'p str) -> Option<&'p str> {
        if self.path.is_empty() {
            return Some(path);
        }
        path.strip_prefix(self.path.as_str())?.strip_prefix('/')
    }

    /// The path of the first of these files that lies here, without regard to case.
    pub(super) fn file(&self, names: &[&str]) -> Option<&'t str> {
        names.iter().find_map(|name| {
            self.files().find(|path| self.below(path).is_some_and(|file| file.eq_ignore_ascii_case(name)))
        })
    }

    /// The paths of the files of this folder itself.
    pub(super) fn files(&self) -> impl Iterator<Item = &'t str> {
        self.all_files().filter(|path| self.is_file_of_its_own(path))
    }

    /// The paths of all files below, without those that tell nothing of what runs.
    pub(super) fn all_files(&self) -> impl Iterator<Item = &'t str> {
        let start = self.tree.paths.partition_point(|path| **path < *self.path);
        let below = self.tree.paths[start..].iter().map(|path| &**path);
        below.take_while(|path| path.starts_with(&self.path)).filter(|path| {
            self.below(path).is_some_and(|rest| {
                rest.rsplit('/').skip(1).all(|part| !ASIDE.contains(&part) && !is_vendored(part.as_bytes()))
            })
        })
    }
}
