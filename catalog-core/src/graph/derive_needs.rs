//! From relations to needs: which relations carry failure and change, and which stand in for each other.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

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
        let numbered = |relation: Relation<'_>| {
            let (from, to) = (relation.from().index(), relation.to().index());
            RelationRecord { from, to, ..*relation.record() }
        };
        let records: Vec<RelationRecord> = self.relations().map(numbered).collect();
        // A group is kept as far as what the filter takes is in it.
        let mut taken: FxHashSet<(u32, u32)> = FxHashSet::default();
        let replaceable = records.iter().filter(|record| record.any_of != 0 && filter.takes_record(record));
        taken.extend(replaceable.map(|record| (record.from, record.to)));
        let number = |slot: u32| self.numbering.number_of(slot);
        let mut alternatives: Vec<Alternative> = self
            .entities()
            .flat_map(|entity| self.relations.alternatives(entity.slot()))
            .map(|of| Alternative { from: number(of.from), to: number(of.to), ..*of })
            .filter(|of| taken.contains(&(of.from, of.to)))
            .collect();
        // What is left alone of a group is still not needed by itself.
        for group in alternatives.chunk_by_mut(|a, b| (a.from, a.group) == (b.from, b.group)) {
            if let [only] = group {
                only.strength = Strength::Soft;
            }
        }
        let mut list = NeedList::new(self.entities().len());
        push_all(&mut list, &records, &alternatives, filter);
        if let Some(strength) = filter.strength {
            list.keep_only(strength);
        }
        Cow::Owned(Needs::new(&list))
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
) -> Needs {
    let mut list = NeedList::new(entity_count);
    list.reserve(relations.len());
    push_all(&mut list, relations, alternatives, &NeedFilter::default());
    Needs::new(&list)
}

fn push_all(
    list: &mut NeedList,
    relations: &[RelationRecord],
    alternatives: &[Alternative],
    filter: &NeedFilter,
) {
    let mut provided: Vec<(u32, u32, Strength)> = Vec::new();
    for of_one in relations.chunk_by(|a, b| a.from == b.from) {
        push_needs(list, of_one, filter);
        let provides = of_one.iter().filter(|relation| relation.kind == RelationKind::ProvidesApi);
        let provides = provides.filter(|relation| filter.takes_record(relation));
        provided.extend(provides.map(|relation| (relation.to, relation.from, relation.strength)));
    }
    provided.sort_unstable();
    push_providers(list, &provided);
    push_alternatives(list, alternatives);
}

/// What the relations that start at one entity say that it needs.
pub(super) fn push_needs(list: &mut NeedList, of_one: &[RelationRecord], filter: &NeedFilter) {
    let mut places: Vec<&RelationRecord> = Vec::new();
    for relation in of_one.iter().filter(|relation| filter.takes_record(relation)) {
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
