//! Who is to be told of a change.

use crate::{graph::Entity, query::Contact};

/// An owner of something that changes or that needs what changes.
#[derive(Clone, Debug)]
pub struct OwnerToInform<'a> {
    /// The group or person; a placeholder where nothing declares it.
    pub owner: Entity<'a>,
    /// Why: the nearest first. At most [`OwnerToInform::REASONS_MAX`].
    pub reasons: Vec<InformReason<'a>>,
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
#[derive(Clone, Copy, Debug)]
pub struct InformReason<'a> {
    /// What it owns.
    pub entity: Entity<'a>,
    /// How many needs lie between it and what changes; 0 where it changes itself.
    pub distance: u32,
}

impl OwnerToInform<'_> {
    /// How many reasons are kept.
    pub const REASONS_MAX: usize = 5;
}
