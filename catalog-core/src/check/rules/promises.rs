//! Promises that are above what needs allow.

use std::collections::BTreeSet;

use crate::{
    graph::{CatalogGraph, Entity, Relation},
    model::EntityRef,
    needs::AvailabilityLimits,
    query::{availability_among, promise_of},
};

use super::{
    super::{CheckFinding, rule::PROMISE_BROKEN},
    Found, Look, finding, near, place_in, refs,
};

/// What is said of availability that is a broken promise: codes of [`crate::query::AVAILABILITY_RULES`].
const CODES: [&str; 3] = ["promise-over-bound", "promise-over-closure", "expectation-over-promise"];
/// Of how many entities promises are computed, the nearest first.
const ENTITIES_MAX: usize = 1_000;
/// How many of the nearest entities are looked at for a promise.
const LOOKED_AT_MAX: usize = 10_000;
/// How much work the arithmetic may take: some tens of milliseconds.
const VISITS_MAX: u64 = 5_000_000;

pub(super) fn find(look: Look<'_, '_, '_, '_>, found: &mut Found) {
    let mut names: BTreeSet<EntityRef> = BTreeSet::new();
    for graph in [look.question.base, look.question.head] {
        let near = near::dependents_by_distance(look, graph);
        let stating = near.iter().take(LOOKED_AT_MAX).filter(|entity| states(**entity));
        let stating: Vec<EntityRef> =
            stating.take(ENTITIES_MAX + 1).map(|entity| entity.name().clone()).collect();
        if near.len() > LOOKED_AT_MAX || stating.len() > ENTITIES_MAX {
            found.cut.insert(PROMISE_BROKEN.code);
        }
        names.extend(stating.into_iter().take(ENTITIES_MAX));
    }
    if names.is_empty() {
        return;
    }
    let before = broken(look, look.question.base, &names);
    let after = broken(look, look.question.head, &names);
    let surely = |side: &[CheckFinding], of: &CheckFinding| {
        side.iter().any(|known| known.subject == of.subject && &*known.detail == CODES[0])
    };
    // A promise that becomes surely too high was too high before; one that is only perhaps so now is still.
    let still = |of: &CheckFinding, other: &[CheckFinding]| is_mild(of) && surely(other, of);
    let closed: Vec<CheckFinding> = before.iter().filter(|of| !still(of, &after)).cloned().collect();
    let opened = after.into_iter().filter(|of| !still(of, &before)).collect();
    found.add_difference(closed, opened);
}

/// Whether a promise is only too high if everything behind the entity counts.
fn is_mild(finding: &CheckFinding) -> bool {
    &*finding.detail == CODES[1]
}

/// Whether an entity promises an availability, or expects one of others.
fn states(entity: Entity<'_>) -> bool {
    let expects = |relation: Relation<'_>| relation.terms().any(|(terms, _)| !terms.expects.is_empty());
    promise_of(entity).is_some() || entity.outgoing().any(expects)
}

fn broken(
    look: Look<'_, '_, '_, '_>,
    graph: &CatalogGraph,
    names: &BTreeSet<EntityRef>,
) -> Vec<CheckFinding> {
    let limits = AvailabilityLimits { visits_max: VISITS_MAX, ..AvailabilityLimits::default() };
    let entities = near::of_graph(graph, names);
    let answer = availability_among(graph, &entities, limits);
    let mut broken = Vec::new();
    for row in &answer.entities {
        for of in row.findings.iter().filter(|of| CODES.contains(&of.rule.code)) {
            let message = format!("`{}` {}", row.entity.name().short(), of.message);
            broken.push(CheckFinding {
                related: refs(of.related.iter().copied()),
                detail: of.rule.code.into(),
                suggestion: Some(of.rule.remedy.to_owned()),
                place: place_in(look.question.repository, of.origins.iter().cloned()),
                ..finding(&PROMISE_BROKEN, row.entity.name(), message)
            });
        }
    }
    broken
}
