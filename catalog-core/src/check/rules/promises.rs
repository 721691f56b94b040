//! Promises that are above what needs allow.

use std::collections::BTreeSet;

use crate::{
    graph::CatalogGraph,
    model::EntityRef,
    needs::AvailabilityLimits,
    query::{AvailabilityQuery, availability, promise_of},
};

use super::{
    super::{CheckFinding, rule::PROMISE_BROKEN},
    Found, Look, finding, near, place_in, refs,
};

/// What is said of availability that is a broken promise: codes of [`crate::query::AVAILABILITY_RULES`].
const CODES: [&str; 3] = ["promise-over-bound", "promise-over-closure", "expectation-over-promise"];
/// Of how many entities promises are computed.
const ENTITIES_MAX: usize = 1_000;
/// How much work that may take: some tens of milliseconds.
const VISITS_MAX: u64 = 5_000_000;

pub(super) fn find(look: Look<'_, '_, '_, '_>, found: &mut Found) {
    let mut names = near::dependents_within(look, None);
    let states = |name: &EntityRef| {
        [look.question.base, look.question.head].into_iter().any(|graph| {
            let entity = super::super::placing::named(graph, name);
            entity.is_some_and(|entity| {
                promise_of(entity).is_some()
                    || entity
                        .outgoing()
                        .any(|relation| relation.terms().any(|(terms, _)| !terms.expects.is_empty()))
            })
        })
    };
    names.retain(states);
    if names.is_empty() {
        return;
    }
    if names.len() > ENTITIES_MAX {
        found.cut.insert(PROMISE_BROKEN.code);
        names = names.into_iter().take(ENTITIES_MAX).collect();
    }
    let before = broken(look, look.question.base, &names);
    let after = broken(look, look.question.head, &names);
    found.add_difference(before, after);
}

fn broken(
    look: Look<'_, '_, '_, '_>,
    graph: &CatalogGraph,
    names: &BTreeSet<EntityRef>,
) -> Vec<CheckFinding> {
    let limits = AvailabilityLimits { visits_max: VISITS_MAX, ..AvailabilityLimits::default() };
    let entities = near::of_graph(graph, names);
    let answer = availability(graph, &AvailabilityQuery { entities: Some(entities), limits });
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
