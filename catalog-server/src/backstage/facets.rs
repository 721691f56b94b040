//! How many entities have each value of a field.

use std::collections::{BTreeMap, HashSet};

use catalog_core::graph::CatalogGraph;
use serde_json::{Map, Value, json};

use super::{BackstageError, GiveUp, key::Key, predicate::EntityPredicate, shown::is_shown};

/// Fields whose values are counted, among the entities that pass a filter.
#[derive(Clone, Debug)]
pub struct Facets {
    pub(super) facets: Vec<String>,
    pub(super) filter: Option<EntityPredicate>,
}

impl Facets {
    /// Counts. Values are spelled as the entities spell them, each of an entity once. O(entities × facets).
    ///
    /// # Errors
    ///
    /// Nobody waits for the answer any more.
    pub fn answer(&self, graph: &CatalogGraph, give_up: &GiveUp) -> Result<Value, BackstageError> {
        let mut counts: Vec<(Key, BTreeMap<String, u64>)> =
            self.facets.iter().map(|facet| (Key::new(facet), BTreeMap::new())).collect();
        // The values of one entity for one key, in lower case.
        let mut met: HashSet<String> = HashSet::new();
        for (step, entity) in graph.entities().enumerate() {
            give_up.check(step)?;
            if !is_shown(entity) || self.filter.as_ref().is_some_and(|filter| !filter.matches(entity)) {
                continue;
            }
            for (key, counts) in &mut counts {
                met.clear();
                key.each(entity, &mut |value| {
                    let Some(value) = value else { return };
                    if !met.insert(value.to_lowercase()) {
                        return;
                    }
                    match counts.get_mut(value) {
                        Some(count) => *count += 1,
                        None => drop(counts.insert(value.to_owned(), 1)),
                    }
                });
            }
        }
        let mut facets = Map::new();
        for (facet, (_, counts)) in self.facets.iter().zip(counts) {
            let counts: Vec<Value> =
                counts.into_iter().map(|(value, count)| json!({"value": value, "count": count})).collect();
            facets.insert(facet.clone(), counts.into());
        }
        Ok(json!({ "facets": facets }))
    }
}
