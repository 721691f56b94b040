//! Holes in ownership, one rule to a file.
//!
//! [`ownership_gaps`] puts a [`GapQuestion`] to every rule of [`RULES`] and makes a [`GapReport`]: the
//! [`OwnershipGap`]s, worst first, and the [`Coverage`] that they rest on, since what could not be read
//! is not missing. A [`GapFilter`] takes out of a report what one wants to see; [`gap_difference`] compares two.
//! An [`OwnerSuggester`] tells from recent commits
//! who could own what nobody does. [`gaps_about`] asks about one entity without looking at everything.
//!
//! [`GapSettings`] are the organisation's measures: thresholds, other severities, and [`GapExemption`]s of gaps
//! that somebody answers for leaving open. An exempted gap is not among the gaps, and is kept beside them.
//!
//! A new rule is a file with its `RULE` and a line in [`RULES`]; file, code and documentation share one name.
//! How severe a gap is lies in one place: `severity`.

mod coverage;
mod depends_on_unowned;
mod difference;
mod exemption;
mod exemption_expired;
mod exemption_unused;
mod filter;
mod gap;
mod journey_unowned;
mod no_escalation;
mod owner_conflict;
mod owner_departed;
mod owner_empty;
mod owner_is_person;
mod owner_unknown;
mod path_unowned;
mod question;
mod repository_uncatalogued;
mod review_stale;
mod rule;
mod severity;
mod shared_unowned;
mod suggest;
mod undeclared_owners;
mod unowned;

#[cfg(test)]
mod tests;

pub use crate::query::{is_unowned, must_be_owned};
pub use coverage::Coverage;
pub use difference::{GapDifference, gap_difference};
pub use exemption::{EntityPattern, ExemptedGap, ExemptionSubject, GapExemption};
pub use filter::GapFilter;
pub use gap::OwnershipGap;
pub use question::{GapQuestion, GapSettings};
pub use rule::{GapCheck, GapRule};
pub use suggest::{
    Confidence, OwnerCandidate, OwnerPlace, OwnerPlaceKind, OwnerSuggester, OwnerSuggestion, SuggestedPerson,
};
pub use undeclared_owners::UndeclaredOwner;

use std::{ops::Range, panic::resume_unwind, thread};

use crate::graph::Entity;

/// Every rule, in the order of the codes.
pub static RULES: &[&GapRule] = &[
    &depends_on_unowned::RULE,
    &exemption_expired::RULE,
    &exemption_unused::RULE,
    &journey_unowned::RULE,
    &no_escalation::RULE,
    &owner_conflict::RULE,
    &owner_departed::RULE,
    &owner_empty::RULE,
    &owner_is_person::RULE,
    &owner_unknown::RULE,
    &path_unowned::RULE,
    &repository_uncatalogued::RULE,
    &review_stale::RULE,
    &shared_unowned::RULE,
    &unowned::RULE,
];

/// From how many entities on a catalog is looked through on several threads.
const ENTITIES_FOR_THREADS: usize = 20_000;

/// What is missing, broken or doubtful in the ownership of a catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapReport {
    /// The gaps by severity, worst first, then by code, subject and message.
    pub gaps: Vec<OwnershipGap>,
    /// The gaps that the settings leave open, in the same order.
    pub exempted: Vec<ExemptedGap>,
    /// How much of the organisation the gaps are taken from; of the whole catalog, whatever the filter.
    pub coverage: Coverage,
}

/// Every gap of the catalog. O(entities + relations + owners of the path rules that decide), and for each
/// exemption O(gaps). A large catalog is looked through on several threads.
pub fn ownership_gaps(question: GapQuestion<'_>) -> GapReport {
    report(question, question.graph.entities().len() >= ENTITIES_FOR_THREADS)
}

fn report(question: GapQuestion<'_>, on_threads: bool) -> GapReport {
    let (mut gaps, mut exempted) = (Vec::new(), Vec::new());
    for (open, left) in parts_of(question, on_threads) {
        gaps.extend(open);
        exempted.extend(left);
    }
    if question.settings.is_asked(&exemption_unused::RULE) {
        gaps.extend(weighed(question, exemption_unused::unused(question, &exempted)));
    }
    // The parts are sorted, so that this only merges them.
    gaps.sort_by(in_order);
    exempted.sort_by(|a, b| in_order(&a.gap, &b.gap));
    GapReport { gaps, exempted, coverage: Coverage::of(question.graph) }
}

