//! What entities promise: their objectives on availability, as numbers.

use crate::{
    graph::{CatalogGraph, Entity},
    model::{Availability, Located, Objective, Origin},
    needs::Promises,
};

/// What an entity promises, with the place that says so.
#[derive(Clone, Debug)]
pub struct AvailabilityPromise<'g> {
    /// The availability.
    pub availability: Availability,
    /// As it is written.
    pub stated: &'g str,
    /// Where it is written.
    pub origin: Option<Origin>,
}

/// What an entity promises: of several objectives on availability the strictest one that can be read.
pub fn promise_of(entity: Entity<'_>) -> Option<AvailabilityPromise<'_>> {
    let (availability, objective) = strictest(entity)?;
    Some(AvailabilityPromise {
        availability,
        stated: &objective.value.target,
        origin: origin_of(entity, objective),
    })
}

/// An objective on availability that cannot be read: what manifests state is checked when it is read, but
/// a store may be older than that.
pub(super) fn unreadable_promise(entity: Entity<'_>) -> Option<(&str, Option<Origin>)> {
    let unreadable = |objective: &&Located<Objective>| {
        objective.value.availability().is_some_and(|availability| availability.is_err())
    };
    let objective = entity.objectives().iter().find(unreadable)?;
    Some((&objective.value.target, origin_of(entity, objective)))
}

fn strictest(entity: Entity<'_>) -> Option<(Availability, &Located<Objective>)> {
    let objectives = entity.objectives().iter();
    let promised =
        objectives.filter_map(|objective| Some((objective.value.availability()?.ok()?, objective)));
    // Of equal ones the first.
    promised.reduce(|best, next| if next.0 > best.0 { next } else { best })
}

/// Where an objective of an entity is written.
fn origin_of(entity: Entity<'_>, objective: &Located<Objective>) -> Option<Origin> {
    let mut declarations = entity.declarations();
    let declaration = declarations.find(|declaration| declaration.objectives().contains(objective))?;
    Some(declaration.origin_at(objective.position))
}

/// What all entities of a graph promise.
pub(super) struct StatedPromises {
    promises: Promises,
    promised: usize,
    entities: Vec<u32>,
}

impl StatedPromises {
    pub(super) fn of(graph: &CatalogGraph) -> Self {
        Self::among(graph, graph.entities())
    }

    /// What some entities promise, which are given in any order.
    pub(super) fn among<'g>(graph: &'g CatalogGraph, among: impl Iterator<Item = Entity<'g>>) -> Self {
        let mut promises = Promises::new(graph.entities().len());
        let mut promised = 0;
        let mut entities = Vec::new();
        for entity in among {
            if let Some((availability, _)) = strictest(entity) {
                promises.set(entity.index(), availability.unavailability());
                promised += 1;
            }
            if entity.objectives().iter().any(|objective| objective.value.is_availability()) {
                entities.push(entity.index());
            }
        }
        entities.sort_unstable();
        Self { promises, promised, entities }
    }

    pub(super) fn promises(&self) -> &Promises {
        &self.promises
    }

    /// How many entities promise anything.
    pub(super) fn promised(&self) -> usize {
        self.promised
    }

    /// The entities that state an availability, whether it can be read or not, ascending.
    pub(super) fn entities(&self) -> impl ExactSizeIterator<Item = u32> {
        self.entities.iter().copied()
    }

    /// What an entity promises.
    pub(super) fn of_entity(&self, entity: Entity<'_>) -> Option<Availability> {
        Availability::of_unavailability(self.promises.of(entity.index())?)
    }
}
