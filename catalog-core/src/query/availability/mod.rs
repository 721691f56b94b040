//! What entities promise, against what their needs allow.
//!
//! For each entity the two ends of the bound that its hard needs allow (see
//! [`Needs::availability`](crate::needs::Needs::availability) for the arithmetic and how promises are read),
//! what of its error budget each external party alone can eat, and [findings](AvailabilityFinding) by the
//! [`AVAILABILITY_RULES`].

mod detail;
mod external;
mod promise;
mod rules;
#[cfg(test)]
mod tests;

use crate::{
    graph::{CatalogGraph, Entity},
    model::{Availability, Severity},
    needs::{AvailabilityBound, AvailabilityLimits, BoundMethod, Direction, ReachLimits},
};
use promise::StatedPromises;

pub use detail::{
    AlternativeFactor, AvailabilityArithmetic, GroupFactor, RequiredFactor, availability_arithmetic,
};
pub use external::ExternalShare;
pub use promise::{AvailabilityPromise, promise_of};
pub use rules::{AVAILABILITY_RULES, AvailabilityFinding, AvailabilityRule};

/// A question about availability.
#[derive(Clone, Debug, Default)]
pub struct AvailabilityQuery<'g> {
    /// The entities, of one graph; `None` for all that promise an availability or expect one of others.
    pub entities: Option<Vec<Entity<'g>>>,
    /// How much work the answer may take.
    pub limits: AvailabilityLimits,
}

/// What some entities promise, against what their needs allow.
#[derive(Clone, Debug)]
pub struct AvailabilityAnswer<'g> {
    /// The entities: those with the worst finding first, then those whose needs take most of their error
    /// budget, then by ref.
    pub entities: Vec<EntityAvailability<'g>>,
    /// How many entities of the catalog promise an availability.
    pub promised: usize,
    /// How many bounds of the answer are not exact.
    pub inexact: usize,
}

/// What one entity promises, against what its needs allow.
#[derive(Clone, Debug)]
pub struct EntityAvailability<'g> {
    /// The entity.
    pub entity: Entity<'g>,
    /// What it promises.
    pub promise: Option<AvailabilityPromise<'g>>,
    /// What its needs allow where every entity behind it counts: the pessimistic end.
    pub lower: AllowedAvailability,
    /// What its needs allow where only direct promises count: the optimistic end.
    pub upper: AllowedAvailability,
    /// How many entities it hard-needs, alternatives included, transitively; `None` where that was too dear.
    pub needed: Option<u32>,
    /// How many of those promise nothing: they count as perfect, so that both ends are "at most".
    pub unknown: Option<u32>,
    /// The external parties whose failure alone brings it down, the one that eats most of its budget first.
    pub external: Vec<ExternalShare<'g>>,
    /// What is to be said about it, worst first.
    pub findings: Vec<AvailabilityFinding<'g>>,
}

/// One end of what the needs of an entity allow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AllowedAvailability {
    /// How available the entity can be.
    pub availability: Availability,
    /// How that was found.
    pub method: BoundMethod,
}

impl EntityAvailability<'_> {
    /// The worst that is to be said about it.
    pub fn severity(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.rule.severity).max()
    }

    /// How many times its error budget its needs take at the optimistic end; above 1, the promise cannot be
    /// kept. `None` without a promise, infinite where it leaves no budget.
    pub fn budget_taken(&self) -> Option<f64> {
        let budget = self.promise.as_ref()?.availability.unavailability();
        let taken = self.upper.availability.unavailability();
        Some(if taken > 0.0 { taken / budget } else { 0.0 })
    }
}

impl From<AvailabilityBound> for AllowedAvailability {
    fn from(bound: AvailabilityBound) -> Self {
        let availability = Availability::of_unavailability(bound.unavailability.clamp(0.0, 1.0));
        Self { availability: availability.expect("a share from 0 to 1"), method: bound.method }
    }
}

/// What entities promise, against what their needs allow.
///
/// O(entities) to gather the promises, plus the arithmetic, plus a search for each external party that
/// promises something and that some entity of the answer needs.
pub fn availability<'g>(graph: &'g CatalogGraph, query: &AvailabilityQuery<'g>) -> AvailabilityAnswer<'g> {
    let stated = StatedPromises::of(graph);
    let asked: Vec<u32> = match &query.entities {
        Some(entities) => entities.iter().map(|entity| entity.index()).collect(),
        None => stated.entities().chain(rules::expecting(graph)).collect(),
    };
    answer(graph, asked, &stated, query.limits)
}

/// The same of some entities alone, without a look at what others promise that they do not need: `promised`
/// counts those that are looked at. O(what they need), plus the arithmetic.
pub fn availability_among<'g>(
    graph: &'g CatalogGraph,
    entities: &[Entity<'g>],
    limits: AvailabilityLimits,
) -> AvailabilityAnswer<'g> {
    let asked: Vec<u32> = entities.iter().map(|entity| entity.index()).collect();
    let reach = graph.needs().reach(&asked, Direction::Dependencies, ReachLimits::default());
    let needed = reach.reached.iter().map(|one| graph.entity_at(one.entity));
    let stated = StatedPromises::among(graph, entities.iter().copied().chain(needed));
    answer(graph, asked, &stated, limits)
}

fn answer<'g>(
    graph: &'g CatalogGraph,
    mut asked: Vec<u32>,
    stated: &StatedPromises,
    limits: AvailabilityLimits,
) -> AvailabilityAnswer<'g> {
    asked.sort_unstable();
    asked.dedup();
    let bounds = graph.needs().availability(&asked, stated.promises(), limits);
    let mut external = external::external_shares(graph, stated, &asked);
    let mut entities: Vec<EntityAvailability<'g>> = bounds
        .into_iter()
        .map(|bounds| {
            let entity = graph.entity_at(bounds.entity);
            let mut row = EntityAvailability {
                entity,
                promise: promise_of(entity),
                lower: bounds.lower.into(),
                upper: bounds.upper.into(),
                needed: bounds.needed,
                unknown: bounds.unknown,
                external: external.remove(&bounds.entity).unwrap_or_default(),
                findings: Vec::new(),
            };
            row.findings = rules::findings(&row, stated);
            row
        })
        .collect();
    let taken = |row: &EntityAvailability<'_>| row.budget_taken().unwrap_or(-1.0);
    entities.sort_by(|a, b| {
        b.severity()
            .cmp(&a.severity())
            .then(taken(b).total_cmp(&taken(a)))
            .then(a.entity.name().cmp(b.entity.name()))
    });
    let is_inexact =
        |row: &&EntityAvailability<'_>| !row.lower.method.is_exact() || !row.upper.method.is_exact();
    AvailabilityAnswer {
        promised: stated.promised(),
        inexact: entities.iter().filter(is_inexact).count(),
        entities,
    }
}
