//! What an external party alone can eat of an error budget.

use rustc_hash::FxHashMap;

use super::promise::StatedPromises;
use crate::{
    graph::{CatalogGraph, Entity, ExposureClass},
    model::Availability,
    needs::{Direction, Failure, Health, ReachLimits},
};

/// An external party whose failure alone brings an entity down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExternalShare<'g> {
    /// The party.
    pub party: Entity<'g>,
    /// What it promises.
    pub promise: Availability,
}

impl ExternalShare<'_> {
    /// How much of the error budget of a promise the party may use up while it keeps its own; above 1, more
    /// than there is. Infinite where there is no budget.
    pub fn of_budget(&self, promise: Availability) -> f64 {
        if self.promise.is_perfect() {
            return 0.0;
        }
        self.promise.unavailability() / promise.unavailability()
    }
}

/// For each of some entities the external parties whose failure alone brings it down, the least
/// available one first; of those that promise anything. O(needs behind the entities) plus the
/// [impact](crate::needs::Needs::impact) of each party.
pub(super) fn external_shares<'g>(
    graph: &'g CatalogGraph,
    stated: &StatedPromises,
    asked: &[u32],
) -> FxHashMap<u32, Vec<ExternalShare<'g>>> {
    let reach = graph.needs().reach(asked, Direction::Dependencies, ReachLimits::default());
    let behind = reach.reached.iter().map(|reached| reached.entity);
    // What is asked about may be needed by another that is.
    let mut candidates: Vec<u32> = behind.chain(asked.iter().copied()).collect();
    candidates.sort_unstable();
    let parties = candidates.into_iter().filter_map(|number| {
        let party = graph.entity_at(number);
        Some(ExternalShare { party, promise: stated.of_entity(party)? })
            .filter(|_| ExposureClass::of(party) == Some(ExposureClass::ExternalParty))
    });
    let mut parties: Vec<ExternalShare<'g>> = parties.collect();
    parties.sort_by(|a, b| a.promise.cmp(&b.promise).then(a.party.name().cmp(b.party.name())));
    let mut shares: FxHashMap<u32, Vec<ExternalShare<'g>>> = FxHashMap::default();
    for share in parties {
        let number = share.party.index();
        let impact = graph.needs().impact(&Failure { down: vec![number], degraded: Vec::new() });
        // The worst come first.
        let down = impact.affected.iter().take_while(|affected| affected.health == Health::Down);
        for affected in down.filter(|affected| affected.entity != number) {
            if asked.binary_search(&affected.entity).is_ok() {
                shares.entry(affected.entity).or_default().push(share);
            }
        }
    }
    shares
}
