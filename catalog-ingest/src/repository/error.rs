//! Why a repository could not be read.

use std::{path::PathBuf, time::Duration};

use catalog_core::model::{CommitId, ContentId, DiagnosticCode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a repository, or a part of it, could not be read. No message holds credentials.
#[derive(Debug, Error)]
pub enum RepositoryError {
    /// Nothing is at the path.
    #[error("`{}` does not exist: check the path", path.display())]
    NotFound {
        /// The path.
        path: PathBuf,
    },
    /// Something is at the path, but no repository.
    #[error("`{}` is {found}, expected a git repository or a directory", path.display())]
    NotRepository {
        /// The path.
        path: PathBuf,
        /// What was found.
        found: String,
    },
    /// The repository is of a form that cannot be read.
    #[error("the repository uses {feature}, which cannot be read: {advice}")]
    Unsupported {
        /// What it uses.
        feature: String,
        /// What to do.
        advice: &'static str,
    },
    /// The repository has no commits.
    #[error("the repository has no commits: push a commit to its default branch")]
    Empty,
    /// HEAD names a branch that is not there.
    #[error("HEAD names the branch `{branch}`, which does not exist: point HEAD at an existing branch")]
    BranchMissing {
        /// The full name of the branch.
        branch: String,
    },
    /// The address is not one that is visited.
    #[error("the address `{address}` is refused: {reason}")]
    AddressRefused {
        /// The address without credentials and control characters.
        address: String,
        /// Why, and what is expected.
        reason: String,
    },
    /// The other machine could not be reached, or did not let us in.
    #[error("`{address}` could not be fetched: {reason}")]
    Unreachable {
        /// The address without credentials.
        address: String,
        /// Why.
        reason: String,
        /// Whether another attempt can help.
        trouble: FetchTrouble,
    },
    /// Git's own data is broken.
    #[error("the repository is damaged: {reason}; `git fsck` tells more")]
    Corrupt {
        /// What is broken.
        reason: String,
    },
    /// An object takes more memory than there is.
    #[error(
        "object {object} takes more memory than there is; raise the limit `visit.memory_bytes_max` to read it"
    )]
    Memory {
        /// The beginning of its id.
        object: String,
    },
    /// A limit was reached.
    #[error("{what}, over the limit `{name}` of {value}; raise the limit to read it")]
    Limit {
        /// What was found, as in `the tree has more than 1,000,000 entries`.
        what: String,
        /// The name of the limit.
        name: &'static str,
        /// Its value, written for people.
        value: String,
    },
    /// The machine did not let us read or write.
    #[error("`{}` could not be {action}: {source}", path.display())]
    Io {
        /// What was to be done, as in `read`.
        action: &'static str,
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Whether another attempt can help where a fetch failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FetchTrouble {
    /// It would fail again: a refusal, a wrong certificate, a limit.
    Lasting,
    /// It may pass: silence, a connection that broke, a server that is busy.
    Passing {
        /// How long the server wants to be left alone, where it says so.
        retry_after: Option<Duration>,
    },
    /// The server wants a login, or another one.
    LoginWanted,
}

impl RepositoryError {
    /// The code under which a crawl reports it.
    pub fn code(&self) -> DiagnosticCode {
        match self {
            Self::Empty => DiagnosticCode::RepositoryEmpty,
            Self::BranchMissing { .. } => DiagnosticCode::BranchMissing,
            Self::Limit { name: "tree.manifests_max", .. } => DiagnosticCode::ManifestsLimit,
            Self::Limit { name, .. } if name.starts_with("tree.") => DiagnosticCode::TreeLimit,
            _ => DiagnosticCode::RepositoryUnreadable,
        }
    }

    /// A part of git's data that is not as git writes it.
    pub(super) fn corrupt(reason: impl Into<String>) -> Self {
        Self::Corrupt { reason: reason.into() }
    }

    /// An object that is not there, or not as its id says.
    pub(super) fn object(id: ContentId, reason: impl std::fmt::Display) -> Self {
        Self::Corrupt { reason: format!("object {} {reason}", CommitId(id.0).short()) }
    }
}
