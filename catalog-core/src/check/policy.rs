//! What an organisation asks of changes: effects of findings, and thresholds of what a change reaches.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    graph::Entity,
    model::{EntityRef, PathDialect, PathRule, PathRules, Position, Tier, grouped},
    needs::Direction,
    path_rules::PathMatcher,
    query::{BlastRadius, BlastRadiusQuery, blast_radius},
};

use super::{ChangeQuestion, ChangedEntity, CheckFinding, CheckSubject, FindingRule, rule::GAP_OPENED};

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
    /// How far it stands in the way: 0 for the mildest.
    pub fn rank(&self) -> u8 {
        match self {
            Self::Inform => 0,
            Self::Warn => 1,
            Self::RequireApprovalOf(_) => 2,
            Self::Block => 3,
        }
    }

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

    /// So many, in words.
    fn words(self, value: u64) -> String {
        let (one, many, behind) = match self {
            Self::CriticalEntities => ("critical entity", "critical entities", "changed or reached"),
            Self::Entities => ("entity", "entities", "changed or reached"),
            Self::Teams => ("owner", "owners", "of what is changed or reached"),
            Self::Depth => ("need", "needs", "between what changes and the farthest entity that is reached"),
            Self::GapsOpened => ("gap", "gaps", "in ownership opened"),
            Self::Budget => ("percent", "percent", "of all declared entities changed or reached"),
        };
        format!("{} {} {behind}", grouped(value), if value == 1 { one } else { many })
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

/// What exceeds the thresholds of the policy.
pub(super) fn exceeded(
    question: ChangeQuestion<'_, '_, '_>,
    changed: &[ChangedEntity<'_, '_>],
    reach: &BlastRadius<'_>,
    opened: &[CheckFinding],
) -> Vec<CheckFinding> {
    let judge = |rule: &PolicyRule| {
        let chosen: Vec<&ChangedEntity<'_, '_>> =
            changed.iter().filter(|changed| !changed.is_repository_only()).collect();
        let chosen = rule.scope.choose(question, chosen);
        if chosen.is_empty() && !rule.scope.is_everything() {
            return None;
        }
        let own;
        let reach = if rule.scope.is_everything() {
            reach
        } else {
            let roots = chosen.iter().filter_map(|changed| changed.entity.after).collect();
            own = blast_radius(question.head, &BlastRadiusQuery::new(roots, Direction::Dependents));
            &own
        };
        let value = rule.measured(question, &chosen, reach, opened);
        (value > u64::from(rule.over)).then(|| rule.finding(value))
    };
    question.policy.rules.iter().filter_map(judge).collect()
}

impl PolicyScope {
    fn choose<'c, 'b, 'a>(
        &self,
        question: ChangeQuestion<'_, '_, '_>,
        mut changed: Vec<&'c ChangedEntity<'b, 'a>>,
    ) -> Vec<&'c ChangedEntity<'b, 'a>> {
        if !self.paths.is_empty() {
            let rule = |pattern: &str| PathRule::new(pattern, Vec::new(), Position::default());
            let rules =
                PathRules::new(PathDialect::Github, self.paths.iter().map(|pattern| rule(pattern)).collect());
            let matcher = PathMatcher::new(&rules);
            let is_match = |path: &[u8]| matcher.deciding_rule(path).is_some();
            let matching: Vec<bool> = question
                .paths
                .iter()
                .map(|path| [path.before(), path.after()].into_iter().flatten().any(is_match))
                .collect();
            changed
                .retain(|of| of.reasons.iter().flat_map(|reason| &reason.paths).any(|path| matching[*path]));
        }
        if !self.kinds.is_empty() {
            changed.retain(|of| self.kinds.iter().any(|kind| kind.eq_ignore_ascii_case(of.name().kind())));
        }
        if !self.tiers.is_empty() {
            // A change of tier is one of an entity of both tiers.
            let is_of = |entity: Option<Entity<'_>>| {
                entity.and_then(Entity::tier).is_some_and(|tier| self.tiers.contains(&tier))
            };
            changed.retain(|of| is_of(of.entity.before) || is_of(of.entity.after));
        }
        changed
    }
}

impl PolicyRule {
    fn measured(
        &self,
        question: ChangeQuestion<'_, '_, '_>,
        chosen: &[&ChangedEntity<'_, '_>],
        reach: &BlastRadius<'_>,
        opened: &[CheckFinding],
    ) -> u64 {
        let entities = chosen.len() + reach.affected.len();
        let is_critical = |of: &&&ChangedEntity<'_, '_>| {
            [of.entity.before, of.entity.after].into_iter().flatten().any(Entity::is_critical)
        };
        let measured = match self.measure {
            Measure::CriticalEntities => chosen.iter().filter(is_critical).count() + reach.critical,
            Measure::Entities => entities,
            Measure::Teams => {
                let changed = chosen.iter().filter_map(|of| of.entity.after?.owner());
                let owners = changed.chain(reach.owners.iter().map(|share| share.entity));
                owners.map(Entity::index).collect::<BTreeSet<u32>>().len()
            }
            Measure::Depth => reach.affected.last().map_or(0, |farthest| farthest.distance as usize),
            Measure::GapsOpened => {
                let is_gap = |of: &&CheckFinding| matches!(&of.rule, FindingRule::Known(rule) if rule.code == GAP_OPENED.code);
                let names: BTreeSet<&EntityRef> = chosen.iter().map(|of| of.name()).collect();
                let is_chosen = |of: &&CheckFinding| {
                    self.scope.is_everything()
                        || matches!(&of.subject, CheckSubject::Entity(name) if names.contains(name))
                };
                opened.iter().filter(is_gap).filter(is_chosen).count()
            }
            Measure::Budget => {
                let declared = question.head.entities().filter(|entity| !entity.is_placeholder()).count();
                // Rounded up, so that a share above the limit is never taken for one at it.
                (entities * 100).div_ceil(declared.max(1))
            }
        };
        u64::try_from(measured).unwrap_or(u64::MAX)
    }

    fn finding(&self, value: u64) -> CheckFinding {
        let (words, over, name) = (self.measure.words(value), self.over, &self.name);
        let suggestion = match &self.effect {
            Effect::RequireApprovalOf(owner) => format!("ask `{}` to agree", owner.short()),
            _ => "make the change smaller, or roll it out in parts".to_owned(),
        };
        CheckFinding {
            rule: FindingRule::Policy(name.clone()),
            effect: self.effect.clone(),
            subject: CheckSubject::Change,
            related: Vec::new(),
            concerns: Vec::new(),
            detail: "".into(),
            message: format!("{words}, over the limit `{name}` of {over}"),
            suggestion: Some(suggestion),
            place: None,
            owners: Vec::new(),
        }
    }
}
