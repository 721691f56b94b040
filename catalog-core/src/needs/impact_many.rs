//! The impact of many failures at once: one scenario to a lane of machine words.
//!
//! Each place has a row of words for "down" and one for "down or degraded"; a need lets rows flow by OR, a
//! group of alternatives by AND over its members, so that the table of [`super::impact`] is applied to some
//! hundreds of scenarios by one pass over the needs. Strongly connected components are settled one after the
//! other, what is needed first, a circle by sweeps until nothing changes (Kam and Ullman, "Global Data Flow
//! Analysis and Iterative Algorithms", JACM 1976). What no failure can reach is not looked at. Lanes are
//! counted by planes of bits with carries (Klarqvist, Muła, Lemire, "Efficient Computation of Positional
//! Population Counts Using SIMD Instructions", 2019). O(scenarios/64 · (entities + needs)) words
//! where every failure reaches everything, and a few sweeps more within circles.

mod lane_counts;
mod order;
mod sweep;

use super::{Direction, Failure, Health, HealthCounts, Needs};
use order::Order;
use sweep::Sweep;

/// Words in a row: the scenarios of one pass, in 64s.
const WORDS: usize = 16;
/// How many scenarios one pass can hold.
const LANES: usize = WORDS * 64;

/// Failures that are asked about together, each alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct ManyFailures<'a> {
    /// The scenarios: each is a world of its own in which this fails.
    pub failures: &'a [Failure],
    /// Entities that are counted apart, as the critical ones; by number, in any order.
    pub weighed: &'a [u32],
    /// Entities of which it is asked in which scenarios they are affected; by number, in any order.
    pub watched: &'a [u32],
}

/// What comes of many failures, each alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManyImpacts {
    /// The counts of each scenario, in the order of the failures.
    pub scenarios: Vec<ScenarioImpact>,
    /// Each watched entity in each scenario that affects it, sorted by scenario, then by entity.
    pub watched: Vec<WatchedImpact>,
}

/// How many entities one failure affects, what failed by itself among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScenarioImpact {
    /// Of all entities.
    pub all: HealthCounts,
    /// Of those that are weighed.
    pub weighed: HealthCounts,
}

/// That a scenario affects an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WatchedImpact {
    /// The place of the scenario among the failures.
    pub scenario: u32,
    /// The entity, by number.
    pub entity: u32,
    /// Its state; never [`Health::Unaffected`].
    pub health: Health,
}

impl Needs {
    /// What comes of each of many failures: exactly what [`Needs::impact`] finds of each alone, counted.
    ///
    /// Memory: 16 bytes for each entity, and 16 for each of its words of 64 scenarios in which something
    /// happens to it; at most 256 for an entity.
    ///
    /// # Panics
    ///
    /// Where something that fails, is weighed or watched is not the number of an entity of this graph.
    pub fn impact_many(&self, many: &ManyFailures<'_>) -> ManyImpacts {
        let order = Order::behind(self, many.failures);
        let mut impacts = ManyImpacts {
            scenarios: vec![ScenarioImpact::default(); many.failures.len()],
            watched: Vec::new(),
        };
        // Failures that reach much share their words with each other, so that most places have few.
        let mut scenarios: Vec<u32> = (0..many.failures.len())
            .map(|position| u32::try_from(position).expect("there are fewer than 2^32 scenarios"))
            .collect();
        scenarios.sort_by_cached_key(|scenario| {
            std::cmp::Reverse(self.needed_within_two_steps(&many.failures[*scenario as usize]))
        });
        for scenarios in scenarios.chunks(LANES) {
            let mut sweep = Sweep::new(self, &order, many, scenarios);
            sweep.run();
            sweep.finish(scenarios, &mut impacts);
        }
        impacts.watched.sort_unstable();
        impacts
    }

    /// How many needs lead to what fails, and to those that need it: a guess of how far it reaches.
    fn needed_within_two_steps(&self, failure: &Failure) -> usize {
        let rows = self.rows(Direction::Dependents);
        let failing = failure.down.iter().chain(&failure.degraded).map(|entity| self.place_of(*entity));
        failing.flat_map(|place| rows.of(place)).map(|dependent| 1 + rows.of(dependent.place()).len()).sum()
    }
}
