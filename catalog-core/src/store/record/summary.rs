//! The stored form of what is known about the store as a whole.

use serde::{Deserialize, Serialize};

/// The state of the store, rewritten with every change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct StateRecord {
    pub(in crate::store) revision: u64,
    /// When the revision was made, in seconds.
    pub(in crate::store) changed_at: Option<i64>,
    pub(in crate::store) repositories: u64,
    /// The sum of the checksums of all head records, by which a record that is lost is noticed.
    pub(in crate::store) heads_checksum: u64,
}

/// Counts of the graph of one revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct SummaryRecord {
    pub(in crate::store) revision: u64,
    pub(in crate::store) entities: u64,
    pub(in crate::store) relations: u64,
    pub(in crate::store) diagnostics: [u64; 3],
}
