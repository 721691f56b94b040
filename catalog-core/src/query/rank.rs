//! The ranking: what most others rest on, by how much lies behind each entity.

use std::cmp::Reverse;

use super::EntityFilter;
use crate::{
    graph::{CatalogGraph, Entity},
    needs::{Direction, Precision, ReachCount},
};

/// What a ranking goes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RankBy {
    /// How many entities lie behind it.
    #[default]
    Entities,
    /// How many critical entities lie behind it.
    Critical,
    /// How many owners the entities behind it have.
    Teams,
}

impl RankBy {
    /// The measure in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Entities => "entities",
            Self::Critical => "critical",
            Self::Teams => "teams",
        }
    }

    /// The count that it goes by.
    pub fn of(self, count: ReachCount) -> u32 {
        match self {
            Self::Entities => count.entities,
            Self::Critical => count.critical,
            Self::Teams => count.teams,
        }
    }
}

/// A question about what most rests on.
#[derive(Clone, Debug)]
pub struct RankQuery {
    /// Which way to count: those that need an entity, or those that it needs.
    pub direction: Direction,
    /// What to rank by.
    pub by: RankBy,
    /// Which entities to rank. What lies behind them is counted whole.
    pub filter: EntityFilter,
}

/// Entities with how much lies behind each, the most first.
#[derive(Clone, Debug)]
pub struct Rank<'g> {
    /// Which way was counted.
    pub direction: Direction,
    /// What it goes by.
    pub by: RankBy,
    /// Those with anything behind them, by the measure, then by all counts, then by ref.
    pub rows: Vec<RankedEntity<'g>>,
    /// How many passed the filter and have nothing behind them.
    pub without_reach: usize,
    /// Whether the counts are exact.
    pub precision: Precision,
}

/// One entity of a ranking.
#[derive(Clone, Copy, Debug)]
pub struct RankedEntity<'g> {
    /// The entity.
    pub entity: Entity<'g>,
    /// What lies behind it.
    pub count: ReachCount,
}

/// Ranks entities by how much lies behind them, as [`blast_radius`](super::blast_radius()) finds it for each.
///
/// The counts are made once for a graph; see [`CatalogGraph::reach_counts`]. O(entities · log entities) then.
pub fn rank<'g>(graph: &'g CatalogGraph, query: &RankQuery) -> Rank<'g> {
    let counts = graph.reach_counts(query.direction);
    let ranked = |entity: Entity<'g>| RankedEntity { entity, count: counts.counts[entity.index() as usize] };
    let passed = graph.entities().filter(|entity| query.filter.matches(*entity)).map(ranked);
    let (mut rows, without): (Vec<_>, Vec<_>) = passed.partition(|row| row.count.entities > 0);
    // Entities come in the order of their refs, which a stable sort keeps among equals.
    rows.sort_by_key(|row| Reverse((query.by.of(row.count), row.count)));
    Rank {
        direction: query.direction,
        by: query.by,
        rows,
        without_reach: without.len(),
        precision: counts.precision,
    }
}
