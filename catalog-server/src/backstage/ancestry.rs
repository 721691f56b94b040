//! What led to an entity: the repository in which it was read.

use catalog_core::graph::{Entity, RepositoryView};

use super::{BackstageError, Sink, document::write_entity, shown::is_shown};

/// Writes an entity, and the resource that stands for the repository that led to it.
///
/// # Errors
///
/// Nobody waits for the answer any more.
pub fn write_ancestry(entity: Entity<'_>, sink: &mut dyn Sink) -> Result<(), BackstageError> {
    let repository = entity.repository().and_then(RepositoryView::entity);
    let parent = repository.filter(|parent| is_shown(*parent) && *parent != entity);
    let start = serde_json::json!({ "rootEntityRef": entity.name().as_str() }).to_string();
    sink.write(&start.as_bytes()[..start.len() - 1])?;
    sink.write(b",\"items\":[")?;
    let chain: Vec<Entity<'_>> = std::iter::once(entity).chain(parent).collect();
    for (place, entity) in chain.iter().enumerate() {
        sink.write(if place == 0 { b"{\"entity\":" } else { b",{\"entity\":" })?;
        write_entity(*entity, None, sink)?;
        let parents: Vec<&str> = chain.iter().skip(place + 1).map(|parent| parent.name().as_str()).collect();
        sink.write(format!(",\"parentEntityRefs\":{}}}", serde_json::json!(parents)).as_bytes())?;
    }
    sink.write(b"]}")
}
