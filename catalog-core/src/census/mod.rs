//! Ownership counted: who answers for how much, where nobody does, and how that is spread.
//!
//! [`ownership_census`] counts a graph by team, by system and domain and by entity; [`gap_census`] counts gaps
//! by severity, by code and by team; [`gap_trend()`] counts what opened and closed between two states. These
//! are the numbers of `catalog report`; which gaps there are is said by [`gaps`](crate::gaps).

mod gap_counts;
mod gap_trend;
mod ownership;
mod reach;
mod sole_person;
mod standing;
mod teams;
#[cfg(test)]
mod tests;
mod wholes;

pub use gap_counts::{CodeCount, GapCensus, SeverityCounts, gap_census};
pub use gap_trend::{CodeTrend, GapTrend, gap_trend};
pub use ownership::{CountedEntity, OwnershipCensus, ownership_census};
pub use reach::{ContactReach, ReachLevel};
pub use sole_person::SolePerson;
pub use standing::{OwnershipStanding, StandingCounts};
pub use teams::{Answerable, TeamCount, TeamGapCount};
pub use wholes::WholeCount;
