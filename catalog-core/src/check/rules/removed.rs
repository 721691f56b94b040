//! Entities that are declared no more while others name them, and APIs that nobody provides any more.

use crate::{
    graph::{CatalogGraph, Entity, EntityStanding},
    model::{EntityRef, RelationEnd, RelationKind},
};

use super::{
    super::{
        CheckFinding,
        placing::named,
        rule::{API_UNPROVIDED, API_VERSION_REMOVED, ENTITY_REMOVED_IN_USE},
    },
    Found, Look, declared_in, finding, listed, refs,
};

pub(super) fn find(look: Look<'_, '_, '_, '_>, found: &mut Found) {
    for entity in removed(look) {
        found.opened.extend(in_use(look, entity));
    }
    let lost =
        look.facts.relations_lost.iter().filter(|relation| relation.kind() == RelationKind::ProvidesApi);
    for api in refs(lost.map(|relation| relation.to())) {
        let still = named(look.question.head, &api).filter(|api| api.standing() == EntityStanding::Declared);
        if let Some(finding) = still.and_then(unprovided) {
            let place = named(look.question.base, &api)
                .into_iter()
                .flat_map(|api| api.related(RelationKind::ProvidesApi, RelationEnd::To))
                .find_map(|provider| declared_in(look.question.repository, provider));
            found.opened.push(CheckFinding { place, ..finding });
        }
    }
    let gained =
        look.facts.relations_gained.iter().filter(|relation| relation.kind() == RelationKind::ProvidesApi);
    for api in refs(gained.map(|relation| relation.to())) {
        let was = named(look.question.base, &api).filter(|api| api.standing() == EntityStanding::Declared);
        found.closed.extend(was.and_then(unprovided));
    }
}

/// The entities that were declared and are no more, as the base has them.
fn removed<'b>(look: Look<'_, 'b, '_, '_>) -> Vec<Entity<'b>> {
    let is_declared = |entity: &Entity<'_>| entity.standing() == EntityStanding::Declared;
    let gone = look.facts.removed.iter().copied();
    let undeclared = look.facts.changed.iter().filter(|change| !is_declared(&change.after));
    let mut removed: Vec<Entity<'b>> =
        gone.chain(undeclared.map(|change| change.before)).filter(is_declared).collect();
    removed.sort_by(|a, b| a.name().cmp(b.name()));
    removed
}

/// Whoever still names it, where anybody does.
fn in_use(look: Look<'_, '_, '_, '_>, entity: Entity<'_>) -> Option<CheckFinding> {
    let left = named(look.question.head, entity.name())?;
    let namers = refs(namers(left));
    if namers.is_empty() {
        return None;
    }
    let name = entity.name();
    let versions = if name.kind() == "api" { other_versions(look.question.head, name) } else { Vec::new() };
    let is_version = name.kind() == "api" && (version_stem(name.name()).is_some() || !versions.is_empty());
    let rule = if is_version { &API_VERSION_REMOVED } else { &ENTITY_REMOVED_IN_USE };
    let verb = if namers.len() == 1 { "names" } else { "name" };
    let message = format!("`{}` is removed, and {} still {verb} it", name.short(), listed(&namers));
    let suggestion = if versions.is_empty() {
        format!("keep it until {} no longer {verb} it", listed(&namers))
    } else {
        format!("move its consumers to {} first", listed(&versions))
    };
    Some(CheckFinding {
        concerns: namers,
        suggestion: Some(suggestion),
        place: declared_in(look.question.repository, entity),
        ..finding(rule, name, message)
    })
}

/// Everything that states a relation with an entity.
pub(super) fn namers(entity: Entity<'_>) -> impl Iterator<Item = Entity<'_>> {
    entity.incoming().chain(entity.outgoing()).flat_map(move |relation| {
        relation.sources().filter_map(move |source| {
            let namer = match source.subject {
                RelationEnd::From => relation.from(),
                RelationEnd::To => relation.to(),
            };
            (namer != entity).then_some(namer)
        })
    })
}

/// The name of an API without the version at its end, as in `orders` of `orders-v2` and `orders-1.4`.
fn version_stem(name: &str) -> Option<&str> {
    let digits = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    if digits.len() == name.len() {
        return None;
    }
    let stem = digits.strip_suffix(['v', 'V']).unwrap_or(digits);
    let stem = stem.strip_suffix(['-', '_', '.'])?;
    (!stem.is_empty()).then_some(stem)
}

/// Other versions of an API that are declared, by ref. O(log entities + APIs whose names begin as its does).
fn other_versions(graph: &CatalogGraph, api: &EntityRef) -> Vec<EntityRef> {
    let stem = version_stem(api.name()).unwrap_or(api.name());
    let versions = graph.entities().filter(|entity| {
        let name = entity.name();
        name.kind() == "api"
            && name.namespace() == api.namespace()
            && name != api
            && entity.standing() == EntityStanding::Declared
            && version_stem(name.name()).unwrap_or(name.name()) == stem
    });
    versions.map(|entity| entity.name().clone()).collect()
}

/// An API that others consume and nobody provides.
fn unprovided(api: Entity<'_>) -> Option<CheckFinding> {
    if api.related(RelationKind::ProvidesApi, RelationEnd::To).next().is_some() {
        return None;
    }
    let consumers = refs(api.related(RelationKind::ConsumesApi, RelationEnd::To));
    if consumers.is_empty() {
        return None;
    }
    let verb = if consumers.len() == 1 { "consumes" } else { "consume" };
    let message = format!(
        "nobody provides `{}` any more, which {} still {verb}",
        api.name().short(),
        listed(&consumers)
    );
    Some(CheckFinding {
        concerns: consumers,
        suggestion: Some("let another component provide it, or move its consumers first".to_owned()),
        ..finding(&API_UNPROVIDED, api.name(), message)
    })
}

#[cfg(test)]
mod tests {
    use super::version_stem;

    #[test]
    fn a_version_at_the_end_of_a_name_is_known() {
        for (name, stem) in [
            ("orders-v1", Some("orders")),
            ("orders_v12", Some("orders")),
            ("orders.v2", Some("orders")),
            ("orders-1.4", Some("orders")),
            ("orders-2", Some("orders")),
            ("orders", None),
            ("oauth2", None),
            ("v2", None),
            ("-v2", None),
        ] {
            assert_eq!(version_stem(name), stem, "{name}");
        }
    }
}
