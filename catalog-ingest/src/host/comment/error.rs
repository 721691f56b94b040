//! Why a comment was not posted.

use thiserror::Error;

use super::{super::error::HostError, COMMENT_BYTES_MAX};

/// Why an address is not that of a merge request. No message holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CommentTargetError {
    /// It has none of the known forms.
    #[error(
        "it is no address of a merge request; expected one as in `https://github.com/acme/shop/pull/7`, `https://gitlab.com/acme/shop/-/merge_requests/7` or `https://git.example.com/acme/shop/pulls/7`"
    )]
    Form,
    /// Its host is not one that is asked.
    #[error("its host is refused: {0}")]
    Host(String),
    /// It is not below the address of the host that is named beside it.
    #[error("it is not below `{0}`")]
    OtherHost(String),
    /// The key of the comment is not one.
    #[error("`{0}` is no key of a comment; expected up to 64 letters, digits, `-`, `_` and `.`")]
    Key(String),
}

/// Why a comment was not posted. No message holds a secret, or anything out of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CommentError {
    /// There is nothing to say.
    #[error("the text of the comment is empty")]
    Empty,
    /// More than the hosts take.
    #[error(
        "the text of the comment is {bytes} bytes with its tag, over the limit `comment.bytes_max` of {COMMENT_BYTES_MAX}"
    )]
    TooLong {
        /// How many there are.
        bytes: usize,
    },
    /// The token is unknown there.
    #[error("the host does not let us in (status 401): the token is wrong or has expired")]
    Unauthorized,
    /// The token may not do this.
    #[error(
        "the host refuses this (status 403): the token may not comment on this merge request, or nobody may"
    )]
    Forbidden,
    /// There is no such merge request, or it is hidden.
    #[error("the host knows no such merge request (status 404), or hides it from this token")]
    NotFound,
    /// The host takes issue with the text.
    #[error("the host does not take the text (status {0})")]
    Refused(u16),
    /// The host does not tell which account the token is of, and strangers may have written the comment.
    #[error("the host does not tell whose the token is, so a comment of ours could not be told from others")]
    Nameless,
    /// We asked too often, and the wait is longer than we wait.
    #[error("the host wants no more requests before {until}, over the limit `host.wait_max` of {wait_max:?}")]
    TooOften {
        /// The moment, as RFC 3339.
        until: String,
        /// How long is waited altogether.
        wait_max: std::time::Duration,
    },
    /// A limit was reached.
    #[error("{what}, over the limit `{name}` of {value}")]
    Limit {
        /// What was found.
        what: String,
        /// The name of the limit.
        name: &'static str,
        /// Its value, written for people.
        value: String,
    },
    /// The repository lies elsewhere by now.
    #[error("the host leads to another address, which is not followed: the repository may have been moved")]
    Elsewhere,
    /// No answer, an answer that broke off, or one that is no success, each time.
    #[error("the host does not do it: {0}")]
    Failed(String),
    /// The answer is not as documented.
    #[error("the host's answer is not of the documented form: {0}")]
    Form(String),
}

impl From<HostError> for CommentError {
    fn from(error: HostError) -> Self {
        match error {
            HostError::Unauthorized { .. } => Self::Unauthorized,
            HostError::Forbidden { .. } => Self::Forbidden,
            HostError::NotFound => Self::NotFound,
            HostError::Paused { until, wait_max } => Self::TooOften { until, wait_max },
            HostError::Limit { what, name, value } => Self::Limit { what, name, value },
            HostError::Elsewhere => Self::Elsewhere,
            HostError::Circle(how) => Self::Failed(how.to_owned()),
            HostError::Unreachable(why) => Self::Failed(why),
            HostError::Status(status @ (400 | 413 | 422)) => Self::Refused(status),
            HostError::Status(status) => Self::Failed(format!("it answers with status {status}")),
            HostError::Form(what) => Self::Form(what),
        }
    }
}
