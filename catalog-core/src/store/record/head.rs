//! The stored form of a repository's head.

use serde::{Deserialize, Serialize};

use super::{DiagnosticRecord, Senseless};
use crate::model::{CommitId, RepositoryHead, RepositoryId, RepositoryStatus, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct HeadRecord<'a> {
    #[serde(borrow)]
    pub(in crate::store) address: &'a str,
    pub(in crate::store) commit: Option<[u8; 20]>,
    pub(in crate::store) committed_at: Option<i64>,
    pub(in crate::store) observed_at: Option<i64>,
    /// Since when it is unreadable, and why; `None` where the last visit could read it.
    pub(in crate::store) unreadable: Option<(i64, &'a str)>,
    /// What the last failed visit had to say.
    pub(in crate::store) diagnostic: Option<DiagnosticRecord<'a>>,
    pub(in crate::store) reader: u64,
    /// The checksum of the repository's record in the table of declarations; `None` where there is none.
    pub(in crate::store) declarations: Option<u32>,
}

impl<'a> HeadRecord<'a> {
    pub(in crate::store) fn of(head: &'a RepositoryHead, declarations: u32) -> Self {
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
    pub(in crate::store) fn same_facts(&self, other: &Self) -> bool {
        Self { observed_at: None, ..self.clone() } == Self { observed_at: None, ..other.clone() }
    }

    pub(in crate::store) fn to_model(&self, id: &RepositoryId) -> Result<RepositoryHead, Senseless> {
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
