//! Who is to be told of a change.

use std::{cmp::Reverse, collections::BTreeMap};

use crate::{
    graph::{CatalogGraph, Entity},
    model::EntityRef,
    query::{BlastRadius, Contact, contacts_of},
};

use super::ChangedEntity;

/// An owner of something that changes or that needs what changes.
#[derive(Clone, Debug)]
pub struct OwnerToInform<'a> {
    /// The group or person; a placeholder where nothing declares it.
    pub owner: Entity<'a>,
    /// Why: the nearest first. At most [`OwnerToInform::REASONS_MAX`].
    pub reasons: Vec<InformReason>,
    /// How many of the changed entities it owns.
    pub changed: usize,
    /// How many of the reached entities it owns.
    pub affected: usize,
    /// How many of both are critical (tiers 0 and 1).
    pub critical: usize,
    /// How it is reached, on-call first; empty where nothing is known.
    pub contacts: Vec<Contact>,
}

/// One thing that an owner owns and that a change is about or reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InformReason {
    /// What it owns; of what is removed, as the base has it.
    pub entity: EntityRef,
    /// How many needs lie between it and what changes; 0 where it changes itself.
    pub distance: u32,
}

impl OwnerToInform<'_> {
    /// How many reasons are kept.
    pub const REASONS_MAX: usize = 5;
}

/// The owners of what a change is about, before it and with it, and of what it reaches: those with most critical
/// ones first, then with most that changes, then with most that is reached, then by ref. O(changed + reached).
pub(super) fn to_inform<'a>(
    head: &'a CatalogGraph,
    changed: &[ChangedEntity<'_, 'a>],
    reach: &BlastRadius<'a>,
) -> Vec<OwnerToInform<'a>> {
    let own = changed.iter().filter(|changed| !changed.is_repository_only());
    // Whoever loses something is told as well as whoever gets it.
    let own = own.flat_map(|changed| {
        let (before, after) = (changed.entity.before, changed.entity.after);
        let former = before.and_then(Entity::owner).and_then(|owner| head.entity(owner.name()));
        let owner = after.and_then(Entity::owner);
        let former = former.filter(|former| owner.is_none_or(|owner| owner != *former));
        let is_critical = after.or(before).is_some_and(Entity::is_critical);
        let told = move |owner| (owner, changed.name(), 0, is_critical);
        owner.into_iter().chain(former).map(told)
    });
    let affected = reach.affected.iter().filter_map(|affected| {
        let (entity, distance) = (affected.entity, affected.distance);
        Some((entity.owner()?, entity.name(), distance, entity.is_critical()))
    });
    let mut owners: BTreeMap<u32, OwnerToInform<'a>> = BTreeMap::new();
    for (owner, entity, distance, is_critical) in own.chain(affected) {
        let told = owners.entry(owner.index()).or_insert_with(|| OwnerToInform {
            owner,
            reasons: Vec::new(),
            changed: 0,
            affected: 0,
            critical: 0,
            contacts: Vec::new(),
        });
        // Both come with the nearest first.
        if told.reasons.len() < OwnerToInform::REASONS_MAX {
            told.reasons.push(InformReason { entity: entity.clone(), distance });
        }
        *(if distance == 0 { &mut told.changed } else { &mut told.affected }) += 1;
        told.critical += usize::from(is_critical);
    }
    let mut owners: Vec<OwnerToInform<'a>> = owners.into_values().collect();
    owners.iter_mut().for_each(|told| told.contacts = contacts_of(told.owner));
    owners.sort_by_key(|told| Reverse((told.critical, told.changed, told.affected)));
    owners
}
