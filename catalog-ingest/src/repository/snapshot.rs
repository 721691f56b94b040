//! One state of a repository, of which every file can be asked for.

use std::path::{Path, PathBuf};

use catalog_core::model::{CommitId, ContentId, Timestamp};
use git2::ObjectType;

use super::{
    RepositoryError,
    commit::Commit,
    directory,
    folder::FolderKind,
    objects::{Content, Objects},
    walk::{self, Entry, EntryKind, WalkOutcome},
    working_tree::WorkingTree,
};
use crate::limits::TreeLimits;

/// The state of a repository at the commit of its HEAD, or of a plain directory as it lies there.
///
/// A git repository is read from its object database, never from a checkout: what is not committed is
/// not seen, except by [`open_working`](Self::open_working).
pub struct Snapshot {
    source: Source,
}

enum Source {
    Git { objects: Box<Objects>, commit: Commit },
    Plain { root: PathBuf },
    Working { root: PathBuf, tree: Box<WorkingTree>, objects: Box<Objects> },
}

/// A file that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileContent {
    /// All of it, with its id.
    Whole(ContentId, Vec<u8>),
    /// It has this many bytes, more than were asked for, and was not read.
    TooLarge(u64),
}

impl Snapshot {
    /// Opens the folder of a repository or a plain directory.
    ///
    /// # Errors
    ///
    /// Nothing is there, or it is no repository that can be read, or HEAD names no commit.
    pub fn open(folder: &Path) -> Result<Self, RepositoryError> {
        Self::open_at(folder, None)
    }

    /// The same at a commit of one's own choice; `None` is the commit of HEAD.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), and where the commit is not there.
    pub fn open_at(folder: &Path, commit: Option<CommitId>) -> Result<Self, RepositoryError> {
        let source = match FolderKind::of(folder)? {
            FolderKind::Plain => Source::Plain { root: folder.to_owned() },
            FolderKind::Git(git) => {
                git.check_form()?;
                let objects = Box::new(Objects::new(&git));
                let id = commit.map_or_else(|| git.head(), Ok)?;
                let commit = Commit::read(&objects, id)?;
                Source::Git { objects, commit }
            }
        };
        Ok(Self { source })
    }

    /// Opens what a push would bring: the tracked files of a working repository as they lie in its
    /// folder, and the untracked ones that git does not ignore. Outside git, the whole folder.
    ///
    /// # Errors
    ///
    /// Nothing is there, or it is a bare repository, or its folder cannot be listed.
    pub fn open_working(folder: &Path, limits: &TreeLimits) -> Result<Self, RepositoryError> {
        let source = match FolderKind::of(folder)? {
            FolderKind::Plain => Source::Plain { root: folder.to_owned() },
            FolderKind::Git(git) if git.git_dir == folder => {
                return Err(RepositoryError::NotRepository {
                    path: folder.to_owned(),
                    found: "a bare repository, which has no working tree".to_owned(),
                });
            }
            FolderKind::Git(git) => Source::Working {
                root: folder.to_owned(),
                tree: Box::new(WorkingTree::list(folder, &git, limits)?),
                objects: Box::new(Objects::new(&git)),
            },
        };
        Ok(Self { source })
    }

    /// The commit; `None` for a plain directory.
    pub fn commit(&self) -> Option<CommitId> {
        match &self.source {
            Source::Git { commit, .. } => Some(commit.id),
            Source::Plain { .. } | Source::Working { .. } => None,
        }
    }

    /// When the commit was made, by its committer's clock.
    pub fn committed_at(&self) -> Option<Timestamp> {
        match &self.source {
            Source::Git { commit, .. } => commit.committed_at,
            Source::Plain { .. } | Source::Working { .. } => None,
        }
    }

    /// The objects of a repository and the commit in it; `None` where no commit is looked at.
    pub(super) fn git(&self) -> Option<(&Objects, CommitId)> {
        match &self.source {
            Source::Git { objects, commit } => Some((objects, commit.id)),
            Source::Plain { .. } | Source::Working { .. } => None,
        }
    }

