//! Who answers for the whole of a journey.

use std::cmp::Reverse;

use rustc_hash::FxHashSet;

use crate::{graph::Entity, query::wholes::systems_and_domains};

use super::{DeclaredJourney, JourneyStop};

/// Who answers for the whole of a journey, and on what ground.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accountability<'g> {
    /// The one owner; `None` where there is no single one.
    pub owner: Option<Entity<'g>>,
    /// On what ground.
    pub ground: AccountabilityGround<'g>,
}

/// Why somebody answers for the whole of a journey; the first of these that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountabilityGround<'g> {
    /// Every hop has this owner.
    EveryHop,
    /// What declares the journey names it, or is owned by it.
    Journey,
    /// It owns the smallest system or domain with an owner that holds every hop.
    Whole(Entity<'g>),
    /// Nobody does: each part may have an owner, the whole has none.
    Nobody,
}

impl AccountabilityGround<'_> {
    /// The ground in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::EveryHop => "every-hop",
            Self::Journey => "journey",
            Self::Whole(_) => "whole",
            Self::Nobody => "nobody",
        }
    }

    /// The ground as one short phrase.
    pub fn reason(self) -> String {
        match self {
            Self::EveryHop => "owns every hop".into(),
            Self::Journey => "owns the journey itself".into(),
            Self::Whole(whole) => format!("owns {}, which holds every hop", whole.name().short()),
            Self::Nobody => "no single accountable owner".into(),
        }
    }
}

impl<'g> Accountability<'g> {
    /// Who answers for the whole of a declared journey. O(hops · wholes of a hop).
    pub fn of_declared(journey: &DeclaredJourney<'g>) -> Self {
        let stops: Vec<&JourneyStop<'g>> = journey.stops.iter().collect();
        Self::of(&stops, Some(journey))
    }

    /// Who answers for some hops. O(hops · wholes of a hop).
    pub(super) fn of(stops: &[&JourneyStop<'g>], declared: Option<&DeclaredJourney<'g>>) -> Self {
        let answering = |owner, ground| Self { owner: Some(owner), ground };
        let of_journey = || declared.and_then(DeclaredJourney::owner);
        // Nobody answers for a place, so that it takes nothing away from who answers for the rest.
        let judged: Vec<&JourneyStop<'g>> = stops.iter().copied().filter(|stop| !stop.is_place()).collect();
        if let Some(owner) = owner_of_all(&judged) {
            answering(owner, AccountabilityGround::EveryHop)
        } else if let Some(owner) = of_journey() {
            answering(owner, AccountabilityGround::Journey)
        } else if let Some((owner, whole)) = owned_whole_of_all(&judged) {
            answering(owner, AccountabilityGround::Whole(whole))
        } else {
            Self { owner: None, ground: AccountabilityGround::Nobody }
        }
    }
}

fn owner_of_all<'g>(stops: &[&JourneyStop<'g>]) -> Option<Entity<'g>> {
    let owner = stops.first()?.owner()?;
    stops.iter().all(|stop| stop.owner() == Some(owner)).then_some(owner)
}

/// The smallest system or domain with an owner that every stop is, or is a part of: one within others comes
/// before those, and of several that are not within each other the first by ref.
fn owned_whole_of_all<'g>(stops: &[&JourneyStop<'g>]) -> Option<(Entity<'g>, Entity<'g>)> {
    let mut common: Option<Vec<Entity<'g>>> = None;
    for stop in stops {
        let holding = holding(stop.entity?);
        common = Some(match common {
            None => holding,
            Some(mut common) => {
                let holding: FxHashSet<u32> = holding.into_iter().map(Entity::index).collect();
                common.retain(|whole| holding.contains(&whole.index()));
                common
            }
        });
    }
    let common = common?;
    let numbers: FxHashSet<u32> = common.iter().map(|whole| whole.index()).collect();
    // The innermost of the common ones has most of them around it.
    let around = |whole: Entity<'g>| {
        systems_and_domains(whole).into_iter().filter(|outer| numbers.contains(&outer.index())).count()
    };
    let owned = common.into_iter().filter_map(|whole| Some((whole.owner()?, whole)));
    owned.min_by_key(|(_, whole)| (Reverse(around(*whole)), whole.index()))
}

/// The systems and domains that an entity is or is a part of.
fn holding(entity: Entity<'_>) -> Vec<Entity<'_>> {
    let is_whole = matches!(entity.name().kind(), "system" | "domain");
    is_whole.then_some(entity).into_iter().chain(systems_and_domains(entity)).collect()
}
