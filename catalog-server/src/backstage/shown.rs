//! Which entities there are for Backstage's clients.
//!
//! All that lists show: declared ones and repositories. Names that nothing declares are none, though relations
//! point at them.

use catalog_core::{
    graph::{CatalogGraph, Entity},
    model::EntityRef,
};

use super::{
    BackstageError, Fields, GiveUp, Sink, identifier::entity_uid, predicate::EntityPredicate,
    query::write_list,
};

/// Whether an entity is shown at all.
pub(super) fn is_shown(entity: Entity<'_>) -> bool {
    !entity.is_placeholder()
}

/// The entity of this name. Case makes no difference.
pub fn entity_named<'g>(
    graph: &'g CatalogGraph,
    kind: &str,
    namespace: &str,
    name: &str,
) -> Option<Entity<'g>> {
    let name = EntityRef::new(kind, namespace, name).ok()?;
    graph.entity(&name).filter(|entity| is_shown(*entity))
}

/// The entity of this uid. O(entities).
///
/// # Errors
///
/// Nobody waits for the answer any more.
pub fn entity_of_uid<'g>(
    graph: &'g CatalogGraph,
    uid: &str,
    give_up: &GiveUp,
) -> Result<Option<Entity<'g>>, BackstageError> {
    let uid = uid.to_lowercase();
    for (step, entity) in graph.entities().enumerate() {
        give_up.check(step)?;
        if is_shown(entity) && entity_uid(entity.name()) == uid {
            return Ok(Some(entity));
        }
    }
    Ok(None)
}

/// The entities of these refs, in their order; nothing for what is no ref, not there, or does not pass.
pub fn batch<'g>(
    graph: &'g CatalogGraph,
    refs: &[String],
    filter: Option<&EntityPredicate>,
) -> Vec<Option<Entity<'g>>> {
    let found = |text: &String| {
        let entity = graph.entity(&EntityRef::parse_full(text).ok()?)?;
        (is_shown(entity) && filter.is_none_or(|filter| filter.matches(entity))).then_some(entity)
    };
    refs.iter().map(found).collect()
}

/// Writes what [`batch`] finds; null for what it does not.
///
/// # Errors
///
/// Nobody waits for the answer any more.
pub fn write_batch(
    rows: Vec<Option<Entity<'_>>>,
    fields: Option<&Fields>,
    give_up: &GiveUp,
    sink: &mut dyn Sink,
) -> Result<(), BackstageError> {
    sink.write(b"{\"items\":")?;
    write_list(rows.into_iter(), fields, give_up, sink)?;
    sink.write(b"}")
}
