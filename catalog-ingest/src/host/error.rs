//! Why a source is not one, and why a host was not read.

use thiserror::Error;

/// Why the description of a source is not understood. No message holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SourceError {
    /// The name is not that of an organisation, a user or a group.
    #[error("`{name}` is no name of {what}; expected one as in {example}")]
    Name {
        /// What was given.
        name: String,
        /// What it should name.
        what: &'static str,
        /// How such names look.
        example: &'static str,
    },
    /// The URL is not one that is asked.
    #[error("{key} is refused: {reason}")]
    Url {
        /// The setting, as in `url`.
        key: &'static str,
        /// Why, and what is expected.
        reason: String,
    },
    /// The kind of host has no public one, and no URL is given.
    #[error("`url` is missing; expected the address of the host, as in `https://git.example.com`")]
    UrlMissing,
    /// A pattern on names is not understood.
    #[error("`{pattern}` is no pattern on names: {reason}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// Why.
        reason: String,
    },
    /// A namespace is not one that entities can have.
    #[error("`{0}` is no namespace; expected letters, digits, `-`, `_` and `.`")]
    Namespace(String),
}

/// Why a host did not answer as it should. No message holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum HostError {
    /// The token is unknown there, or none was sent and one is wanted.
    #[error("the host does not let us in (status 401): {}", if *.with_token {
        "the token is wrong or has expired"
    } else {
        "name the variable of a token in `token_env`"
    })]
    Unauthorized {
        /// Whether a token was sent.
        with_token: bool,
    },
    /// The token may not read this.
    #[error("the host refuses this (status 403): {}", if *.with_token {
        "the token may not read it"
    } else {
        "name the variable of a token in `token_env`"
    })]
    Forbidden {
        /// Whether a token was sent.
        with_token: bool,
    },
    /// There is nothing of this name, or it is hidden from us.
    #[error("the host knows nothing of this name (status 404), or hides it from us")]
    NotFound,
    /// We asked too often, and the wait is longer than we wait.
    #[error(
        "the host wants no more requests before {until}, over the limit `host.wait_max` of {wait_max:?}; crawl again then"
    )]
    Paused {
        /// The moment, as RFC 3339.
        until: String,
        /// How long is waited for one source altogether.
        wait_max: std::time::Duration,
    },
    /// A limit was reached.
    #[error("{what}, over the limit `{name}` of {value}; raise the limit to read it")]
    Limit {
        /// What was found.
        what: String,
        /// The name of the limit.
        name: &'static str,
        /// Its value, written for people.
        value: String,
    },
    /// The host leads to another one.
    #[error("the host leads to another one, which is not followed: name that one in `url`")]
    Elsewhere,
    /// The host leads in a circle.
    #[error("the host leads in a circle: {0}")]
    Circle(&'static str),
    /// No answer, or one that broke off.
    #[error("the host does not answer: {0}")]
    Unreachable(String),
    /// A status that is none of the above.
    #[error("the host answers with status {0}, expected 200")]
    Status(u16),
    /// The answer is not as documented.
    #[error("the host's answer is not of the documented form: {0}")]
    Form(String),
}

impl HostError {
    /// Whether further requests would fail in the same way.
    pub(super) fn ends_all(&self) -> bool {
        matches!(
            self,
            Self::Unauthorized { .. } | Self::Paused { .. } | Self::Unreachable(_) | Self::Status(_)
        ) || matches!(self, Self::Limit { name, .. } if name.ends_with("total_max"))
    }
}
