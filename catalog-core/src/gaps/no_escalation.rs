//! A critical entity with nobody to call.

use fixedbitset::FixedBitSet;

use crate::{
    graph::{CatalogGraph, Entity, EntityStanding},
    model::{RelationEnd, RelationKind, Severity},
    query::{above, is_reached_itself, wholes},
};

use super::{GapCheck, GapQuestion, GapRule, OwnershipGap, must_be_owned};

/// Somebody to call is an on-call service, a chat channel or an e-mail address, of the entity itself or at
/// any step of its escalation: its owner, a person's groups, the groups above them, the owners of its
/// system and of its domain with those above them. That a name is an address counts, too.
///
/// What does not count: runbooks, dashboards and documentation, which reach nobody; the addresses of the
/// members of a group, who may be asleep or gone, though `catalog owner` names them; contacts of what it
/// needs. Whether somebody listens is another question: of an empty group tells `owner-empty`.
pub(super) static RULE: GapRule = GapRule {
    code: "no-escalation",
    summary: "A critical entity (tier 0 or 1) has nobody to call: no on-call, no chat and no e-mail address, neither its own nor at any step of its escalation.",
    why: "When it fails at night, whoever notices first looks for a name instead of a cause, while everything that needs it is down.",
    remedy: "Name the on-call service of the owning group in an annotation, as in `pagerduty.com/service-id`, or give the group at least an address in `spec.profile.email`.",
    severity: Severity::Error,
    check: GapCheck::Whole { all, about },
};

fn all(GapQuestion { graph, .. }: GapQuestion<'_>, gaps: &mut Vec<OwnershipGap>) {
    let reached = reached_owners(graph);
    let is_reached = |owner: Entity<'_>| reached.contains(owner.index() as usize);
    for entity in graph.entities().filter(|entity| is_asked(*entity)) {
        let is_fine = is_reached_itself(entity)
            || entity.owner().is_some_and(is_reached)
            || wholes(entity).into_iter().filter_map(Entity::owner).any(is_reached);
        if !is_fine {
            gaps.push(gap(entity));
        }
    }
}

fn about(_: GapQuestion<'_>, entity: Entity<'_>, gaps: &mut Vec<OwnershipGap>) {
    if !is_asked(entity) || is_reached_itself(entity) {
        return;
    }
    // Every owner that is asked, with all above it, each met once: circles end here.
    let mut met = FixedBitSet::with_capacity(entity.graph().entities().len());
    let owners = wholes(entity).into_iter().filter_map(Entity::owner);
    let mut open: Vec<Entity<'_>> = entity.owner().into_iter().chain(owners).collect();
    while let Some(owner) = open.pop() {
        if is_reached_itself(owner) {
            return;
        }
        if !met.put(owner.index() as usize) {
            open.extend(above(owner));
        }
    }
    gaps.push(gap(entity));
}

fn is_asked(entity: Entity<'_>) -> bool {
    entity.is_critical() && entity.standing() == EntityStanding::Declared && must_be_owned(entity)
}

fn gap(entity: Entity<'_>) -> OwnershipGap {
    let owner = match entity.owner() {
        None => "nobody owns it".to_owned(),
        Some(owner) if owner.is_placeholder() => {
            format!("no manifest declares its owner `{}`", owner.name().short())
        }
        Some(owner) => format!("neither `{}` nor anybody above has a contact", owner.name().short()),
    };
    let name = entity.name().short();
    let message = format!("critical `{name}` has nobody to call: it has no contact, and {owner}");
    OwnershipGap::new(&RULE, RULE.severity, entity, message).about(entity.owner())
}

/// The owners from whom somebody is reached: those with a contact, and those below them. Goes from the
/// reached ones down, each met once. O(entities + relations).
fn reached_owners(graph: &CatalogGraph) -> FixedBitSet {
    let mut reached = FixedBitSet::with_capacity(graph.entities().len());
    let is_asked =
        |entity: &Entity<'_>| matches!(entity.name().kind(), "group" | "user") || entity.owned().len() > 0;
    let mut open: Vec<Entity<'_>> =
        graph.entities().filter(|entity| is_asked(entity) && is_reached_itself(*entity)).collect();
    while let Some(entity) = open.pop() {
        if reached.put(entity.index() as usize) {
            continue;
        }
        let below = entity.related(RelationKind::ChildOf, RelationEnd::To);
        open.extend(below.chain(entity.related(RelationKind::MemberOf, RelationEnd::To)));
    }
    reached
}
