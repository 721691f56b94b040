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
        let facts = Facts::new(self, &condensation, weights);
        let job = Job::new(&condensation, &facts, self.entity_count(), limits);
        job.run();
        let exact_words = job.words.load(Ordering::Relaxed);
        let (by_place, precision) = if exact_words > limits.exact_words_max {
            let by_place = reach_estimate::by_place(&condensation, &facts);
            let standard_error = reach_estimate::STANDARD_ERROR;
            (by_place, Precision::Estimated { standard_error })
        } else {
            (job.into_counts(), Precision::Exact)
        };
        let mut counts = vec![ReachCount::default(); self.entity_count()];
        for (place, count) in (0..).zip(by_place) {
            counts[self.entity_at(place) as usize] = count;
        }
        ReachCounts { counts, precision, exact_words }
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
    /// By place: entities, critical ones, teams.
    counts: Vec<[AtomicU32; 3]>,
}

impl<'c> Job<'c> {
    fn new(
        condensation: &'c Condensation,
        facts: &'c Facts,
        place_count: usize,
        limits: ReachCountLimits,
    ) -> Self {
        let counts = std::iter::repeat_with(Default::default).take(place_count).collect();
        let words_max = limits.exact_words_max;
        let record = |component: u32| (condensation.next().bounds(component).start, facts.of(component));
        let components = 0..u32::try_from(condensation.len()).expect("no more than places");
        let mut records: Vec<(u32, Fact)> = components.map(record).collect();
        records.push((condensation.next().len(), Fact::default()));
        Self { condensation, facts, records, words_max, words: AtomicU64::new(0), counts }
    }

    /// Counts, or stops where it takes too much work: whether it does depends on the plan alone.
    fn run(&self) {
        let plan = Plan::new(self.condensation);
        let next = AtomicUsize::new(0);
        let work = || {
            let mut searches = TreeSearch::new(self);
            let mut blocks = None;
            while let Some(task) = plan.tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                match task {
                    Task::Trees(range) => searches.run(&plan, range.clone()),
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
            let others = thread_count(&plan).saturating_sub(1);
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

    /// Notes what lies behind a component, as `[entities, critical, teams]` without itself, for each of
    /// its members. `has_owner` tells whether something behind it is of an owner.
    fn note(&self, component: u32, behind: [u32; 3], has_owner: impl Fn(u32) -> bool) {
        let places = self.condensation.members(component);
        let note = |place: u32, counts: [u32; 3]| {
            for (to, count) in self.counts[place as usize].iter().zip(counts) {
                to.store(count, Ordering::Relaxed);
            }
        };
        if let [only] = places {
            return note(*only, behind);
        }
        let [entities, critical, teams] = behind;
        let own = self.facts.several(component);
        let owners = &own.owners;
        let is_more = |owner: &&(u32, u32)| !has_owner(owner.0);
        let teams =
            teams + u32::try_from(owners.iter().filter(is_more).count()).expect("fewer than entities");
        for place in places {
            let is_last_of_team = self.facts.owner_at(*place).is_some_and(|owner| {
                let at = owners.partition_point(|of| of.0 < owner);
                owners[at].1 == 1 && !has_owner(owner)
            });
            let counts = [
                entities + own.size - 1,
                critical + own.critical - u32::from(self.facts.is_critical_at(*place)),
                teams - u32::from(is_last_of_team),
            ];
            note(*place, counts);
        }
    }

    fn into_counts(self) -> Vec<ReachCount> {
        let count = |counts: [AtomicU32; 3]| {
            let [entities, critical, teams] = counts.map(AtomicU32::into_inner);
            ReachCount { entities, critical, teams }
        };
        self.counts.into_iter().map(count).collect()
    }
}

/// Small work is not worth a second thread.
fn thread_count(plan: &Plan) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    cores.min(plan.tasks.len())
}
