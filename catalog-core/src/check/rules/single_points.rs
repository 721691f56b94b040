//! Entities that others go down with, and did not before.
//!
//! A need that becomes hard, that loses what stood in for it, or whose alternatives all come to rest on one
//! entity makes this one fatal to more than it was. Each such entity is let fail in both graphs; what goes down in
//! only one of them, and is in both, is the finding. It is told where something critical goes down, or where
//! something had a spare and has none any more; else a need more is a need more.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use crate::{
    graph::{CatalogGraph, Entity, EntityStanding, Relation},
    model::{EntityRef, Strength},
    needs::{Direction, Failure, Health},
    query::{EntityPair, need_step},
};

use super::{
    super::{
        CheckFinding, CheckSubject, FindingRule,
        placing::named,
        rule::{CYCLE_OPENED, SINGLE_POINT_OPENED},
    },
    Found, Look, finding, listed, place_in,
};

/// How many entities are let fail; a change of more than that is told to be cut.
const SUSPECTS_MAX: usize = 64;
/// How many entities behind each alternative are looked at for one that all rest on.
const COMMON_MAX: usize = 10_000;

pub(super) fn find(look: Look<'_, '_, '_, '_>, found: &mut Found) {
    let (base, head) = (look.question.base, look.question.head);
    let mut after = suspects(look, |pair| (pair.after, pair.before));
    let mut before = suspects(look, |pair| (pair.before, pair.after));
    for list in [&mut after, &mut before] {
        if list.len() > SUSPECTS_MAX {
            found.cut.insert(SINGLE_POINT_OPENED.code);
            *list = std::mem::take(list).into_iter().take(SUSPECTS_MAX).collect();
        }
    }
    let fatal_after = after.iter().filter(|of| !is_in_circle(&found.opened, &of.name));
    let opened: Vec<_> = fatal_after.filter_map(|suspect| fatal(look, suspect, head, base)).collect();
    let fatal_before = before.iter().filter(|of| !is_in_circle(&found.closed, &of.name));
    let closed: Vec<_> = fatal_before.filter_map(|suspect| fatal(look, suspect, base, head)).collect();
    found.opened.extend(opened);
    found.closed.extend(closed);
}

/// Whether an entity is in a circle that is told already: in it each takes down all others.
fn is_in_circle(told: &[CheckFinding], name: &EntityRef) -> bool {
    told.iter().any(|finding| {
        let is_circle = matches!(&finding.rule, FindingRule::Known(rule) if rule.code == CYCLE_OPENED.code);
        let is_first = matches!(&finding.subject, CheckSubject::Entity(first) if first == name);
        is_circle && (is_first || finding.related.contains(name))
    })
}

/// An entity that may be fatal to more, and whether something needed it before in a way that left a spare.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Suspect {
    name: EntityRef,
    spare_lost_by: BTreeSet<EntityRef>,
}

/// What is hard-needed by whoever needs something else, and was not so on the other side; and what all
/// alternatives of theirs rest on.
fn suspects<'o>(
    look: Look<'_, 'o, 'o, '_>,
    sides: impl Fn(EntityPair<'o, 'o>) -> (Option<Entity<'o>>, Option<Entity<'o>>),
) -> BTreeSet<Suspect> {
    let mut suspects: BTreeMap<EntityRef, BTreeSet<EntityRef>> = BTreeMap::new();
    for pair in look.facts.needs_changed() {
        let (Some(now), other) = sides(pair) else { continue };
        let graph = now.graph();
        for (needed, strength) in graph.needs().next_to(now.index(), Direction::Dependencies) {
            let needed = graph.entity_at(needed);
            let former = other.and_then(|other| strength_of(other, needed.name()));
            if strength == Strength::Hard && former != Some(Strength::Hard) {
                let of = suspects.entry(needed.name().clone()).or_default();
                if former.is_some() {
                    of.insert(now.name().clone());
                }
            }
        }
        for (strength, members) in graph.needs().alternatives_of(now.index()) {
            if strength == Strength::Hard {
                for common in common_ground(graph, &members) {
                    suspects.entry(graph.entity_at(common).name().clone()).or_default();
                }
            }
        }
    }
    suspects.into_iter().map(|(name, spare_lost_by)| Suspect { name, spare_lost_by }).collect()
}