/// All gaps in several parts, each settled and sorted by severity and name.
fn parts_of(question: GapQuestion<'_>, on_threads: bool) -> Vec<(Vec<OwnershipGap>, Vec<ExemptedGap>)> {
    let (mut each, mut whole) = (Vec::new(), Vec::new());
    for rule in asked(question) {
        match rule.check {
            GapCheck::Each(check) => each.push(check),
            GapCheck::Whole { all, .. } => whole.push(all),
        }
    }
    let sorted = |gaps| {
        let (mut open, exempted) = settled(question, gaps);
        open.sort_by(in_order);
        (open, exempted)
    };
    let of_whole = || {
        let mut gaps = Vec::new();
        whole.iter().for_each(|all| all(question, &mut gaps));
        sorted(gaps)
    };
    // All rules about single entities look at one while it is near.
    let of_each = |numbers: Range<usize>| {
        let mut gaps = Vec::new();
        for entity in question.graph.entities().skip(numbers.start).take(numbers.len()) {
            each.iter().for_each(|check| check(question, entity, &mut gaps));
        }
        sorted(gaps)
    };
    let count = question.graph.entities().len();
    if !on_threads {
        return vec![of_whole(), of_each(0..count)];
    }
    thread::scope(|threads| {
        let (of_each, half) = (&of_each, count / 2);
        let others = [threads.spawn(of_whole), threads.spawn(move || of_each(half..count))];
        let first = of_each(0..half);
        let others = others.map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        [first].into_iter().chain(others).collect()
    })
}

/// The gaps of one entity, and of whoever owns it; those that the settings leave open come apart.
/// O(its neighbourhood), except that an owner with many entities is asked for each of them.
pub fn gaps_about<'g>(
    question: GapQuestion<'g>,
    entity: Entity<'g>,
) -> (Vec<OwnershipGap>, Vec<ExemptedGap>) {
    let mut gaps = Vec::new();
    for subject in std::iter::once(entity).chain(entity.owner().filter(|owner| *owner != entity)) {
        for rule in asked(question) {
            match rule.check {
                GapCheck::Each(check) => check(question, subject, &mut gaps),
                GapCheck::Whole { about, .. } => about(question, subject, &mut gaps),
            }
        }
    }
    let (mut gaps, mut exempted) = settled(question, gaps);
    gaps.sort_by(in_order);
    gaps.dedup();
    exempted.sort_by(|a, b| in_order(&a.gap, &b.gap));
    (gaps, exempted)
}

/// The gaps whose subjects some entities are, sorted and each once, without those that the settings leave
/// open. What no rule asks of single entities (`exemption-unused`, journeys of the settings that no entity
/// stands for) is not among them. O(their neighbourhoods).
pub fn gaps_among<'g>(
    question: GapQuestion<'g>,
    entities: impl IntoIterator<Item = Entity<'g>>,
) -> Vec<OwnershipGap> {
    let mut gaps = Vec::new();
    for entity in entities {
        for rule in asked(question) {
            match rule.check {
                GapCheck::Each(check) => check(question, entity, &mut gaps),
                GapCheck::Whole { about, .. } => about(question, entity, &mut gaps),
            }
        }
    }
    let (mut gaps, _) = settled(question, gaps);
    gaps.sort_by(in_order);
    gaps.dedup();
    gaps
}

fn asked(question: GapQuestion<'_>) -> impl Iterator<Item = &'static GapRule> {
    RULES.iter().copied().filter(move |rule| question.settings.is_asked(rule))
}

/// The gaps with the severity that the settings give them, and those apart that the settings leave open.
fn settled(question: GapQuestion<'_>, gaps: Vec<OwnershipGap>) -> (Vec<OwnershipGap>, Vec<ExemptedGap>) {
    let GapQuestion { graph, settings, now } = question;
    let holding: Vec<&GapExemption> = settings.exemptions.iter().filter(|of| !of.is_expired(now)).collect();
    let (mut open, mut exempted) = (Vec::with_capacity(gaps.len()), Vec::new());
    for gap in weighed(question, gaps) {
        match holding.iter().find(|exemption| exemption.covers(graph, &gap)) {
            Some(exemption) => exempted.push(ExemptedGap { gap, exemption: (*exemption).clone() }),
            None => open.push(gap),
        }
    }
    (open, exempted)
}

fn weighed(question: GapQuestion<'_>, mut gaps: Vec<OwnershipGap>) -> Vec<OwnershipGap> {
    if !question.settings.severities.is_empty() {
        for gap in &mut gaps {
            if let Some(usual) = question.settings.severity_of(gap.code) {
                let subject = question.graph.entity(&gap.subject);
                gap.severity = subject.map_or(usual, |subject| severity::severity_about(subject, usual));
            }
        }
    }
    gaps
}

fn in_order(a: &OwnershipGap, b: &OwnershipGap) -> std::cmp::Ordering {
    let severity = b.severity.cmp(&a.severity);
    severity.then_with(|| (a.code, &a.subject, &a.message).cmp(&(b.code, &b.subject, &b.message)))
}
