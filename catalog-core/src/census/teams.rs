//! Who answers for what, counted by team.

use std::cmp::Ordering;

use crate::{
    gaps::OwnershipGap,
    graph::{CatalogGraph, Entity},
};

use super::{ContactReach, OwnershipStanding, SeverityCounts};

/// Who answers for an entity, or has to see to a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answerable<'g> {
    /// A team or a person; it need not be declared.
    Team(Entity<'g>),
    /// Nobody.
    Nobody,
    /// It is not known whether anybody does.
    Unknown,
}

impl<'g> Answerable<'g> {
    /// Who answers for an entity.
    pub fn of(entity: Entity<'g>) -> Self {
        match entity.owner() {
            Some(owner) => Self::Team(owner),
            None if OwnershipStanding::of(entity) == OwnershipStanding::Unknown => Self::Unknown,
            None => Self::Nobody,
        }
    }

    /// Who has to see to a gap: the team or person that it is about, or else the owner of what it is about.
    pub fn for_gap(graph: &'g CatalogGraph, gap: &OwnershipGap) -> Self {
        match graph.entity(&gap.subject) {
            Some(subject) if matches!(subject.name().kind(), "group" | "user") => Self::Team(subject),
            Some(subject) => Self::of(subject),
            None => Self::Nobody,
        }
    }

    /// The team or person, if there is one.
    pub fn entity(self) -> Option<Entity<'g>> {
        match self {
            Self::Team(entity) => Some(entity),
            Self::Nobody | Self::Unknown => None,
        }
    }
}

/// Teams, then nobody, then not known.
pub(super) fn in_order(a: Answerable<'_>, b: Answerable<'_>) -> Ordering {
    let place = |of: Answerable<'_>| match of {
        Answerable::Team(_) => 0,
        Answerable::Nobody => 1,
        Answerable::Unknown => 2,
    };
    place(a).cmp(&place(b))
}

/// What a team answers for.
#[derive(Clone, Copy, Debug)]
pub struct TeamCount<'g> {
    /// The team or person.
    pub team: Entity<'g>,
    /// How many entities it owns that must have an owner.
    pub entities: usize,
    /// How many of these are critical.
    pub critical: usize,
    /// Gaps that it has to see to.
    pub gaps: SeverityCounts,
    /// Who is reached about what it owns.
    pub reach: ContactReach<'g>,
}

/// The gaps that somebody has to see to.
#[derive(Clone, Copy, Debug)]
pub struct TeamGapCount<'g> {
    /// Who.
    pub team: Answerable<'g>,
    /// How many.
    pub counts: SeverityCounts,
}
