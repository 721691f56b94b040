//! What an entity is a part of, whole by whole.

use rustc_hash::FxHashSet;

use crate::{
    graph::Entity,
    model::{RelationEnd, RelationKind},
};

/// The systems and domains that an entity is transitively a part of, nearest first, each once, without
/// itself; also where they are parts of each other in a circle. O(wholes and their relations).
pub(super) fn systems_and_domains(entity: Entity<'_>) -> Vec<Entity<'_>> {
    let mut found = vec![entity];
    let mut seen = FxHashSet::from_iter([entity.index()]);
    let mut at = 0;
    while let Some(part) = found.get(at).copied() {
        let wholes = part.related(RelationKind::PartOf, RelationEnd::From);
        found.extend(wholes.filter(|whole| seen.insert(whole.index())));
        at += 1;
    }
    let wholes = found.into_iter().skip(1);
    wholes.filter(|whole| matches!(whole.name().kind(), "system" | "domain")).collect()
}
