//! Circles of needs that a change closes or opens.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    graph::{CatalogGraph, Entity, Relation},
    model::{EntityRef, RepositoryId, Strength},
    needs::{Direction, ReachLimits},
    query::{GraphDifference, need_step},
};

use super::{
    super::{
        CheckFinding, CheckRule,
        rule::{CYCLE_OPENED, SOFT_CYCLE_OPENED},
    },
    Found, Look, finding, place_in,
};

/// How many names a message shows of a circle.
const SHOWN_MAX: usize = 8;
/// For how many entities a search each is less than one over the whole graph.
const SEARCHED_MAX: usize = 16;

pub(super) fn find(look: Look<'_, '_, '_, '_>, found: &mut Found) {
    let (facts, question) = (look.facts, look.question);
    let changed_after = changed_numbers(facts, false);
    let changed_before = changed_numbers(facts, true);
    // A circle that is new has a need that is, and so somebody who needs something else.
    if !may_be_in_circle(question.head, &changed_after) && !may_be_in_circle(question.base, &changed_before) {
        return;
    }
    let (base, head) = (hard_circles(question.base), hard_circles(question.head));
    let opened = only_in(&head, &base);
    let closed = only_in(&base, &head);
    let all = facts.cycles();
    let is_told = |circle: &[Entity<'_>], told: &[&Vec<Entity<'_>>]| {
        told.iter().any(|hard| hard.iter().all(|member| circle.iter().any(|one| one.name() == member.name())))
    };
    let soft_opened: Vec<&Vec<Entity<'_>>> =
        all.closed.iter().filter(|circle| !is_told(circle, &opened)).collect();
    let soft_closed: Vec<&Vec<Entity<'_>>> =
        all.broken.iter().filter(|circle| !is_told(circle, &closed)).collect();
    let of = |circle: &[Entity<'_>], rule, repository, is_after: bool| {
        let (changed, graph, other) = if is_after {
            (&changed_after, question.head, question.base)
        } else {
            (&changed_before, question.base, question.head)
        };
        circle_finding(graph, other, circle, rule, changed, repository)
    };
    let repository = question.repository;
    found.opened.extend(opened.iter().map(|circle| of(circle, &CYCLE_OPENED, repository, true)));
    found.opened.extend(soft_opened.iter().map(|circle| of(circle, &SOFT_CYCLE_OPENED, repository, true)));
    found.closed.extend(closed.iter().map(|circle| of(circle, &CYCLE_OPENED, repository, false)));
    found.closed.extend(soft_closed.iter().map(|circle| of(circle, &SOFT_CYCLE_OPENED, repository, false)));
}

/// Whether one of some entities is in a circle; of very many that is not looked at.
fn may_be_in_circle(graph: &CatalogGraph, entities: &[u32]) -> bool {
    let is_in_circle = |entity: u32| {
        let reach = graph.needs().reach(&[entity], Direction::Dependencies, ReachLimits::default());
        let needed: FxHashSet<u32> = reach.reached.iter().map(|one| one.entity).collect();
        graph.needs().next_to(entity, Direction::Dependents).any(|(dependent, _)| needed.contains(&dependent))
    };
    entities.len() > SEARCHED_MAX || entities.iter().any(|entity| is_in_circle(*entity))
}

fn hard_circles(graph: &CatalogGraph) -> Vec<Vec<Entity<'_>>> {
    let entities = |numbers: Vec<u32>| numbers.into_iter().map(|number| graph.entity_at(number)).collect();
    graph.needs().hard_cycles().into_iter().map(entities).collect()
}

/// The circles that are not a part of one circle among the others.
fn only_in<'s, 'g>(circles: &'s [Vec<Entity<'g>>], others: &[Vec<Entity<'_>>]) -> Vec<&'s Vec<Entity<'g>>> {
    let mut circle_of: FxHashMap<&EntityRef, usize> = FxHashMap::default();
    for (number, circle) in others.iter().enumerate() {
        circle.iter().for_each(|member| {
            circle_of.insert(member.name(), number);
        });
    }
    let is_known = |circle: &&Vec<Entity<'_>>| {
        let first = circle_of.get(circle[0].name());
        first.is_some() && circle.iter().all(|member| circle_of.get(member.name()) == first)
    };
    circles.iter().filter(|circle| !is_known(circle)).collect()
}

/// The numbers of the entities that need something else, ascending.
fn changed_numbers(facts: &GraphDifference<'_, '_>, is_before: bool) -> Vec<u32> {
    let numbers = facts.needs_changed().filter_map(|pair| {
        if is_before { pair.before.map(Entity::index) } else { pair.after.map(Entity::index) }
    });
    numbers.collect()
}

