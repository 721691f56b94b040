//! Which entities must have an owner, and which of them have none as far as that is known.

use crate::graph::{DeclarationView, Entity, EntityStanding, ExposureClass};

/// Whether an entity must have an owner: it is declared, and neither a group, a person, a location
/// nor a place (a resource of type `region`, `zone`, `cell` or `datacenter`).
///
/// Placeholders are not judged, since nothing is known of them. Parties outside the organisation
/// must be owned: somebody answers for the contract.
pub fn must_be_owned(entity: Entity<'_>) -> bool {
    let is_place = || ExposureClass::of(entity) == Some(ExposureClass::FailureDomain);
    entity.standing() == EntityStanding::Declared
        && !matches!(entity.name().kind(), "group" | "user" | "location")
        && !is_place()
}

/// Whether an entity must have an owner and has none. Where an ownership file that may name one cannot be
/// read, it is not known, which is not the same.
pub fn is_unowned(entity: Entity<'_>) -> bool {
    entity.owner().is_none() && must_be_owned(entity) && unread_ownership_file(entity).is_none()
}

/// An ownership file that speaks about the manifest of an entity, if the entity is one that such files
/// speak about, and of which nothing could be read.
pub(crate) fn unread_ownership_file(entity: Entity<'_>) -> Option<&str> {
    if matches!(entity.name().kind(), "group" | "user" | "location" | "template") {
        return None;
    }
    let path = entity.declaration().map(DeclarationView::path)?;
    entity.repository()?.unread_ownership_files(path).next()
}
