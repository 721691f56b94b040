//! What somebody in a hurry means: an entity, roughly spelled, or the address of a repository.

use crate::{
    graph::{CatalogGraph, Entity, RepositoryView},
    model::EntityRef,
};

use super::{
    entity_lookup::{EntityNotFound, find_entity, nearest_names},
    repository_address::find_by_address,
};

/// How many names a word may stand for that are listed.
const CANDIDATES_MAX: usize = 8;

/// By how many letters one name has to be closer than another that is not offered then.
const CLEARLY_CLOSER: usize = 2;

/// What a person's word means.
#[derive(Clone, Debug)]
pub enum OwnerSubject<'g> {
    /// An entity, by its name or by one that is close to it.
    Entity {
        /// The entity.
        entity: Entity<'g>,
        /// Whether the word names it only roughly, so that it has to be said which one was taken.
        is_close: bool,
    },
    /// A path of a repository, by the address of a page about it.
    Path {
        /// The repository.
        repository: RepositoryView<'g>,
        /// The path.
        path: String,
    },
}

/// Finds what an address means: the path of a page, or the repository. The only entity that a repository
/// declares stands for it, or else the resource that does. `None` where no repository has that address.
pub fn subject_of_address<'g>(graph: &'g CatalogGraph, text: &str) -> Option<OwnerSubject<'g>> {
    let (repository, path) = find_by_address(graph, text)?;
    if let Some(path) = path {
        return Some(OwnerSubject::Path { repository, path });
    }
    let is_asked = |entity: &Entity<'_>| {
        !entity.is_placeholder() && !matches!(entity.name().kind(), "group" | "user" | "location")
    };
    let mut declared = repository.entities().filter(is_asked);
    let only = match (declared.next(), declared.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    };
    let entity = only.or_else(|| repository.entity())?;
    Some(OwnerSubject::Entity { entity, is_close: true })
}

/// Finds the entity that a word means, or is close to: as [`find_entity`], and where there is none of that
/// name, the only one whose name differs by a few letters or has the word as a part. What was removed is
/// never taken for another. O(entities).
pub fn find_entity_close<'g>(
    graph: &'g CatalogGraph,
    text: &str,
) -> Result<OwnerSubject<'g>, EntityNotFound> {
    let miss = match find_entity(graph, text) {
        Ok(entity) => return Ok(OwnerSubject::Entity { entity, is_close: false }),
        Err(EntityNotFound::Unknown { text, removal: None, .. }) => text,
        Err(error) => return Err(error),
    };
    let found = close_names(graph, &miss);
    match found.as_slice() {
        [only] => {
            let entity = graph.entity(only).expect("a name that was found is in the graph");
            Ok(OwnerSubject::Entity { entity, is_close: true })
        }
        [] => Err(EntityNotFound::Unknown { text: miss, nearest: Vec::new(), removal: None }),
        _ => Err(EntityNotFound::Unknown { text: miss, nearest: found, removal: None }),
    }
}

/// The names that a word is close to; one of them where only one is meant.
fn close_names(graph: &CatalogGraph, text: &str) -> Vec<EntityRef> {
    let Ok(wanted) = EntityRef::parse_lenient(text) else { return Vec::new() };
    let has_kind = EntityRef::parse_full(text).is_ok();
    let distance = |name: &EntityRef| strsim::osa_distance(name.name(), wanted.name());
    let mut found = nearest_names(graph, &wanted);
    // A name that is much closer than all others is the one that is meant.
    if let Some(least) = found.iter().map(distance).min() {
        found.retain(|name| distance(name) < least + CLEARLY_CLOSER);
    }
    let has_part = |entity: &Entity<'_>| {
        let name = entity.name();
        !entity.is_placeholder()
            && (!has_kind || name.kind() == wanted.kind())
            && is_part_of(wanted.name(), name.name())
    };
    for entity in graph.entities().filter(has_part) {
        if !found.contains(entity.name()) && found.len() < CANDIDATES_MAX {
            found.push(entity.name().clone());
        }
    }
    // Of one name in several kinds the component is meant, as where the name is spelled well.
    let is_one_name = found.windows(2).all(|pair| pair[0].name() == pair[1].name());
    let mut components = found.iter().filter(|name| name.kind() == "component");
    if let (true, Some(component), None) = (is_one_name && !has_kind, components.next(), components.next()) {
        return vec![component.clone()];
    }
    found
}

/// Whether a word is some whole words of a name that are next to each other: `pay` of `pay-service`, not of
/// `payroll`.
fn is_part_of(word: &str, name: &str) -> bool {
    let is_edge = |byte: Option<&u8>| byte.is_none_or(|byte| matches!(byte, b'-' | b'_' | b'.' | b'/'));
    let bytes = name.as_bytes();
    !word.is_empty()
        && name.match_indices(word).any(|(start, found)| {
            is_edge(start.checked_sub(1).and_then(|before| bytes.get(before)))
                && is_edge(bytes.get(start + found.len()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch;

    const SKETCH: &str = "
        repository git.example.com/acme/shop
        component:payment-service owner group:pay
        component:cart-service owner group:pay
        component:cart-worker owner group:pay
        api:refunds
        component:refunds provides api:refunds
        group:pay
        repository git.example.com/acme/one
        component:only
        group:team
        repository git.example.com/acme/bare
    ";

    fn check(text: &str, expected: &str) {
        let graph = sketch::graph(SKETCH);
        let shown = match find_entity_close(&graph, text) {
            Ok(OwnerSubject::Entity { entity, is_close }) => {
                format!("{}{}", if is_close { "close " } else { "" }, entity.name().short())
            }
            Ok(OwnerSubject::Path { path, .. }) => path,
            Err(EntityNotFound::Unknown { nearest, .. }) => {
                nearest.iter().map(EntityRef::short).collect::<Vec<_>>().join(" or ")
            }
            Err(other) => other.to_string(),
        };
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn one_close_name_is_taken_and_several_are_told() {
        check("payment-service", "component:payment-service");
        check("paymnt-service", "close component:payment-service");
        check("component:paymnt-service", "close component:payment-service");
        check("payment", "close component:payment-service");
        check("refnds", "close component:refunds");
        check("cart", "component:cart-service or component:cart-worker");
        check("art", "");
        check("system:payment", "");
        check("quite-another-thing", "");
    }

    #[test]
    fn an_address_is_the_only_entity_of_its_repository_or_the_repository() {
        let graph = sketch::graph(SKETCH);
        for (address, expected) in [
            ("https://git.example.com/acme/one.git", "component:only"),
            ("git@git.example.com:acme/shop.git", "resource:repository/git.example.com/acme/shop"),
            ("https://git.example.com/acme/bare", "resource:repository/git.example.com/acme/bare"),
        ] {
            let found = subject_of_address(&graph, address);
            let Some(OwnerSubject::Entity { entity, .. }) = found else { panic!("{address}: {found:?}") };
            assert_eq!(entity.name().short(), expected);
        }
        let page = subject_of_address(&graph, "https://git.example.com/acme/one/blob/main/a.rs");
        assert!(matches!(page, Some(OwnerSubject::Path { path, .. }) if path == "a.rs"));
        assert!(subject_of_address(&graph, "https://git.example.com/acme/none").is_none());
    }
}
