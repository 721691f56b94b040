//! References to something that nothing declares.

use rustc_hash::FxHashSet;

use crate::{
    graph::{CatalogGraph, Entity, EntityStanding, Relation},
    model::{EntityRef, RelationClass, RelationEnd, RelationKind, RepositoryId},
    query::nearest_names,
};

use super::{
    super::{CheckFinding, placing::named, rule::DANGLING_REFERENCE},
    Found, Look, finding, place_in,
};

/// For how many references a name that may be meant is looked for.
const SUGGESTED_MAX: usize = 3;

pub(super) fn find(look: Look<'_, '_, '_, '_>, found: &mut Found) {
    let (facts, question) = (look.facts, look.question);
    let standing_changed =
        facts.changed.iter().filter(|change| is_placeholder(&change.after) != is_placeholder(&change.before));
    let changed: Vec<(Entity<'_>, Entity<'_>)> =
        standing_changed.map(|change| (change.before, change.after)).collect();
    let ends = |relation: &Relation<'_>| [relation.from().name().clone(), relation.to().name().clone()];
    let mut suspects: Vec<EntityRef> =
        facts.added.iter().chain(&facts.removed).map(|one| one.name().clone()).collect();
    suspects.extend(changed.iter().map(|(_, after)| after.name().clone()));
    suspects.extend(facts.relations_gained.iter().flat_map(ends));
    suspects.extend(facts.relations_lost.iter().flat_map(ends));
    suspects.sort();
    suspects.dedup();
    let before: Vec<CheckFinding> = suspects
        .iter()
        .flat_map(|name| references_to(question.base, name, question.repository, &|_| true))
        .collect();
    let gained: FxHashSet<(u32, RelationKind, u32)> = facts.relations_gained.iter().map(key).collect();
    let after: Vec<CheckFinding> = suspects
        .iter()
        .flat_map(|name| {
            // Of what is removed in use that is told, and not each reference to it.
            let was_there = named(question.base, name).is_some_and(|entity| !is_placeholder(&entity));
            references_to(question.head, name, question.repository, &|relation| {
                !was_there || gained.contains(&key(relation))
            })
        })
        .collect();
    let first = found.opened.len();
    found.add_difference(before, after);
    for opened in found.opened[first..].iter_mut().take(SUGGESTED_MAX) {
        let Some(unknown) = opened.related.first() else { continue };
        let meant = nearest_names(question.head, unknown).into_iter().next();
        opened.suggestion = meant.map(|meant| format!("write `{}`, if that is meant", meant.short()));
    }
}

fn is_placeholder(entity: &Entity<'_>) -> bool {
    entity.standing() == EntityStanding::Placeholder
}

fn key(relation: &Relation<'_>) -> (u32, RelationKind, u32) {
    (relation.from().index(), relation.kind(), relation.to().index())
}

/// The references to an entity, where nothing declares it. An owner that nobody knows is a gap, and no matter
/// of this rule.
fn references_to(
    graph: &CatalogGraph,
    name: &EntityRef,
    repository: &RepositoryId,
    counts: &dyn Fn(&Relation<'_>) -> bool,
) -> Vec<CheckFinding> {
    let Some(unknown) = named(graph, name).filter(is_placeholder) else { return Vec::new() };
    let relations = unknown.incoming().chain(unknown.outgoing()).filter(|relation| {
        relation.kind() != RelationKind::OwnedBy
            && relation.class() != RelationClass::Deployed
            && counts(relation)
    });
    let mut references = Vec::new();
    for relation in relations {
        for end in [RelationEnd::From, RelationEnd::To] {
            let namer = if end == RelationEnd::From { relation.from() } else { relation.to() };
            let origins =
                relation.sources().filter(|source| source.subject == end).map(|source| source.origin());
            let origins: Vec<_> = origins.collect();
            if namer == unknown || origins.is_empty() {
                continue;
            }
            let word = match end {
                RelationEnd::From => relation.kind().name(),
                RelationEnd::To => relation.kind().inverse_name(),
            };
            let message = format!(
                "`{}` names `{}` ({word}), which nothing declares",
                namer.name().short(),
                name.short()
            );
            references.push(CheckFinding {
                related: vec![name.clone()],
                detail: word.into(),
                place: place_in(repository, origins),
                ..finding(&DANGLING_REFERENCE, namer.name(), message)
            });
        }
    }
    references
}
