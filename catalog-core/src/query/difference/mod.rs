//! What is different between two graphs: two stores, or two revisions of one.
//!
//! [`difference()`] compares by ref, never by number: entities, relations and who needs what else than
//! before. On a [`GraphDifference`] one asks what that comes to: [`GraphDifference::reach`] (what is
//! reached now and was not), [`GraphDifference::impact`] (what a failure does now),
//! [`GraphDifference::parties`] (what each outside party and failure domain takes down) and
//! [`GraphDifference::cycles`]. The gaps that open and close are [`crate::gaps`]' to tell.
//!
//! Both lists of entities are in the order of their refs, and so are relations; everything is one merge of
//! two sorted lists: O(entities + relations), whatever has changed. Of graphs that were changed from one only
//! what lies beside their common arrays is looked at.

mod cycles;
mod entities;
mod impact;
mod pairing;
mod reach;
mod relations;
#[cfg(test)]
mod tests;

pub use cycles::CycleDifference;
pub use entities::{ChangedField, EntityChange, FieldChange};
pub use impact::{Fall, HealthChange, PartyChange};
pub use pairing::EntityPair;
pub use reach::{ReachChange, ReachDifference};
pub use relations::{RelationAspect, RelationChange};

use crate::graph::{Apart, CatalogGraph, Entity, Relation};
use pairing::Pairing;

/// What is different between two graphs.
#[derive(Clone, Debug)]
pub struct GraphDifference<'b, 'a> {
    before: &'b CatalogGraph,
    after: &'a CatalogGraph,
    pairing: Pairing,
    /// Where the graphs can differ at all, where that is known.
    apart: Option<Apart>,
    /// Numbers of pairs, ascending.
    needs_changed: Vec<u32>,
    /// Entities that only the graph after has, in the order of their refs.
    pub added: Vec<Entity<'a>>,
    /// Entities that only the graph before has, in the order of their refs.
    pub removed: Vec<Entity<'b>>,
    /// Entities of both of which something else is said, in the order of their refs.
    pub changed: Vec<EntityChange<'b, 'a>>,
    /// Relations that only the graph after has, by `from`, kind and `to`.
    pub relations_gained: Vec<Relation<'a>>,
    /// Relations that only the graph before has, by `from`, kind and `to`.
    pub relations_lost: Vec<Relation<'b>>,
    /// Relations of both that are of another class or strength, or have other alternatives.
    pub relations_changed: Vec<RelationChange<'b, 'a>>,
}

/// Compares two graphs. O(entities + relations).
pub fn difference<'b, 'a>(before: &'b CatalogGraph, after: &'a CatalogGraph) -> GraphDifference<'b, 'a> {
    let apart = before.apart_from(after);
    let pairing = Pairing::new(before, after, apart.as_ref());
    let mut difference = GraphDifference {
        before,
        after,
        needs_changed: Vec::new(),
        added: Vec::new(),
        removed: Vec::new(),
        changed: Vec::new(),
        relations_gained: Vec::new(),
        relations_lost: Vec::new(),
        relations_changed: Vec::new(),
        pairing,
        apart,
    };
    // A graph is the same as itself, which takes no look.
    if !std::ptr::eq(before, after) {
        relations::compare(&mut difference);
        entities::compare(&mut difference);
    }
    difference
}

impl<'b, 'a> GraphDifference<'b, 'a> {
    /// Whether nothing is different.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.removed.is_empty()
            && self.changed.is_empty()
            && self.relations_gained.is_empty()
            && self.relations_lost.is_empty()
            && self.relations_changed.is_empty()
            && self.needs_changed.is_empty()
    }

    /// The graph before.
    pub fn before(&self) -> &'b CatalogGraph {
        self.before
    }

    /// The graph after.
    pub fn after(&self) -> &'a CatalogGraph {
        self.after
    }

    /// The entities that need something else than before, or need it otherwise, in the order of their
    /// refs. Failure and change travel otherwise only to those and to what is behind them.
    pub fn needs_changed(&self) -> impl ExactSizeIterator<Item = EntityPair<'b, 'a>> {
        self.needs_changed.iter().map(|pair| self.pair(*pair))
    }

    /// Whether something else can be said of the entities of a pair, or of what starts at them.
    fn can_differ(&self, pair: EntityPair<'_, '_>) -> bool {
        match (pair.before, pair.after, &self.apart) {
            (Some(before), Some(after), Some(apart)) => {
                !apart.is_one(before, after) || apart.can_differ(before)
            }
            _ => true,
        }
    }

    fn pair(&self, pair: u32) -> EntityPair<'b, 'a> {
        EntityPair {
            before: self.pairing.before(pair).map(|number| self.before.entity_at(number)),
            after: self.pairing.after(pair).map(|number| self.after.entity_at(number)),
        }
    }
}
