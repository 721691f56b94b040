//! Writing a commit: for tests, benches and the example organisation, never for a crawl.

use std::path::Path;

use catalog_core::model::{CommitId, Timestamp};
use git2::{
    Repository, RepositoryInitOptions, Signature, Time,
    build::{CheckoutBuilder, TreeUpdateBuilder},
};

use super::{RepositoryError, libgit2};

/// Who writes a commit, when, and why; together with its files this decides its id.
#[derive(Clone, Copy, Debug)]
pub struct CommitWords<'a> {
    /// The author's and committer's name.
    pub name: &'a str,
    /// Their e-mail address.
    pub email: &'a str,
    /// The time of the commit.
    pub at: Timestamp,
    /// The message.
    pub message: &'a str,
}

/// Writes one commit on `main` on top of the present HEAD, if any, with `files` put over its tree.
///
/// The repository is made where it does not exist. Nothing is checked out: see [`check_out`].
///
/// # Errors
///
/// The folder cannot be written to, or git refuses a path.
pub fn commit_files<'a>(
    folder: &Path,
    bare: bool,
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    words: CommitWords<'_>,
) -> Result<CommitId, RepositoryError> {
    libgit2::prepare();
    let failed = |error: git2::Error| RepositoryError::corrupt(error.message());
    let git_dir = if bare { folder.to_owned() } else { folder.join(".git") };
    let repository = if git_dir.join("HEAD").exists() {
        Repository::open(folder).map_err(failed)?
    } else {
        let mut options = RepositoryInitOptions::new();
        options.bare(bare).mkpath(true).external_template(false).initial_head("main");
        Repository::init_opts(folder, &options).map_err(failed)?
    };
    let parent = repository.head().ok().and_then(|head| head.peel_to_commit().ok());
    let base = match &parent {
        Some(commit) => commit.tree().map_err(failed)?,
        None => {
            let empty = repository.treebuilder(None).and_then(|builder| builder.write()).map_err(failed)?;
            repository.find_tree(empty).map_err(failed)?
        }
    };
    let mut update = TreeUpdateBuilder::new();
    for (path, bytes) in files {
        let blob = repository.blob(bytes).map_err(failed)?;
        update.upsert(path, blob, git2::FileMode::Blob);
    }
    let tree = update.create_updated(&repository, &base).map_err(failed)?;
    let tree = repository.find_tree(tree).map_err(failed)?;
    let author =
        Signature::new(words.name, words.email, &Time::new(words.at.seconds(), 0)).map_err(failed)?;
    let parents: Vec<_> = parent.iter().collect();
    let commit =
        repository.commit(Some("HEAD"), &author, &author, words.message, &tree, &parents).map_err(failed)?;
    CommitId::parse(&commit.to_string()).ok_or_else(|| RepositoryError::corrupt("git gave no commit id"))
}

/// Puts the files of HEAD into the folder of a repository that [`commit_files`] made, over whatever is there.
///
/// # Errors
///
/// The folder cannot be written to, or holds no repository.
pub fn check_out(folder: &Path) -> Result<(), RepositoryError> {
    libgit2::prepare();
    let failed = |error: git2::Error| RepositoryError::corrupt(error.message());
    let repository = Repository::open(folder).map_err(failed)?;
    repository.checkout_head(Some(CheckoutBuilder::new().force())).map_err(failed)
}
