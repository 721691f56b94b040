//! From relations to needs: which relations carry failure and change, and which stand in for each other.

use crate::{
    model::{RelationClass, RelationEnd, RelationKind, Strength},
    needs::{NeedList, Needs},
};

use super::relation::{Alternative, RelationRecord};

/// The needs that relations, sorted by `from`, kind and `to`, amount to.
///
/// What only describes a deployment counts for nothing here: a container of a developer's machine is
/// no need of the service. A member of a group of alternatives is not needed by itself; neither is one of
/// several providers of an API, or one of several places that an entity is deployed to.
/// O(relations + alternatives · log alternatives).
pub(super) fn derive_needs(
    entity_count: usize,
    relations: &[RelationRecord],
    alternatives: &[Alternative],
) -> Needs {
    let mut list = NeedList::new(entity_count);
    list.reserve(relations.len());
    let mut provided: Vec<(u32, u32, Strength)> = Vec::new();
    for of_one in relations.chunk_by(|a, b| a.from == b.from) {
        push_needs(&mut list, of_one);
        let provides = of_one.iter().filter(|relation| relation.kind == RelationKind::ProvidesApi);
        let provides = provides.filter(|relation| counts(relation));
        provided.extend(provides.map(|relation| (relation.to, relation.from, relation.strength)));
    }
    provided.sort_unstable();
    push_providers(&mut list, &provided);
    push_alternatives(&mut list, alternatives);
    Needs::new(&list)
}

/// A need of oneself says nothing about anything else, and oneself is no alternative.
fn counts(relation: &RelationRecord) -> bool {
    relation.class != RelationClass::Deployed && relation.from != relation.to
}

/// What the relations that start at one entity say that it needs.
pub(super) fn push_needs(list: &mut NeedList, of_one: &[RelationRecord]) {
    let mut places: Vec<&RelationRecord> = Vec::new();
    for relation in of_one.iter().filter(|relation| counts(relation)) {
        match relation.kind {
            RelationKind::DeployedTo => places.push(relation),
            _ if relation.kind.needy_end() == Some(RelationEnd::From) && relation.any_of == 0 => {
                list.push(relation.from, relation.to, relation.strength);
            }
            _ => {}
        }
    }
    // An only place that something else stands in for is in a group of its own.
    if let Some(first) = places.first()
        && !matches!(places.as_slice(), [only] if only.any_of != 0)
    {
        let strength = places.iter().map(|place| place.strength).max().unwrap_or(Strength::Hard);
        let members: Vec<u32> = places.iter().map(|place| place.to).collect();
        list.push_group(first.from, strength, &members);
    }
}

/// That APIs need one of their providers each: `(api, provider, strength)`, sorted.
pub(super) fn push_providers(list: &mut NeedList, provided: &[(u32, u32, Strength)]) {
    for of_api in provided.chunk_by(|a, b| a.0 == b.0) {
        let providers: Vec<u32> = of_api.iter().map(|(_, provider, _)| *provider).collect();
        let strength = of_api.iter().map(|(.., strength)| *strength).max().unwrap_or(Strength::Hard);
        list.push_group(of_api[0].0, strength, &providers);
    }
}

/// That entities need one of each group of alternatives; sorted by entity and group.
pub(super) fn push_alternatives(list: &mut NeedList, alternatives: &[Alternative]) {
    for group in alternatives.chunk_by(|a, b| (a.from, a.group) == (b.from, b.group)) {
        let members: Vec<u32> = group.iter().map(|alternative| alternative.to).collect();
        let strength = group.iter().map(|alternative| alternative.strength).max().unwrap_or(Strength::Hard);
        list.push_group(group[0].from, strength, &members);
    }
}
