//! How much lies behind every entity at once: entities, critical ones, and the teams that own them.
//!
//! Exact, on the [condensation](super::condensation), where each source is counted in the cheaper of two ways:
//!
//! - by a [search](tree_search) that only meets what does not lie behind the heaviest next component, whose
//!   own reach is marked already: what a chain or a tree costs is its length, not its number of pairs;
//! - in a [block](block_sweep) of 512 sources as one row of bits for each component, swept in topological
//!   order over what the block reaches only (Then et al., "The More the Merrier", VLDB 2014), with the heaviest
//!   sources together.
//!
//! Which is cheaper is told by a coarse estimate of all reaches ([`plan`]), which decides on nothing else. Both
//! ways run on all cores. The cost depends on the shape of the needs and can be quadratic, so that the work is
//! counted; over a limit the answer is an [estimate](super::reach_estimate), and says so.

mod block_sweep;
mod column_counts;
mod facts;
mod plan;
mod tree_search;

use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};

use super::{Direction, Needs, condensation::Condensation, reach_estimate};
use block_sweep::BlockSweep;
use facts::Fact;
pub(super) use facts::Facts;
use plan::{Plan, Task};
use tree_search::TreeSearch;

pub use facts::Weights;

/// What lies behind one entity, without itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReachCount {
    /// How many entities.
    pub entities: u32,
    /// How many of these are critical.
    pub critical: u32,
    /// How many different owners these have.
    pub teams: u32,
}

/// What lies behind every entity.
#[derive(Clone, Debug, PartialEq)]
pub struct ReachCounts {
    /// By number of the entity.
    pub counts: Vec<ReachCount>,
    /// Whether the counts are right or about right.
    pub precision: Precision,
    /// The work that was done to count exactly, in words of 64 bits, also where it was given up.
    pub exact_words: u64,
}

/// How near to the truth counts are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Precision {
    /// They are the truth.
    Exact,
    /// They are an estimate with this standard error, as a part of the count; two thirds of all counts are
    /// that near to the truth. Small counts are nearer.
    Estimated {
        /// For example 0.065.
        standard_error: f64,
    },
}

/// How much work counting exactly may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReachCountLimits {
    /// Words of 64 bits that are read to count exactly; where it takes more, counts are estimated. A core
    /// does some 500 million in a second.
    pub exact_words_max: u64,
}

impl Default for ReachCountLimits {
    fn default() -> Self {
        Self { exact_words_max: 4_000_000_000 }
    }
}

impl Needs {
    /// Counts what lies behind every entity in one direction.
    ///
    /// What [`Needs::reach`] finds for each entity, counted. See the opening of this file for the cost.
    ///
    /// # Panics
    ///
    /// Where the weights are of another number of entities.
    pub fn reach_counts(
        &self,
        direction: Direction,
        weights: &Weights,
        limits: ReachCountLimits,
    ) -> ReachCounts {
        assert_eq!(weights.entity_count(), self.entity_count(), "each entity has its weight");
        let condensation = self.condensation(direction);
        let (plan, facts) = std::thread::scope(|threads| {
            let plan = threads.spawn(|| Plan::new(&condensation));
            let facts = Facts::new(self, &condensation, weights);
            (plan.join().expect("a plan is made without a panic"), facts)
        });
        let job = Job::new(&condensation, &facts, limits);
        job.run(&plan);
        let exact_words = job.words.load(Ordering::Relaxed);
        let (counts, precision) = if exact_words > limits.exact_words_max {
            let by_place = reach_estimate::by_place(&condensation, &facts);
            let standard_error = reach_estimate::STANDARD_ERROR;
            let counts = self.layout.place_of().iter().map(|place| by_place[*place as usize]).collect();
            (counts, Precision::Estimated { standard_error })
        } else {
            let counts = self.layout.place_of().iter().map(|place| job.of_place(*place)).collect();
            (counts, Precision::Exact)
        };
        ReachCounts { counts, precision, exact_words }
    }

    /// The same exact counts with every source in a block.
    #[cfg(test)]
    pub(super) fn reach_counts_in_blocks(&self, direction: Direction, weights: &Weights) -> Vec<ReachCount> {
        let condensation = self.condensation(direction);
        let facts = Facts::new(self, &condensation, weights);
        let job = Job::new(&condensation, &facts, ReachCountLimits { exact_words_max: u64::MAX });
        job.run(&Plan::in_blocks(&condensation));
        self.layout.place_of().iter().map(|place| job.of_place(*place)).collect()
    }

    fn condensation(&self, direction: Direction) -> Condensation {
        let (rows, reverse) = match direction {
            Direction::Dependents => (Direction::Dependents, Direction::Dependencies),
            Direction::Dependencies => (Direction::Dependencies, Direction::Dependents),
        };
        Condensation::new(self.rows(rows), self.rows(reverse))
    }
}

