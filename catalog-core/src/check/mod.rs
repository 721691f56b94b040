//! The check before a change: what a change of one repository touches, can break, and whose that is.
//!
//! [`check()`] holds two graphs against each other: the one that the repository's base makes, and the one that
//! its head makes. It tells which [`ChangedEntity`]s the change is about and why; what is different between the
//! graphs; all that needs what changed; the [`CheckFinding`]s that are only in the one or the other, by rules of
//! the table [`CHECK_RULES`] and of the organisation's [`CheckPolicy`]; who is to be told and who must agree;
//! what is not known; and a [`Verdict`].
//!
//! Findings are known by what they are about, never by words or lines: what was there before is not opened.
//! Nothing here knows git; a face brings the paths and makes the graphs.

mod agreement;
mod changed_entity;
mod finding;
mod location;
mod owners;
mod placing;
mod policy;
mod rule;
mod rules;
#[cfg(test)]
mod tests;
mod unknowns;
mod verdict;

use std::collections::BTreeMap;

use crate::{
    gaps::GapSettings,
    graph::{CatalogGraph, Entity},
    model::{ChangedPath, EntityRef, RepositoryId, Timestamp},
    needs::Direction,
    query::{BlastRadius, BlastRadiusQuery, GraphDifference, blast_radius, difference},
};

use placing::Placed;
use rules::{Found, Look};

pub use agreement::{Agreement, AgreementGround, AgreementParty, approving};
pub use changed_entity::{ChangeGround, ChangeReason, ChangedEntity};
pub use finding::{CheckFinding, CheckPlace, CheckSubject, FindingRule};
pub use owners::{InformReason, OwnerToInform};
pub use policy::{CheckPolicy, Effect, Measure, PolicyRule, PolicyScope};
pub use rule::{CHECK_RULES, CheckRule, check_rule};
pub use rules::listed;
pub use unknowns::CheckUnknowns;
pub use verdict::Verdict;

/// A question about a change of one repository. The same question always has the same answer.
#[derive(Clone, Copy, Debug)]
pub struct ChangeQuestion<'b, 'a, 'q> {
    /// The catalog as it is with the repository at the base of the change.
    pub base: &'b CatalogGraph,
    /// The same with the repository as the change makes it. Where the change alters nothing that a manifest
    /// says, the same graph may be given twice, and that is told in no time.
    pub head: &'a CatalogGraph,
    /// The repository.
    pub repository: &'q RepositoryId,
    /// The paths that the change touches.
    pub paths: &'q [ChangedPath],
    /// What the organisation asks of changes.
    pub policy: &'q CheckPolicy,
    /// The measures by which gaps are found.
    pub gaps: &'q GapSettings,
    /// By folder that holds the build file nearest to some of the paths, as `Cargo.toml`, the only folder below it,
    /// within that build, for which manifests speak. Folders with several are left out.
    pub build_roots: &'q BTreeMap<Box<str>, Box<str>>,
    /// The APIs that the change defines otherwise, which no graph tells.
    pub redefined: &'q [EntityRef],
    /// What was found outside the graphs, as in API definitions: opened by the change. The policy settles
    /// their effects as it does those of all others.
    pub found: &'q [CheckFinding],
    /// Who has agreed to the change.
    pub approved_by: &'q [EntityRef],
    /// When it is asked.
    pub now: Timestamp,
}

/// What a change touches, can break, and whose that is.
#[derive(Clone, Debug)]
pub struct ChangeCheck<'b, 'a> {
    /// The entities that the change is about, in the order of their refs.
    pub changed: Vec<ChangedEntity<'b, 'a>>,
    /// The paths that belong to no entity but the repository's own resource, by their place in the question,
    /// ascending.
    pub unplaced: Vec<usize>,
    /// What is different between the graphs.
    pub facts: GraphDifference<'b, 'a>,
    /// All that needs what the change is about, in the graph of the head.
    pub reach: BlastRadius<'a>,
    /// What is only found with the change: the worst effect first, then by rule, subject and other ends.
    pub findings: Vec<CheckFinding>,
    /// What is only found without the change, in the same order. It has no effect.
    pub closed: Vec<CheckFinding>,
    /// Who is to be told: owners of what changes and of what needs that, those with most of it first.
    pub inform: Vec<OwnerToInform<'a>>,
    /// Who must agree: first what the policy asks for, then what ownership files do.
    pub agree: Vec<Agreement<'a>>,
    /// What is not known.
    pub unknowns: CheckUnknowns<'a>,
    /// What it comes to.
    pub verdict: Verdict,
}

impl ChangeCheck<'_, '_> {
    /// Whether there is nothing to say: nothing that anybody needs changes, and nothing is found.
    pub fn is_quiet(&self) -> bool {
        self.facts.is_empty()
            && self.reach.affected.is_empty()
            && self.findings.is_empty()
            && self.closed.is_empty()
    }
}

/// Holds a change against the catalog and against the policy.
///
/// O(entities + relations) to compare two graphs, nothing where they are one; then what is near the change, with
/// what it reaches. Two searches for circles over the whole graph where needs change.
pub fn check<'b, 'a>(question: ChangeQuestion<'b, 'a, '_>) -> ChangeCheck<'b, 'a> {
    let facts = difference(question.base, question.head);
    let Placed { changed, unplaced } = placing::place(question, &facts);
    let roots = changed.iter().filter_map(|changed| changed.entity.after).collect();
    let reach = blast_radius(question.head, &BlastRadiusQuery::new(roots, Direction::Dependents));
    let Found { mut opened, mut closed, cut } =
        rules::find(Look { question, facts: &facts, changed: &changed });
    opened.extend(question.found.iter().cloned());
    settle(question, &mut opened);
    settle(question, &mut closed);
    closed.iter_mut().for_each(|finding| finding.effect = Effect::Inform);
    opened.extend(policy::exceeded(question, &changed, &reach, &opened));
    opened.sort_by(in_order);
    closed.sort_by(in_order);
    let agree = agreement::agreements(question, &opened);
    ChangeCheck {
        inform: owners::to_inform(question.head, &changed, &reach),
        verdict: verdict::verdict(&opened, &agree),
        unknowns: CheckUnknowns::of(question, unplaced.len(), cut),
        changed,
        unplaced,
        facts,
        reach,
        findings: opened,
        closed,
        agree,
    }
}

/// Gives findings the effect that the policy wants, and the owners of what they are about.
fn settle(question: ChangeQuestion<'_, '_, '_>, findings: &mut [CheckFinding]) {
    let entity = |name: &EntityRef| question.head.entity(name).or_else(|| question.base.entity(name));
    for finding in findings {
        if let FindingRule::Known(rule) = finding.rule {
            finding.effect = question.policy.effect_of(rule);
        }
        let subject = match &finding.subject {
            CheckSubject::Entity(name) => Some(name),
            CheckSubject::Path(_) | CheckSubject::Change => None,
        };
        let about = subject.into_iter().chain(&finding.related);
        let owners = about.filter_map(entity).filter_map(Entity::owner);
        finding.owners.extend(owners.map(|owner| owner.name().clone()));
        finding.owners.sort();
        finding.owners.dedup();
    }
}

/// The worst effect first, then by rule, subject, detail and other ends.
fn in_order(a: &CheckFinding, b: &CheckFinding) -> std::cmp::Ordering {
    let rank = |finding: &CheckFinding| std::cmp::Reverse(finding.effect.rank());
    rank(a).cmp(&rank(b)).then_with(|| a.identity().cmp(&b.identity()))
}
