//! Ownership and its gaps as documents that are handed on: to a platform lead, and to an auditor.
//!
//! Coverage comes first, since what could not be read is not missing; evidence comes last. Everything in
//! between is counted by `catalog_core::census`.

mod counts;
mod coverage;
mod evidence;
mod gaps;
mod ownership;
mod review;
mod trend;

pub use evidence::Inputs;
pub use gaps::GapCensusReport;
pub use ownership::OwnershipCensusReport;
pub use review::ReviewCensusReport;

/// How many bars a picture shows; the table below it has all.
const BARS_SHOWN: usize = 20;
