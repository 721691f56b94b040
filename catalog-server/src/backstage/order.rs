//! The order of entities: by fields, and by ref where these do not tell.

use std::{
    cmp::Ordering,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use catalog_core::graph::{CatalogGraph, Entity};

use super::{BackstageError, GiveUp, key::Key, shown::is_shown};

/// How many orders are kept.
const ORDERS_MAX: usize = 8;

/// A field to order by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OrderField {
    pub(super) key: Key,
    pub(super) descending: bool,
}

/// Where an entity stands in an order: its value for each field in lower case, and its ref.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) values: Vec<Option<String>>,
    pub(super) entity: String,
}

impl Standing {
    /// Where an entity stands.
    pub(super) fn of(entity: Entity<'_>, fields: &[OrderField]) -> Self {
        Self { values: values_of(entity, fields), entity: entity.name().to_string() }
    }

    /// Which comes first.
    pub(super) fn compare(&self, other: &Self, fields: &[OrderField]) -> Ordering {
        compare_values(&self.values, &other.values, fields).then_with(|| self.entity.cmp(&other.entity))
    }
}

/// By what an entity is ordered. Of several values of a field the least counts.
fn values_of(entity: Entity<'_>, fields: &[OrderField]) -> Vec<Option<String>> {
    let values = fields.iter().map(|field| {
        let mut least: Option<String> = None;
        field.key.each(entity, &mut |value| {
            let value = value.map(str::to_lowercase);
            if value.is_some() && (least.is_none() || value < least) {
                least = value;
            }
        });
        least
    });
    values.collect()
}

/// Which comes first: what has no value comes last in both directions.
fn compare_values(a: &[Option<String>], b: &[Option<String>], fields: &[OrderField]) -> Ordering {
    for (field, pair) in fields.iter().zip(a.iter().zip(b)) {
        let ordering = match pair {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(a), Some(b)) if field.descending => b.cmp(a),
            (Some(a), Some(b)) => a.cmp(b),
        };
        if ordering.is_ne() {
            return ordering;
        }
    }
    Ordering::Equal
}

/// All entities that are shown, in an order.
#[derive(Clone, Debug)]
pub(super) struct Sequence {
    /// The numbers of the entities.
    pub(super) numbers: Arc<[u32]>,
}

/// Keeps the orders that were asked for last, so that the next page does not sort again.
///
/// Memory: four bytes per entity and order, at most eight orders.
#[derive(Debug, Default)]
pub struct OrderCache(Mutex<Vec<Kept>>);

#[derive(Debug)]
struct Kept {
    graph: Weak<CatalogGraph>,
    fields: Vec<OrderField>,
    sequence: Sequence,
}

impl OrderCache {
    /// All entities of a graph that are shown, in the order of some fields. O(entities · log entities) where the
    /// order is not kept.
    pub(super) fn sequence(
        &self,
        graph: &Arc<CatalogGraph>,
        fields: &[OrderField],
        give_up: &GiveUp,
    ) -> Result<Sequence, BackstageError> {
        if let Some(kept) = self.kept(graph, fields) {
            return Ok(kept);
        }
        let sequence = sort(graph, fields, give_up)?;
        let mut orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        orders.retain(|kept| kept.graph.strong_count() > 0);
        if orders.len() >= ORDERS_MAX {
            orders.remove(0);
        }
        let (graph, fields) = (Arc::downgrade(graph), fields.to_vec());
        orders.push(Kept { graph, fields, sequence: sequence.clone() });
        Ok(sequence)
    }

    fn kept(&self, graph: &Arc<CatalogGraph>, fields: &[OrderField]) -> Option<Sequence> {
        let mut orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |kept: &Kept| kept.fields == fields && kept.graph.as_ptr() == Arc::as_ptr(graph);
        let found = orders.iter().position(is_it)?;
        // Whoever was asked for last stays longest.
        let kept = orders.remove(found);
        let sequence = kept.sequence.clone();
        orders.push(kept);
        Some(sequence)
    }
}

fn sort(graph: &CatalogGraph, fields: &[OrderField], give_up: &GiveUp) -> Result<Sequence, BackstageError> {
    let mut shown: Vec<(Vec<Option<String>>, u32)> = Vec::new();
    let mut numbers: Vec<u32> = Vec::new();
    for (step, entity) in graph.entities().enumerate() {
        give_up.check(step)?;
        if !is_shown(entity) {
            continue;
        }
        if fields.is_empty() {
            numbers.push(entity.index());
        } else {
            shown.push((values_of(entity, fields), entity.index()));
        }
    }
    if !fields.is_empty() {
        // Numbers are in the order of refs.
        shown.sort_unstable_by(|a, b| compare_values(&a.0, &b.0, fields).then(a.1.cmp(&b.1)));
        numbers = shown.into_iter().map(|(_, number)| number).collect();
    }
    Ok(Sequence { numbers: numbers.into() })
}
