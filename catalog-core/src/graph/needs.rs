//! The needs between entities, as flat arrays in both directions: what reach and impact run on.
//!
//! A need is a relation along which failure and change travel ([`RelationKind::needy_end`]). Several
//! relations between the same two entities are one need. The arrays are a compressed sparse row for
//! each direction, eight bytes a need in all; the strength lies in the top bit of the neighbour's number.

use crate::model::{RelationClass, RelationEnd, RelationKind, Strength};

use super::relation::{RelationRecord, starts};

/// Which way a question follows the needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Towards those that need the entity: what breaks.
    Dependents,
    /// Towards those that the entity needs: what it rests on.
    Dependencies,
}

impl Direction {
    /// The direction in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dependents => "dependents",
            Self::Dependencies => "dependencies",
        }
    }
}

/// The needs of all entities, in both directions.
#[derive(Debug, Default)]
pub struct Needs {
    dependencies: NeedRows,
    dependents: NeedRows,
}

/// One direction of the needs.
#[derive(Debug, Default)]
pub(super) struct NeedRows {
    starts: Vec<u32>,
    neighbours: Vec<Neighbour>,
}

/// The number of an entity at the other end of a need, with the need's strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Neighbour(u32);

impl Neighbour {
    const HARD: u32 = 1 << 31;

    pub(super) fn new(entity: u32, strength: Strength) -> Self {
        Self(if strength == Strength::Hard { entity | Self::HARD } else { entity })
    }

    pub(super) fn entity(self) -> u32 {
        self.0 & !Self::HARD
    }

    pub(super) fn is_hard(self) -> bool {
        self.0 & Self::HARD != 0
    }
}

impl NeedRows {
    /// Takes needs sorted by `source`, then `target`, without repetitions.
    fn new(entity_count: usize, sorted: &[Need]) -> Self {
        Self {
            starts: starts(entity_count, sorted.iter().map(|need| need.source)),
            neighbours: sorted.iter().map(|need| Neighbour::new(need.target, need.strength)).collect(),
        }
    }

    pub(super) fn of(&self, entity: u32) -> &[Neighbour] {
        &self.neighbours[self.starts[entity as usize] as usize..self.starts[entity as usize + 1] as usize]
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Need {
    source: u32,
    target: u32,
    strength: Strength,
}

impl Needs {
    /// Derives the needs from relations that are sorted by `from`, kind and `to`.
    ///
    /// What only describes a deployment counts for nothing here: a container of a developer's machine is
    /// no need of the service. A member of a group of alternatives is not needed by itself, so its need is soft here; so is
    /// that of an API on each of several providers, and of an entity on each of several places that it
    /// is deployed to. O(relations · log relations).
    pub(super) fn derive(entity_count: usize, relations: &[RelationRecord]) -> Self {
        let counts = |relation: &&RelationRecord| relation.class != RelationClass::Deployed;
        // A need on oneself says nothing about anything else, and oneself is no alternative.
        let mut providers = vec![0_u32; entity_count];
        for relation in relations.iter().filter(counts) {
            if relation.kind == RelationKind::ProvidesApi && relation.from != relation.to {
                providers[relation.to as usize] += 1;
            }
        }
        let mut needs: Vec<Need> = Vec::with_capacity(relations.len());
        for of_one in relations.chunk_by(|a, b| a.from == b.from) {
            let is_other = |relation: &&RelationRecord| relation.from != relation.to;
            let is_place = |relation: &&RelationRecord| relation.kind == RelationKind::DeployedTo;
            let places = of_one.iter().filter(counts).filter(is_other).filter(is_place).count();
            for relation in of_one.iter().filter(counts).filter(is_other) {
                let (source, target, is_one_of_several) = match relation.kind.needy_end() {
                    None => continue,
                    Some(RelationEnd::From) => {
                        (relation.from, relation.to, is_place(&relation) && places > 1)
                    }
                    Some(RelationEnd::To) => {
                        (relation.to, relation.from, providers[relation.to as usize] > 1)
                    }
                };
                let has_alternative = is_one_of_several || relation.any_of != 0;
                let strength = if has_alternative { Strength::Soft } else { relation.strength };
                needs.push(Need { source, target, strength });
            }
        }
        keep_strongest(&mut needs);
        let dependencies = NeedRows::new(entity_count, &needs);
        for need in &mut needs {
            std::mem::swap(&mut need.source, &mut need.target);
        }
        needs.sort_unstable();
        let dependents = NeedRows::new(entity_count, &needs);
        Self { dependencies, dependents }
    }

    pub(super) fn rows(&self, direction: Direction) -> &NeedRows {
        match direction {
            Direction::Dependents => &self.dependents,
            Direction::Dependencies => &self.dependencies,
        }
    }

    /// How many needs there are.
    pub fn len(&self) -> usize {
        self.dependencies.neighbours.len()
    }

    /// Whether nothing needs anything.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many entities there are.
    pub fn entity_count(&self) -> usize {
        self.dependencies.starts.len().saturating_sub(1)
    }

    /// The entities next to the one of this number in a direction, with the strength of the need, in
    /// the order of their numbers.
    pub fn next_to(
        &self,
        entity: u32,
        direction: Direction,
    ) -> impl ExactSizeIterator<Item = (u32, Strength)> {
        self.rows(direction).of(entity).iter().map(|neighbour| {
            (neighbour.entity(), if neighbour.is_hard() { Strength::Hard } else { Strength::Soft })
        })
    }
}

/// Sorts needs and keeps the strongest of those between the same two entities.
fn keep_strongest(needs: &mut Vec<Need>) {
    needs.sort_unstable_by_key(|need| (need.source, need.target, std::cmp::Reverse(need.strength)));
    needs.dedup_by_key(|need| (need.source, need.target));
}
