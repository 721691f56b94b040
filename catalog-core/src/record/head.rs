//! The stored form of a repository's head.

use serde::{Deserialize, Serialize};

use super::{DiagnosticRecord, Senseless};
use crate::model::{CommitId, RepositoryHead, RepositoryId, RepositoryStatus, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HeadRecord<'a> {
    #[serde(borrow)]
    pub(crate) address: &'a str,
    pub(crate) commit: Option<[u8; 20]>,
    pub(crate) committed_at: Option<i64>,
    pub(crate) observed_at: Option<i64>,
    /// Since when it is unreadable, and why; `None` where the last visit could read it.
    pub(crate) unreadable: Option<(i64, &'a str)>,
    /// What the last failed visit had to say.
    pub(crate) diagnostic: Option<DiagnosticRecord<'a>>,
    pub(crate) reader: u64,
    /// The checksum of the repository's record in the table of declarations; `None` where there is none.
    pub(crate) declarations: Option<u32>,
}

impl<'a> HeadRecord<'a> {
    pub(crate) fn of(head: &'a RepositoryHead, declarations: u32) -> Self {
        Self {
            address: &head.address,
            commit: head.commit.map(|commit| commit.0),
            committed_at: head.committed_at.map(|time| time.0),
            observed_at: head.observed_at.map(|time| time.0),
            unreadable: match &head.status {
                RepositoryStatus::Read => None,
                RepositoryStatus::Unreadable { since, reason } => Some((since.0, reason)),
            },
            diagnostic: None,
            reader: head.reader,
            declarations: Some(declarations),
        }
    }

    /// Whether the two say the same, apart from when that was seen.
    pub(crate) fn same_facts(&self, other: &Self) -> bool {
        Self { observed_at: None, ..self.clone() } == Self { observed_at: None, ..other.clone() }
    }

    pub(crate) fn to_model(&self, id: &RepositoryId) -> Result<RepositoryHead, Senseless> {
        Ok(RepositoryHead {
            id: id.clone(),
            address: self.address.into(),
            commit: self.commit.map(CommitId),
            committed_at: self.committed_at.map(Timestamp),
            observed_at: self.observed_at.map(Timestamp),
            status: match self.unreadable {
                None => RepositoryStatus::Read,
                Some((since, reason)) => {
                    RepositoryStatus::Unreadable { since: Timestamp(since), reason: reason.into() }
                }
            },
            reader: self.reader,
        })
    }
}
