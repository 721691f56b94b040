//! What rests on one person: an owner that is a person, or a group with only one.

use rustc_hash::FxHashSet;

use crate::{
    graph::Entity,
    model::{RelationEnd, RelationKind},
};

/// How many groups below one are looked at for people; behind that nothing is said.
const GROUPS_MAX: usize = 1_000;

/// An owner behind whom there is one person only.
#[derive(Clone, Copy, Debug)]
pub struct SolePerson<'g> {
    /// The owner: the person, or a group without anybody else.
    pub owner: Entity<'g>,
    /// The person.
    pub person: Entity<'g>,
    /// How many entities rest on that person in this way.
    pub entities: usize,
    /// How many of these are critical.
    pub critical: usize,
}

/// The only person behind an owner; `None` where there are several, none, or not all could be read.
/// O(groups below, up to the second person).
pub(super) fn sole_person(owner: Entity<'_>) -> Option<Entity<'_>> {
    if owner.is_placeholder() {
        return None;
    }
    if owner.name().kind() == "user" {
        return Some(owner);
    }
    let mut met = FxHashSet::default();
    let mut only: Option<Entity<'_>> = None;
    let mut open = vec![owner];
    while let Some(group) = open.pop() {
        if group.is_placeholder() || group.members_unread() || met.len() >= GROUPS_MAX {
            return None;
        }
        if !met.insert(group.index()) {
            continue;
        }
        for member in group.members().chain(group.related(RelationKind::ChildOf, RelationEnd::To)) {
            if member.name().kind() == "group" {
                open.push(member);
            } else if only.is_some_and(|only| only != member) {
                return None;
            } else {
                only = Some(member);
            }
        }
    }
    only
}
