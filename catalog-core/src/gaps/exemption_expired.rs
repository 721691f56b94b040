//! An exemption that holds no more.

use crate::{
    graph::Entity,
    model::{CalendarDay, Severity},
};

use super::{GapCheck, GapExemption, GapQuestion, GapRule, OwnershipGap};

/// The gap is about the entity that the exemption names, or where it names several or one that is not in
/// the catalog, about whoever answers for the exemption.
pub(super) static RULE: GapRule = GapRule {
    code: "exemption-expired",
    summary: "The settings leave gaps open until a day that has passed. The gaps themselves are listed again.",
    why: "What was to be left open for a while has been left open for good, and nobody decided that.",
    remedy: "Mend the gap and take the `[[gaps.exemption]]` out of `catalog.toml`, or give it a new day with a reason that still holds.",
    severity: Severity::Warning,
    check: GapCheck::Whole { all, about },
};

fn all(question: GapQuestion<'_>, gaps: &mut Vec<OwnershipGap>) {
    let expired = question.settings.exemptions.iter().filter(|of| of.is_expired(question.now));
    gaps.extend(expired.map(|exemption| gap(question, exemption)));
}

fn about(question: GapQuestion<'_>, entity: Entity<'_>, gaps: &mut Vec<OwnershipGap>) {
    let expired = question.settings.exemptions.iter().filter(|of| of.is_expired(question.now));
    let meant = expired.filter(|of| of.subject.matches(entity) || of.owner == *entity.name());
    gaps.extend(meant.map(|exemption| gap(question, exemption)));
}

fn gap(question: GapQuestion<'_>, exemption: &GapExemption) -> OwnershipGap {
    let (until, today) = (exemption.until, CalendarDay::of(question.now));
    let days = today.days_since(until);
    let ago = if days == 1 { "a day".to_owned() } else { format!("{days} days") };
    let message = format!(
        "the exemption of {} from {} ended on {until}, {ago} before {today}; `{}` answers for it: {}",
        exemption.subject,
        exemption.codes(),
        exemption.owner.short(),
        exemption.reason,
    );
    OwnershipGap::of_exemption(&RULE, question.graph, exemption, message)
}
