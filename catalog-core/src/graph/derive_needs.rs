//! From relations to needs: which relations carry failure and change, and which stand in for each other.

use std::borrow::Cow;

use crate::{
    model::{RelationClass, RelationEnd, RelationKind, Strength},
    needs::{NeedList, Needs},
};

use super::{
    CatalogGraph,
    relation::{Alternative, Relation, RelationRecord},
};

/// Which relations to count as needs. An empty list asks for nothing.
///
/// Without anything asked for, these are all that carry failure and change, but for those that only
/// describe a deployment: a container of a developer's machine is no need of the service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NeedFilter {
    /// Kinds of relations.
    pub kinds: Vec<RelationKind>,
    /// How they came to be known.
    pub classes: Vec<RelationClass>,
    /// Only needs of this strength. A need that something stands in for is soft by itself.
    pub strength: Option<Strength>,
}

impl NeedFilter {
    /// Whether a relation is of the kinds and classes asked for.
    pub fn takes(&self, relation: Relation<'_>) -> bool {
        self.takes_record(relation.record())
    }

    fn takes_record(&self, relation: &RelationRecord) -> bool {
        let takes_class = match self.classes.as_slice() {
            [] => relation.class != RelationClass::Deployed,
            classes => classes.contains(&relation.class),
        };
        // A need on oneself says nothing about anything else, and oneself is no alternative.
        takes_class
            && relation.from != relation.to
            && (self.kinds.is_empty() || self.kinds.contains(&relation.kind))
    }
}

impl CatalogGraph {
    /// The needs that a filter takes. Those of the empty filter are at hand; others are laid out anew,
    /// O(relations + entities).
    pub fn needs_along(&self, filter: &NeedFilter) -> Cow<'_, Needs> {
        if *filter == NeedFilter::default() {
            return Cow::Borrowed(self.needs());
        }
        let (records, alternatives) = (&self.relations.records, &self.relations.alternatives);
        Cow::Owned(derive_needs(self.entities.len(), records, alternatives, filter))
    }
}

/// The needs that relations, sorted by `from`, kind and `to`, amount to.
///
/// A member of a group of alternatives is not needed by itself; neither is one of several providers of an
/// API, or one of several places that an entity is deployed to.
/// O(relations + alternatives · log alternatives).
pub(super) fn derive_needs(
    entity_count: usize,
    relations: &[RelationRecord],
    alternatives: &[Alternative],
    filter: &NeedFilter,
) -> Needs {
    let mut list = NeedList::new(entity_count);
    list.reserve(relations.len());
    let mut taker = Taker { list, strength: filter.strength };
    let mut provided: Vec<(u32, u32, Strength)> = Vec::new();
    // The needs that something stands in for, in order.
    let mut replaceable: Vec<(u32, u32)> = Vec::new();
    for of_one in relations.chunk_by(|a, b| a.from == b.from) {
        let mut places: Vec<&RelationRecord> = Vec::new();
        for relation in of_one.iter().filter(|relation| filter.takes_record(relation)) {
            match relation.kind {
                RelationKind::DeployedTo => places.push(relation),
                RelationKind::ProvidesApi => provided.push((relation.to, relation.from, relation.strength)),
                _ if relation.kind.needy_end() != Some(RelationEnd::From) => {}
                _ if relation.any_of == 0 => taker.need(relation.from, relation.to, relation.strength),
                _ => replaceable.push((relation.from, relation.to)),
            }
        }
        // An only place that something else stands in for is in a group of its own below.
        if !matches!(places.as_slice(), [only] if only.any_of != 0) {
            let strength = places.iter().map(|place| place.strength).max().unwrap_or(Strength::Hard);
            let places: Vec<u32> = places.iter().map(|place| place.to).collect();
            taker.group(of_one[0].from, strength, &places);
        }
    }
    provided.sort_unstable();
    for of_api in provided.chunk_by(|a, b| a.0 == b.0) {
        let providers: Vec<u32> = of_api.iter().map(|(_, provider, _)| *provider).collect();
        let strength = of_api.iter().map(|(.., strength)| *strength).max().unwrap_or(Strength::Hard);
        taker.group(of_api[0].0, strength, &providers);
    }
    replaceable.sort_unstable();
    for group in alternatives.chunk_by(|a, b| (a.from, a.group) == (b.from, b.group)) {
        let is_taken = |of: &&Alternative| replaceable.binary_search(&(of.from, of.to)).is_ok();
        let members: Vec<u32> = group.iter().filter(is_taken).map(|alternative| alternative.to).collect();
        let strength = group.iter().map(|alternative| alternative.strength).max().unwrap_or(Strength::Hard);
        taker.group(group[0].from, strength, &members);
    }
    Needs::new(&taker.list)
}

/// Takes needs of one strength, or of any.
struct Taker {
    list: NeedList,
    strength: Option<Strength>,
}

impl Taker {
    fn need(&mut self, needy: u32, needed: u32, strength: Strength) {
        if self.strength.is_none_or(|wanted| wanted == strength) {
            self.list.push(needy, needed, strength);
        }
    }

    fn group(&mut self, needy: u32, strength: Strength, members: &[u32]) {
        match members {
            [only] => self.need(needy, *only, strength),
            _ if self.strength == Some(Strength::Hard) => {}
            _ => self.list.push_group(needy, strength, members),
        }
    }
}
