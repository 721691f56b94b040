//! Policies, and what they say of entities.

use std::sync::Arc;

use async_graphql::{Enum, Object, SimpleObject};
use catalog_core::{
    graph::CatalogGraph,
    readiness::{EntityReadiness, Outcome, Policy, PolicyFault, Verdict},
};

use super::{entity::EntityObject, origin::OriginObject};

/// What is said of an entity in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ReadinessOutcome", remote = "Outcome")]
pub(crate) enum OutcomeValue {
    /// It reached the level that is asked for.
    Passed,
    /// A check on the way there failed.
    Failed,
    /// Nothing failed, and something on the way there could not be decided. It passes no gate.
    Undecided,
    /// The policy is not about it.
    NotApplicable,
}

/// What is said of one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "CheckVerdict", remote = "Verdict")]
pub(crate) enum VerdictValue {
    /// What is demanded is there.
    Passed,
    /// It is not there.
    Failed,
    /// The check is not about the entity.
    NotApplicable,
    /// An exemption holds.
    Exempted,
    /// Nobody knows; it passes no gate.
    Undecided,
}

/// A policy: what is asked of entities, level by level.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "Gate")]
pub(crate) struct GateObject {
    /// Its name.
    name: String,
    /// What it is called, for people.
    title: Option<String>,
    /// The level that an entity must reach to pass, where no other is asked for.
    required: String,
    /// The levels, the first to be reached first.
    levels: Vec<GateLevelObject>,
}

/// One level of a policy.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "GateLevel")]
pub(crate) struct GateLevelObject {
    /// Its name.
    name: String,
    /// What is checked.
    checks: Vec<GateCheckObject>,
}

/// Something that is asked of an entity.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "GateCheck")]
pub(crate) struct GateCheckObject {
    /// Its name within the policy.
    id: String,
    /// What is asked, in a few words.
    title: String,
    /// Why it matters.
    why: String,
    /// What to do where it fails.
    remedy: String,
}

/// Something in a policy that is not understood. What depends on that policy could not be decided.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "GateFault")]
pub(crate) struct GateFaultObject {
    /// The policy, as far as its name is known.
    policy: String,
    /// The line, from 1; 0 where the whole file is meant.
    line: u32,
    /// The column in characters, from 1; 0 where the whole line is meant.
    column: u32,
    /// What was found and what was expected.
    message: String,
}

impl From<&Policy> for GateObject {
    fn from(policy: &Policy) -> Self {
        let check = |check: &catalog_core::readiness::Check| GateCheckObject {
            id: check.id.to_string(),
            title: check.title.to_string(),
            why: check.why.to_string(),
            remedy: check.remedy.to_string(),
        };
        let levels = policy.levels.iter().map(|level| GateLevelObject {
            name: level.name.to_string(),
            checks: level.checks.iter().map(check).collect(),
        });
        Self {
            name: policy.name.to_string(),
            title: policy.title.as_deref().map(str::to_owned),
            required: policy.levels[policy.required].name.to_string(),
            levels: levels.collect(),
        }
    }
}

impl From<&PolicyFault> for GateFaultObject {
    fn from(fault: &PolicyFault) -> Self {
        Self {
            policy: fault.policy.to_string(),
            line: fault.line,
            column: fault.column,
            message: fault.message.clone(),
        }
    }
}

/// What one policy says of one entity.
#[derive(Clone)]
pub(crate) struct ReadinessObject {
    entity: EntityObject,
    reference: String,
    policy: String,
    outcome: OutcomeValue,
    reached: Option<String>,
    next: Option<String>,
    undecided: Option<String>,
    checks: Vec<GateVerdictObject>,
    missing: Vec<String>,
}

/// What is said of one check of one entity.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "GateVerdict")]
pub(crate) struct GateVerdictObject {
    /// The level.
    level: String,
    /// The check's id.
    id: String,
    /// The verdict.
    verdict: VerdictValue,
    /// Why, in one lower-case sentence; may be empty where it passed or is not about it.
    reason: String,
    /// What to do where it fails.
    remedy: String,
    /// The places that it rests on, or where something is to be added.
    origins: Vec<OriginObject>,
}

impl ReadinessObject {
    pub(crate) fn new(graph: &Arc<CatalogGraph>, answer: &EntityReadiness<'_, '_>, required: usize) -> Self {
        let checks = answer.levels.iter().flat_map(|level| {
            level.checks.iter().map(|check| GateVerdictObject {
                level: level.level.name.to_string(),
                id: check.check.id.to_string(),
                verdict: check.verdict.into(),
                reason: check.reason.to_string(),
                remedy: check.check.remedy.to_string(),
                origins: check.origins.iter().cloned().map(Into::into).collect(),
            })
        });
        Self {
            entity: EntityObject::new(graph, answer.entity),
            reference: answer.entity.name().to_string(),
            policy: answer.policy.name.to_string(),
            outcome: answer.outcome(required).into(),
            reached: answer.reached().map(|place| answer.policy.levels[place].name.to_string()),
            next: answer.next().map(|next| next.level.name.to_string()),
            undecided: answer.undecided.as_deref().map(str::to_owned),
            checks: checks.collect(),
            missing: answer.missing().iter().map(|check| check.check.id.to_string()).collect(),
        }
    }
}

/// What one policy says of one entity: the same verdict that `catalog gate` gives.
#[Object(name = "Readiness")]
impl ReadinessObject {
    /// The entity.
    async fn entity(&self) -> &EntityObject {
        &self.entity
    }

    /// Its canonical ref.
    #[graphql(name = "ref")]
    async fn reference(&self) -> &str {
        &self.reference
    }

    /// The policy's name.
    async fn policy(&self) -> &str {
        &self.policy
    }

    /// What is said at the level that is asked for.
    async fn outcome(&self) -> OutcomeValue {
        self.outcome
    }

    /// The highest level that it reached; null where it reached none.
    async fn reached(&self) -> Option<&str> {
        self.reached.as_deref()
    }

    /// The first level that it did not reach; null where it reached all.
    async fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// Why it is not known whether the policy is about it; then there are no checks.
    async fn undecided(&self) -> Option<&str> {
        self.undecided.as_deref()
    }

    /// The checks of the levels that it reached and of the next one.
    async fn checks(&self) -> &[GateVerdictObject] {
        &self.checks
    }

    /// What keeps it from the next level, by the ids of checks: what failed, then what could not be decided.
    async fn missing(&self) -> &[String] {
        &self.missing
    }
}
