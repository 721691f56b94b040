//! The rollout: in which waves a change goes through what it affects, and why each wave is where it is.
//!
//! What has least at stake changes first: the most critical tier of an entity and all that transitively need it.
//! What is needed changes behind what needs it, so that as little as possible rests on what changes early; the
//! stake never falls along a need, so both agree. Where a change adds something that dependents are to use, what
//! is needed changes first ([`RolloutOrder`]), and the stake decides what that leaves open.
//!
//! A wave is in one failure domain at most, so that an entity that runs in several changes in one after the
//! other; nor does it hold everything of which one that works is enough. Entities that need each other in a
//! circle change together, and an API goes along with what provides it.

mod places;
#[cfg(test)]
mod property_tests;
mod reason;
mod scope;
mod stake;
#[cfg(test)]
mod tests;
mod waves;

pub use reason::{EntryReason, WaveReason};
pub use stake::AtStake;

use rustc_hash::FxHashMap;

use super::{Contact, ContactKind, EntityShare, Unknowns, blast_radius::owner_shares, contacts_of};
use crate::{
    graph::{CatalogGraph, Entity, NeedFilter},
    needs::{Direction, Precision},
};
use scope::Scope;

/// How many entities a wave has at most where nobody says it.
pub const ROLLOUT_WAVE_DEFAULT: u32 = 20;

/// Which end of a need changes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RolloutOrder {
    /// An entity changes when all that need it have: for a change that may break them.
    #[default]
    DependentsFirst,
    /// An entity changes when all that it needs has: for an addition that dependents are to use.
    DependenciesFirst,
}

impl RolloutOrder {
    /// The order in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::DependentsFirst => "dependents-first",
            Self::DependenciesFirst => "dependencies-first",
        }
    }

    /// The ends of needs that change first.
    fn first(self) -> Direction {
        match self {
            Self::DependentsFirst => Direction::Dependents,
            Self::DependenciesFirst => Direction::Dependencies,
        }
    }
}

/// A question about the waves of a change.
#[derive(Clone, Debug)]
pub struct RolloutQuery<'g> {
    /// What changes, in any order. A system or a domain stands for its parts, a repository for what it
    /// declares.
    pub roots: Vec<Entity<'g>>,
    /// Whether only the roots change, and not what needs them; what needs them counts for the order all the
    /// same.
    pub only_roots: bool,
    /// Which end of a need changes first.
    pub order: RolloutOrder,
    /// How many entities a wave has at most, from 1. A circle is not cut, and APIs that go along are not counted.
    pub wave_max: u32,
    /// Which needs to follow.
    pub along: NeedFilter,
}

impl<'g> RolloutQuery<'g> {
    /// Everything that some entities affect, in the usual order.
    pub fn new(roots: Vec<Entity<'g>>) -> Self {
        Self {
            roots,
            only_roots: false,
            order: RolloutOrder::default(),
            wave_max: ROLLOUT_WAVE_DEFAULT,
            along: NeedFilter::default(),
        }
    }
}

/// A change in waves. One wave begins when the one before has shown that it works.
#[derive(Clone, Debug)]
pub struct Rollout<'g> {
    /// The entities asked about, by ref.
    pub roots: Vec<Entity<'g>>,
    /// Whether only these change.
    pub only_roots: bool,
    /// Which end of a need changes first.
    pub order: RolloutOrder,
    /// How many entities a wave was to have at most.
    pub wave_max: u32,
    /// How many different entities change.
    pub changing: usize,
    /// How many of these are critical (tiers 0 and 1).
    pub critical: usize,
    /// The waves, the first one first.
    pub waves: Vec<RolloutWave<'g>>,
    /// Whom to inform: by the first wave with something of theirs, then by ref.
    pub owners: Vec<RolloutOwner<'g>>,
    /// How many of those that change have no owner.
    pub unowned: usize,
    /// Whether the dependents of each are counted exactly or about.
    pub precision: Precision,
    /// What is not known about those that change.
    pub unknowns: Unknowns<'g>,
}

/// Somebody to inform of a change before it comes.
#[derive(Clone, Debug)]
pub struct RolloutOwner<'g> {
    /// The owner.
    pub owner: Entity<'g>,
    /// How many entities of theirs change.
    pub changing: usize,
    /// The first wave with one of these, from 1.
    pub first_wave: usize,
    /// How the owner is reached, on-call first; empty where nothing is known.
    pub contacts: Vec<Contact>,
}

