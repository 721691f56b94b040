//! Why a wave, and an entity in it, are where they are.

use super::{AtStake, RolloutEntry, RolloutOrder, RolloutWave, stake::tier_text};
use crate::graph::Entity;

/// Why an entity changes no earlier than it does.
#[derive(Clone, Copy, Debug)]
pub enum EntryReason<'g> {
    /// Nothing has to change before it, and nothing has less at stake.
    First,
    /// It waits for this one, directly or through what does not change.
    After(Entity<'g>),
    /// It waits for what has less at stake.
    AtStake(AtStake<'g>),
    /// It is an API, and changes with this one, which provides it.
    WithProvider(Entity<'g>),
}

impl<'g> EntryReason<'g> {
    /// The reason in a word, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::After(_) => "after",
            Self::AtStake(_) => "at-stake",
            Self::WithProvider(_) => "with-provider",
        }
    }

    /// The entity that it is about.
    pub fn entity(self) -> Option<Entity<'g>> {
        match self {
            Self::First => None,
            Self::After(entity) | Self::WithProvider(entity) => Some(entity),
            Self::AtStake(at_stake) => Some(at_stake.entity),
        }
    }
}

impl RolloutEntry<'_> {
    /// Why it is where it is, in words.
    pub fn why(&self, order: RolloutOrder) -> String {
        let mut text = match self.reason {
            EntryReason::First => "nothing has to change before it".to_owned(),
            EntryReason::After(before) => {
                let before = before.name().short();
                match order {
                    RolloutOrder::DependentsFirst => format!("after {before}, which needs it"),
                    RolloutOrder::DependenciesFirst => format!("after {before}, which it needs"),
                }
            }
            EntryReason::AtStake(at_stake) => {
                let tier = tier_text(at_stake.tier());
                if at_stake.entity == self.entity {
                    format!("waits for what has less at stake: it is of {tier}")
                } else {
                    let entity = at_stake.entity.name().short();
                    format!("waits for what has less at stake: {entity} of {tier} needs it")
                }
            }
            EntryReason::WithProvider(provider) => {
                format!("with {}, which provides it", provider.name().short())
            }
        };
        if let Some(other) = self.circle_with {
            text += &format!("; in a circle with {}", other.name().short());
        }
        if let Some(before) = self.place_before {
            text += &format!("; after the same in {}", before.name().short());
        }
        text
    }
}

/// Why a wave is one of its own.
#[derive(Clone, Copy, Debug)]
pub enum WaveReason<'g> {
    /// It is the first.
    First,
    /// More is at stake than in the wave before.
    MoreAtStake(AtStake<'g>),
    /// What has to change before it did so in the waves before.
    NextStep,
    /// The wave before is the same step in another failure domain.
    NextPlace {
        /// The domain of the wave before.
        before: Entity<'g>,
    },
    /// The wave before holds as many as a wave may.
    Full {
        /// As many.
        wave_max: u32,
    },
    /// With the wave before, all of several would change of which one that works is enough.
    Alternatives {
        /// One of those in the wave before.
        before: Entity<'g>,
    },
    /// Entities that need each other change together.
    Circle {
        /// How many they are here.
        entities: usize,
        /// Whether that is more than a wave may hold.
        is_over: bool,
    },
}

impl WaveReason<'_> {
    /// The reason in a word, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::MoreAtStake(_) => "more-at-stake",
            Self::NextStep => "next-step",
            Self::NextPlace { .. } => "next-place",
            Self::Full { .. } => "full",
            Self::Alternatives { .. } => "alternatives",
            Self::Circle { .. } => "circle",
        }
    }

    /// The reason in words.
    fn text(self, order: RolloutOrder, wave: &RolloutWave<'_>) -> String {
        match self {
            Self::First => {
                let tier = tier_text(wave.at_stake.tier());
                format!("nothing has to change before these, and the least is at stake: {tier}")
            }
            Self::MoreAtStake(at_stake) => {
                let (entity, tier) = (at_stake.entity.name().short(), tier_text(at_stake.tier()));
                format!("more is at stake than in the wave before: {entity} of {tier}")
            }
            Self::NextStep => match order {
                RolloutOrder::DependentsFirst => "what needs these has changed before".to_owned(),
                RolloutOrder::DependenciesFirst => "what these need has changed before".to_owned(),
            },
            Self::NextPlace { before } => {
                let before = before.name().short();
                match wave.place {
                    Some(_) => format!("one failure domain at a time: {before} has changed"),
                    None => format!("the same step where no failure domain is known: {before} has changed"),
                }
            }
            Self::Full { wave_max } => format!("the wave before is full, with {wave_max} at most"),
            Self::Alternatives { before } => {
                let before = before.name().short();
                format!("not everything at once that stands in for each other: {before} has changed")
            }
            Self::Circle { entities, is_over: false } => {
                format!("{entities} of one circle of needs change together")
            }
            Self::Circle { entities, is_over: true } => {
                format!("{entities} of one circle of needs change together, though a wave was to hold fewer")
            }
        }
    }
}

impl RolloutWave<'_> {
    /// Why it is a wave of its own, in words.
    pub fn why(&self, order: RolloutOrder) -> String {
        let reasons: Vec<String> = self.reasons.iter().map(|reason| reason.text(order, self)).collect();
        reasons.join("; ")
    }
}
