//! Availability arithmetic: how available an entity can be, given what it hard-needs.
//!
//! An entity works where its own doing does not fail it, everything that it hard-needs works, and of each
//! hard group of alternatives some member works: it is not [`Health::Down`](super::Health::Down) by the rules
//! of [`impact`](super::impact). What fails does so independently, each entity with the unavailability that it
//! promises; one without a promise counts as perfect and is counted as unknown. The bound of an entity is the
//! chance that everything but itself lets it work. Soft needs do not count.
//!
//! A promise can be read in two ways, and each gives one end of the answer:
//!
//! - [`Reading::Whole`], the lower end: a promise is about the entity's own doing, so every entity of the
//!   closure counts, each once however many ways lead to it. This is the rule of Treynor, Dahlin, Rau and
//!   Beyer, "The Calculus of Service Availability" (ACM Queue 15(2), 2017). Where a promise covers what lies
//!   behind the entity as well, that is counted twice, so that this end is the pessimistic one.
//! - [`Reading::Direct`], the upper end: a promise is what callers get, with everything behind it already in
//!   it, so that nothing behind a promise counts. Entities without a promise are looked through. Direct
//!   promises fail independently here as well; where two of them cover the same thing behind them, more is
//!   possible, though never more than the weaker one of both.
//!
//! Needs without alternatives are a product. Alternatives that share nothing are products as well; where they
//! share entities, these are [factored](factoring): the formula is taken apart into one for each state of the
//! shared ones (pivotal decomposition, Moskowitz 1958; Barlow and Proschan 1975, section 1.2). Entities that
//! occur in the same alternatives count as one. That is exact, and exponential in the shared ones, so at most
//! [`AvailabilityLimits::factoring_entities_max`] are factored; beyond, the answer is an interval by the
//! inequalities for [associated](association) variables, and says so.
//!
//! Cost: O(needs of the closure) for one entity, plus 2^shared times the size of what is behind alternatives.
//! Asked for many, an entity with a single need takes over what is known of the next; all others search their
//! own closure, until [`AvailabilityLimits::visits_max`] is spent. The rest is bounded in O(entities + needs).

mod association;
mod circles;
mod closure;
mod factoring;
mod formula;
mod terms;

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

use super::{Direction, Needs};
use crate::model::Strength;
use association::Association;
use closure::ClosureSearch;
use factoring::Interval;

pub use terms::{AlternativesTerm, AvailabilityTerms};

/// What entities promise, by number.
#[derive(Clone, Debug)]
pub struct Promises {
    unavailability: Vec<f64>,
    is_known: FixedBitSet,
}

impl Promises {
    /// So many entities that promise nothing.
    pub fn new(entity_count: usize) -> Self {
        Self { unavailability: vec![0.0; entity_count], is_known: FixedBitSet::with_capacity(entity_count) }
    }

    /// An entity promises to fail in no greater share than this, from 0 to 1.
    ///
    /// # Panics
    ///
    /// Where the number is none of an entity, or the share is none.
    pub fn set(&mut self, entity: u32, unavailability: f64) {
        assert!((0.0..=1.0).contains(&unavailability), "an unavailability is a share");
        self.unavailability[entity as usize] = unavailability;
        self.is_known.insert(entity as usize);
    }

    /// What an entity promises; `None` where nothing.
    pub fn of(&self, entity: u32) -> Option<f64> {
        self.is_known.contains(entity as usize).then(|| self.unavailability[entity as usize])
    }
}

/// How a promise is read; see the head of this file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reading {
    /// It is about the entity's own doing: everything behind it counts as well.
    Whole,
    /// It is what callers get: nothing behind it counts.
    Direct,
}

/// How much work an answer may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AvailabilityLimits {
    /// How many entities, or sets of entities that occur together, are factored in each part of a formula
    /// that is independent of the others; each one more doubles the work.
    pub factoring_entities_max: u32,
    /// How many needs and terms of formulas are looked at before everything else is only bounded.
    pub visits_max: u64,
}

