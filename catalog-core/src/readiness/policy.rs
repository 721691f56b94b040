//! What an organisation asks of its entities.

use crate::{expression::Condition, graph::Entity, model::EntityRef};

use super::{BuiltIn, Measures};

/// The policies of an organisation, and what could not be understood of them.
#[derive(Clone, Debug, Default)]
pub struct PolicySet {
    /// The policies, in the order in which they are written.
    pub policies: Vec<Policy>,
    /// What is wrong with others: whatever depends on one of these could not be decided.
    pub faults: Vec<PolicyFault>,
}

/// Something in a policy that is not understood. The policy does not run; others do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFault {
    /// The policy's name, as far as it is known.
    pub policy: Box<str>,
    /// The file.
    pub file: Box<str>,
    /// The line, from 1; 0 where the whole file is meant.
    pub line: u32,
    /// The column in characters, from 1; 0 where the whole line is meant.
    pub column: u32,
    /// What was found and what was expected: lower case, without a period.
    pub message: String,
}

impl PolicySet {
    /// The policy of this name, without regard to case.
    pub fn policy(&self, name: &str) -> Option<&Policy> {
        self.policies.iter().find(|policy| policy.name.eq_ignore_ascii_case(name))
    }

    /// What is wrong with the policy of this name; with all policies where none is named.
    pub fn faults_of<'s>(&'s self, name: Option<&'s str>) -> impl Iterator<Item = &'s PolicyFault> {
        self.faults
            .iter()
            .filter(move |fault| name.is_none_or(|name| fault.policy.eq_ignore_ascii_case(name)))
    }
}

/// A named gate or scorecard: levels in order, each with checks.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Its name, as in `production-readiness`.
    pub name: Box<str>,
    /// What it is called, for people.
    pub title: Option<Box<str>>,
    /// Which entities it is about.
    pub scope: Scope,
    /// The levels, the first to be reached first; at least one.
    pub levels: Vec<Level>,
    /// The level, by its place, that an entity must reach to pass.
    pub required: usize,
    /// Checks that single entities need not pass for a while.
    pub exemptions: Vec<Exemption>,
}

/// One level of a policy.
#[derive(Clone, Debug, Default)]
pub struct Level {
    /// Its name, as in `gold`.
    pub name: Box<str>,
    /// What is checked.
    pub checks: Vec<Check>,
}

/// Something that is asked of an entity.
#[derive(Clone, Debug)]
pub struct Check {
    /// Its name within the policy, as in `on-call`.
    pub id: Box<str>,
    /// What is asked, in a few words.
    pub title: Box<str>,
    /// Why it matters, in one sentence.
    pub why: Box<str>,
    /// What to do where it fails, in one sentence.
    pub remedy: Box<str>,
    /// Which of the policy's entities it is about.
    pub scope: Scope,
    /// What is demanded.
    pub demand: Demand,
    /// Where it stands, as `file:line`; empty for what is built in.
    pub place: Box<str>,
}

/// What a check demands.
#[derive(Clone, Debug)]
pub enum Demand {
    /// One of [`super::BUILT_INS`].
    BuiltIn(&'static BuiltIn, Box<Measures>),
    /// That this is true.
    Condition(std::sync::Arc<Condition>),
}

/// Which entities something is about: those that meet every part that is set. Texts are compared without
/// regard to case.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Kinds, as in `component`.
    pub kinds: Vec<Box<str>>,
    /// Values of `spec.type`.
    pub types: Vec<Box<str>>,
    /// Values of `spec.lifecycle`.
    pub lifecycles: Vec<Box<str>>,
    /// Tiers, 0 to 4. What states no tier is in none.
    pub tiers: Vec<u8>,
    /// What must be true of them.
    pub condition: Option<std::sync::Arc<Condition>>,
}

/// A check that an entity need not pass for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemption {
    /// The entity.
    pub entity: EntityRef,
    /// The check's id.
    pub check: Box<str>,
    /// The last day on which it holds, in days since 1970-01-01.
    pub until_day: i64,
    /// The same, as it is written.
    pub until: Box<str>,
    /// Who answers for it.
    pub owner: Box<str>,
    /// Why.
    pub reason: Box<str>,
}

impl Scope {
    /// Whether an entity meets every part but the condition.
    pub fn covers_plainly(&self, entity: Entity<'_>) -> bool {
        one_of(&self.kinds, Some(entity.name().kind()))
            && one_of(&self.types, entity.entity_type())
            && one_of(&self.lifecycles, entity.lifecycle())
            && (self.tiers.is_empty()
                || entity.tier().is_some_and(|tier| self.tiers.contains(&tier.number())))
    }
}

impl Policy {
    /// The place of a level by its name, without regard to case.
    pub fn level(&self, name: &str) -> Option<usize> {
        self.levels.iter().position(|level| level.name.eq_ignore_ascii_case(name))
    }

    /// Every check, with the place of its level.
    pub fn checks(&self) -> impl Iterator<Item = (usize, &Check)> {
        let levels = self.levels.iter().enumerate();
        levels.flat_map(|(place, level)| level.checks.iter().map(move |check| (place, check)))
    }

    /// The names of facts that its conditions use.
    pub fn names_used(&self) -> impl Iterator<Item = &'static str> {
        let scopes = std::iter::once(&self.scope).chain(self.checks().map(|(_, check)| &check.scope));
        let demanded = self.checks().filter_map(|(_, check)| match &check.demand {
            Demand::Condition(condition) => Some(condition),
            Demand::BuiltIn(..) => None,
        });
        let conditions = scopes.filter_map(|scope| scope.condition.as_ref()).chain(demanded);
        conditions.flat_map(|condition| condition.names().iter().copied())
    }
}

fn one_of(wanted: &[Box<str>], value: Option<&str>) -> bool {
    wanted.is_empty()
        || value.is_some_and(|value| {
            wanted.iter().any(|wanted| {
                wanted.eq_ignore_ascii_case(value) || wanted.to_lowercase() == value.to_lowercase()
            })
        })
}
