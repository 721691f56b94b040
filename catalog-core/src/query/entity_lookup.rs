//! From a person's word to an entity, or to the names that come nearest.

use crate::{
    graph::{CatalogGraph, Entity},
    model::{EntityRef, EntityRefError},
};

/// How many names a miss offers.
const SUGGESTIONS_MAX: usize = 3;

/// Why a word does not name one entity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntityNotFound {
    /// The word is not a reference at all.
    #[error("`{text}` is not the name of an entity: {error}")]
    Syntax {
        /// The word.
        text: Box<str>,
        /// What is wrong with it.
        error: EntityRefError,
    },
    /// Nothing in the catalog has the name.
    #[error("entity `{text}` is not in the catalog")]
    Unknown {
        /// The word.
        text: Box<str>,
        /// The names that come nearest, nearest first.
        nearest: Vec<EntityRef>,
    },
    /// The word leaves out its kind or namespace, and several entities have the name.
    #[error("`{text}` names {} entities", candidates.len())]
    Ambiguous {
        /// The word.
        text: Box<str>,
        /// Which, in the order of their refs.
        candidates: Vec<EntityRef>,
    },
}

/// Finds the entity that a person means.
///
/// A word with a kind is taken at its word (its namespace defaults to `default`). A word without one
/// is a component if there is one of that name, else the only entity of that name whatever its kind.
/// O(log entities), or O(entities) for a word without a kind that is no component.
pub fn find_entity<'g>(graph: &'g CatalogGraph, text: &str) -> Result<Entity<'g>, EntityNotFound> {
    let text = text.trim();
    let name = EntityRef::parse_lenient(text)
        .map_err(|error| EntityNotFound::Syntax { text: text.into(), error })?;
    if let Some(entity) = graph.entity(&name) {
        return Ok(entity);
    }
    if EntityRef::parse_full(text).is_err() {
        let (namespace, bare) = match text.split_once('/') {
            Some((namespace, bare)) => (Some(namespace.to_lowercase()), bare.to_lowercase()),
            None => (None, text.to_lowercase()),
        };
        let mut candidates = graph.entities().filter(|entity| {
            entity.name().name() == bare
                && namespace.as_deref().is_none_or(|namespace| entity.name().namespace() == namespace)
        });
        match (candidates.next(), candidates.next()) {
            (Some(only), None) => return Ok(only),
            (Some(first), Some(second)) => {
                let candidates = [first, second].into_iter().chain(candidates);
                return Err(EntityNotFound::Ambiguous {
                    text: text.into(),
                    candidates: candidates.map(|entity| entity.name().clone()).collect(),
                });
            }
            _ => {}
        }
    }
    Err(EntityNotFound::Unknown { text: text.into(), nearest: nearest_names(graph, &name) })
}

/// The declared names that come nearest to one that is not there, nearest first: by the number of
/// letters added, left out, changed or swapped in the name; one more for another kind or namespace.
pub fn nearest_names(graph: &CatalogGraph, name: &EntityRef) -> Vec<EntityRef> {
    let wanted = name.name();
    let distance_max = (wanted.chars().count() / 3).clamp(1, 4);
    let mut nearest: Vec<(usize, &EntityRef)> = graph
        .entities()
        .filter(|entity| !entity.is_placeholder())
        .filter_map(|entity| {
            let candidate = entity.name();
            // The difference in length is a lower bound that costs nothing.
            if candidate.name().len().abs_diff(wanted.len()) > distance_max {
                return None;
            }
            let distance = strsim::osa_distance(candidate.name(), wanted);
            let elsewhere = usize::from(candidate.kind() != name.kind())
                + usize::from(candidate.namespace() != name.namespace());
            (distance <= distance_max).then_some((2 * distance + elsewhere, candidate))
        })
        .collect();
    nearest.sort_unstable();
    nearest.into_iter().take(SUGGESTIONS_MAX).map(|(_, name)| name.clone()).collect()
}
