//! The needs between entities by number, and the algorithms that run on them.
//!
//! A need is a relation along which failure and change travel. This room knows nothing of names, files or
//! relations: a [`NeedList`] says who needs whom, and [`Needs`] keeps that as flat arrays in both directions.
//! What can be asked of them:
//!
//! - [`Needs::extent`]: everything behind some entities, with distances;
//! - [`Needs::reach`]: the same with the ways back, and whether hard needs alone lead there;
//! - [`Needs::shortest_paths`]: all shortest chains between entities, as proof;
//! - [`Needs::impact`]: what fails, and how badly, where some entities fail;
//! - [`Needs::remedies`] and [`Needs::smallest_remedy`]: what would keep one of them up;
//! - [`Needs::impact_many`]: the same of many failures, each alone, counted;
//! - [`Needs::shared_ground`]: what several sets of entities rest on together;
//! - [`Needs::availability`]: how available an entity can be, given what it needs;
//! - [`Needs::cycles`]: which entities need each other in a circle, with a smallest circle of each;
//! - [`Needs::dominators`]: through which one entity every way to another leads;
//! - [`Needs::cuts`]: the needs and entities that alone hold parts of the graph together;
//! - [`Needs::longest_chains`]: how many entities have to work one behind the other;
//! - [`Needs::rollout_steps`]: in which order a change goes through entities;
//! - [`Needs::reach_counts`]: how much lies behind every entity at once, exact, or estimated and said so;
//! - [`LiveCounts`]: the same, kept exact while single needs come and go.
//!
//! Outside of this room entities go by their numbers; inside, by their places. Nothing here
//! calls itself, however long a chain of needs is.

mod alternatives;
mod availability;
mod bridges;
mod change;
mod components;
mod condensation;
mod cycle_witness;
mod cycles;
mod dominators;
mod extent;
mod impact;
mod impact_many;
mod layout;
mod live_counts;
mod longest_chains;
mod need_list;
mod need_rows;
mod petgraph_view;
mod reach;
mod reach_counts;
mod reach_estimate;
mod remedies;
mod renumbering;
mod rollout_steps;
mod search;
mod shared_ground;
mod shortest_paths;
mod stored;
#[cfg(test)]
mod tests;

pub use availability::{
    AlternativesTerm, AvailabilityBound, AvailabilityBounds, AvailabilityLimits, AvailabilityTerms,
    BoundMethod, Promises, Reading,
};
pub use bridges::{ArticulationPoint, Bridge, Cuts};
pub use cycle_witness::Cycle;
pub use dominators::{Dominator, Dominators};
pub use extent::Extent;
pub use impact::{Affected, Cause, Failure, Health, HealthCounts, Impact};
pub use impact_many::{ManyFailures, ManyImpacts, ScenarioImpact, WatchedImpact};
pub use live_counts::LiveCounts;
pub use longest_chains::{Chain, LongestChains};
pub use need_list::NeedList;
pub use reach::{Reach, ReachLimits, Reached};
pub use reach_counts::{Precision, ReachCount, ReachCountLimits, ReachCounts, Weights};
pub use remedies::Remedy;
pub use rollout_steps::{RolloutStep, StepRules};
pub use shared_ground::{Shared, SharedGround, SharedNeed, SharedQuestion};
pub use shortest_paths::ShortestPaths;

pub(crate) use need_rows::{scatter, starts};
pub(crate) use renumbering::Renumbering;
pub(crate) use stored::{ARRAYS, are_below, are_starts};

use crate::model::Strength;
use alternatives::Alternatives;
use layout::Layout;
use need_rows::NeedRows;

/// Which way a question follows the needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Towards those that need the entity: what breaks.
    Dependents,
    /// Towards those that the entity needs: what it rests on.
    Dependencies,
}

impl Direction {
    /// The other way.
    pub fn opposite(self) -> Self {
        match self {
            Self::Dependents => Self::Dependencies,
            Self::Dependencies => Self::Dependents,
        }
    }

    /// The direction in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dependents => "dependents",
            Self::Dependencies => "dependencies",
        }
    }
}

/// The needs of all entities, in both directions, with the groups of needs that stand in for each other.
///
/// Several needs between the same two entities are one, of the strongest kind. A member of a group is
/// softly needed as far as reach is concerned: it alone breaks nothing. Memory: 8 bytes a need, 16 an
/// entity, and 8 a group and 8 a member of one. A clone shares the arrays.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    layout: Layout,
    dependencies: NeedRows,
    dependents: NeedRows,
    alternatives: Alternatives,
}

impl Needs {
    /// Lays out what a list says. O(entities + needs).
    pub fn new(list: &NeedList) -> Self {
        let by_number = NeedRows::of_pairs(list.entity_count(), list.dependents());
        let layout = Layout::by_search(&by_number);
        let dependents = by_number.relabelled(layout.place_of(), layout.entity_at());
        drop(by_number);
        let dependencies = dependents.reversed();
        let alternatives = Alternatives::new(layout.place_of(), list.groups());
        Self { layout, dependencies, dependents, alternatives }
    }

    fn rows(&self, direction: Direction) -> &NeedRows {
        match direction {
            Direction::Dependents => &self.dependents,
            Direction::Dependencies => &self.dependencies,
        }
    }

    fn alternatives(&self) -> &Alternatives {
        &self.alternatives
    }

    fn place_of(&self, entity: u32) -> u32 {
        self.layout.place_of()[entity as usize]
    }

    fn entity_at(&self, place: u32) -> u32 {
        self.layout.entity_at()[place as usize]
    }

    /// The places of entities, ascending, each once.
    fn places_of(&self, entities: &[u32]) -> Vec<u32> {
        let mut places: Vec<u32> = entities.iter().map(|entity| self.place_of(*entity)).collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// How many needs there are.
    pub fn len(&self) -> usize {
        self.dependencies.len()
    }

    /// Whether nothing needs anything.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many entities there are.
    pub fn entity_count(&self) -> usize {
        self.dependencies.place_count()
    }

    /// The entities next to the one of this number in a direction, with the strength of the need, in
    /// the order of their numbers.
    pub fn next_to(
        &self,
        entity: u32,
        direction: Direction,
    ) -> impl ExactSizeIterator<Item = (u32, Strength)> + use<> {
        let row = self.rows(direction).of(self.place_of(entity)).iter();
        let mut next: Vec<(u32, Strength)> =
            row.map(|neighbour| (self.entity_at(neighbour.place()), neighbour.strength())).collect();
        next.sort_unstable();
        next.into_iter()
    }

    /// The groups of alternatives that an entity needs one of each of, with their members.
    pub fn alternatives_of(&self, entity: u32) -> impl ExactSizeIterator<Item = (Strength, Vec<u32>)> {
        self.alternatives.of(self.place_of(entity)).map(|group| {
            let mut members: Vec<u32> = group.members.iter().map(|place| self.entity_at(*place)).collect();
            members.sort_unstable();
            (group.strength, members)
        })
    }

    /// What the arrays take, in bytes.
    pub fn bytes(&self) -> usize {
        self.dependencies.bytes()
            + self.dependents.bytes()
            + self.alternatives.bytes()
            + size_of_val(self.layout.place_of())
            + size_of_val(self.layout.entity_at())
    }
}