impl RolloutOwner<'_> {
    /// How to inform the owner without waking anybody: a channel or an address where there is one.
    pub fn contact(&self) -> Option<&Contact> {
        let kinds = [ContactKind::Chat, ContactKind::Email, ContactKind::OnCall];
        kinds.iter().find_map(|kind| self.contacts.iter().find(|contact| contact.kind == *kind))
    }
}

/// What changes at one time.
#[derive(Clone, Debug)]
pub struct RolloutWave<'g> {
    /// The one failure domain that it is in; `None` where none is known of what changes.
    pub place: Option<Entity<'g>>,
    /// The most that is at stake in any of its entities.
    pub at_stake: AtStake<'g>,
    /// Why it is a wave of its own, and no earlier one; at least one reason.
    pub reasons: Vec<WaveReason<'g>>,
    /// What changes: the fewest dependents first, then by ref; APIs that go along last.
    pub entries: Vec<RolloutEntry<'g>>,
    /// Those of its entities that need each other in a circle, each circle by ref, the circles by their first.
    pub circles: Vec<Vec<Entity<'g>>>,
    /// Whom to tell: the owners of its entities, the one with most of them first, then by ref.
    pub owners: Vec<EntityShare<'g>>,
    /// How many of its entities have no owner.
    pub unowned: usize,
    /// How many of its entities are critical (tiers 0 and 1).
    pub critical: usize,
}

/// One entity in one wave.
#[derive(Clone, Debug)]
pub struct RolloutEntry<'g> {
    /// The entity.
    pub entity: Entity<'g>,
    /// The failure domain that it changes in; `None` where it is in none, or an API that goes along.
    pub place: Option<Entity<'g>>,
    /// How many needs lie between it and the nearest root; 0 for a root.
    pub distance: u32,
    /// How many entities transitively need it.
    pub dependents: u32,
    /// How many of these are critical.
    pub critical_dependents: u32,
    /// What is at stake: the most critical of it and those.
    pub at_stake: AtStake<'g>,
    /// Why it changes no earlier.
    pub reason: EntryReason<'g>,
    /// The failure domain that it changed in before this one.
    pub place_before: Option<Entity<'g>>,
    /// Another entity that it is in a circle with, and changes together with.
    pub circle_with: Option<Entity<'g>>,
}

/// Puts a change into waves. The answer does not depend on the order of the roots.
///
/// O((entities + needs) · log entities) of those that change and what needs them, with a bound on the work of
/// counting dependents exactly; O(relations) more where only some needs are followed.
pub fn rollout<'g>(graph: &'g CatalogGraph, query: &RolloutQuery<'g>) -> Rollout<'g> {
    let scope = Scope::new(graph, query);
    let waves = waves::waves(&scope, query);
    let mut roots = query.roots.clone();
    roots.sort_unstable_by_key(|root| root.index());
    roots.dedup();
    let changing: Vec<Entity<'g>> = scope.changing().collect();
    let (shares, unowned) = owner_shares(graph, changing.iter().copied());
    Rollout {
        roots,
        only_roots: query.only_roots,
        order: query.order,
        wave_max: query.wave_max.max(1),
        changing: changing.len(),
        critical: changing.iter().filter(|entity| entity.is_critical()).count(),
        owners: owners(&shares, &waves),
        waves,
        unowned,
        precision: scope.precision,
        unknowns: Unknowns::of(graph, changing),
    }
}

fn owners<'g>(shares: &[EntityShare<'g>], waves: &[RolloutWave<'g>]) -> Vec<RolloutOwner<'g>> {
    let mut first_waves: FxHashMap<u32, usize> = FxHashMap::default();
    for (number, wave) in (1..).zip(waves) {
        for share in &wave.owners {
            first_waves.entry(share.entity.index()).or_insert(number);
        }
    }
    let inform = |share: &EntityShare<'g>| RolloutOwner {
        owner: share.entity,
        changing: share.affected,
        first_wave: first_waves[&share.entity.index()],
        contacts: contacts_of(share.entity),
    };
    let mut owners: Vec<RolloutOwner<'g>> = shares.iter().map(inform).collect();
    owners.sort_by_key(|of| (of.first_wave, of.owner.index()));
    owners
}
