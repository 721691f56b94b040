//! What an entity is a part of, whole by whole.

use rustc_hash::FxHashSet;

use crate::{
    graph::Entity,
    model::{RelationEnd, RelationKind},
};

/// What an entity is transitively a part of, nearest first, each once, without itself; also where wholes are
/// parts of each other in a circle. O(wholes and their relations).
pub(crate) fn wholes(entity: Entity<'_>) -> Vec<Entity<'_>> {
    let mut met = FxHashSet::from_iter([entity.index()]);
    let mut found: Vec<Entity<'_>> = Vec::new();
    let mut position = 0;
    let mut at = Some(entity);
    while let Some(part) = at {
        let wholes = part.related(RelationKind::PartOf, RelationEnd::From);
        found.extend(wholes.filter(|whole| met.insert(whole.index())));
        at = found.get(position).copied();
        position += 1;
    }
    found
}

/// The systems and domains among them.
pub(super) fn systems_and_domains(entity: Entity<'_>) -> Vec<Entity<'_>> {
    let mut wholes = wholes(entity);
    wholes.retain(|whole| matches!(whole.name().kind(), "system" | "domain"));
    wholes
}
