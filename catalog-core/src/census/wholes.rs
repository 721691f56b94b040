//! Ownership by system and domain.

use crate::graph::Entity;

use super::{SeverityCounts, StandingCounts};

/// What lies in a system or domain, transitively.
#[derive(Clone, Copy, Debug)]
pub struct WholeCount<'g> {
    /// The system or domain; it need not be declared.
    pub whole: Entity<'g>,
    /// Its parts that must have an owner, by whether they have one.
    pub standings: StandingCounts,
    /// How many of these are critical.
    pub critical: usize,
    /// Gaps about its parts.
    pub gaps: SeverityCounts,
}
