//! What several teams need and none owns.

use crate::{graph::Entity, model::Severity, needs::Direction};

use super::{GapCheck, GapQuestion, GapRule, OwnershipGap, is_unowned};

/// How many teams a message names.
const NAMED_MAX: usize = 3;

/// A team is whoever owns an entity that needs it directly, by a need of any strength: a group or a
/// person, declared or not. `gaps.shared_teams_min` says from how many on it is shared; 3 where it says nothing.
pub(super) static RULE: GapRule = GapRule {
    code: "shared-unowned",
    summary: "Entities of several teams (three, where the settings say nothing else) need an entity that nobody owns.",
    why: "Everybody counts on somebody else to keep it alive, so that nobody does, and all of them are down with it.",
    remedy: "Agree on one team that answers for it, usually the one that changed it last, and name it in `spec.owner`.",
    severity: Severity::Warning,
    check: GapCheck::Each(check),
};

fn check(question: GapQuestion<'_>, entity: Entity<'_>, gaps: &mut Vec<OwnershipGap>) {
    if !is_unowned(entity) {
        return;
    }
    let graph = question.graph;
    let dependents = graph.needs().next_to(entity.index(), Direction::Dependents);
    let needed_by = dependents.len();
    let mut teams: Vec<Entity<'_>> =
        dependents.filter_map(|(dependent, _)| graph.entity_at(dependent).owner()).collect();
    teams.sort_unstable_by_key(|team| team.index());
    teams.dedup();
    if teams.len() < question.settings.shared_teams_min.max(1) {
        return;
    }
    let named: Vec<String> =
        teams.iter().take(NAMED_MAX).map(|team| format!("`{}`", team.name().short())).collect();
    let more = match teams.len().saturating_sub(NAMED_MAX) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let entities = if needed_by == 1 { "entity" } else { "entities" };
    let message = format!(
        "`{}` is needed by {needed_by} {entities} of {} teams ({}{more}), and nobody owns it",
        entity.name().short(),
        teams.len(),
        named.join(", "),
    );
    gaps.push(OwnershipGap::new(&RULE, RULE.severity, entity, message).about(teams));
}