impl AvailabilityLimits {
    /// The greatest useful value of [`Self::factoring_entities_max`]: a million states.
    pub const FACTORING_ENTITIES_MOST: u32 = 20;
}

impl Default for AvailabilityLimits {
    fn default() -> Self {
        Self { factoring_entities_max: 12, visits_max: 100_000_000 }
    }
}

/// Between what an entity can be available, by number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AvailabilityBounds {
    /// The entity.
    pub entity: u32,
    /// Where every entity behind it counts: the pessimistic end.
    pub lower: AvailabilityBound,
    /// Where only direct promises count: the optimistic end. Never worse than the lower end.
    pub upper: AvailabilityBound,
    /// How many entities it hard-needs, alternatives included, transitively; `None` where that was too dear.
    pub needed: Option<u32>,
    /// How many of those promise nothing and count as perfect.
    pub unknown: Option<u32>,
}

/// One end of what an entity can be available.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AvailabilityBound {
    /// The share in which what it needs fails it, from 0 to 1.
    pub unavailability: f64,
    /// How it was found.
    pub method: BoundMethod,
}

/// How a bound was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BoundMethod {
    /// As a product: nothing is shared between alternatives. Exact.
    Product,
    /// By factoring what alternatives share. Exact.
    Factoring,
    /// By the inequalities for associated variables (Esary, Proschan, Walkup 1967). Not exact: the lower end
    /// may be too low, and the upper one too high.
    Association,
}

impl BoundMethod {
    /// The method in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Factoring => "factoring",
            Self::Association => "association",
        }
    }

    /// Whether what it finds is exact under its reading of promises.
    pub fn is_exact(self) -> bool {
        self != Self::Association
    }
}

impl Needs {
    /// Between what each of some entities can be available, in their order.
    ///
    /// # Panics
    ///
    /// Where one is not the number of an entity of this graph, or the promises are of another graph.
    pub fn availability(
        &self,
        entities: &[u32],
        promises: &Promises,
        limits: AvailabilityLimits,
    ) -> Vec<AvailabilityBounds> {
        assert_eq!(promises.unavailability.len(), self.entity_count(), "the promises are of this graph");
        let own = Own::new(self, promises);
        let shares = entities.len() >= SHARING_FROM;
        let mut whole = Bounding::new(self, &own, Reading::Whole, limits, shares);
        let mut direct = Bounding::new(self, &own, Reading::Direct, limits, shares);
        let bounds = entities.iter().map(|entity| {
            let place = self.place_of(*entity);
            let lower = whole.of(place);
            let upper = direct.of(place);
            AvailabilityBounds {
                entity: *entity,
                lower: AvailabilityBound { unavailability: lower.fails.most, method: lower.method },
                // Both are right, so that the better one of the whole is no worse; only rounding is.
                upper: AvailabilityBound {
                    unavailability: upper.fails.least.min(lower.fails.most),
                    method: upper.method,
                },
                needed: lower.counts.map(|counts| counts.needed),
                unknown: lower.counts.map(|counts| counts.unknown),
            }
        });
        bounds.collect()
    }
}

/// What each place fails by its own doing.
struct Own {
    unavailability: Vec<f64>,
    is_known: FixedBitSet,
}

impl Own {
    fn new(needs: &Needs, promises: &Promises) -> Self {
        let mut is_known = FixedBitSet::with_capacity(needs.entity_count());
        let mut unavailability = vec![0.0; needs.entity_count()];
        for entity in promises.is_known.ones() {
            let place = needs.place_of(u32::try_from(entity).expect("entities have numbers of 32 bits"));
            unavailability[place as usize] = promises.unavailability[entity];
            is_known.insert(place as usize);
        }
        Self { unavailability, is_known }
    }

    fn of(&self, place: u32) -> f64 {
        self.unavailability[place as usize]
    }

    fn is_known(&self, place: u32) -> bool {
        self.is_known.contains(place as usize)
    }
}