/// Counting that is going on, on several cores.
struct Job<'c> {
    condensation: &'c Condensation,
    facts: &'c Facts,
    /// By component, and one more: where what is next to it begins, with what is counted of it, since a search
    /// wants both at once.
    records: Vec<(u32, Fact)>,
    words_max: u64,
    words: AtomicU64,
    /// By component, what lies behind it and in it: entities, critical ones, teams; an only entity is not
    /// counted itself.
    counts: Vec<[AtomicU32; 3]>,
    /// The places of components of several whose teams have nothing else in it or behind it: one bit each.
    last_of_team: Vec<AtomicU64>,
}

impl<'c> Job<'c> {
    fn new(condensation: &'c Condensation, facts: &'c Facts, limits: ReachCountLimits) -> Self {
        let counts = std::iter::repeat_with(Default::default).take(condensation.len()).collect();
        let places = condensation.component_of().len();
        let last_of_team = std::iter::repeat_with(Default::default).take(places.div_ceil(64)).collect();
        let words_max = limits.exact_words_max;
        let record = |component: u32| (condensation.next().bounds(component).start, facts.of(component));
        let components = 0..u32::try_from(condensation.len()).expect("no more than places");
        let mut records: Vec<(u32, Fact)> = components.map(record).collect();
        records.push((condensation.next().len(), Fact::default()));
        Self { condensation, facts, records, words_max, words: AtomicU64::new(0), counts, last_of_team }
    }

    /// Counts, or stops where it takes too much work: whether it does depends on the plan alone.
    fn run(&self, plan: &Plan) {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut searches = TreeSearch::new(self);
            let mut blocks = None;
            while let Some(task) = plan.tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                match task {
                    Task::Trees(range) => searches.run(plan, range.clone()),
                    Task::Block(sources) => {
                        blocks.get_or_insert_with(|| BlockSweep::new(self)).run(sources);
                    }
                }
                if self.is_over() {
                    break;
                }
            }
        };
        std::thread::scope(|threads| {
            let others = thread_count(plan).saturating_sub(1);
            (0..others).for_each(|_| drop(threads.spawn(work)));
            work();
        });
    }

    /// Takes note of work that was done; tells whether it is too much.
    fn worked(&self, words: usize) -> bool {
        let words = words as u64;
        self.words.fetch_add(words, Ordering::Relaxed) + words > self.words_max
    }

    fn is_over(&self) -> bool {
        self.words.load(Ordering::Relaxed) > self.words_max
    }

    /// Notes what lies behind a component, as `[entities, critical, teams]` without itself. `has_owner` tells
    /// whether something behind it is of an owner.
    fn note(&self, component: u32, behind: [u32; 3], has_owner: impl Fn(u32) -> bool) {
        let behind = if self.records[component as usize].1.is_several() {
            self.with_own(component, behind, has_owner)
        } else {
            behind
        };
        for (to, count) in self.counts[component as usize].iter().zip(behind) {
            to.store(count, Ordering::Relaxed);
        }
    }

    /// What lies behind a component of several entities, with these.
    fn with_own(&self, component: u32, behind: [u32; 3], has_owner: impl Fn(u32) -> bool) -> [u32; 3] {
        let own = self.facts.several(component);
        let teams = own.owners.iter().filter(|(owner, _)| !has_owner(*owner)).count();
        for place in self.condensation.members(component) {
            let is_last_of_team = self.facts.owner_at(*place).is_some_and(|owner| {
                let at = own.owners.partition_point(|of| of.0 < owner);
                own.owners[at].1 == 1 && !has_owner(owner)
            });
            let bit = u64::from(is_last_of_team) << (place % 64);
            self.last_of_team[*place as usize / 64].fetch_or(bit, Ordering::Relaxed);
        }
        let teams = u32::try_from(teams).expect("fewer than entities");
        [behind[0] + own.size, behind[1] + own.critical, behind[2] + teams]
    }

    /// What lies behind the entity at a place, when everything is counted.
    fn of_place(&self, place: u32) -> ReachCount {
        let component = self.condensation.component_of()[place as usize];
        let [entities, critical, teams] =
            [0, 1, 2].map(|of| self.counts[component as usize][of].load(Ordering::Relaxed));
        // In a circle everything lies behind itself, and is not counted there.
        let itself = u32::from(self.records[component as usize].1.is_several());
        let last_of_team = self.last_of_team[place as usize / 64].load(Ordering::Relaxed);
        ReachCount {
            entities: entities - itself,
            critical: critical - itself * u32::from(self.facts.is_critical_at(place)),
            teams: teams - (last_of_team >> (place % 64) & 1) as u32,
        }
    }
}

/// Small work is not worth a second thread.
fn thread_count(plan: &Plan) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    cores.min(plan.tasks.len())
}
