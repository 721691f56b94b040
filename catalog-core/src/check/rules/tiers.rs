//! Entities that cannot work without less critical ones.

use std::collections::BTreeSet;

use crate::{
    graph::CatalogGraph,
    model::EntityRef,
    query::{TierInversion, tier_inversions_among},
};

use super::{
    super::{CheckFinding, rule::TIER_INVERSION},
    Found, Look, finding, near, place_in, refs,
};

/// From where on a tier is felt: by whoever needs the entity, or the API that it provides.
const NEEDS_MAX: u32 = 2;

pub(super) fn find(look: Look<'_, '_, '_, '_>, found: &mut Found) {
    let names = near::dependents_within(look, NEEDS_MAX);
    let before = inversions(look, look.question.base, &names);
    let after = inversions(look, look.question.head, &names);
    found.add_difference(before, after);
}

fn inversions(
    look: Look<'_, '_, '_, '_>,
    graph: &CatalogGraph,
    names: &BTreeSet<EntityRef>,
) -> Vec<CheckFinding> {
    let found = tier_inversions_among(graph, near::of_graph(graph, names));
    found.inversions.iter().map(|inversion| inversion_finding(look, inversion)).collect()
}

fn inversion_finding(look: Look<'_, '_, '_, '_>, inversion: &TierInversion<'_>) -> CheckFinding {
    let needed = refs(inversion.needed.iter().copied());
    let shown: Vec<String> = inversion
        .needed
        .iter()
        .map(|needed| match needed.tier() {
            Some(tier) => format!("`{}` of tier {}", needed.name().short(), tier.number()),
            None => format!("`{}`", needed.name().short()),
        })
        .collect();
    let through = inversion.through.map(|api| format!(" by `{}`", api.name().short())).unwrap_or_default();
    let (name, tier) = (inversion.entity.name(), inversion.tier.number());
    let message =
        format!("`{}` of tier {tier} cannot work without {}{through}", name.short(), shown.join(" or "));
    CheckFinding {
        related: needed,
        suggestion: Some(format!("raise what is needed to tier {tier}, or make the need soft")),
        place: place_in(look.question.repository, inversion.origins.iter().cloned()),
        ..finding(&TIER_INVERSION, name, message)
    }
}
