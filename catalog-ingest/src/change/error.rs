//! Why a change cannot be told.

use std::path::PathBuf;

use thiserror::Error;

use crate::repository::{RepositoryError, RevisionError};

/// Why it cannot be told what a change is. None of them means that there is none.
#[derive(Debug, Error)]
pub enum ChangeError {
    /// One of the sides is not found.
    #[error("the {side} is not found: {source}")]
    Revision {
        /// `base` or `head`.
        side: &'static str,
        /// Why.
        source: RevisionError,
    },
    /// The sides share no commit.
    #[error("`{base}` and `{head}` share no commit, so that nothing tells what the change is")]
    Unrelated {
        /// The base as it was asked for.
        base: String,
        /// The head as it was asked for.
        head: String,
    },
    /// There are no commits to compare.
    #[error("`{}` is no git repository, so that it has no revisions", folder.display())]
    NotGit {
        /// The folder.
        folder: PathBuf,
    },
    /// There is nothing to compare a folder with.
    #[error("`{}` is no git repository, and the catalog has not read it before", folder.display())]
    NoBase {
        /// The folder.
        folder: PathBuf,
    },
    /// A line of a list of paths is none.
    #[error("`{path}` in the list of files {reason}, expected a path from the top of the repository")]
    ListedPath {
        /// The path as it can be shown.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A list of paths is longer than what is read.
    #[error("the list of files has more than {value} paths, over the limit `tree.entries_max` of {value}")]
    ListTooLong {
        /// The limit, written for people.
        value: String,
    },
    /// A part of a side could not be read.
    #[error("the {side} could not be read whole: {message}")]
    Unread {
        /// `base` or `head`.
        side: &'static str,
        /// What could not be read.
        message: String,
    },
    /// The repository itself could not be read.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}