fn strength_of(entity: Entity<'_>, needed: &EntityRef) -> Option<Strength> {
    let graph = entity.graph();
    let mut needs = graph.needs().next_to(entity.index(), Direction::Dependencies);
    needs.find(|(number, _)| graph.entity_at(*number).name() == needed).map(|(_, strength)| strength)
}

/// What all of some entities cannot work without by plain needs, ascending; the nearest alone would do, but
/// each is judged by itself.
fn common_ground(graph: &CatalogGraph, members: &[u32]) -> Vec<u32> {
    let mut common: Option<FxHashSet<u32>> = None;
    for member in members {
        let mut met: FxHashSet<u32> = [*member].into_iter().collect();
        let mut open = vec![*member];
        while let Some(entity) = open.pop().filter(|_| met.len() <= COMMON_MAX) {
            for (needed, strength) in graph.needs().next_to(entity, Direction::Dependencies) {
                if strength == Strength::Hard && met.insert(needed) {
                    open.push(needed);
                }
            }
        }
        common = Some(match common {
            None => met,
            Some(common) => common.intersection(&met).copied().collect(),
        });
    }
    let mut common: Vec<u32> = common.into_iter().flatten().collect();
    common.sort_unstable();
    common
}

/// The finding where an entity takes more down in one graph than in the other.
fn fatal(
    look: Look<'_, '_, '_, '_>,
    suspect: &Suspect,
    graph: &CatalogGraph,
    other: &CatalogGraph,
) -> Option<CheckFinding> {
    let (point, former) = (named(graph, &suspect.name)?, named(other, &suspect.name));
    // What nothing declares and nobody named before is told as a dangling reference.
    if former.is_none() && point.standing() == EntityStanding::Placeholder {
        return None;
    }
    let was_down: FxHashSet<&EntityRef> =
        former.map(|point| down_with(point).into_iter().map(Entity::name).collect()).unwrap_or_default();
    let mut down: Vec<Entity<'_>> = down_with(point);
    down.retain(|entity| !was_down.contains(entity.name()) && named(other, entity.name()).is_some());
    let critical = down.iter().filter(|entity| entity.is_critical()).count();
    let is_spare_lost = down.iter().any(|entity| suspect.spare_lost_by.contains(entity.name()));
    if critical == 0 && !is_spare_lost {
        return None;
    }
    down.sort_by_key(|entity| (!entity.is_critical(), entity.index()));
    let names: Vec<EntityRef> = down.iter().map(|entity| entity.name().clone()).collect();
    let word = match critical {
        0 => String::new(),
        1 if down.len() == 1 => " (critical)".to_owned(),
        some => format!(" ({some} of them critical)"),
    };
    let verb = if down.len() == 1 { "goes" } else { "go" };
    let message = format!("{}{word} {verb} down with `{}`", listed(&names), suspect.name.short());
    let relations = down.iter().flat_map(|needy| need_step(*needy, point).relations);
    let origins = relations.flat_map(Relation::sources).map(|source| source.origin());
    let mut concerns = names;
    concerns.sort();
    Some(CheckFinding {
        concerns,
        suggestion: Some("let something stand in for it by `anyOf`, or make the need soft".to_owned()),
        place: place_in(look.question.repository, origins),
        ..finding(&SINGLE_POINT_OPENED, &suspect.name, message)
    })
}

/// Everything else that is down where one entity is.
fn down_with(entity: Entity<'_>) -> Vec<Entity<'_>> {
    let graph = entity.graph();
    let failure = Failure { down: vec![entity.index()], ..Failure::default() };
    let affected = graph.needs().impact(&failure).affected.into_iter();
    affected
        .filter(|one| one.health == Health::Down && one.entity != entity.index())
        .map(|one| graph.entity_at(one.entity))
        .collect()
}
