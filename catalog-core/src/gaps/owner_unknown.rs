//! An owner that no manifest declares.

use crate::{graph::Entity, model::Severity};

use super::{GapCheck, GapQuestion, GapRule, OwnershipGap, must_be_owned};

pub(super) static RULE: GapRule = GapRule {
    code: "owner-unknown",
    summary: "An entity names an owner that no manifest declares.",
    why: "A name without a declaration has no members and no way to be reached, and may be misspelled.",
    remedy: "Declare the group or person, or name one that is declared.",
    severity: Severity::Warning,
    check: GapCheck::Each(check),
};

fn check(_: GapQuestion<'_>, entity: Entity<'_>, gaps: &mut Vec<OwnershipGap>) {
    let Some(owner) = entity.owner().filter(|owner| owner.is_placeholder()) else { return };
    if !must_be_owned(entity) {
        return;
    }
    let Some(claim) = entity.ownership_claims().into_iter().next() else { return };
    let name = entity.name().short();
    let message = match &claim.written {
        None => format!("`{name}` is owned by `{}`, which no manifest declares", owner.name().short()),
        Some(written) => format!(
            "`{name}` is owned by `{written}`, read as `{}`, which no manifest declares",
            owner.name().short(),
        ),
    };
    let gap = OwnershipGap::new(&RULE, RULE.severity, entity, message);
    gaps.push(gap.at(vec![claim.origin]).about([owner]));
}
