//! An owner that is one person.

use crate::{graph::Entity, model::Severity};

use super::{GapCheck, GapQuestion, GapRule, OwnershipGap, must_be_owned};

pub(super) static RULE: GapRule = GapRule {
    code: "owner-is-person",
    summary: "An entity is owned by a person instead of a group.",
    why: "A person sleeps, goes on leave and changes teams, and the ownership goes with them.",
    remedy: "Name the person's group as the owner.",
    severity: Severity::Note,
    check: GapCheck::Each(check),
};

fn check(_: GapQuestion<'_>, entity: Entity<'_>, gaps: &mut Vec<OwnershipGap>) {
    let Some(owner) = entity.owner().filter(|owner| owner.name().kind() == "user") else { return };
    if !must_be_owned(entity) {
        return;
    }
    let critical = if entity.is_critical() { "critical " } else { "" };
    let message = format!(
        "{critical}`{}` is owned by one person, `{}`, instead of a group",
        entity.name().short(),
        owner.name().short(),
    );
    let origin = entity.ownership_claims().into_iter().next().map(|claim| claim.origin);
    let gap = OwnershipGap::new(&RULE, RULE.severity, entity, message);
    gaps.push(gap.at(origin.into_iter().collect()).about([owner]));
}
