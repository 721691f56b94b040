//! What one check says, before anybody asks whether it counts.

use crate::model::Origin;

use super::Verdict;

/// What one check says of one entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in one lower-case sentence without a period.
    pub reason: String,
    /// The places that it rests on, or where something is to be added.
    pub origins: Vec<Origin>,
}

impl Answer {
    /// What is demanded is there.
    pub(super) fn passed(reason: impl Into<String>) -> Self {
        Self { verdict: Verdict::Passed, reason: reason.into(), origins: Vec::new() }
    }

    /// It is not there.
    pub(super) fn failed(reason: impl Into<String>) -> Self {
        Self { verdict: Verdict::Failed, reason: reason.into(), origins: Vec::new() }
    }

    /// Nobody knows.
    pub(super) fn undecided(reason: impl Into<String>) -> Self {
        Self { verdict: Verdict::Undecided, reason: reason.into(), origins: Vec::new() }
    }

    /// The check is not about the entity.
    pub(super) fn not_applicable(reason: impl Into<String>) -> Self {
        Self { verdict: Verdict::NotApplicable, reason: reason.into(), origins: Vec::new() }
    }

    /// The same with places.
    pub(super) fn at(mut self, origins: impl IntoIterator<Item = Origin>) -> Self {
        self.origins.extend(origins);
        self
    }
}
