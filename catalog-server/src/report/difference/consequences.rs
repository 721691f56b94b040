//! What comes of it: what is reached, what outside parties take down, what fails, which circles there are.

use catalog_core::{
    graph::Entity,
    needs::Health,
    query::{CycleDifference, Fall, HealthChange, PartyChange, ReachChange},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::report::place::ref_of;

/// How many entities the reach of one entity lists as gained, and as lost; the others are counted.
const REACHED_LISTED: usize = 100;

/// What entities reach otherwise than before.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReachDifferenceReport {
    /// `dependencies`: what the entities need. `dependents`: what needs them.
    pub direction: &'static str,
    /// Of how many entities the reach was compared.
    pub compared: usize,
    /// Of how many it was not, because there were too many.
    pub left_out: usize,
    /// Those of which it is another one.
    pub changes: Vec<ReachChangeReport>,
}

/// What one entity reaches otherwise than before.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReachChangeReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// How many entities it reaches now and did not before.
    pub gained_total: usize,
    /// The first hundred of those, in the order of their refs.
    pub gained: Vec<String>,
    /// How many entities it reached before and does not now.
    pub lost_total: usize,
    /// The first hundred of those, in the order of their refs.
    pub lost: Vec<String>,
}

/// An outside party or failure domain of which a failure does something else.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PartyChangeReport {
    /// The party, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// What its failure did; all zero where it was not there.
    pub before: FallReport,
    /// What its failure does; all zero where it is not there any more.
    pub after: FallReport,
}

/// How many entities a failure leaves in each state, without what failed by itself.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FallReport {
    /// How many do not work.
    pub down: usize,
    /// How many work in part.
    pub degraded: usize,
    /// How many have lost a spare.
    pub at_risk: usize,
}

/// What a failure does otherwise than before.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImpactDifferenceReport {
    /// What fails.
    pub failed: Vec<String>,
    /// The entities that are in another state than before, in the order of their refs.
    pub changes: Vec<HealthChangeReport>,
}

/// An entity that a failure leaves in another state than before.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthChangeReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// `unaffected`, `at-risk`, `degraded` or `down`; null where it was not there.
    pub before: Option<&'static str>,
    /// The same now; null where it is not there any more.
    pub after: Option<&'static str>,
}

/// Circles of needs that were closed or broken, as refs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CycleDifferenceReport {
    /// Entities that all need each other now, and did not all before.
    pub closed: Vec<Vec<String>>,
    /// Entities that all needed each other before, and do not all now.
    pub broken: Vec<Vec<String>>,
}

impl<'g> From<&ReachChange<'g, 'g>> for ReachChangeReport {
    fn from(change: &ReachChange<'g, 'g>) -> Self {
        let listed = |entities: &[Entity<'_>]| -> Vec<String> {
            entities.iter().take(REACHED_LISTED).map(|entity| ref_of(*entity)).collect()
        };
        Self {
            entity: change.root.name().to_string(),
            gained_total: change.gained.len(),
            gained: listed(&change.gained),
            lost_total: change.lost.len(),
            lost: listed(&change.lost),
        }
    }
}

impl<'g> From<&PartyChange<'g, 'g>> for PartyChangeReport {
    fn from(change: &PartyChange<'g, 'g>) -> Self {
        Self {
            entity: change.party.name().to_string(),
            before: change.before.into(),
            after: change.after.into(),
        }
    }
}

impl From<Fall> for FallReport {
    fn from(fall: Fall) -> Self {
        Self { down: fall.down, degraded: fall.degraded, at_risk: fall.at_risk }
    }
}

impl FallReport {
    pub(super) fn said(self) -> String {
        format!("{} down, {} degraded, {} at risk", self.down, self.degraded, self.at_risk)
    }
}

impl<'g> From<&HealthChange<'g, 'g>> for HealthChangeReport {
    fn from(change: &HealthChange<'g, 'g>) -> Self {
        Self {
            entity: change.entity.name().to_string(),
            before: change.before.map(Health::name),
            after: change.after.map(Health::name),
        }
    }
}

impl From<CycleDifference<'_, '_>> for CycleDifferenceReport {
    fn from(cycles: CycleDifference<'_, '_>) -> Self {
        let names = |circles: Vec<Vec<Entity<'_>>>| {
            circles.into_iter().map(|circle| circle.into_iter().map(ref_of).collect()).collect()
        };
        Self { closed: names(cycles.closed), broken: names(cycles.broken) }
    }
}
