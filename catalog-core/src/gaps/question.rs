//! What the rules are asked: about which graph, at which moment, by which measures.

use crate::{graph::CatalogGraph, model::Timestamp};

/// By which measures gaps are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapSettings {
    /// For how many days a confirmation in a review holds.
    pub review_days: u32,
}

impl Default for GapSettings {
    fn default() -> Self {
        Self { review_days: 365 }
    }
}

/// A question for gaps. The same question always has the same answer: the present is a part of it.
#[derive(Clone, Copy, Debug)]
pub struct GapQuestion<'g> {
    /// The graph that is asked about.
    pub graph: &'g CatalogGraph,
    /// When it is asked: what is stale, overdue or expired is so at this moment.
    pub now: Timestamp,
    /// The measures.
    pub settings: &'g GapSettings,
}
