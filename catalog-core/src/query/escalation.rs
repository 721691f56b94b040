//! Whom to call, first to last, and who is next where a step leads nowhere.
//!
//! The entity itself, its owner, whoever is above the owner (a person's groups, a group's parents, level by
//! level), then the owners of its system and of its domain with those above them. Nobody stands in it
//! twice, so that circles of groups and groups that are their own parents end.

use std::collections::VecDeque;

use rustc_hash::FxHashSet;

use crate::{
    graph::{Entity, OwnershipClaim},
    model::{EntityRef, OwnerName, OwnerShape, RelationEnd, RelationKind},
};

use super::{
    contacts::{Contact, ContactKind, contacts_of, is_reached},
    wholes::wholes,
};

/// How many steps an escalation has at most; who has a thousand groups is not called a thousand times.
const STEPS_MAX: usize = 50;
/// How many members are named where their group itself cannot be reached.
const MEMBERS_MAX: usize = 3;
/// How many groups below a group are looked at for a member.
const GROUPS_BELOW_MAX: usize = 10_000;

/// Whom to call, in this order.
#[derive(Clone, Debug, Default)]
pub struct Escalation<'g> {
    /// The steps, first to last.
    pub steps: Vec<EscalationStep<'g>>,
    /// How many further ones there are behind those, at least, that are left out.
    pub steps_left_out: usize,
}

/// One step of an escalation.
#[derive(Clone, Debug)]
pub struct EscalationStep<'g> {
    /// The entity whose contacts these are.
    pub entity: Entity<'g>,
    /// Why it is asked: one short phrase, as in `parent of group:shop`.
    pub reason: String,
    /// How it is reached; empty where nothing is known.
    pub contacts: Vec<Contact>,
    /// What stands in the way of reaching somebody here; `None` where nothing does.
    pub obstacle: Option<StepObstacle>,
    /// Members who can be reached themselves, where the group cannot be; at most three.
    pub members: Vec<EscalationMember<'g>>,
}

/// A member of a group that has no contact of its own.
#[derive(Clone, Debug)]
pub struct EscalationMember<'g> {
    /// The person.
    pub entity: Entity<'g>,
    /// The first of the person's contacts.
    pub contact: Contact,
}

/// Why a step of an escalation reaches nobody. The next step that has none of these is the fallback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepObstacle {
    /// Nothing declares it: the name may be misspelled, and how it is reached is not known.
    Undeclared,
    /// It is a group without a member, and so are all groups below it: nobody may listen.
    Empty,
    /// It is declared, and neither on-call nor chat nor address is.
    NoContact,
}

impl StepObstacle {
    /// The obstacle in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Undeclared => "undeclared",
            Self::Empty => "empty",
            Self::NoContact => "no-contact",
        }
    }

    /// What a person is told.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Undeclared => "no manifest declares it",
            Self::Empty => "it has no member",
            Self::NoContact => "no contact is known",
        }
    }
}

impl<'g> Escalation<'g> {
    /// Whom to call about an entity.
    pub(super) fn of(entity: Entity<'g>, claims: &[OwnershipClaim]) -> Self {
        let mut climb = Climb::default();
        climb.add_entity(entity, claims);
        climb.escalation
    }

    /// Whom to call about what some claims are about, and then about the entities nearest to it.
    pub(super) fn of_claims(
        owners: impl IntoIterator<Item = Entity<'g>>,
        claims: &[OwnershipClaim],
        nearest: Option<Entity<'g>>,
    ) -> Self {
        let mut climb = Climb::default();
        for owner in owners {
            climb.add_with_those_above(owner, "owner of the path".into(), claims);
        }
        if let Some(nearest) = nearest {
            climb.add_entity(nearest, &nearest.ownership_claims());
        }
        climb.escalation
    }

    /// The step that is next where the one at `position` reaches nobody: the first one behind it that
    /// nothing stands in the way of.
    pub fn fallback_of(&self, position: usize) -> Option<&EscalationStep<'g>> {
        self.steps[position..].iter().skip(1).find(|step| step.obstacle.is_none())
    }

    /// Whether some step names an on-call, a channel or an address, whoever may listen there.
    pub fn is_reached(&self) -> bool {
        self.steps.iter().any(|step| step.contacts.iter().any(|contact| contact.kind.reaches_somebody()))
    }
}

#[derive(Default)]
struct Climb<'g> {
    escalation: Escalation<'g>,
    met: FxHashSet<u32>,
}

