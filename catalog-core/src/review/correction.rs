//! Where a manifest is to be changed so that it says what a correction says.

use crate::{
    graph::{DeclarationView, Entity},
    model::Origin,
};

/// The place to change: the line that names the owner where the owner is wrong, else where the entity is
/// declared. `None` for what no manifest declares.
pub fn place_to_correct(entity: Entity<'_>, field: Option<&str>) -> Option<Origin> {
    let is_owner = field.is_some_and(|field| matches!(field.trim(), "owner" | "spec.owner"));
    let claim = || entity.ownership_claims().into_iter().next().map(|claim| claim.origin);
    is_owner.then(claim).flatten().or_else(|| entity.declaration().map(DeclarationView::origin))
}
