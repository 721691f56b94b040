//! One pass over the places behind many failures, in which each lane is a world of its own.

use fixedbitset::FixedBitSet;

use super::super::{Direction, Failure, Health, Needs, alternatives::Group};
use super::{
    HealthCounts, LANES, ManyFailures, ManyImpacts, ScenarioImpact, WORDS, WatchedImpact,
    lane_counts::LaneCounts, order::Order,
};
use crate::model::Strength;

/// One bit for each lane.
type Row = [u64; WORDS];

/// The state of one place in every lane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(align(64))]
struct State {
    down: Row,
    /// Down or degraded.
    impaired: Row,
}

/// Lanes in which something of a group does not work.
struct GroupState {
    all_down: Row,
    all_impaired: Row,
    any_impaired: Row,
}

pub(super) struct Sweep<'n> {
    needs: &'n Needs,
    order: &'n Order,
    /// By position.
    states: Vec<State>,
    /// A bit by position: what has to be looked at again.
    is_due: Vec<u64>,
    /// By position.
    is_weighed: FixedBitSet,
    is_watched: FixedBitSet,
}

impl<'n> Sweep<'n> {
    pub(super) fn new(needs: &'n Needs, order: &'n Order, many: &ManyFailures<'_>) -> Self {
        let positions = |entities: &[u32]| {
            let mut positions = FixedBitSet::with_capacity(order.len());
            let met = entities.iter().filter_map(|entity| order.position(needs.place_of(*entity)));
            met.for_each(|position| positions.insert(position));
            positions
        };
        Self {
            needs,
            order,
            states: vec![State::default(); order.len()],
            is_due: vec![0; order.len().div_ceil(64)],
            is_weighed: positions(many.weighed),
            is_watched: positions(many.watched),
        }
    }

    /// Forgets the scenarios of the last pass.
    pub(super) fn clear(&mut self) {
        self.states.fill(State::default());
    }

    /// Lets each failure happen in its lane.
    pub(super) fn seed(&mut self, failures: &[Failure]) {
        for (lane, failure) in failures.iter().enumerate() {
            for entity in failure.down.iter().chain(&failure.degraded) {
                let position = self.order.position(self.needs.place_of(*entity));
                let position = position.expect("what fails is in the order of what is reached");
                set(&mut self.states[position].impaired, lane);
            }
            for entity in &failure.down {
                if let Some(position) = self.order.position(self.needs.place_of(*entity)) {
                    set(&mut self.states[position].down, lane);
                }
            }
        }
    }

    /// Applies the rules until nothing changes.
    pub(super) fn settle(&mut self) {
        for position in 0..self.order.len() {
            let (state, is_early) = self.state_by_needs(position);
            self.states[position] = state;
            if is_early {
                self.make_due(position);
            }
        }
        let mut due = 0;
        while let Some(position) = self.next_due(due) {
            due = position + 1;
            self.is_due[position / 64] &= !(1 << (position % 64));
            let (state, _) = self.state_by_needs(position);
            if state != self.states[position] {
                self.states[position] = state;
                for neighbour in self.needs.rows(Direction::Dependents).of(self.order.place(position)) {
                    let dependent = self.order.position(neighbour.place());
                    self.make_due(dependent.expect("a dependent of what is reached is reached"));
                }
            }
        }
    }

    /// The next position to be looked at again, from `start` on, and behind the end from the beginning.
    fn next_due(&self, start: usize) -> Option<usize> {
        let first = start / 64;
        let words = |range: std::ops::Range<usize>, at_first: u64| {
            let masked = range.map(|number| {
                (number, self.is_due[number] & if number == first { at_first } else { u64::MAX })
            });
            let mut due = masked.filter(|(_, word)| *word != 0);
            due.next().map(|(number, word)| number * 64 + word.trailing_zeros() as usize)
        };
        let count = self.is_due.len();
        words(first.min(count)..count, u64::MAX << (start % 64)).or_else(|| words(0..count, u64::MAX))
    }

    fn make_due(&mut self, position: usize) {
        self.is_due[position / 64] |= 1 << (position % 64);
    }