impl<'g> Climb<'g> {
    fn add_entity(&mut self, entity: Entity<'g>, claims: &[OwnershipClaim]) {
        if matches!(entity.name().kind(), "group" | "user") {
            self.add_with_those_above(entity, "it itself".into(), claims);
        }
        let own = contacts_of(entity);
        let has = |kind| own.iter().any(|contact: &Contact| contact.kind == kind);
        if own.iter().any(|contact| contact.kind.reaches_somebody()) && self.met.insert(entity.index()) {
            let reason = if has(ContactKind::OnCall) { "its own on-call" } else { "its own contacts" };
            self.push(EscalationStep {
                entity,
                reason: reason.into(),
                contacts: own,
                obstacle: None,
                members: Vec::new(),
            });
        }
        if let Some(owner) = entity.owner() {
            self.add_with_those_above(owner, "owner".into(), claims);
        }
        for whole in wholes(entity) {
            if let Some(owner) = whole.owner() {
                let reason = format!("owner of its {} {}", whole.name().kind(), whole.name().short());
                self.add_with_those_above(owner, reason, &[]);
            }
        }
    }

    fn add_with_those_above(&mut self, owner: Entity<'g>, reason: String, claims: &[OwnershipClaim]) {
        let mut next = VecDeque::from([(owner, reason)]);
        while let Some((entity, reason)) = next.pop_front() {
            if !self.met.insert(entity.index()) {
                continue;
            }
            let is_full = self.escalation.steps.len() >= STEPS_MAX;
            if is_full {
                self.escalation.steps_left_out += 1;
            } else {
                self.push(step(entity, reason, claims));
            }
            // Whoever has more groups than there are steps is not followed to all their parents.
            let word = if entity.name().kind() == "user" { "group of" } else { "parent of" };
            let above = above(entity).filter(|above| !self.met.contains(&above.index()));
            next.extend(above.map(|above| (above, format!("{word} {}", entity.name().short()))));
        }
    }

    fn push(&mut self, step: EscalationStep<'g>) {
        self.escalation.steps.push(step);
    }
}

/// Whoever is asked after a group or a person: the groups it is a member of and the groups above it.
pub(crate) fn above(entity: Entity<'_>) -> impl Iterator<Item = Entity<'_>> {
    let parents = entity.related(RelationKind::ChildOf, RelationEnd::From);
    parents.chain(entity.related(RelationKind::MemberOf, RelationEnd::From))
}

fn step<'g>(entity: Entity<'g>, reason: String, claims: &[OwnershipClaim]) -> EscalationStep<'g> {
    let mut contacts = contacts_of(entity);
    if entity.is_placeholder() {
        contacts.extend(address_in_name(entity.name(), claims));
    }
    let is_reached = contacts.iter().any(|contact| contact.kind.reaches_somebody());
    let obstacle = if entity.is_placeholder() {
        (!is_reached).then_some(StepObstacle::Undeclared)
    } else if is_group(entity) && !is_peopled(entity) {
        Some(StepObstacle::Empty)
    } else {
        (!is_reached).then_some(StepObstacle::NoContact)
    };
    let members = match obstacle {
        Some(StepObstacle::NoContact) => reached_members(entity),
        _ => Vec::new(),
    };
    EscalationStep { entity, reason, contacts, obstacle, members }
}

/// The address of an owner who is known by it alone, since that is all an ownership file or a manifest says.
fn address_in_name(name: &EntityRef, claims: &[OwnershipClaim]) -> Option<Contact> {
    let is_address = |written: &&OwnerName| matches!(written.shape(), OwnerShape::Email(_));
    let claim = claims.iter().find(|claim| claim.owner == *name);
    let written = claim.and_then(|claim| claim.written.as_ref()).filter(is_address);
    let value = match written {
        Some(written) => written.to_string(),
        None => {
            let (before, host) = name.name().rsplit_once('@')?;
            (!before.is_empty() && host.contains('.')).then(|| name.name().to_owned())?
        }
    };
    let origin = claim.map(|claim| claim.origin.clone());
    Some(Contact { kind: ContactKind::Email, value, source: "the owner's name".into(), origin })
}

fn is_group(entity: Entity<'_>) -> bool {
    entity.name().kind() == "group"
}

/// Whether there is somebody in a group, or in a group below it; also where that could not be read.
pub(crate) fn is_peopled(group: Entity<'_>) -> bool {
    let mut met = FxHashSet::default();
    let mut open = vec![group];
    while let Some(group) = open.pop() {
        if group.is_placeholder() || group.members_unread() || met.len() >= GROUPS_BELOW_MAX {
            return true;
        }
        if !met.insert(group.index()) {
            continue;
        }
        let below = group.related(RelationKind::ChildOf, RelationEnd::To);
        for member in group.members().chain(below) {
            if !is_group(member) {
                return true;
            }
            open.push(member);
        }
    }
    false
}

fn reached_members(group: Entity<'_>) -> Vec<EscalationMember<'_>> {
    let reached = group.members().filter(|member| !is_group(*member)).filter_map(|entity| {
        let contact = contacts_of(entity).into_iter().find(|contact| contact.kind.reaches_somebody())?;
        Some(EscalationMember { entity, contact })
    });
    reached.take(MEMBERS_MAX).collect()
}

/// Whether a group or a person is reached by its own contacts, or by an address that is its name.
pub(crate) fn is_reached_itself(entity: Entity<'_>) -> bool {
    is_reached(entity) || entity.is_placeholder() && address_in_name(entity.name(), &[]).is_some()
}
