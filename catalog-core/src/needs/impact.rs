//! Impact: what fails, and how badly, where some entities fail; the least fixpoint of the rules of failure.
//!
//! | need of x on y | y down | y degraded | y at risk |
//! |---|---|---|---|
//! | hard | x down | x degraded | – |
//! | soft | x degraded | – | – |
//! | any of, every member down | x down (soft: degraded) | | |
//! | any of, none fully working but not all down | x degraded (soft: –) | | |
//! | any of, some member works and some does not | x at risk (soft: –) | | |
//!
//! The rules are monotone, so the answer does not depend on the order in which they are applied, and a
//! circle of needs does not fail by itself. What is down follows from what is down alone, what is degraded
//! from what is down or degraded, and what is at risk makes nothing else so: three searches, worst first,
//! that meet each affected entity once. O(entities/4 + needs and memberships met).

use super::{Direction, Needs, alternatives::Group};
use crate::model::Strength;

/// How badly an entity is affected, the least first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Health {
    /// It works as before.
    #[default]
    Unaffected = 0,
    /// It works, and has lost a spare.
    AtRisk = 1,
    /// It works in part.
    Degraded = 2,
    /// It does not work.
    Down = 3,
}

impl Health {
    /// All states, the least bad first.
    pub const ALL: [Self; 4] = [Self::Unaffected, Self::AtRisk, Self::Degraded, Self::Down];

    /// The state in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unaffected => "unaffected",
            Self::AtRisk => "at-risk",
            Self::Degraded => "degraded",
            Self::Down => "down",
        }
    }
}

/// How many entities are in each state that is not well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct HealthCounts {
    /// They do not work.
    pub down: u32,
    /// They work in part.
    pub degraded: u32,
    /// They work, and have lost a spare.
    pub at_risk: u32,
}

impl HealthCounts {
    /// Counts one entity more.
    pub fn add(&mut self, health: Health) {
        match health {
            Health::Unaffected => {}
            Health::AtRisk => self.at_risk += 1,
            Health::Degraded => self.degraded += 1,
            Health::Down => self.down += 1,
        }
    }

    /// How many are affected at all.
    pub fn total(self) -> u32 {
        self.down + self.degraded + self.at_risk
    }

    /// Both counts together.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            down: self.down + other.down,
            degraded: self.degraded + other.degraded,
            at_risk: self.at_risk + other.at_risk,
        }
    }

    /// One entity less in a state, as the one that failed by itself.
    #[must_use]
    pub fn without(mut self, health: Health) -> Self {
        match health {
            Health::Unaffected => {}
            Health::AtRisk => self.at_risk -= 1,
            Health::Degraded => self.degraded -= 1,
            Health::Down => self.down -= 1,
        }
        self
    }
}

/// What fails, by number; in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// Entities that do not work.
    pub down: Vec<u32>,
    /// Entities that work in part.
    pub degraded: Vec<u32>,
}

/// What comes of a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impact {
    /// Everything that is affected, what failed by itself too, the worst first, then by number.
    pub affected: Vec<Affected>,
}

impl Impact {
    /// The state of an entity. O(log affected).
    pub fn health(&self, entity: u32) -> Health {
        self.find(entity).map_or(Health::Unaffected, |affected| affected.health)
    }

    /// Whether an entity was said to fail, rather than affected by what did.
    pub fn has_failed(&self, entity: u32) -> bool {
        self.find(entity).is_some_and(|affected| affected.cause == Cause::Failed)
    }

    fn find(&self, entity: u32) -> Option<&Affected> {
        Health::ALL.into_iter().find_map(|health| {
            let start = self.affected.partition_point(|affected| affected.health > health);
            let end = self.affected.partition_point(|affected| affected.health >= health);
            let of_one_state = &self.affected[start..end];
            let at = of_one_state.binary_search_by_key(&entity, |affected| affected.entity).ok()?;
            Some(&of_one_state[at])
        })
    }
}

/// One entity of an [`Impact`], by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Affected {
    /// The entity.
    pub entity: u32,
    /// Its state; never [`Health::Unaffected`].
    pub health: Health,
    /// Why it is in that state: one cause of possibly several.
    pub cause: Cause,
}

/// Why an entity is in its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// It was said to fail.
    Failed,
    /// It needs this entity.
    Need(u32),
    /// It needs one of several, of which this entity was the last to fail.
    Alternatives(u32),
}

impl Needs {
    /// What comes of a failure. See the table of this file.
    ///
    /// # Panics
    ///
    /// Where something that fails is not the number of an entity of this graph.
    pub fn impact(&self, failure: &Failure) -> Impact {
        self.impact_keeping(failure, &[])
    }

    /// The same where some entities are taken to work whatever else fails.
    ///
    /// # Panics
    ///
    /// As [`Needs::impact`].
    pub fn impact_keeping(&self, failure: &Failure, kept: &[u32]) -> Impact {
        let mut spread = Spread::new(self, failure, kept);
        spread.down();
        spread.degraded();
        spread.at_risk();
        spread.into_impact()
    }
}

/// A member of a group that does not fully work counts here.
#[derive(Clone, Copy, Default)]
struct Tally {
    down: u32,
    /// Down or degraded.
    impaired: u32,
}

/// A failure that is spreading, between places.
struct Spread<'n> {
    needs: &'n Needs,
    health: Vec<Health>,
    /// What is affected, in the order in which it was met, so that each state lies together.
    met: Vec<(u32, PlacedCause)>,
    tallies: Vec<Tally>,
    /// The groups with a member that does not fully work, with one such member.
    touched: Vec<(u32, u32)>,
    /// What fails in part by itself; it comes after everything that is down.
    degraded_by_itself: Vec<u32>,
    first_degraded: usize,
    first_at_risk: usize,
}

