//! A critical entity that needs one that nobody owns.

use crate::{
    graph::{Entity, EntityStanding},
    model::{Origin, RelationEnd, Severity, Strength},
    needs::Direction,
};

use super::{GapCheck, GapQuestion, GapRule, OwnershipGap, is_unowned};

pub(super) static RULE: GapRule = GapRule {
    code: "depends-on-unowned",
    summary: "A critical entity (tier 0 or 1) needs an entity that nobody owns.",
    why: "An outage of the one becomes an outage of the organisation, and there is nobody to call.",
    remedy: "Give the needed entity an owner, or make the critical one work without it.",
    severity: Severity::Error,
    check: GapCheck::Each(check),
};

fn check(GapQuestion { graph, .. }: GapQuestion<'_>, entity: Entity<'_>, gaps: &mut Vec<OwnershipGap>) {
    if entity.standing() != EntityStanding::Declared || !entity.is_critical() {
        return;
    }
    let unowned: Vec<Entity<'_>> = graph
        .needs()
        .next_to(entity.index(), Direction::Dependencies)
        .filter(|(_, strength)| *strength == Strength::Hard)
        .map(|(needed, _)| graph.entity_at(needed))
        .filter(|needed| is_unowned(*needed))
        .collect();
    if unowned.is_empty() {
        return;
    }
    let names: Vec<String> = unowned.iter().map(|needed| format!("`{}`", needed.name().short())).collect();
    let message = format!(
        "critical `{}` cannot work without {}, which nobody owns",
        entity.name().short(),
        names.join(", "),
    );
    let places = places_of_needs(entity, &unowned);
    gaps.push(OwnershipGap::new(&RULE, RULE.severity, entity, message).at(places).about(unowned));
}

/// Where the needs of an entity on some others (sorted by number) are stated, once each.
fn places_of_needs(entity: Entity<'_>, needed: &[Entity<'_>]) -> Vec<Origin> {
    let is_needed =
        |other: Entity<'_>| needed.binary_search_by_key(&other.index(), |one| one.index()).is_ok();
    let outgoing = entity.outgoing().filter(|relation| {
        relation.kind().needy_end() == Some(RelationEnd::From) && is_needed(relation.to())
    });
    let incoming = entity.incoming().filter(|relation| {
        relation.kind().needy_end() == Some(RelationEnd::To) && is_needed(relation.from())
    });
    outgoing.chain(incoming).filter_map(|relation| Some(relation.sources().next()?.origin())).collect()
}
