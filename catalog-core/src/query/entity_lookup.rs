//! From a person's word to an entity, or to the names that come nearest.

use crate::{
    graph::{CatalogGraph, Entity, Removal},
    model::{EntityRef, EntityRefError, RefDefaults},
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
        /// The latest removal of an entity of that name, where it was declared until recently.
        removal: Option<Box<Removal>>,
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
    Err(EntityNotFound::Unknown {
        text: text.into(),
        nearest: nearest_names(graph, &name),
        removal: latest_removal(graph, &name),
    })
}

/// The kinds that a word can be of where it stands for an owner, the likelier first.
pub const OWNER_KINDS: [&str; 2] = ["group", "user"];
/// The kinds that a word can be of where it stands for what others are parts of, the likelier first.
pub const WHOLE_KINDS: [&str; 2] = ["system", "domain"];

/// The ref that a word means where only some kinds make sense: a word without a kind is the first of
/// those that the catalog has, and of the first kind where it has none of them. O(kinds · log entities).
pub fn ref_of_kinds(graph: &CatalogGraph, text: &str, kinds: &[&str]) -> Result<EntityRef, EntityRefError> {
    let read = |kind: Option<&&str>| {
        let kind = kind.copied();
        EntityRef::parse(text.trim(), RefDefaults { kind, namespace: EntityRef::DEFAULT_NAMESPACE })
    };
    let first = read(kinds.first())?;
    let known =
        kinds.iter().filter_map(|kind| read(Some(kind)).ok()).find(|name| graph.entity(name).is_some());
    Ok(known.unwrap_or(first))
}

/// Finds the entity that a person means where only some kinds make sense; as [`ref_of_kinds`], but a
/// name that is not in the catalog is a miss.
pub fn find_entity_of_kinds<'g>(
    graph: &'g CatalogGraph,
    text: &str,
    kinds: &[&str],
) -> Result<Entity<'g>, EntityNotFound> {
    let name = ref_of_kinds(graph, text, kinds)
        .map_err(|error| EntityNotFound::Syntax { text: text.into(), error })?;
    graph.entity(&name).ok_or_else(|| EntityNotFound::Unknown {
        text: name.short().into(),
        nearest: nearest_names(graph, &name),
        removal: latest_removal(graph, &name),
    })
}

fn latest_removal(graph: &CatalogGraph, name: &EntityRef) -> Option<Box<Removal>> {
    graph.removals(name).first().map(|removal| Box::new((*removal).clone()))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch;

    const SKETCH: &str = "
        component:payments owner group:payments
        group:payments members user:ann
        user:bob memberof group:payments
        system:shop owner group:payments
        api:orders owner group:payments
        resource:orders owner group:payments
    ";

    fn check(text: &str, expected: &str) {
        let graph = sketch::graph(SKETCH);
        let found = find_entity(&graph, text);
        let shown = found.map_or_else(|error| error.to_string(), |entity| entity.name().to_string());
        assert_eq!(shown, expected);
    }

    fn check_kinds(text: &str, kinds: &[&str], expected: &str) {
        let graph = sketch::graph(SKETCH);
        let found = find_entity_of_kinds(&graph, text, kinds);
        let shown = found.map_or_else(|error| error.to_string(), |entity| entity.name().to_string());
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_word_is_a_component_or_the_only_one_of_its_name() {
        check("payments", "component:default/payments");
        check("Group:Payments", "group:default/payments");
        check("shop", "system:default/shop");
        check("default/shop", "system:default/shop");
        check("orders", "`orders` names 2 entities");
        check("other/shop", "entity `other/shop` is not in the catalog");
        check(
            "a:",
            "`a:` is not the name of an entity: a reference has the form `[kind:][namespace/]name`, and its name is empty here",
        );
    }

    #[test]
    fn a_miss_offers_the_nearest_names() {
        let graph = sketch::graph(SKETCH);
        let miss = find_entity(&graph, "component:paymnets").expect_err("there is no such component");
        let EntityNotFound::Unknown { nearest, .. } = miss else { panic!("{miss:?}") };
        assert_eq!(nearest[0].as_str(), "component:default/payments");
    }

    #[test]
    fn an_owner_is_a_group_before_it_is_a_person() {
        check_kinds("payments", &OWNER_KINDS, "group:default/payments");
        check_kinds("bob", &OWNER_KINDS, "user:default/bob");
        check_kinds("component:payments", &OWNER_KINDS, "component:default/payments");
        check_kinds("shop", &WHOLE_KINDS, "system:default/shop");
        check_kinds("nobody", &OWNER_KINDS, "entity `group:nobody` is not in the catalog");
    }
}
