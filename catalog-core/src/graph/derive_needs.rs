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
        let mut places: Vec<&RelationRecord> = Vec::new();
        // A need of oneself says nothing about anything else, and oneself is no alternative.
        let counts = |relation: &&RelationRecord| {
            relation.class != RelationClass::Deployed && relation.from != relation.to
        };
        for relation in of_one.iter().filter(counts) {
            match relation.kind {
                RelationKind::DeployedTo => places.push(relation),
                RelationKind::ProvidesApi => provided.push((relation.to, relation.from, relation.strength)),
                _ if relation.kind.needy_end() == Some(RelationEnd::From) && relation.any_of == 0 => {
                    list.push(relation.from, relation.to, relation.strength);
                }
                _ => {}
            }
        }
        // An only place that something else stands in for is in a group of its own below.
        if !matches!(places.as_slice(), [only] if only.any_of != 0) {
            let strength = places.iter().map(|place| place.strength).max().unwrap_or(Strength::Hard);
            let places: Vec<u32> = places.iter().map(|place| place.to).collect();
            list.push_group(of_one[0].from, strength, &places);
        }
    }
    provided.sort_unstable();
    for of_api in provided.chunk_by(|a, b| a.0 == b.0) {
        let providers: Vec<u32> = of_api.iter().map(|(_, provider, _)| *provider).collect();
        let strength = of_api.iter().map(|(.., strength)| *strength).max().unwrap_or(Strength::Hard);
        list.push_group(of_api[0].0, strength, &providers);
    }
    for group in alternatives.chunk_by(|a, b| (a.from, a.group) == (b.from, b.group)) {
        let members: Vec<u32> = group.iter().map(|alternative| alternative.to).collect();
        let strength = group.iter().map(|alternative| alternative.strength).max().unwrap_or(Strength::Hard);
        list.push_group(group[0].from, strength, &members);
    }
    Needs::new(&list)
}
