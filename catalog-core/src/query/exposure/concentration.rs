//! Concentration: how much of the organisation falls with each external party and each failure domain.

use std::cmp::Reverse;

use crate::{
    graph::{CatalogGraph, Entity, ExposureClass},
    needs::{Failure, Health, HealthCounts, ManyFailures},
};

/// What falls with each external party and each failure domain, if it alone fails.
#[derive(Clone, Debug)]
pub struct Concentration<'g> {
    /// Each party and domain: the one that brings down most critical entities first, then the one that
    /// degrades most of them, then by ref. Those with which nothing falls are there too.
    pub exposures: Vec<Exposure<'g>>,
    /// How many critical entities (tiers 0 and 1) there are.
    pub critical: usize,
}

/// What falls with one party or domain.
#[derive(Clone, Debug)]
pub struct Exposure<'g> {
    /// The party or domain.
    pub entity: Entity<'g>,
    /// Which of the two it is.
    pub class: ExposureClass,
    /// How many other entities it affects.
    pub all: HealthCounts,
    /// How many of those are critical.
    pub critical: HealthCounts,
    /// The parties and domains behind it: those with which it falls itself, the worst first, then by ref.
    pub rests_on: Vec<RestsOn<'g>>,
}

/// A party or domain behind another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestsOn<'g> {
    /// The one behind.
    pub entity: Entity<'g>,
    /// What becomes of the other one where this one fails.
    pub health: Health,
}

impl Concentration<'_> {
    /// The share of all critical entities that a count of them is, from 0 to 1; 0 where there are none.
    pub fn share(&self, critical: u32) -> f64 {
        if self.critical == 0 { 0.0 } else { f64::from(critical) / self.critical as f64 }
    }
}

/// Lets each party and each domain fail, all in one go. O(parties/64 · (entities + needs)) at worst, and
/// little where the parties touch little.
pub fn concentration(graph: &CatalogGraph) -> Concentration<'_> {
    let parties: Vec<(Entity<'_>, ExposureClass)> =
        graph.entities().filter_map(|entity| Some((entity, ExposureClass::of(entity)?))).collect();
    let critical: Vec<u32> =
        graph.entities().filter(|entity| entity.is_critical()).map(Entity::index).collect();
    let watched: Vec<u32> = parties.iter().map(|(entity, _)| entity.index()).collect();
    let failures: Vec<Failure> =
        watched.iter().map(|entity| Failure { down: vec![*entity], degraded: Vec::new() }).collect();
    let many = ManyFailures { failures: &failures, weighed: &critical, watched: &watched };
    let impacts = graph.needs().impact_many(&many);
    let mut exposures: Vec<Exposure<'_>> = parties
        .iter()
        .zip(&impacts.scenarios)
        .map(|((entity, class), impact)| Exposure {
            entity: *entity,
            class: *class,
            all: impact.all.without(Health::Down),
            critical: if entity.is_critical() {
                impact.weighed.without(Health::Down)
            } else {
                impact.weighed
            },
            rests_on: Vec::new(),
        })
        .collect();
    for of in impacts.watched {
        let behind = parties[of.scenario as usize].0;
        // The parties are in the order of their numbers.
        let position = watched.binary_search(&of.entity).expect("what is watched is a party");
        if behind.index() != of.entity {
            exposures[position].rests_on.push(RestsOn { entity: behind, health: of.health });
        }
    }
    for exposure in &mut exposures {
        exposure.rests_on.sort_by_key(|behind| (Reverse(behind.health), behind.entity.index()));
    }
    exposures.sort_by_key(|of| (Reverse(of.critical.down), Reverse(of.critical.degraded), of.entity.index()));
    Concentration { exposures, critical: critical.len() }
}
