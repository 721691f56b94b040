//! What a failure does now, and did before.

use crate::{
    graph::{CatalogGraph, Entity, ExposureClass},
    model::EntityRef,
    needs::{Direction, Failure, Health},
};

use super::{EntityPair, GraphDifference};

/// An entity that a failure leaves in another state than before.
#[derive(Clone, Copy, Debug)]
pub struct HealthChange<'b, 'a> {
    /// The entity.
    pub entity: EntityPair<'b, 'a>,
    /// Its state in the graph before; `None` where it is not there.
    pub before: Option<Health>,
    /// Its state in the graph after; `None` where it is not there.
    pub after: Option<Health>,
}

/// An outside party or a failure domain of which a failure takes more with it than before, or less.
#[derive(Clone, Copy, Debug)]
pub struct PartyChange<'b, 'a> {
    /// The party or the domain.
    pub party: EntityPair<'b, 'a>,
    /// What its failure does in the graph before; nothing where it is not there.
    pub before: Fall,
    /// What its failure does in the graph after; nothing where it is not there.
    pub after: Fall,
}

/// How many entities a failure leaves in each state, without what failed by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fall {
    /// How many do not work.
    pub down: usize,
    /// How many work in part.
    pub degraded: usize,
    /// How many have lost a spare.
    pub at_risk: usize,
}

impl<'b, 'a> GraphDifference<'b, 'a> {
    /// What a failure of some entities, by name, does to each entity now and did before, where that is
    /// not the same, in the order of refs. What a graph does not have does not fail there.
    /// O(entities + impact in both graphs).
    pub fn impact(&self, failed: &[EntityRef]) -> Vec<HealthChange<'b, 'a>> {
        let before = states(self.before, failed);
        let after = states(self.after, failed);
        let of_pair = |pair: u32| {
            let before = self.pairing.before(pair).map(|number| before[number as usize]);
            (before, self.pairing.after(pair).map(|number| after[number as usize]))
        };
        let is_well = |health: Option<Health>| health.is_none_or(|health| health == Health::Unaffected);
        (0..self.pairing.len())
            .filter_map(|pair| {
                let (before, after) = of_pair(pair);
                let is_other = before != after && !(is_well(before) && is_well(after));
                is_other.then(|| HealthChange { entity: self.pair(pair), before, after })
            })
            .collect()
    }

    /// The outside parties (of type `saas`, `cloud`, `partner`, `vendor`) and failure domains (`region`,
    /// `zone`, `cell`, `datacenter`) of which a failure does something else than before, in the order of
    /// refs. Only what lies below changed needs is looked at, since nothing else can have changed.
    pub fn parties(&self) -> Vec<PartyChange<'b, 'a>> {
        let mut below: Vec<u32> =
            self.reached_from_changed_needs(Direction::Dependencies).iter().map(|(pair, _)| *pair).collect();
        below.extend(&self.needs_changed);
        below.sort_unstable();
        below.dedup();
        let pairs = below.into_iter().map(|pair| self.pair(pair));
        pairs
            .filter(|pair| {
                [pair.before, pair.after].into_iter().flatten().any(|of| ExposureClass::of(of).is_some())
            })
            .map(|party| PartyChange {
                party,
                before: party.before.map_or_else(Fall::default, |entity| fall(self.before, entity)),
                after: party.after.map_or_else(Fall::default, |entity| fall(self.after, entity)),
            })
            .filter(|change| change.before != change.after)
            .collect()
    }
}

fn fall(graph: &CatalogGraph, entity: Entity<'_>) -> Fall {
    let impact = graph.needs().impact(&Failure { down: vec![entity.index()], degraded: Vec::new() });
    let count = |health: Health| impact.affected.iter().filter(|one| one.health == health).count();
    Fall { down: count(Health::Down) - 1, degraded: count(Health::Degraded), at_risk: count(Health::AtRisk) }
}

/// The state of every entity, by number.
fn states(graph: &CatalogGraph, failed: &[EntityRef]) -> Vec<Health> {
    let down = failed.iter().filter_map(|name| graph.entity(name)).map(Entity::index).collect();
    let mut states = vec![Health::Unaffected; graph.entities().len()];
    for affected in graph.needs().impact(&Failure { down, degraded: Vec::new() }).affected {
        states[affected.entity as usize] = affected.health;
    }
    states
}
