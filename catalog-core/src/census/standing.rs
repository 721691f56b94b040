//! Whether an entity is owned, as far as that is known.

use crate::{
    gaps::must_be_owned,
    graph::{CatalogGraph, Entity},
    query::unread_ownership_file,
};

/// Whether an entity is owned. What could not be read is not known, which is not the same as unowned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwnershipStanding {
    /// It has an owner that a manifest declares.
    Owned,
    /// It names an owner that nothing declares.
    OwnerUndeclared,
    /// Nobody owns it, and everything that could say otherwise was read.
    Unowned,
    /// Nothing that was read names an owner, and an ownership file that may name one cannot be read.
    Unknown,
}

impl OwnershipStanding {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Owned, Self::OwnerUndeclared, Self::Unowned, Self::Unknown];

    /// Whether an entity is owned; it is one that must be. O(ownership files of its repository).
    pub fn of(entity: Entity<'_>) -> Self {
        match entity.owner() {
            Some(owner) if owner.is_placeholder() => Self::OwnerUndeclared,
            Some(_) => Self::Owned,
            None if unread_ownership_file(entity).is_some() => Self::Unknown,
            None => Self::Unowned,
        }
    }

    /// The standing in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Owned => "owned",
            Self::OwnerUndeclared => "owner-undeclared",
            Self::Unowned => "unowned",
            Self::Unknown => "unknown",
        }
    }
}

/// How many entities are owned, and how many are not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StandingCounts {
    /// Entities with an owner that is declared.
    pub owned: usize,
    /// Entities that name an owner that nothing declares.
    pub owner_undeclared: usize,
    /// Entities that nobody owns.
    pub unowned: usize,
    /// Entities of which that is not known.
    pub unknown: usize,
}

impl StandingCounts {
    /// Counts the entities of a graph that must have an owner. O(entities).
    pub(super) fn of_graph(graph: &CatalogGraph) -> Self {
        let mut counts = Self::default();
        let ownable = graph.entities().filter(|entity| must_be_owned(*entity));
        ownable.for_each(|entity| counts.add(OwnershipStanding::of(entity)));
        counts
    }

    /// How many there are of one standing.
    pub fn of(&self, standing: OwnershipStanding) -> usize {
        match standing {
            OwnershipStanding::Owned => self.owned,
            OwnershipStanding::OwnerUndeclared => self.owner_undeclared,
            OwnershipStanding::Unowned => self.unowned,
            OwnershipStanding::Unknown => self.unknown,
        }
    }

    /// How many there are.
    pub fn total(&self) -> usize {
        self.owned + self.owner_undeclared + self.unowned + self.unknown
    }

    pub(super) fn add(&mut self, standing: OwnershipStanding) {
        *match standing {
            OwnershipStanding::Owned => &mut self.owned,
            OwnershipStanding::OwnerUndeclared => &mut self.owner_undeclared,
            OwnershipStanding::Unowned => &mut self.unowned,
            OwnershipStanding::Unknown => &mut self.unknown,
        } += 1;
    }
}
