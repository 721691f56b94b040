//! What roll-ups ask of every entity of a large answer, side by side in arrays.
//!
//! The records of an entity lie apart from each other: to ask a million entities for owner, system and tier
//! takes longer than the search that found them. Made when a large answer is first rolled up, O(entities +
//! relations), and kept; a small answer asks the entities themselves, so that after a change nobody waits.

use std::sync::Arc;

use super::{CatalogGraph, Entity, EntityStanding, entity::NONE};

/// An answer is large where it holds one of so many entities.
const LARGE_ANSWER_PART: usize = 16;

/// What a roll-up asks of one entity.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RollUp {
    owner: u32,
    system: u32,
    pub(crate) marks: EntityMarks,
}

impl RollUp {
    /// The number of the owner.
    pub(crate) fn owner(self) -> Option<u32> {
        (self.owner != NONE).then_some(self.owner)
    }

    /// The number of the system.
    pub(crate) fn system(self) -> Option<u32> {
        (self.system != NONE).then_some(self.system)
    }

    fn of(entity: Entity<'_>) -> Self {
        let number = |other: Option<Entity<'_>>| other.map_or(NONE, Entity::index);
        Self {
            owner: number(entity.owner()),
            system: number(entity.system()),
            marks: EntityMarks::of(entity),
        }
    }
}

/// Whether an entity is critical, and what is not known about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EntityMarks(u8);

impl EntityMarks {
    const CRITICAL: u8 = 1;
    const UNDECLARED: u8 = 2;
    const STALE: u8 = 4;
    const WITHOUT_MANIFESTS: u8 = 8;

    pub(crate) fn of(entity: Entity<'_>) -> Self {
        let standing = entity.standing();
        let holds_no_manifest = || entity.repository().is_some_and(|of| of.catalog_manifests() == 0);
        let is_stale = standing != EntityStanding::Placeholder && entity.staleness().is_some();
        let mark = |mark: u8, is_set: bool| if is_set { mark } else { 0 };
        Self(
            mark(Self::CRITICAL, entity.is_critical())
                | mark(Self::UNDECLARED, entity.is_placeholder())
                | mark(Self::STALE, is_stale)
                | mark(
                    Self::WITHOUT_MANIFESTS,
                    standing == EntityStanding::Repository && holds_no_manifest(),
                ),
        )
    }

    pub(crate) fn is_critical(self) -> bool {
        self.0 & Self::CRITICAL != 0
    }

    /// Whether something is not known about it.
    pub(crate) fn is_partly_unknown(self) -> bool {
        self.0 & !Self::CRITICAL != 0
    }

    /// Whether others name or mention it, and no manifest of a catalog declares it.
    pub(crate) fn is_undeclared(self) -> bool {
        self.0 & Self::UNDECLARED != 0
    }

    /// Whether it is known from an earlier commit only.
    pub(crate) fn is_stale(self) -> bool {
        self.0 & Self::STALE != 0
    }

    /// Whether it is a repository in which no manifest of a catalog was found.
    pub(crate) fn is_without_manifests(self) -> bool {
        self.0 & Self::WITHOUT_MANIFESTS != 0
    }
}

/// What roll-ups ask, for all entities of a graph.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RollUps<'g> {
    graph: &'g CatalogGraph,
    /// By number, where they are kept.
    kept: Option<&'g [RollUp]>,
}

impl RollUps<'_> {
    /// What a roll-up asks of the entity of this number.
    pub(crate) fn of(&self, number: u32) -> RollUp {
        match self.kept {
            Some(kept) => kept[number as usize],
            None => RollUp::of(self.graph.entity_at(number)),
        }
    }
}

impl CatalogGraph {
    /// What roll-ups ask, for an answer of so many entities.
    pub(crate) fn roll_ups(&self, answer_len: usize) -> RollUps<'_> {
        let entities = self.entities();
        let kept = if answer_len > entities.len() / LARGE_ANSWER_PART {
            Some(self.roll_ups.get_or_init(|| Arc::new(entities.map(RollUp::of).collect())))
        } else {
            self.roll_ups.get()
        };
        RollUps { graph: self, kept: kept.map(|kept| &***kept) }
    }
}
