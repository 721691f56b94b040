//! In which order a change goes through entities that need each other: the least at stake first, and what is
//! needed behind what needs it, or the other way round.
//!
//! Entities that need each other in a circle are one, found by Tarjan's search; over the others two passes in
//! topological order find how much rests on each, and how many steps have to lie before it. O(entities + needs).

use std::cmp::Reverse;

use super::{Direction, Needs, components::Components};

/// What the order of a change goes by.
#[derive(Clone, Copy, Debug)]
pub struct StepRules<'q> {
    /// Which end of a need changes before the other one: `Dependents` change before what they need, or
    /// `Dependencies` before those that need them.
    pub first: Direction,
    /// By number: what is at stake where the entity itself fails; more is worse.
    pub stakes: &'q [u8],
    /// By number: whether it changes. The order between those that do also holds along ways through others.
    pub changes: &'q [bool],
}

/// Where an entity stands in the order of a change. Everything of a lower phase, and in the same phase
/// everything of a lower step, changes before it; in one step nothing has to wait for anything else, but for
/// those of one circle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RolloutStep {
    /// The most that is at stake in the entity and all that transitively need it.
    pub stake: u8,
    /// The first of these, by number, that so much is at stake in.
    pub stake_of: u32,
    /// The stake of the entity, or of what has to change before it where that is more.
    pub phase: u8,
    /// How many steps of the same phase lie before it.
    pub step: u32,
    /// One that it waits for, of the last step that it does so: the one next to it where that one changes.
    pub after: Option<u32>,
    /// The first entity, by number, of all that it is in a circle with; itself where it is in none.
    pub circle: u32,
}

/// A phase and a step, with an entity that stands there: of several, the first counts most.
type Standing = (u8, u32, Reverse<u32>);

impl Needs {
    /// Orders all entities for a change, by number. What is told of the step of an entity that does not change is
    /// of no use.
    ///
    /// # Panics
    ///
    /// Where the rules are of another number of entities.
    pub fn rollout_steps(&self, rules: &StepRules<'_>) -> Vec<RolloutStep> {
        assert_eq!(rules.stakes.len(), self.entity_count(), "each entity has its stake");
        assert_eq!(rules.changes.len(), self.entity_count(), "of each entity it is known whether it changes");
        let components = Components::find(self.rows(Direction::Dependencies), |_| true);
        let members = components.members();
        let component_of = |place: u32| components.component_of[place as usize];
        let neighbours = |component: u32, direction: Direction| {
            let rows = members.of(component).iter().flat_map(move |place| self.rows(direction).of(*place));
            rows.map(|of| of.place()).filter(move |place| component_of(*place) != component)
        };

        // What needs a component has a higher number.
        let mut stakes: Vec<(u8, Reverse<u32>)> = vec![(0, Reverse(0)); components.count as usize];
        for component in (0..components.count).rev() {
            let own = members.of(component).iter().map(|place| self.entity_at(*place));
            let own = own.map(|entity| (rules.stakes[entity as usize], Reverse(entity)));
            let behind = neighbours(component, Direction::Dependents);
            let behind = behind.map(|place| stakes[component_of(place) as usize]);
            stakes[component as usize] = own.chain(behind).max().expect("a component has members");
        }

        let no_step = RolloutStep { stake: 0, stake_of: 0, phase: 0, step: 0, after: None, circle: 0 };
        let mut steps = vec![no_step; self.entity_count()];
        let mut last: Vec<Option<Standing>> = vec![None; components.count as usize];
        for position in 0..components.count {
            let component = match rules.first {
                Direction::Dependents => components.count - 1 - position,
                Direction::Dependencies => position,
            };
            let before = neighbours(component, rules.first).filter_map(|place| {
                let (phase, step, named) = last[component_of(place) as usize]?;
                let next_to = self.entity_at(place);
                let named = if rules.changes[next_to as usize] { Reverse(next_to) } else { named };
                Some((phase, step, named))
            });
            let before: Option<Standing> = before.max();
            let own = members.of(component).iter().map(|place| self.entity_at(*place));
            let circle = own.clone().min().expect("a component has members");
            let changing = own.clone().filter(|entity| rules.changes[*entity as usize]).min();
            let (stake, Reverse(stake_of)) = stakes[component as usize];
            let phase = before.map_or(stake, |(phase, ..)| phase.max(stake));
            let step = before.map_or(0, |(of, step, _)| if of == phase { step + 1 } else { 0 });
            last[component as usize] = match changing {
                Some(first) => Some((phase, step, Reverse(first))),
                None => before,
            };
            let after = before.map(|(.., Reverse(after))| after);
            for entity in own {
                steps[entity as usize] = RolloutStep { stake, stake_of, phase, step, after, circle };
            }
        }
        steps
    }
}