    /// What the rules make of the place at a position, and whether it was looked at before something
    /// that it needs was.
    fn state_by_needs(&self, position: usize) -> (State, bool) {
        let mut state = self.states[position];
        let (mut is_early, mut has_group) = (false, false);
        let place = self.order.place(position);
        for neighbour in self.needs.rows(Direction::Dependencies).of(place) {
            let Some(needed_position) = self.order.position(neighbour.place()) else { continue };
            is_early |= needed_position > position;
            has_group |= neighbour.is_member();
            let needed = &self.states[needed_position];
            if neighbour.is_hard() {
                join(&mut state.down, &needed.down);
                join(&mut state.impaired, &needed.impaired);
            } else if neighbour.is_plain() {
                join(&mut state.impaired, &needed.down);
            }
        }
        if has_group {
            for group in self.needs.alternatives().of(place) {
                let members = self.group_state(group);
                if group.strength == Strength::Hard {
                    join(&mut state.down, &members.all_down);
                    join(&mut state.impaired, &members.all_impaired);
                } else {
                    join(&mut state.impaired, &members.all_down);
                }
            }
        }
        (state, is_early)
    }

    fn group_state(&self, group: Group<'_>) -> GroupState {
        let mut of = GroupState {
            all_down: [u64::MAX; WORDS],
            all_impaired: [u64::MAX; WORDS],
            any_impaired: [0; WORDS],
        };
        for member in group.members {
            let state =
                self.order.position(*member).map_or(State::default(), |position| self.states[position]);
            for word in 0..WORDS {
                of.all_down[word] &= state.down[word];
                of.all_impaired[word] &= state.impaired[word];
                of.any_impaired[word] |= state.impaired[word];
            }
        }
        of
    }

    /// Adds the counts of each lane, from the scenario `first` on.
    pub(super) fn count(&self, lanes: usize, first: usize, impacts: &mut ManyImpacts) {
        let mut all: [LaneCounts; 3] = std::array::from_fn(|_| LaneCounts::new());
        let mut weighed: [LaneCounts; 3] = std::array::from_fn(|_| LaneCounts::new());
        for (position, state) in self.states.iter().enumerate() {
            let rows = self.rows_of(position, state);
            all.iter_mut().zip(&rows).for_each(|(counts, row)| counts.add(row));
            if self.is_weighed.contains(position) {
                weighed.iter_mut().zip(&rows).for_each(|(counts, row)| counts.add(row));
            }
            if self.is_watched.contains(position) {
                let entity = self.needs.entity_at(self.order.place(position));
                for (row, health) in rows.iter().zip([Health::Down, Health::Degraded, Health::AtRisk]) {
                    impacts.watched.extend(lanes_of(row).map(|lane| WatchedImpact {
                        scenario: u32::try_from(first + lane).expect("there are fewer than 2^32 scenarios"),
                        entity,
                        health,
                    }));
                }
            }
        }
        let (all, weighed) = (all.map(LaneCounts::totals), weighed.map(LaneCounts::totals));
        let counts = |totals: &[Box<[u32; LANES]>; 3], lane: usize| HealthCounts {
            down: totals[0][lane],
            degraded: totals[1][lane],
            at_risk: totals[2][lane],
        };
        impacts.scenarios.extend(
            (0..lanes)
                .map(|lane| ScenarioImpact { all: counts(&all, lane), weighed: counts(&weighed, lane) }),
        );
    }

    /// The lanes in which the place at a position is down, degraded, and at risk.
    fn rows_of(&self, position: usize, state: &State) -> [Row; 3] {
        let mut rows = [state.down, [0; WORDS], [0; WORDS]];
        for group in self.needs.alternatives().of(self.order.place(position)) {
            if group.strength == Strength::Hard {
                join(&mut rows[2], &self.group_state(group).any_impaired);
            }
        }
        for word in 0..WORDS {
            rows[1][word] = state.impaired[word] & !state.down[word];
            rows[2][word] &= !state.impaired[word];
        }
        rows
    }
}

fn set(row: &mut Row, lane: usize) {
    row[lane / 64] |= 1 << (lane % 64);
}

fn join(row: &mut Row, other: &Row) {
    row.iter_mut().zip(other).for_each(|(word, other)| *word |= other);
}

/// The lanes that are set in a row, ascending.
fn lanes_of(row: &Row) -> impl Iterator<Item = usize> {
    row.iter().enumerate().flat_map(|(number, word)| {
        let mut rest = *word;
        std::iter::from_fn(move || {
            let lane = (rest != 0).then(|| number * 64 + rest.trailing_zeros() as usize);
            rest &= rest.saturating_sub(1);
            lane
        })
    })
}
