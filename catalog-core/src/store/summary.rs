//! Counts of the graph of one revision, kept so that a crawl without changes need not build it.

use crate::{
    model::{Revision, Severity},
    record::SummaryRecord,
};

/// Counts of the graph of one revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredSummary {
    /// The revision that was counted.
    pub revision: Revision,
    /// Entities, placeholders left out.
    pub entities: u64,
    /// Relations, each once.
    pub relations: u64,
    /// Diagnostics by the number of their severity, least first.
    pub diagnostics: [u64; Severity::ALL.len()],
}

impl StoredSummary {
    pub(super) fn of(record: SummaryRecord) -> Self {
        Self {
            revision: Revision(record.revision),
            entities: record.entities,
            relations: record.relations,
            diagnostics: record.diagnostics,
        }
    }

    pub(super) fn record(self) -> SummaryRecord {
        SummaryRecord {
            revision: self.revision.0,
            entities: self.entities,
            relations: self.relations,
            diagnostics: self.diagnostics,
        }
    }
}
