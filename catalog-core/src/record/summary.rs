//! The stored form of what is known about the store as a whole.

use serde::{Deserialize, Serialize};

/// The state of the store, rewritten with every change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StateRecord {
    pub(crate) revision: u64,
    /// When the revision was made, in seconds.
    pub(crate) changed_at: Option<i64>,
    pub(crate) repositories: u64,
    /// The sum of the checksums of all head records, by which a record that is lost is noticed.
    pub(crate) heads_checksum: u64,
}

/// Counts of the graph of one revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SummaryRecord {
    pub(crate) revision: u64,
    pub(crate) entities: u64,
    pub(crate) relations: u64,
    pub(crate) diagnostics: [u64; 3],
}
