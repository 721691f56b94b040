//! How much a gap matters: one rule for all of them.
//!
//! A gap is as severe as its rule says, or as the settings say of its rule, and one step worse where what
//! it is about is critical: an entity of tier 0 or 1, a group or person who owns one, a repository that
//! declares one. Nothing is worse than an error. A rule whose gaps are about critical entities only is
//! documented with the severity that its gaps have.

use crate::{
    graph::{Entity, EntityStanding, RepositoryView},
    model::Severity,
};

/// The severity of a gap about an entity whose rule has this one.
pub(super) fn severity_about(entity: Entity<'_>, usual: Severity) -> Severity {
    if is_about_critical(entity) { one_worse(usual) } else { usual }
}

fn one_worse(severity: Severity) -> Severity {
    match severity {
        Severity::Note => Severity::Warning,
        Severity::Warning | Severity::Error => Severity::Error,
    }
}

/// Whether what a gap is about is critical. O(what a group owns, or a repository declares).
fn is_about_critical(entity: Entity<'_>) -> bool {
    match (entity.name().kind(), entity.standing()) {
        ("group" | "user", _) => entity.owned().any(Entity::is_critical),
        (_, EntityStanding::Repository) => {
            entity.repository().into_iter().flat_map(RepositoryView::entities).any(Entity::is_critical)
        }
        _ => entity.is_critical(),
    }
}
