//! What is at stake where an entity fails, by the tiers of all that rest on it.

use crate::{
    graph::{Entity, ExposureClass},
    model::Tier,
};

/// The most critical of an entity and all that transitively need it.
#[derive(Clone, Copy, Debug)]
pub struct AtStake<'g> {
    /// That one; of several, the first by ref.
    pub entity: Entity<'g>,
}

impl AtStake<'_> {
    /// Its tier; `None` where it has none. That is held to be worse than tier 2, since it may be critical, and
    /// better than tier 1, which is known to be; but of an API, an external party and a failure domain it says
    /// nothing, since these are as critical as what needs them.
    pub fn tier(self) -> Option<Tier> {
        self.entity.tier()
    }

    /// How much that is; more is worse.
    pub(super) fn rank(self) -> u8 {
        rank(self.entity)
    }
}

/// How much is at stake in an entity itself; more is worse.
pub(super) fn rank(entity: Entity<'_>) -> u8 {
    match entity.tier().map(Tier::number) {
        None if entity.name().kind() == "api" || ExposureClass::of(entity).is_some() => 0,
        None => 3,
        Some(critical @ 0..=1) => 5 - critical,
        Some(other) => Tier::LAST.saturating_sub(other),
    }
}

/// `tier 0`, or `unknown tier`.
pub(super) fn tier_text(tier: Option<Tier>) -> String {
    tier.map_or_else(|| "unknown tier".to_owned(), |tier| format!("tier {}", tier.number()))
}
