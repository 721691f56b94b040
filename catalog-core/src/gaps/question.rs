//! What the rules are asked: about which graph, at which moment, by which measures.

use std::collections::BTreeMap;

use crate::{
    graph::CatalogGraph,
    model::{Severity, Timestamp},
    query::JourneyPlan,
};

use super::{GapExemption, GapRule};

/// By which measures gaps are found. These are the organisation's own, and lie in its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapSettings {
    /// `gaps.shared_teams_min`: from how many different owners of what needs it on an entity is shared.
    pub shared_teams_min: usize,
    /// `gaps.departed_days`: after how many days without a commit of any of its members an owner counts as
    /// departed.
    pub departed_days: u32,
    /// `gaps.review_days`: for how many days a confirmation in a review holds.
    pub review_days: u32,
    /// `gaps.severity`: rules by code that count otherwise here than they usually do, or not at all (`None`).
    pub severities: BTreeMap<&'static str, Option<Severity>>,
    /// `gaps.exemption`: gaps that somebody answers for leaving open, in the order of the settings.
    pub exemptions: Vec<GapExemption>,
    /// `journey`: journeys that the settings declare, each with a name of its own.
    pub journeys: Vec<JourneyPlan>,
}

impl Default for GapSettings {
    fn default() -> Self {
        Self {
            shared_teams_min: 3,
            departed_days: 180,
            review_days: 365,
            severities: BTreeMap::new(),
            exemptions: Vec::new(),
            journeys: Vec::new(),
        }
    }
}

impl GapSettings {
    /// Whether a rule is asked at all.
    pub fn is_asked(&self, rule: &GapRule) -> bool {
        self.severities.get(rule.code) != Some(&None)
    }

    /// The severity that a rule has here, where that is another one than it usually has.
    pub fn severity_of(&self, code: &str) -> Option<Severity> {
        self.severities.get(code).copied().flatten()
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
