//! A group that owns something and has nobody in it.

use fixedbitset::FixedBitSet;

use crate::{
    graph::{CatalogGraph, Entity, EntityStanding},
    model::{RelationEnd, RelationKind, Severity},
    query::is_peopled,
};

use super::{GapCheck, GapQuestion, GapRule, OwnershipGap};

pub(super) static RULE: GapRule = GapRule {
    code: "owner-empty",
    summary: "A group owns something, and neither it nor any group below it has a member.",
    why: "What an empty group owns is owned by nobody, and looks as if it were not so.",
    remedy: "Add the members, or hand over what the group owns.",
    severity: Severity::Warning,
    check: GapCheck::Whole { all, about },
};

fn all(GapQuestion { graph, .. }: GapQuestion<'_>, gaps: &mut Vec<OwnershipGap>) {
    let peopled = peopled_groups(graph);
    for group in graph.entities().filter(|entity| is_declared_group(*entity)) {
        if group.owned().len() > 0 && !peopled.contains(group.index() as usize) {
            gaps.push(gap(group));
        }
    }
}

fn about(_: GapQuestion<'_>, entity: Entity<'_>, gaps: &mut Vec<OwnershipGap>) {
    if is_declared_group(entity) && entity.owned().len() > 0 && !is_peopled(entity) {
        gaps.push(gap(entity));
    }
}

fn gap(group: Entity<'_>) -> OwnershipGap {
    let owned = group.owned();
    let (count, entities) = (owned.len(), if owned.len() == 1 { "entity" } else { "entities" });
    let message = format!("`{}` owns {count} {entities} and has no member", group.name().short());
    OwnershipGap::new(&RULE, RULE.severity, group, message).about(owned)
}

fn is_declared_group(entity: Entity<'_>) -> bool {
    entity.name().kind() == "group" && entity.standing() == EntityStanding::Declared
}

/// The groups that have somebody in them, or in a group below them. Of a group that is only named, or
/// whose members could not be read, nobody knows who is in it, so it counts as peopled.
///
/// Goes from the peopled groups up, each met once, so that groups in a cycle end the search.
fn peopled_groups(graph: &CatalogGraph) -> FixedBitSet {
    let mut peopled = FixedBitSet::with_capacity(graph.entities().len());
    let is_group = |entity: &Entity<'_>| entity.name().kind() == "group";
    let has_people = |group: Entity<'_>| {
        group.is_placeholder() || group.members_unread() || group.members().any(|member| !is_group(&member))
    };
    let mut open: Vec<Entity<'_>> =
        graph.entities().filter(|entity| is_group(entity) && has_people(*entity)).collect();
    while let Some(group) = open.pop() {
        if peopled.put(group.index() as usize) {
            continue;
        }
        let above = group
            .related(RelationKind::ChildOf, RelationEnd::From)
            .chain(group.related(RelationKind::MemberOf, RelationEnd::From));
        open.extend(above.filter(is_group));
    }
    peopled
}
