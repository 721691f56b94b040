//! A journey hop by hop.

use crate::{
    graph::{CatalogGraph, Entity, ExposureClass},
    model::{EntityRef, Strength},
    needs::Direction,
    query::{
        EntityShare,
        blast_radius::owner_shares,
        contacts::{Contact, contacts_of},
    },
};

use super::{Accountability, DeclaredJourney, JourneyAvailability};

/// A way through several entities.
#[derive(Clone, Debug)]
pub struct Journey<'g> {
    /// What declares it; `None` where it was only asked for.
    pub declared: Option<DeclaredJourney<'g>>,
    /// The hops, in the order of the way, or layer by layer.
    pub hops: Vec<JourneyHop<'g>>,
    /// How many shortest ways there are, of which this is the first by the refs on it, `u64::MAX` for more
    /// than that, and 0 where some hop is not reached along needs; `None` where the hops were given.
    pub ways: Option<u64>,
    /// The owners of the hops, the one with most of them first, then by ref.
    pub teams: Vec<EntityShare<'g>>,
    /// How many hops have no owner, though somebody should.
    pub unowned: usize,
    /// How many hops nothing declares: who owns them is not known.
    pub unknown: usize,
    /// How many needs of the way lead from one owner to another.
    pub handovers: usize,
    /// What the promises of the hops come to.
    pub availability: JourneyAvailability,
    /// Who answers for the whole.
    pub accountability: Accountability<'g>,
    /// Whether more lies behind what was looked at: the depth that was asked for, or the limit on hops.
    pub truncated: bool,
}

/// A name that a journey leads through or that answers for it. It need not be in the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JourneyStop<'g> {
    /// The name.
    pub name: EntityRef,
    /// The entity; `None` where nothing in the catalog goes by that name.
    pub entity: Option<Entity<'g>>,
}

/// One hop of a journey.
#[derive(Clone, Debug)]
pub struct JourneyHop<'g> {
    /// The entity.
    pub stop: JourneyStop<'g>,
    /// How many needs lie before it; on a way, its place from 0.
    pub distance: u32,
    /// The hop before it, by its place among the hops; `None` for the first.
    pub via: Option<usize>,
    /// How one gets here from the hop before.
    pub link: Option<JourneyLink<'g>>,
    /// Whether it was named, and not found on the way between others.
    pub is_named: bool,
    /// Whether another owner answers for it than for the hop before; both have one.
    pub is_handover: bool,
}

/// How one gets from one hop of a journey to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JourneyLink<'g> {
    /// The one needs the next.
    Needs(Strength),
    /// The next needs the one, as who hears of an event needs its channel.
    NeededBy(Strength),
    /// The one needs the next through others, which are not hops.
    Through(Vec<Entity<'g>>),
    /// No need leads from the one to the next, or that was not looked for.
    NoWay,
    /// One of them is not in the catalog.
    Unknown,
}

impl JourneyLink<'_> {
    /// The link in words, as JSON shows it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Needs(_) => "needs",
            Self::NeededBy(_) => "needed-by",
            Self::Through(_) => "through",
            Self::NoWay => "no-way",
            Self::Unknown => "unknown",
        }
    }

    /// How much the one needs the other, where it does so directly.
    pub fn strength(&self) -> Option<Strength> {
        match self {
            Self::Needs(strength) | Self::NeededBy(strength) => Some(*strength),
            Self::Through(_) | Self::NoWay | Self::Unknown => None,
        }
    }
}

impl<'g> JourneyStop<'g> {
    pub(super) fn of(entity: Entity<'g>) -> Self {
        Self { name: entity.name().clone(), entity: Some(entity) }
    }

    pub(super) fn named(graph: &'g CatalogGraph, name: &EntityRef) -> Self {
        match graph.entity(name) {
            Some(entity) => Self::of(entity),
            None => Self { name: name.clone(), entity: None },
        }
    }

    /// Whether a manifest declares it, or it stands for a repository.
    pub fn is_declared(&self) -> bool {
        self.entity.is_some_and(|entity| !entity.is_placeholder())
    }

    /// Who answers for it; it may be a placeholder.
    pub fn owner(&self) -> Option<Entity<'g>> {
        self.entity.and_then(Entity::owner)
    }

    /// Whether nobody need answer for it: places are not owned.
    pub(super) fn is_place(&self) -> bool {
        self.entity.is_some_and(|entity| {
            entity.owner().is_none() && ExposureClass::of(entity) == Some(ExposureClass::FailureDomain)
        })
    }

    /// Whether it ought to have an owner, and has none.
    pub fn is_unowned(&self) -> bool {
        self.is_declared() && self.owner().is_none() && !self.is_place()
    }

    /// How to reach somebody about it: by its own contacts, then by those of its owner.
    pub fn contacts(&self) -> Vec<Contact> {
        let own = self.entity.map(contacts_of).unwrap_or_default();
        let all = own.into_iter().chain(self.owner().map(contacts_of).unwrap_or_default());
        all.filter(|contact| contact.kind.reaches_somebody()).collect()
    }
}

impl<'g> JourneyHop<'g> {
    /// The first hop of a journey.
    pub(super) fn first(stop: JourneyStop<'g>) -> Self {
        Self { stop, distance: 0, via: None, link: None, is_named: true, is_handover: false }
    }
}

/// How much one entity directly needs another; `None` where it does not. O(needs of the one).
pub(super) fn direct_need(from: Entity<'_>, to: Entity<'_>) -> Option<Strength> {
    let mut needed = from.graph().needs().next_to(from.index(), Direction::Dependencies);
    needed.find(|(needed, _)| *needed == to.index()).map(|(_, strength)| strength)
}

/// A journey of these hops, with what follows from them.
pub(super) fn completed<'g>(
    graph: &'g CatalogGraph,
    mut hops: Vec<JourneyHop<'g>>,
    declared: Option<DeclaredJourney<'g>>,
    is_way: bool,
) -> Journey<'g> {
    let owners: Vec<Option<Entity<'g>>> = hops.iter().map(|hop| hop.stop.owner()).collect();
    for (at, hop) in hops.iter_mut().enumerate() {
        let before = hop.via.and_then(|via| owners[via]);
        hop.is_handover = matches!((before, owners[at]), (Some(before), Some(owner)) if before != owner);
    }
    let entities: Vec<Entity<'g>> = hops.iter().filter_map(|hop| hop.stop.entity).collect();
    let (teams, _) = owner_shares(graph, entities.into_iter());
    let stops: Vec<&JourneyStop<'g>> = hops.iter().map(|hop| &hop.stop).collect();
    let accountability = Accountability::of(&stops, declared.as_ref());
    Journey {
        ways: None,
        teams,
        unowned: hops.iter().filter(|hop| hop.stop.is_unowned()).count(),
        unknown: hops.iter().filter(|hop| !hop.stop.is_declared()).count(),
        handovers: hops.iter().filter(|hop| hop.is_handover).count(),
        availability: JourneyAvailability::of(&hops, is_way),
        accountability,
        truncated: false,
        declared,
        hops,
    }
}
