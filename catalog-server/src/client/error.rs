//! Why a server was not asked, or did not answer.

use std::{io, path::PathBuf};

use catalog_core::graph::GraphFileError;

/// Why a server gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// There is no connection, or it broke off.
    #[error("it does not answer: {0}")]
    Unreachable(String),
    /// It shows a certificate that nobody whom this machine trusts vouches for.
    #[error("its certificate is not trusted: {0}")]
    Untrusted(String),
    /// It does not know who asks.
    #[error("it wants a token{}", if *.with_token { ", and does not know the one that was sent" } else { "" })]
    Unauthenticated {
        /// Whether a token was sent.
        with_token: bool,
    },
    /// It knows who asks, who may not.
    #[error("the token does not allow this{}", beside(.0))]
    Forbidden(String),
    /// It sends one elsewhere, where nothing is sent.
    #[error("it sends one to another address{}, which is not followed", beside(.0))]
    Elsewhere(String),
    /// It answered with another status.
    #[error("it answers with status {status}{}", beside(.said))]
    Status {
        /// The status.
        status: u16,
        /// What it said about it.
        said: String,
    },
    /// It does not do what was asked of it.
    #[error("it refuses: {0}")]
    Refused(String),
    /// What it answered is not what a catalog answers.
    #[error("it answers as no catalog of this version does: {0}")]
    Foreign(String),
    /// It answers with more than is taken.
    #[error("it answers with more than the limit `{name}` of {value} bytes")]
    TooLarge {
        /// The limit.
        name: &'static str,
        /// Its value.
        value: u64,
    },
    /// What it sent is a graph file that cannot be used.
    #[error("what it sent cannot be used: {0}")]
    Graph(#[from] GraphFileError),
}

fn beside(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(": {text}") }
}

impl AskError {
    /// Whether the last copy may answer in its stead. Who is turned away is not let in by an old copy.
    pub fn leaves_copy(&self) -> bool {
        !matches!(self, Self::Unauthenticated { .. } | Self::Forbidden(_))
    }
}

/// Why there is no graph to answer from.
#[derive(Debug, thiserror::Error)]
pub enum BringError {
    /// The server gave no answer, and no copy may or can stand in.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// The copy could not be kept.
    #[error("the copy of its graph could not be kept in `{}`: {source}", path.display())]
    Copy {
        /// Where.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}
