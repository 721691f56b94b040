//! Real git repositories, written the same way every time.

use std::path::Path;

use catalog_core::model::Timestamp;
use catalog_ingest::repository::{CommitWords, commit_files};
use git2::{FileMode, ObjectType, Oid, Repository, Signature, Time, build::TreeUpdateBuilder};

const NAME: &str = "Ada Berg";
const EMAIL: &str = "ada.berg@example.com";
/// 2026-11-01T09:00:00Z.
const AT: Timestamp = Timestamp(1_793_523_600);
const MESSAGE: &str = "Say what is here";

/// One commit on top of what a repository holds.
#[derive(Default)]
pub(crate) struct Commit {
    files: Vec<(String, Vec<u8>)>,
    links: Vec<(String, String)>,
    submodules: Vec<String>,
    removed: Vec<String>,
}

impl Commit {
    /// Puts files.
    pub(crate) fn files<'a>(mut self, files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        self.files.extend(files);
        self
    }

    /// Puts a file that need not be text.
    pub(crate) fn bytes(mut self, path: &str, bytes: &[u8]) -> Self {
        self.files.push((path.to_owned(), bytes.to_vec()));
        self
    }

    /// Puts a symbolic link.
    pub(crate) fn link(mut self, path: &str, target: &str) -> Self {
        self.links.push((path.to_owned(), target.to_owned()));
        self
    }

    /// Puts a submodule.
    pub(crate) fn submodule(mut self, path: &str) -> Self {
        self.submodules.push(path.to_owned());
        self
    }

    /// Takes a file away.
    pub(crate) fn remove(mut self, path: &str) -> Self {
        self.removed.push(path.to_owned());
        self
    }

    /// Writes the commit. The repository is bare if its name ends with `.git`.
    pub(crate) fn write(&self, folder: &Path) {
        let bare = folder.extension().is_some_and(|ending| ending == "git");
        let files = self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()));
        let words = CommitWords { name: NAME, email: EMAIL, at: AT, message: MESSAGE };
        commit_files(folder, bare, files, words).expect("the commit is written");
        if !(self.links.is_empty() && self.submodules.is_empty() && self.removed.is_empty()) {
            self.write_odd(&Repository::open(folder).expect("the repository was just written"))
                .expect("the commit is written");
        }
    }

    fn write_odd(&self, repository: &Repository) -> Result<(), git2::Error> {
        let parent = repository.head()?.peel_to_commit()?;
        let mut update = TreeUpdateBuilder::new();
        for (path, target) in &self.links {
            update.upsert(path.as_str(), repository.blob(target.as_bytes())?, FileMode::Link);
        }
        for path in &self.submodules {
            let elsewhere = Oid::hash_object(ObjectType::Commit, path.as_bytes())?;
            update.upsert(path.as_str(), elsewhere, FileMode::Commit);
        }
        for path in &self.removed {
            update.remove(path.as_str());
        }
        let tree = repository.find_tree(update.create_updated(repository, &parent.tree()?)?)?;
        let author = Signature::new(NAME, EMAIL, &Time::new(AT.seconds(), 0))?;
        repository.commit(Some("HEAD"), &author, &author, MESSAGE, &tree, &[&parent])?;
        Ok(())
    }
}