    /// Visits every file, link and submodule, folders in between, vendored folders only if asked for.
    ///
    /// # Errors
    ///
    /// The root cannot be read, or `tree.entries_max` is passed.
    pub fn walk(
        &self,
        limits: &TreeLimits,
        with_vendored: bool,
        visit: &mut dyn FnMut(&[u8], Entry),
    ) -> Result<WalkOutcome, RepositoryError> {
        match &self.source {
            Source::Git { objects, commit } => {
                let visit = &mut |path: &[u8], entry, _| visit(path, entry);
                walk::walk_tree(objects, commit.tree, limits, with_vendored, None, visit)
            }
            Source::Plain { root } => directory::walk_directory(root, limits, with_vendored, None, visit),
            Source::Working { tree, .. } => Ok(tree.walk(with_vendored, visit)),
        }
    }

    /// Visits what is not in the tree of an earlier commit, and says which entries are as they were: a
    /// folder that is the same is visited itself and not gone into. `None` where that commit is not there
    /// any more, or this is a plain directory. Vendored folders are left out.
    ///
    /// # Errors
    ///
    /// As [`walk`](Self::walk).
    pub fn walk_since(
        &self,
        earlier: CommitId,
        limits: &TreeLimits,
        visit: &mut dyn FnMut(&[u8], Entry, bool),
    ) -> Option<Result<WalkOutcome, RepositoryError>> {
        let Source::Git { objects, commit } = &self.source else { return None };
        let before = Commit::read(objects, earlier).ok()?.tree;
        Some(walk::walk_tree(objects, commit.tree, limits, false, Some(before), visit))
    }

    /// The paths of all regular files, vendored ones too, in the order of their bytes.
    ///
    /// # Errors
    ///
    /// As [`walk`](Self::walk).
    pub fn paths(&self, limits: &TreeLimits) -> Result<Vec<Box<[u8]>>, RepositoryError> {
        let mut paths = Vec::new();
        self.walk(limits, true, &mut |path, entry| {
            if entry.kind == EntryKind::File {
                paths.push(Box::from(path));
            }
        })?;
        paths.sort_unstable();
        Ok(paths)
    }

    /// The entry at a path with `/` between its parts; `None` where there is nothing.
    pub fn find(&self, path: &str) -> Option<Entry> {
        match &self.source {
            Source::Git { objects, commit } => walk::find_in_tree(objects, commit.tree, path),
            Source::Plain { root } => directory::find_in_directory(root, path),
            Source::Working { tree, .. } => tree.find(path),
        }
    }

    /// The content of a regular file; of one that is larger than `bytes_max`, only its size.
    ///
    /// # Errors
    ///
    /// The content is missing or damaged.
    pub fn read(&self, path: &[u8], entry: Entry, bytes_max: u64) -> Result<FileContent, RepositoryError> {
        let (id, content) = match (&self.source, entry.content) {
            // What a sparse checkout leaves out of the folder is read from git.
            (Source::Git { objects, .. } | Source::Working { objects, .. }, Some(id)) => {
                (Some(id), objects.read(id, ObjectType::Blob, bytes_max)?)
            }
            (Source::Git { .. }, None) => {
                return Err(RepositoryError::corrupt("an entry of a tree has no content"));
            }
            (Source::Plain { root }, _) | (Source::Working { root, .. }, None) => {
                directory::read_file(root, path, bytes_max)?
            }
        };
        Ok(match (id, content) {
            (Some(id), Content::Whole(bytes)) => FileContent::Whole(id, bytes),
            (_, Content::TooLarge(bytes)) => FileContent::TooLarge(bytes),
            (None, Content::Whole(bytes)) => FileContent::Whole(super::objects::content_id(&bytes), bytes),
        })
    }

    /// The id of what stands at an entry without reading a file: known in git, and for links.
    pub fn content_id(&self, path: &[u8], entry: Entry) -> Option<ContentId> {
        match &self.source {
            Source::Plain { root } | Source::Working { root, .. } if entry.kind == EntryKind::Link => {
                directory::link_content(root, path)
            }
            _ => entry.content,
        }
    }
}