/// What is known of one place under one reading.
#[derive(Clone, Copy, Debug)]
struct Found {
    /// The share in which what it needs fails it.
    fails: Interval,
    method: BoundMethod,
    counts: Option<Counts>,
}

/// How many entities lie behind one.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    needed: u32,
    unknown: u32,
}

/// Bounds of one place after the other under one reading.
struct Bounding<'n> {
    needs: &'n Needs,
    own: &'n Own,
    reading: Reading,
    limits: AvailabilityLimits,
    visits: u64,
    search: ClosureSearch<'n>,
    known: FxHashMap<u32, Found>,
    association: Option<Association>,
    /// Whether it is worth while to look at the whole graph, so that one entity can take over from another.
    shares: bool,
}

/// From how many entities on the whole graph is looked at for what they can take over from each other.
const SHARING_FROM: usize = 64;

impl<'n> Bounding<'n> {
    fn new(
        needs: &'n Needs,
        own: &'n Own,
        reading: Reading,
        limits: AvailabilityLimits,
        shares: bool,
    ) -> Self {
        let search = ClosureSearch::new(needs, own, reading);
        let known = FxHashMap::default();
        Self { needs, own, reading, limits, visits: 0, search, known, association: None, shares }
    }

    fn of(&mut self, place: u32) -> Found {
        // Down to an entity of which something is known, or which needs more than one other.
        let mut chain = Vec::new();
        let mut at = place;
        let mut found = loop {
            if let Some(found) = self.known.get(&at) {
                break *found;
            }
            let next = if self.shares { self.only_need(at) } else { None };
            if let Some(next) = next.filter(|next| !self.stops_at(*next) && self.is_apart(at)) {
                chain.push(at);
                at = next;
                continue;
            }
            let found = self.search_from(at);
            self.known.insert(at, found);
            break found;
        };
        for needy in chain.into_iter().rev() {
            let own = self.own.of(at);
            found.fails =
                Interval { least: either(own, found.fails.least), most: either(own, found.fails.most) };
            found.counts = found.counts.map(|counts| Counts {
                needed: counts.needed + 1,
                unknown: counts.unknown + u32::from(!self.own.is_known(at)),
            });
            self.known.insert(needy, found);
            at = needy;
        }
        found
    }

    /// The one entity that another one hard-needs, where it needs no other.
    fn only_need(&mut self, place: u32) -> Option<u32> {
        let row = self.needs.rows(Direction::Dependencies).of(place);
        self.visits += row.len() as u64;
        let mut hard = row.iter().filter(|neighbour| neighbour.is_hard());
        let only = hard.next()?.place();
        let has_more = hard.next().is_some()
            || self.needs.alternatives().of(place).any(|group| group.strength == Strength::Hard);
        (!has_more).then_some(only)
    }

    /// Whether nothing behind this one counts.
    fn stops_at(&self, place: u32) -> bool {
        self.reading == Reading::Direct && self.own.is_known(place)
    }

    /// Whether nothing that a place needs needs it in turn.
    fn is_apart(&mut self, place: u32) -> bool {
        self.association().is_apart(place)
    }

    fn association(&mut self) -> &Association {
        self.association.get_or_insert_with(|| Association::new(self.needs, self.own, self.reading))
    }

    fn search_from(&mut self, place: u32) -> Found {
        let visits_max = self.limits.visits_max.saturating_sub(self.visits);
        let formula = self.search.formula_of(place, visits_max);
        self.visits += self.search.visits();
        if let Some(formula) = formula {
            let visits_max = self.limits.visits_max.saturating_sub(self.visits);
            let worth = formula.evaluate(self.limits.factoring_entities_max, visits_max);
            self.visits += worth.visits;
            if let Some((fails, method)) = worth.fails {
                return Found { fails, method, counts: Some(formula.counts()) };
            }
        }
        let fails = self.association().fails(place);
        Found { fails, method: BoundMethod::Association, counts: None }
    }
}

/// The chance that one or the other of two independent things happens, exact where both are small.
fn either(one: f64, other: f64) -> f64 {
    one + other * (1.0 - one)
}
