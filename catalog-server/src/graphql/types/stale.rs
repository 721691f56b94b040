//! That a fact is of an earlier commit than the newest.

use async_graphql::{Enum, SimpleObject};
use catalog_core::model::{Stale, StaleReason};

use crate::clock::rfc3339;

/// That a fact is of an earlier commit, because the last visit could not read where it stands.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "Stale")]
pub(crate) struct StaleObject {
    /// Why it could not be read.
    reason: StaleCause,
    /// When that was first met, as an RFC 3339 timestamp in UTC.
    since: String,
    /// The git commit that the kept facts were read from; null for a directory without commits.
    commit: Option<String>,
}

/// Why something could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "StaleReason", remote = "StaleReason")]
pub(crate) enum StaleCause {
    /// The text breaks its format.
    Invalid,
    /// The file is over a limit, a link, or otherwise not read on purpose.
    Refused,
    /// The repository could not be reached or read.
    Unreachable,
}

impl From<Stale> for StaleObject {
    fn from(stale: Stale) -> Self {
        Self {
            reason: stale.reason.into(),
            since: rfc3339(stale.since),
            commit: stale.commit.map(|commit| commit.to_string()),
        }
    }
}
