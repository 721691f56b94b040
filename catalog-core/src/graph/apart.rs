//! Where two graphs can differ that were changed from one: in what lies beside the arrays that they share.
//!
//! To compare two large graphs means to look at all of both, unless it is known that most of what they hold is the
//! same memory.

use fixedbitset::FixedBitSet;

use super::{CatalogGraph, Entity, entity::NONE};

/// The entities of which two graphs can say something else.
#[derive(Clone, Debug)]
pub(crate) struct Apart {
    /// How many slots lie in the array that both share; the same slot is the same entity there.
    shared: u32,
    /// Those among them at which something lies beside the arrays.
    patched: FixedBitSet,
}

impl CatalogGraph {
    /// Where another graph can differ from this one; `None` where they share nothing. O(what lies beside the
    /// arrays), with one look at the numbers of all entities.
    pub(crate) fn apart_from(&self, other: &Self) -> Option<Apart> {
        let is_shared = self.entities.shares_base(&other.entities)
            && self.declarations.shares_base(&other.declarations)
            && self.merged.shares_base(&other.merged)
            && self.owners.owner_of.shares_base(&other.owners.owner_of)
            && self.declarations_of.shares_base(&other.declarations_of)
            && self.relations.shares_laid_out(&other.relations);
        is_shared.then(|| {
            let shared = u32::try_from(self.entities.base().len()).unwrap_or(u32::MAX);
            let mut patched = FixedBitSet::with_capacity(shared as usize);
            for graph in [self, other] {
                graph.each_patched(&mut |slot| {
                    if slot < shared {
                        patched.insert(slot as usize);
                    }
                });
            }
            Apart { shared, patched }
        })
    }

    /// Tells the slots of the entities of which something lies beside the arrays.
    fn each_patched(&self, met: &mut dyn FnMut(u32)) {
        self.entities.each_replaced(met);
        self.owners.owner_of.each_replaced(met);
        self.declarations_of.each_replaced(met);
        self.relations.each_replaced(met);
        self.declarations.each_replaced(&mut |declaration| {
            let entity = self.declarations[declaration].entity;
            if entity != NONE {
                met(entity);
            }
        });
        // What a merged record says is told by the entities that have another one.
    }
}

impl Apart {
    /// Whether two entities of the graphs lie at one place that both share, and so have one name.
    pub(crate) fn is_one(&self, before: Entity<'_>, after: Entity<'_>) -> bool {
        before.slot() == after.slot() && before.slot() < self.shared
    }

    /// Whether the graphs can say something else of an entity that both have, or of what starts at it.
    pub(crate) fn can_differ(&self, entity: Entity<'_>) -> bool {
        entity.slot() >= self.shared || self.patched.contains(entity.slot() as usize)
    }
}