fn circle_finding(
    graph: &CatalogGraph,
    other: &CatalogGraph,
    circle: &[Entity<'_>],
    rule: &'static CheckRule,
    changed: &[u32],
    repository: &RepositoryId,
) -> CheckFinding {
    let is_hard = rule.code == CYCLE_OPENED.code;
    let witness = witness(graph, other, circle, changed, is_hard);
    let mut names: Vec<EntityRef> = witness.iter().map(|entity| entity.name().clone()).collect();
    let first = names.iter().enumerate().min_by_key(|(_, name)| *name).map_or(0, |(place, _)| place);
    let links = witness.iter().zip(witness.iter().cycle().skip(1));
    let steps = links.flat_map(|(from, to)| need_step(*from, *to).relations);
    let place = place_in(repository, steps.flat_map(Relation::sources).map(|source| source.origin()));
    // The need that closes the circle is the one of the last on the way there.
    let (last, again) = (names[names.len() - 1].clone(), names[0].clone());
    names.rotate_left(first);
    let shown: Vec<String> = names.iter().take(SHOWN_MAX).map(|name| format!("`{}`", name.short())).collect();
    let left_out = if names.len() > SHOWN_MAX { " → …" } else { "" };
    let more = circle.len().saturating_sub(names.len());
    let more = if more > 0 { format!(", with {more} more around it") } else { String::new() };
    let hard = if is_hard { "hard-need" } else { "need" };
    let message = format!(
        "{} → `{}` {hard} each other in a circle{more}",
        shown.join(" → ") + left_out,
        names[0].short()
    );
    CheckFinding {
        suggestion: Some(if is_hard {
            format!(
                "let one of them work without the next, as `{}` without `{}`: `strength: soft`",
                last.short(),
                again.short()
            )
        } else {
            format!("take one need out, as that of `{}` on `{}`", last.short(), again.short())
        }),
        related: names[1..].to_vec(),
        place,
        ..finding(rule, &names[0], message)
    }
}

/// A shortest circle that runs over a need which the other graph does not have; else through a member whose
/// needs changed; else through the first one.
fn witness<'g>(
    graph: &'g CatalogGraph,
    other: &CatalogGraph,
    circle: &[Entity<'_>],
    changed: &[u32],
    is_hard: bool,
) -> Vec<Entity<'g>> {
    let members: FxHashSet<u32> = circle.iter().map(|member| member.index()).collect();
    let next = |from: u32| {
        let needs = graph.needs().next_to(from, Direction::Dependencies);
        let wanted = needs.filter(move |(_, strength)| !is_hard || *strength == Strength::Hard);
        wanted.map(|(to, _)| to)
    };
    let has_need = |from: u32, to: u32| {
        let at = |number: u32| other.entity(graph.entity_at(number).name()).map(Entity::index);
        at(from).zip(at(to)).is_some_and(|(from, to)| {
            let mut needs = other.needs().next_to(from, Direction::Dependencies);
            needs.any(|(needed, strength)| needed == to && (!is_hard || strength == Strength::Hard))
        })
    };
    let changed_members =
        || circle.iter().map(|member| member.index()).filter(|of| changed.binary_search(of).is_ok());
    let new_need = changed_members().find_map(|from| {
        next(from).find(|to| members.contains(to) && !has_need(from, *to)).map(|to| (from, to))
    });
    let any_need = || {
        let from = changed_members().next().unwrap_or(circle[0].index());
        Some((from, next(from).find(|to| members.contains(to))?))
    };
    let Some((from, to)) = new_need.or_else(any_need) else {
        return vec![graph.entity_at(circle[0].index())];
    };
    // Back from `to` to `from`, within the circle.
    let mut via: FxHashMap<u32, u32> = [(to, to)].into_iter().collect();
    let mut queue = VecDeque::from([to]);
    while let Some(entity) = queue.pop_front().filter(|_| !via.contains_key(&from)) {
        for needed in next(entity).filter(|needed| members.contains(needed)) {
            via.entry(needed).or_insert_with(|| {
                queue.push_back(needed);
                entity
            });
        }
    }
    let mut way = vec![from];
    let mut at = from;
    while at != to {
        let Some(before) = via.get(&at) else { break };
        at = *before;
        way.push(at);
    }
    way.reverse();
    way.into_iter().map(|number| graph.entity_at(number)).collect()
}
