//! Who somebody is, and whether something is theirs.

use fixedbitset::FixedBitSet;

use crate::{
    graph::{CatalogGraph, Entity},
    model::{AnswererStanding, EntityRef, OwnerName, OwnerShape, Person, RelationEnd, RelationKind},
    query::find_entity_of_kinds,
};

/// The person that a text means: an e-mail address, a login with `@`, or the name of a user. What the
/// catalog does not know is kept as it was written.
pub fn person_named(graph: &CatalogGraph, text: &str) -> Person {
    let text = text.trim();
    let is_handle = text.contains('@');
    let by_handle = || {
        let name = OwnerName::new(text)?;
        let is_one = matches!(name.shape(), OwnerShape::Login(_) | OwnerShape::Email(_));
        graph.entity(&graph.owner_by_name(&name).filter(|_| is_one)?)
    };
    let found = if is_handle { by_handle() } else { find_entity_of_kinds(graph, text, &["user"]).ok() };
    let declared = found.filter(|user| user.name().kind() == "user" && !user.is_placeholder());
    Person { written: text.into(), user: declared.map(|user| user.name().clone()) }
}

/// Whether a person is known to be one of several owners, of which the first that fits counts: the
/// standing, with the owner that it is measured by. O(members of the owners).
pub fn standing_of(
    graph: &CatalogGraph,
    person: &Person,
    owners: &[EntityRef],
) -> (AnswererStanding, Option<EntityRef>) {
    let standings: Vec<AnswererStanding> =
        owners.iter().map(|owner| standing_as(graph, person, owner)).collect();
    let first = |wanted: AnswererStanding| {
        let position = standings.iter().position(|standing| *standing == wanted)?;
        Some((wanted, Some(owners[position].clone())))
    };
    AnswererStanding::ALL.into_iter().find_map(first).unwrap_or((AnswererStanding::Unknown, None))
}

fn standing_as(graph: &CatalogGraph, person: &Person, owner: &EntityRef) -> AnswererStanding {
    if is_address_of(graph, person, owner) {
        return AnswererStanding::Owner;
    }
    let Some(user) = &person.user else { return AnswererStanding::Unknown };
    if user == owner {
        return AnswererStanding::Owner;
    }
    match graph.entity(owner) {
        Some(owner) if owner.name().kind() == "group" => standing_in(user, owner),
        Some(owner) if !owner.is_placeholder() => AnswererStanding::NonOwner,
        // Who is only named may be the same person under another name.
        Some(_) | None => AnswererStanding::Unknown,
    }
}

/// Whether the owner is named by an e-mail address only, and it is the person's.
fn is_address_of(graph: &CatalogGraph, person: &Person, owner: &EntityRef) -> bool {
    let address = owner.name();
    if !address.contains('@') {
        return false;
    }
    let user = person.user.as_ref().and_then(|user| graph.entity(user));
    let known = user.and_then(|user| user.profile()?.email.as_deref());
    [Some(&*person.written), known].into_iter().flatten().any(|of| of.trim().to_lowercase() == address)
}

/// Whether a person is a member of a group, or of one that lies below it; circles are gone through once.
fn standing_in(user: &EntityRef, owner: Entity<'_>) -> AnswererStanding {
    let mut met = FixedBitSet::with_capacity(owner.graph().entities().len());
    let mut open = vec![owner];
    let mut is_unknown = false;
    while let Some(group) = open.pop() {
        if met.put(group.index() as usize) {
            continue;
        }
        let below = || group.members().chain(group.related(RelationKind::ChildOf, RelationEnd::To));
        if below().any(|member| member.name() == user) {
            return AnswererStanding::Owner;
        }
        // Of a group without members it is not known that it has none: nobody may have written them down.
        is_unknown |= group.is_placeholder() || group.members_unread() || below().next().is_none();
        open.extend(below().filter(|member| member.name().kind() == "group"));
    }
    if is_unknown { AnswererStanding::Unknown } else { AnswererStanding::NonOwner }
}
