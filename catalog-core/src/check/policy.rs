//! What an organisation asks of changes: effects of findings, and thresholds of what a change reaches.

use std::collections::BTreeMap;

use crate::model::{EntityRef, Tier};

/// What an organisation asks of changes. The default blocks nothing: each finding does what its
/// [`CheckRule`](super::CheckRule) says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckPolicy {
    /// `check.effect`: rules by code whose findings do something else here than they usually do.
    pub effects: BTreeMap<&'static str, Effect>,
    /// `check.rule`: thresholds, in the order of the settings, each with a name of its own.
    pub rules: Vec<PolicyRule>,
}

/// What a finding does, the mildest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// It is told.
    Inform,
    /// It is told as a warning.
    Warn,
    /// Somebody has to agree.
    RequireApprovalOf(EntityRef),
    /// It stands in the way.
    Block,
}

impl Effect {
    /// The effect in words, as settings and JSON show it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Inform => "inform",
            Self::Warn => "warn",
            Self::RequireApprovalOf(_) => "require-approval-of",
            Self::Block => "block",
        }
    }
}

/// A threshold that changes are held to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRule {
    /// Its name, by which findings call it: `policy:<name>`.
    pub name: Box<str>,
    /// What is counted.
    pub measure: Measure,
    /// The rule finds something where there is more than this; of [`Measure::Budget`] in percent.
    pub over: u32,
    /// Of which changed entities that is counted.
    pub scope: PolicyScope,
    /// What a finding does.
    pub effect: Effect,
}

/// What a threshold counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Critical entities (tiers 0 and 1) that change or are reached.
    CriticalEntities,
    /// Entities that change or are reached.
    Entities,
    /// Owners of what changes or is reached.
    Teams,
    /// How many needs lie between what changes and the farthest entity that is reached.
    Depth,
    /// Gaps that open.
    GapsOpened,
    /// The share of all declared entities that changes or is reached, in percent: the budget of a blast
    /// radius.
    Budget,
}

impl Measure {
    /// All measures.
    pub const ALL: [Self; 6] =
        [Self::CriticalEntities, Self::Entities, Self::Teams, Self::Depth, Self::GapsOpened, Self::Budget];

    /// The measure, as settings and JSON show it.
    pub fn name(self) -> &'static str {
        match self {
            Self::CriticalEntities => "critical-entities",
            Self::Entities => "entities",
            Self::Teams => "teams",
            Self::Depth => "depth",
            Self::GapsOpened => "gaps-opened",
            Self::Budget => "budget",
        }
    }

    /// The measure of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.name() == name)
    }
}

/// Of which changed entities something is counted: those that fit all that is said. What is empty says
/// nothing. What they reach counts whatever it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyScope {
    /// Patterns as in a CODEOWNERS file of GitHub: entities to which a changed path that matches one belongs.
    pub paths: Vec<Box<str>>,
    /// Kinds in lower case, as in `api`.
    pub kinds: Vec<Box<str>>,
    /// Tiers.
    pub tiers: Vec<Tier>,
}

impl PolicyScope {
    /// Whether every change is in it.
    pub fn is_everything(&self) -> bool {
        self.paths.is_empty() && self.kinds.is_empty() && self.tiers.is_empty()
    }
}

impl CheckPolicy {
    /// What a finding of a rule of the table does here.
    pub fn effect_of(&self, rule: &'static super::CheckRule) -> Effect {
        self.effects.get(rule.code).unwrap_or(&rule.effect).clone()
    }
}