#[derive(Clone, Copy)]
enum PlacedCause {
    Failed,
    Need(u32),
    Alternatives(u32),
}

impl<'n> Spread<'n> {
    fn new(needs: &'n Needs, failure: &Failure, kept: &[u32]) -> Self {
        let mut health = vec![Health::Unaffected; needs.entity_count()];
        // What is as bad as can be never rises, and so is never met.
        needs.places_of(kept).into_iter().for_each(|place| health[place as usize] = Health::Down);
        let mut met = needs.places_of(&failure.down);
        met.retain(|place| health[*place as usize] == Health::Unaffected);
        Self {
            needs,
            health,
            met: met.into_iter().map(|place| (place, PlacedCause::Failed)).collect(),
            tallies: vec![Tally::default(); needs.alternatives().len()],
            touched: Vec::new(),
            degraded_by_itself: needs.places_of(&failure.degraded),
            first_degraded: 0,
            first_at_risk: 0,
        }
    }

    /// Lets an entity rise to a state, if it is not that bad already.
    fn raise(&mut self, place: u32, health: Health, cause: PlacedCause) {
        let present = &mut self.health[place as usize];
        if *present < health {
            *present = health;
            self.met.push((place, cause));
        }
    }

    /// Everything that is down, from what is down.
    fn down(&mut self) {
        self.met.iter().for_each(|(place, _)| self.health[*place as usize] = Health::Down);
        let mut next = 0;
        while let Some((place, _)) = self.met.get(next).copied() {
            next += 1;
            let mut is_member = false;
            for neighbour in self.needs.rows(Direction::Dependents).of(place) {
                is_member |= neighbour.is_member();
                if neighbour.is_hard() {
                    self.raise(neighbour.place(), Health::Down, PlacedCause::Need(place));
                }
            }
            if is_member {
                for group in self.needs.alternatives().with(place) {
                    self.count(group, place, true);
                    let is_over = self.tallies[group.number as usize].down as usize == group.members.len();
                    if is_over && group.strength == Strength::Hard {
                        self.raise(group.needy, Health::Down, PlacedCause::Alternatives(place));
                    }
                }
            }
        }
        self.first_degraded = self.met.len();
    }

    fn count(&mut self, group: Group<'_>, member: u32, is_down: bool) {
        let tally = &mut self.tallies[group.number as usize];
        if tally.impaired == 0 {
            self.touched.push((group.number, member));
        }
        tally.impaired += 1;
        tally.down += u32::from(is_down);
    }

    /// Everything that is degraded, from what is down or degraded.
    fn degraded(&mut self) {
        for place in std::mem::take(&mut self.degraded_by_itself) {
            self.raise(place, Health::Degraded, PlacedCause::Failed);
        }
        for position in 0..self.first_degraded {
            let place = self.met[position].0;
            for neighbour in self.needs.rows(Direction::Dependents).of(place) {
                if neighbour.is_plain() {
                    self.raise(neighbour.place(), Health::Degraded, PlacedCause::Need(place));
                }
            }
        }
        // Groups that what is down has brought down, or impaired, already.
        for position in 0..self.touched.len() {
            let (number, member) = self.touched[position];
            self.degrade_by(self.needs.alternatives().group(number), member);
        }
        let mut next = self.first_degraded;
        while let Some((place, _)) = self.met.get(next).copied() {
            next += 1;
            let mut is_member = false;
            for neighbour in self.needs.rows(Direction::Dependents).of(place) {
                is_member |= neighbour.is_member();
                if neighbour.is_hard() {
                    self.raise(neighbour.place(), Health::Degraded, PlacedCause::Need(place));
                }
            }
            if is_member {
                for group in self.needs.alternatives().with(place) {
                    self.count(group, place, false);
                    self.degrade_by(group, place);
                }
            }
        }
        self.first_at_risk = self.met.len();
    }

    /// Degrades what needs a group of which no member works fully, by the table of this file.
    fn degrade_by(&mut self, group: Group<'_>, member: u32) {
        let Tally { down, impaired } = self.tallies[group.number as usize];
        let failing = if group.strength == Strength::Hard { impaired } else { down };
        if failing as usize == group.members.len() {
            self.raise(group.needy, Health::Degraded, PlacedCause::Alternatives(member));
        }
    }

    /// Everything that has lost a spare.
    fn at_risk(&mut self) {
        for (number, member) in std::mem::take(&mut self.touched) {
            let group = self.needs.alternatives().group(number);
            if group.strength == Strength::Hard {
                self.raise(group.needy, Health::AtRisk, PlacedCause::Alternatives(member));
            }
        }
    }

    fn into_impact(self) -> Impact {
        let mut affected: Vec<Affected> = Vec::with_capacity(self.met.len());
        let bounds = [0, self.first_degraded, self.first_at_risk, self.met.len()];
        for (bounds, health) in bounds.windows(2).zip([Health::Down, Health::Degraded, Health::AtRisk]) {
            let start = affected.len();
            affected.extend(self.met[bounds[0]..bounds[1]].iter().map(|(place, cause)| Affected {
                entity: self.needs.entity_at(*place),
                health,
                cause: match cause {
                    PlacedCause::Failed => Cause::Failed,
                    PlacedCause::Need(place) => Cause::Need(self.needs.entity_at(*place)),
                    PlacedCause::Alternatives(place) => Cause::Alternatives(self.needs.entity_at(*place)),
                },
            }));
            affected[start..].sort_unstable_by_key(|affected| affected.entity);
        }
        Impact { affected }
    }
}
