//! An owner that is one person.

use crate::model::Severity;

use super::{GapQuestion, GapRule, OwnershipGap, must_be_owned};

pub(super) static RULE: GapRule = GapRule {
    code: "owner-is-person",
    summary: "An entity is owned by a person instead of a group.",
    why: "A person sleeps, goes on leave and changes teams, and the ownership goes with them.",
    remedy: "Name the person's group as the owner.",
    severity: Severity::Note,
    check,
};

fn check(GapQuestion { graph, .. }: GapQuestion<'_>, gaps: &mut Vec<OwnershipGap>) {
    for entity in graph.entities().filter(|entity| must_be_owned(*entity)) {
        let Some(owner) = entity.owner().filter(|owner| owner.name().kind() == "user") else { continue };
        let (severity, critical) =
            if entity.is_critical() { (Severity::Warning, "critical ") } else { (RULE.severity, "") };
        let message = format!(
            "{critical}`{}` is owned by one person, `{}`, instead of a group",
            entity.name().short(),
            owner.name().short(),
        );
        let origin = entity.ownership_claims().into_iter().next().map(|claim| claim.origin);
        let gap = OwnershipGap::new(&RULE, severity, entity, message);
        gaps.push(gap.at(origin.into_iter().collect()).about([owner]));
    }
}
