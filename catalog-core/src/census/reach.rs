//! Who is reached where something fails: an on-call service, or at least somebody.

use std::collections::VecDeque;

use crate::{
    graph::{CatalogGraph, Entity},
    model::{RelationEnd, RelationKind},
    query::{Contact, ContactKind, contacts_of},
};

/// No entity.
const NONE: u32 = u32::MAX;

/// How well somebody is reached, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReachLevel {
    /// A service that wakes somebody.
    OnCall,
    /// A chat channel or an e-mail address.
    Contact,
    /// Nobody is known.
    Nobody,
}

impl ReachLevel {
    /// The level in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::OnCall => "on-call",
            Self::Contact => "contact",
            Self::Nobody => "nobody",
        }
    }
}

/// Who is reached about an entity, or about what a team owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContactReach<'g> {
    /// How well.
    pub level: ReachLevel,
    /// Whose contact it is: the entity's own, its owner's, that of a group above, or that of the owner of a
    /// system or domain; `None` where nobody is reached.
    pub through: Option<Entity<'g>>,
}

/// For every owner, the nearest one at or above it that is on call, and that has any contact.
pub(super) struct Reaches<'g> {
    graph: &'g CatalogGraph,
    on_call: Vec<u32>,
    contact: Vec<u32>,
}

impl<'g> Reaches<'g> {
    /// Looks at everybody who owns something or has somebody below. O(entities + relations).
    pub(super) fn of(graph: &'g CatalogGraph) -> Self {
        let is_asked = |entity: &Entity<'_>| {
            matches!(entity.name().kind(), "group" | "user") || entity.owned().len() > 0
        };
        let levels = graph.entities().filter(is_asked).map(|entity| (entity, level_of(entity)));
        let levels: Vec<(Entity<'g>, ReachLevel)> = levels.collect();
        let nearest = |worst: ReachLevel| {
            let reached = levels.iter().filter(|(_, level)| *level <= worst).map(|(entity, _)| *entity);
            spread(graph, reached)
        };
        Self { graph, on_call: nearest(ReachLevel::OnCall), contact: nearest(ReachLevel::Contact) }
    }

    /// Who is reached about what an owner owns. O(1).
    pub(super) fn through_owner(&self, owner: Entity<'g>) -> ContactReach<'g> {
        self.best([Some(owner)].into_iter().flatten())
    }

    /// Who is reached about an entity that is a part of these wholes. O(its contacts + wholes).
    pub(super) fn about(&self, entity: Entity<'g>, wholes: &[Entity<'g>]) -> ContactReach<'g> {
        let own = level_of(entity);
        if own == ReachLevel::OnCall {
            return ContactReach { level: own, through: Some(entity) };
        }
        let owners = entity.owner().into_iter().chain(wholes.iter().filter_map(|whole| whole.owner()));
        let through_owners = self.best(owners);
        if own < through_owners.level || own == ReachLevel::Contact && through_owners.level == own {
            return ContactReach { level: own, through: Some(entity) };
        }
        through_owners
    }

    /// The best that the owners reach; of equals the first.
    fn best(&self, owners: impl Iterator<Item = Entity<'g>>) -> ContactReach<'g> {
        let mut contact = None;
        for owner in owners {
            let at = owner.index() as usize;
            if self.on_call[at] != NONE {
                let through = Some(self.graph.entity_at(self.on_call[at]));
                return ContactReach { level: ReachLevel::OnCall, through };
            }
            if contact.is_none() && self.contact[at] != NONE {
                contact = Some(self.graph.entity_at(self.contact[at]));
            }
        }
        let level = if contact.is_some() { ReachLevel::Contact } else { ReachLevel::Nobody };
        ContactReach { level, through: contact }
    }
}

/// How well an entity is reached by what it says itself.
fn level_of(entity: Entity<'_>) -> ReachLevel {
    let reaches = |contact: &Contact| match contact.kind {
        ContactKind::OnCall => ReachLevel::OnCall,
        ContactKind::Chat | ContactKind::Email => ReachLevel::Contact,
        ContactKind::Runbook | ContactKind::Dashboard | ContactKind::Documentation => ReachLevel::Nobody,
    };
    contacts_of(entity).iter().map(reaches).min().unwrap_or(ReachLevel::Nobody)
}

/// The nearest of some groups at or above each entity, by number. Goes down from them level by level, so
/// that circles of groups end. O(entities + relations).
fn spread<'g>(graph: &'g CatalogGraph, from: impl Iterator<Item = Entity<'g>>) -> Vec<u32> {
    let mut nearest = vec![NONE; graph.entities().len()];
    let mut open = VecDeque::new();
    for entity in from {
        nearest[entity.index() as usize] = entity.index();
        open.push_back(entity);
    }
    while let Some(above) = open.pop_front() {
        let below = above.related(RelationKind::ChildOf, RelationEnd::To);
        for entity in below.chain(above.related(RelationKind::MemberOf, RelationEnd::To)) {
            if nearest[entity.index() as usize] == NONE {
                nearest[entity.index() as usize] = nearest[above.index() as usize];
                open.push_back(entity);
            }
        }
    }
    nearest
}
