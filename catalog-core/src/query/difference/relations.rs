//! Relations that come, go, or are said otherwise, and who needs what else because of that.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    graph::{CatalogGraph, Entity, Relation},
    model::{RelationEnd, RelationKind, Strength},
    needs::Direction,
};

use super::GraphDifference;

/// A relation of both graphs that is not the same in both.
#[derive(Clone, Debug)]
pub struct RelationChange<'b, 'a> {
    /// As the graph before has it.
    pub before: Relation<'b>,
    /// As the graph after has it.
    pub after: Relation<'a>,
    /// What is different; at least one.
    pub aspects: Vec<RelationAspect>,
}

/// What can be different about a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RelationAspect {
    /// How it came to be known.
    Class,
    /// How much the one needs the other.
    Strength,
    /// What stands in for the other.
    Alternatives,
}

impl RelationAspect {
    /// The aspect in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Strength => "strength",
            Self::Alternatives => "alternatives",
        }
    }
}

/// By group of one entity, the pairs of its members.
type Groups = BTreeMap<u16, Vec<u32>>;

/// Compares all relations, and the needs of each entity of which a relation is different.
pub(super) fn compare(difference: &mut GraphDifference<'_, '_>) {
    let mut suspects: BTreeSet<u32> = BTreeSet::new();
    for number in 0..difference.pairing.len() {
        let pair = difference.pair(number);
        if !difference.can_differ(pair) {
            continue;
        }
        match (pair.before, pair.after) {
            (Some(before), Some(after)) => compare_outgoing(difference, before, after, &mut suspects),
            (Some(before), None) => {
                before.outgoing().for_each(|relation| lose(difference, relation, &mut suspects));
            }
            (None, Some(after)) => {
                after.outgoing().for_each(|relation| gain(difference, relation, &mut suspects));
            }
            (None, None) => {}
        }
        // Groups of alternatives may be cut otherwise although every relation is the same.
        if has_alternatives(difference.before, pair.before) || has_alternatives(difference.after, pair.after)
        {
            suspects.insert(number);
        }
    }
    difference.needs_changed =
        suspects.into_iter().filter(|pair| !needs_are_same(difference, *pair)).collect();
}

fn has_alternatives(graph: &CatalogGraph, entity: Option<Entity<'_>>) -> bool {
    entity.is_some_and(|entity| graph.needs().alternatives_of(entity.index()).len() > 0)
}

fn compare_outgoing<'b, 'a>(
    difference: &mut GraphDifference<'b, 'a>,
    before: Entity<'b>,
    after: Entity<'a>,
    suspects: &mut BTreeSet<u32>,
) {
    let (mut left, mut right) = (before.outgoing().peekable(), after.outgoing().peekable());
    let mut groups: Option<(Groups, Groups)> = None;
    loop {
        let key_before = left.peek().map(|one| (one.kind(), difference.pairing.of_before(one.to().index())));
        let key_after = right.peek().map(|one| (one.kind(), difference.pairing.of_after(one.to().index())));
        let order = match (key_before, key_after) {
            (Some(before), Some(after)) => before.cmp(&after),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => return,
        };
        if order.is_lt() {
            left.next().into_iter().for_each(|relation| lose(difference, relation, suspects));
            continue;
        }
        if order.is_gt() {
            right.next().into_iter().for_each(|relation| gain(difference, relation, suspects));
            continue;
        }
        let (Some(one), Some(other)) = (left.next(), right.next()) else { return };
        let mut aspects = Vec::new();
        if one.class() != other.class() {
            aspects.push(RelationAspect::Class);
        }
        if one.strength() != other.strength() {
            aspects.push(RelationAspect::Strength);
        }
        if one.any_of().is_some() || other.any_of().is_some() {
            let (groups_before, groups_after) = groups.get_or_insert_with(|| {
                let pairing = &difference.pairing;
                (
                    groups_of(before, |entity| pairing.of_before(entity)),
                    groups_of(after, |entity| pairing.of_after(entity)),
                )
            });
            let members_before = one.any_of().and_then(|group| groups_before.get(&group));
            let members_after = other.any_of().and_then(|group| groups_after.get(&group));
            if members_before != members_after {
                aspects.push(RelationAspect::Alternatives);
            }
        }
        if !aspects.is_empty() {
            suspect(one.kind(), &mut || difference.pairing.of_before(one.from().index()), suspects, || {
                difference.pairing.of_before(one.to().index())
            });
            difference.relations_changed.push(RelationChange { before: one, after: other, aspects });
        }
    }
}

/// The members of each group, ascending; an entity's relations come by kind first.
fn groups_of(entity: Entity<'_>, pair_of: impl Fn(u32) -> u32) -> Groups {
    let mut groups = Groups::new();
    for relation in entity.outgoing() {
        if let Some(group) = relation.any_of() {
            groups.entry(group).or_default().push(pair_of(relation.to().index()));
        }
    }
    groups.values_mut().for_each(|members| members.sort_unstable());
    groups
}

fn lose<'b>(difference: &mut GraphDifference<'b, '_>, relation: Relation<'b>, suspects: &mut BTreeSet<u32>) {
    let pairing = &difference.pairing;
    suspect(relation.kind(), &mut || pairing.of_before(relation.from().index()), suspects, || {
        pairing.of_before(relation.to().index())
    });
    difference.relations_lost.push(relation);
}

fn gain<'a>(difference: &mut GraphDifference<'_, 'a>, relation: Relation<'a>, suspects: &mut BTreeSet<u32>) {
    let pairing = &difference.pairing;
    suspect(relation.kind(), &mut || pairing.of_after(relation.from().index()), suspects, || {
        pairing.of_after(relation.to().index())
    });
    difference.relations_gained.push(relation);
}

/// Takes note of the end of a relation that needs the other.
fn suspect(
    kind: RelationKind,
    from: &mut dyn FnMut() -> u32,
    suspects: &mut BTreeSet<u32>,
    to: impl Fn() -> u32,
) {
    match kind.needy_end() {
        Some(RelationEnd::From) => suspects.insert(from()),
        Some(RelationEnd::To) => suspects.insert(to()),
        None => false,
    };
}

/// Whether an entity needs the same, as hard, with the same alternatives, in both graphs.
fn needs_are_same(difference: &GraphDifference<'_, '_>, pair: u32) -> bool {
    let pairing = &difference.pairing;
    let before = needs_of(difference.before, pairing.before(pair), |entity| pairing.of_before(entity));
    let after = needs_of(difference.after, pairing.after(pair), |entity| pairing.of_after(entity));
    before == after
}

type NeedsOfOne = (Vec<(u32, Strength)>, Vec<(Strength, Vec<u32>)>);

fn needs_of(graph: &CatalogGraph, entity: Option<u32>, pair_of: impl Fn(u32) -> u32) -> NeedsOfOne {
    let Some(entity) = entity else { return NeedsOfOne::default() };
    let needs = graph.needs();
    // Pairs are in the order of numbers, so that what is sorted stays so.
    let next = needs.next_to(entity, Direction::Dependencies);
    let plain = next.map(|(needed, strength)| (pair_of(needed), strength)).collect();
    let groups = needs.alternatives_of(entity);
    let mut groups: Vec<(Strength, Vec<u32>)> =
        groups.map(|(strength, members)| (strength, members.into_iter().map(&pair_of).collect())).collect();
    groups.sort_unstable();
    (plain, groups)
}
