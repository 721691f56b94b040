//! What the rules are asked: about which graph, at which moment, by which measures.

use crate::{graph::CatalogGraph, model::Timestamp, query::JourneyPlan};

/// By which measures gaps are found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GapSettings {
    /// Journeys that the configuration declares, each with a name of its own.
    pub journeys: Vec<JourneyPlan>,
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
