//! The arithmetic of one entity, line by line, with the places that state its numbers.

use super::{
    AllowedAvailability, AvailabilityPromise,
    promise::{StatedPromises, promise_of},
    rules::direct_hard_needs,
};
use crate::{
    graph::{CatalogGraph, Entity},
    model::Availability,
    needs::{AvailabilityLimits, Reading},
};

/// What the bound of one entity is made of: factors that multiply to its lower end where alternatives share
/// nothing with each other.
#[derive(Clone, Debug)]
pub struct AvailabilityArithmetic<'g> {
    /// The entity.
    pub entity: Entity<'g>,
    /// What has to work in any case: what it needs directly first, then by ref.
    pub required: Vec<RequiredFactor<'g>>,
    /// What has to work in one way or another, by what needs it.
    pub groups: Vec<GroupFactor<'g>>,
}

/// One entity that has to work in any case.
#[derive(Clone, Debug)]
pub struct RequiredFactor<'g> {
    /// The entity.
    pub entity: Entity<'g>,
    /// What it promises; without a promise it counts as perfect.
    pub promise: Option<AvailabilityPromise<'g>>,
    /// Whether it is needed directly, and not only by what is needed.
    pub is_direct: bool,
    /// Whether it counts for the upper end: no promise stands between it and the entity.
    pub counts_for_upper: bool,
}

/// Alternatives of which one has to work.
#[derive(Clone, Debug)]
pub struct GroupFactor<'g> {
    /// What needs one of them: the entity itself, or something that it requires.
    pub needy: Entity<'g>,
    /// The members, by ref.
    pub members: Vec<AlternativeFactor<'g>>,
    /// How often any of them works, given that all that is required works.
    pub any: AllowedAvailability,
}

/// One of several alternatives.
#[derive(Clone, Debug)]
pub struct AlternativeFactor<'g> {
    /// The entity.
    pub entity: Entity<'g>,
    /// What it promises.
    pub promise: Option<AvailabilityPromise<'g>>,
    /// How often it works with all that it needs beyond what is required in any case.
    pub availability: Availability,
}

/// What the bounds of some entities are made of, in their order. O(entities of the catalog), to gather the
/// promises, plus the arithmetic of each.
pub fn availability_arithmetic<'g>(
    graph: &'g CatalogGraph,
    entities: &[Entity<'g>],
    limits: AvailabilityLimits,
) -> Vec<AvailabilityArithmetic<'g>> {
    let stated = StatedPromises::of(graph);
    entities.iter().map(|entity| arithmetic_of(graph, &stated, *entity, limits)).collect()
}

fn arithmetic_of<'g>(
    graph: &'g CatalogGraph,
    stated: &StatedPromises,
    entity: Entity<'g>,
    limits: AvailabilityLimits,
) -> AvailabilityArithmetic<'g> {
    let terms =
        |reading| graph.needs().availability_terms(entity.index(), stated.promises(), reading, limits);
    let whole = terms(Reading::Whole);
    let direct = terms(Reading::Direct);
    let next: Vec<Entity<'g>> = direct_hard_needs(entity);
    let mut required: Vec<RequiredFactor<'g>> = whole
        .required
        .iter()
        .map(|number| {
            let required = graph.entity_at(*number);
            RequiredFactor {
                entity: required,
                promise: promise_of(required),
                is_direct: next.contains(&required),
                counts_for_upper: direct.required.binary_search(number).is_ok(),
            }
        })
        .collect();
    required.sort_by_key(|factor| !factor.is_direct);
    let member = |(number, fails): &(u32, f64)| {
        let entity = graph.entity_at(*number);
        let availability = Availability::of_unavailability(fails.clamp(0.0, 1.0));
        AlternativeFactor {
            entity,
            promise: promise_of(entity),
            availability: availability.expect("a share from 0 to 1"),
        }
    };
    let groups = whole.alternatives.iter().map(|group| GroupFactor {
        needy: graph.entity_at(group.needy),
        members: group.members.iter().map(member).collect(),
        any: group.fails.into(),
    });
    AvailabilityArithmetic { entity, required, groups: groups.collect() }
}
