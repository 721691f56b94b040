//! What is said of an entity: by check, by level, and in the end.

use crate::{graph::Entity, model::Origin};

use super::{Check, Level, Policy};

/// What is said of one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
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

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Passed, Self::Failed, Self::NotApplicable, Self::Exempted, Self::Undecided];

    /// The verdict in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotApplicable => "not-applicable",
            Self::Exempted => "exempted",
            Self::Undecided => "could-not-decide",
        }
    }

    /// Whether a level may be reached with it.
    pub fn lets_pass(self) -> bool {
        matches!(self, Self::Passed | Self::NotApplicable | Self::Exempted)
    }
}

/// What is said of one check of one entity.
#[derive(Clone, Debug)]
pub struct CheckVerdict<'p> {
    /// The check.
    pub check: &'p Check,
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in one lower-case sentence without a period; may be empty where it passed or is not about it.
    pub reason: Box<str>,
    /// The places that it rests on, or where something is to be added.
    pub origins: Vec<Origin>,
}

/// How an entity stands at a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LevelState {
    /// Every check lets it pass.
    Reached,
    /// A check failed.
    Failed,
    /// No check failed, and one could not be decided.
    Undecided,
}

impl LevelState {
    /// The state in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Failed => "failed",
            Self::Undecided => "could-not-decide",
        }
    }
}

/// What is said of one level.
#[derive(Clone, Debug)]
pub struct LevelVerdict<'p> {
    /// The level.
    pub level: &'p Level,
    /// How the entity stands.
    pub state: LevelState,
    /// What is said of its checks, in their order.
    pub checks: Vec<CheckVerdict<'p>>,
}

/// What is said in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It reached the level that is asked for.
    Passed,
    /// A check on the way there failed.
    Failed,
    /// Nothing failed, and something on the way there could not be decided.
    Undecided,
    /// The policy is not about it.
    NotApplicable,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Passed, Self::Failed, Self::Undecided, Self::NotApplicable];

    /// The outcome in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Undecided => "could-not-decide",
            Self::NotApplicable => "not-applicable",
        }
    }
}

/// What is said of one entity by one policy.
#[derive(Clone, Debug)]
pub struct EntityReadiness<'g, 'p> {
    /// The entity.
    pub entity: Entity<'g>,
    /// The policy.
    pub policy: &'p Policy,
    /// The levels as far as they were looked at: those that it reached, and the first that it did not. None
    /// where the policy is not about it, or where that is not known.
    pub levels: Vec<LevelVerdict<'p>>,
    /// Why it is not known whether the policy is about it.
    pub undecided: Option<Box<str>>,
}

impl<'p> EntityReadiness<'_, 'p> {
    /// The place of the highest level that it reached.
    pub fn reached(&self) -> Option<usize> {
        self.levels.iter().filter(|level| level.state == LevelState::Reached).count().checked_sub(1)
    }

    /// The first level that it did not reach.
    pub fn next(&self) -> Option<&LevelVerdict<'p>> {
        self.levels.last().filter(|level| level.state != LevelState::Reached)
    }

    /// What is said in the end, where the level of this place is asked for.
    pub fn outcome(&self, required: usize) -> Outcome {
        if self.undecided.is_some() {
            return Outcome::Undecided;
        }
        match self.next().map(|next| next.state) {
            _ if self.levels.is_empty() => Outcome::NotApplicable,
            _ if self.reached().is_some_and(|reached| reached >= required) => Outcome::Passed,
            Some(LevelState::Failed) => Outcome::Failed,
            _ => Outcome::Undecided,
        }
    }

    /// What keeps it from the next level: what failed, then what could not be decided.
    pub fn missing(&self) -> Vec<&CheckVerdict<'p>> {
        let checks = self.next().map(|next| next.checks.as_slice()).unwrap_or_default();
        let mut missing: Vec<&CheckVerdict<'_>> =
            checks.iter().filter(|check| !check.verdict.lets_pass()).collect();
        missing.sort_by_key(|check| check.verdict);
        missing
    }
}
