//! Journeys: a way through several entities, and who answers for the whole of it.
//!
//! A [`Journey`] is asked for ([`journey()`] along waypoints, [`journey_behind`] everything behind an entity) or
//! declared, in `spec.journey` of an entity or as a [`JourneyPlan`] of the configuration:
//! [`declared_journeys`] lists those as [`DeclaredJourney`]s, and [`declared_journey`] looks into one.
//! Each hop has its owner and the need that leads to it; [`Accountability`] says on what ground there is
//! one owner of the whole, or that there is none.

mod accountability;
mod availability;
mod course;
mod declared;
mod hop;

#[cfg(test)]
mod tests;

pub use accountability::{Accountability, AccountabilityGround};
pub use availability::JourneyAvailability;
pub use course::{JourneyBehindQuery, journey, journey_behind};
pub(crate) use declared::journey_of_plan;
pub use declared::{
    DeclaredJourney, JourneyCourse, JourneyNotFound, JourneyPlan, JourneySource, declared_journey,
    declared_journeys, find_journey, journey_told_by,
};
pub use hop::{Journey, JourneyHop, JourneyLink, JourneyStop};

/// How many hops a journey has at most; what lies behind is left out, and said.
pub const JOURNEY_HOPS_MAX: usize = 10_000;
