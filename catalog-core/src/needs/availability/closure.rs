//! What one entity rests on: what it cannot do without, and its alternatives with what each of these needs.

use rustc_hash::FxHashMap;

use super::{Counts, Own, Reading, formula::Formula};
use crate::{
    model::Strength,
    needs::{Direction, Needs, alternatives::Group},
};

/// Everything that one place rests on.
#[derive(Debug, Default)]
pub(super) struct Closure {
    /// What has to work in any case, without the place itself.
    pub(super) required: Vec<u32>,
    /// What may stand in for something else.
    pub(super) choices: Vec<Choice>,
    /// Sets of choices of which one has to work, each set only once.
    pub(super) groups: Vec<ChoiceGroup>,
    /// The groups of which one has to work in any case.
    pub(super) roots: Vec<u32>,
    pub(super) counts: Counts,
}

/// A member of a group, with what it cannot do without.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) place: u32,
    /// Itself and what it cannot do without, as far as that is not required in any case.
    pub(super) places: Vec<u32>,
    /// The groups that it needs.
    pub(super) groups: Vec<u32>,
}

/// A group of alternatives.
#[derive(Debug)]
pub(super) struct ChoiceGroup {
    /// A place that needs one of them.
    pub(super) needy: u32,
    /// The members, as numbers of choices.
    pub(super) members: Vec<u32>,
}

/// Searches for closures, one after the other, on the same arrays.
pub(super) struct ClosureSearch<'n> {
    needs: &'n Needs,
    own: &'n Own,
    reading: Reading,
    /// The number of the last search that required each place.
    required_in: Vec<u32>,
    /// The number of the last search that counted each place.
    counted_in: Vec<u32>,
    search: u32,
    /// The number of the last choice that each place belonged to.
    seen_in: Vec<u32>,
    choice: u32,
    visits: u64,
}

impl<'n> ClosureSearch<'n> {
    pub(super) fn new(needs: &'n Needs, own: &'n Own, reading: Reading) -> Self {
        let zeros = vec![0; needs.entity_count()];
        Self {
            needs,
            own,
            reading,
            required_in: zeros.clone(),
            counted_in: zeros.clone(),
            search: 0,
            seen_in: zeros,
            choice: 0,
            visits: 0,
        }
    }

    /// How many needs the last search looked at.
    pub(super) fn visits(&self) -> u64 {
        self.visits
    }

    /// When a place works, as a formula; `None` where that takes more visits.
    pub(super) fn formula_of(&mut self, place: u32, visits_max: u64) -> Option<Formula> {
        let closure = self.closure_of(place, visits_max)?;
        Some(Formula::new(&closure, self.own))
    }

    /// What a place rests on; `None` where that takes more visits.
    pub(super) fn closure_of(&mut self, place: u32, visits_max: u64) -> Option<Closure> {
        self.visits = 0;
        self.search += 1;
        let mut closure = Closure::default();
        let mut groups: Vec<Group<'n>> = Vec::new();
        self.required_in[place as usize] = self.search;
        let mut open = vec![place];
        while let Some(at) = open.pop() {
            for neighbour in self.needs.rows(Direction::Dependencies).of(at) {
                self.visits += 1;
                let next = neighbour.place();
                if neighbour.is_hard() && !self.is_required(next) {
                    self.required_in[next as usize] = self.search;
                    closure.required.push(next);
                    self.count(next, &mut closure.counts);
                    if !self.stops_at(next) {
                        open.push(next);
                    }
                }
            }
            groups.extend(self.hard_groups(at));
            if self.visits > visits_max {
                return None;
            }
        }
        let mut numbers = Numbers::default();
        for group in groups {
            if !group.members.iter().any(|member| self.is_required(*member)) {
                let number = numbers.of_group(group, &mut closure);
                closure.roots.push(number);
            }
        }
        let mut next = 0;
        while next < closure.choices.len() {
            self.explore(next, &mut closure, &mut numbers);
            next += 1;
            if self.visits > visits_max {
                return None;
            }
        }
        Some(closure)
    }

    /// Finds what a choice cannot do without.
    fn explore(&mut self, number: usize, closure: &mut Closure, numbers: &mut Numbers<'n>) {
        self.choice += 1;
        let first = closure.choices[number].place;
        self.seen_in[first as usize] = self.choice;
        let mut places = vec![first];
        let mut groups: Vec<Group<'n>> = Vec::new();
        let mut next = 0;
        while let Some(at) = places.get(next).copied() {
            next += 1;
            self.count(at, &mut closure.counts);
            if self.stops_at(at) {
                continue;
            }
            for neighbour in self.needs.rows(Direction::Dependencies).of(at) {
                self.visits += 1;
                let needed = neighbour.place();
                let is_new = self.seen_in[needed as usize] != self.choice && !self.is_required(needed);
                if neighbour.is_hard() && is_new {
                    self.seen_in[needed as usize] = self.choice;
                    places.push(needed);
                }
            }
            groups.extend(self.hard_groups(at));
        }
        closure.choices[number].places = places;
        for group in groups {
            // A member that has to work anyway satisfies the group.
            let is_satisfied = group
                .members
                .iter()
                .any(|member| self.is_required(*member) || self.seen_in[*member as usize] == self.choice);
            if !is_satisfied {
                let group = numbers.of_group(group, closure);
                closure.choices[number].groups.push(group);
            }
        }
    }

    fn hard_groups(&mut self, place: u32) -> Vec<Group<'n>> {
        let groups = self.needs.alternatives().of(place);
        let hard: Vec<Group<'n>> = groups.filter(|group| group.strength == Strength::Hard).collect();
        self.visits += hard.iter().map(|group| group.members.len() as u64).sum::<u64>();
        hard
    }

    fn is_required(&self, place: u32) -> bool {
        self.required_in[place as usize] == self.search
    }

    /// Whether nothing behind this one counts.
    fn stops_at(&self, place: u32) -> bool {
        self.reading == Reading::Direct && self.own.is_known(place)
    }

    fn count(&mut self, place: u32, counts: &mut Counts) {
        if self.counted_in[place as usize] != self.search {
            self.counted_in[place as usize] = self.search;
            counts.needed += 1;
            counts.unknown += u32::from(!self.own.is_known(place));
        }
    }
}

/// The numbers of choices and groups in a closure.
#[derive(Default)]
struct Numbers<'n> {
    choices: FxHashMap<u32, u32>,
    groups: FxHashMap<&'n [u32], u32>,
}

impl<'n> Numbers<'n> {
    fn of_group(&mut self, group: Group<'n>, closure: &mut Closure) -> u32 {
        if let Some(number) = self.groups.get(group.members) {
            return *number;
        }
        let members = group.members.iter().map(|member| {
            *self.choices.entry(*member).or_insert_with(|| {
                closure.choices.push(Choice { place: *member, places: Vec::new(), groups: Vec::new() });
                number(closure.choices.len() - 1)
            })
        });
        let members = members.collect();
        closure.groups.push(ChoiceGroup { needy: group.needy, members });
        let number = number(closure.groups.len() - 1);
        self.groups.insert(group.members, number);
        number
    }
}

fn number(position: usize) -> u32 {
    u32::try_from(position).expect("there are fewer choices than entities")
}
