//! Which entities must have an owner.

use crate::graph::{Entity, EntityStanding, ExposureClass};

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
