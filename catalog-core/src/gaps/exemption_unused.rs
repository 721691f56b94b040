//! An exemption that exempts nothing.

use crate::{graph::Entity, model::Severity};

use super::{ExemptedGap, GapCheck, GapExemption, GapQuestion, GapRule, OwnershipGap};

/// Whether an exemption is used is known when all other rules were asked, so that this rule is asked last.
/// That an entity of the settings is not in the catalog is told here and is no mistake of the settings: it
/// may come and go with any crawl, and must not stop every other answer.
pub(super) static RULE: GapRule = GapRule {
    code: "exemption-unused",
    summary: "The settings leave gaps open that are not there: no entity is the one that is meant, or it has no such gap.",
    why: "An exemption that is left behind hides the gap when it comes back, and one that is misspelled hides nothing.",
    remedy: "Take the `[[gaps.exemption]]` out of `catalog.toml`, or correct the name in it.",
    severity: Severity::Note,
    check: GapCheck::Whole { all: |_, _| {}, about: |_, _, _| {} },
};

/// The gaps of this rule, when it is known which gaps are exempted.
pub(super) fn unused(question: GapQuestion<'_>, exempted: &[ExemptedGap]) -> Vec<OwnershipGap> {
    let holding = question.settings.exemptions.iter().filter(|of| !of.is_expired(question.now));
    let idle = holding.filter(|of| !exempted.iter().any(|gap| gap.exemption == **of));
    idle.map(|exemption| gap(question, exemption)).collect()
}

fn gap(question: GapQuestion<'_>, exemption: &GapExemption) -> OwnershipGap {
    let is_meant = |entity: Entity<'_>| exemption.subject.matches(entity);
    let why = match exemption.subject.single() {
        Some(name) if question.graph.entity(&name).is_none() => "the catalog has no such entity",
        None if !question.graph.entities().any(is_meant) => "the catalog has no such entity",
        _ => "there is no such gap",
    };
    let message = format!(
        "the exemption of {} from {} exempts nothing: {why}; `{}` answers for it",
        exemption.subject,
        exemption.codes(),
        exemption.owner.short(),
    );
    OwnershipGap::of_exemption(&RULE, question.graph, exemption, message)
}
