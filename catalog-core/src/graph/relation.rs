//! A relation, as a view into the graph, and the arrays behind it.

use crate::model::{Origin, Position, RelationClass, RelationEnd, RelationKind, Strength};

use super::{CatalogGraph, DeclarationView, Entity, symbols::index};

/// All relations, sorted by `from`, kind and `to`, with an index by `to`.
#[derive(Debug, Default)]
pub(super) struct Relations {
    pub(super) records: Vec<RelationRecord>,
    /// Where the relations of each entity begin in `records`; one longer than there are entities.
    from_starts: Vec<u32>,
    /// Relations by number, sorted by `to`, kind and `from`.
    by_to: Vec<u32>,
    to_starts: Vec<u32>,
    /// Where the origins of each relation begin; one longer than there are relations.
    pub(super) origin_starts: Vec<u32>,
    pub(super) origins: Vec<RelationOrigin>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RelationRecord {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) kind: RelationKind,
    pub(super) class: RelationClass,
    pub(super) strength: Strength,
    /// Needs of one entity with the same number above 0 stand in for each other.
    pub(super) any_of: u16,
}

/// Where a relation is stated, and from which of its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RelationOrigin {
    pub(super) declaration: u32,
    pub(super) position: Position,
    pub(super) subject: RelationEnd,
    /// Its place among the relations of its document.
    pub(super) order: u8,
}

impl Relations {
    /// Takes relations sorted by `from`, kind and `to`, each with its origins.
    pub(super) fn new(
        entity_count: usize,
        records: Vec<RelationRecord>,
        origin_starts: Vec<u32>,
        origins: Vec<RelationOrigin>,
    ) -> Self {
        let from_starts = starts(entity_count, records.iter().map(|record| record.from));
        let to_starts = starts(entity_count, records.iter().map(|record| record.to));
        let mut by_to: Vec<u32> = (0..index(records.len())).collect();
        by_to.sort_unstable_by_key(|number| {
            let record = &records[*number as usize];
            (record.to, record.kind, record.from)
        });
        Self { records, from_starts, by_to, to_starts, origin_starts, origins }
    }

    pub(super) fn outgoing(&self, entity: u32) -> impl Iterator<Item = u32> + use<> {
        self.from_starts[entity as usize]..self.from_starts[entity as usize + 1]
    }

    pub(super) fn incoming(&self, entity: u32) -> impl Iterator<Item = u32> + use<'_> {
        let range = self.to_starts[entity as usize] as usize..self.to_starts[entity as usize + 1] as usize;
        self.by_to[range].iter().copied()
    }
}

/// The offsets of a compressed sparse row: how many keys lie below each number.
pub(super) fn starts(count: usize, keys: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut starts = vec![0_u32; count + 1];
    for key in keys {
        starts[key as usize + 1] += 1;
    }
    for position in 0..count {
        starts[position + 1] += starts[position];
    }
    starts
}

/// A view of one relation in its graph.
#[derive(Clone, Copy)]
pub struct Relation<'g> {
    graph: &'g CatalogGraph,
    index: u32,
}

/// One place that states a relation.
#[derive(Clone, Copy)]
pub struct RelationSource<'g> {
    /// The document that states it.
    pub declaration: DeclarationView<'g>,
    /// The end that the document speaks of: the claim of the other end is the other's.
    pub subject: RelationEnd,
    position: Position,
    order: u8,
}

impl RelationSource<'_> {
    /// Where the relation is stated.
    pub fn origin(&self) -> Origin {
        self.declaration.origin_at(self.position)
    }

    /// The place in the manifest.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Its place among the relations of its document, as far as 255.
    pub(super) fn order(&self) -> u8 {
        self.order
    }
}

impl<'g> Relation<'g> {
    pub(super) fn new(graph: &'g CatalogGraph, index: u32) -> Self {
        Self { graph, index }
    }

    fn record(self) -> &'g RelationRecord {
        &self.graph.relations.records[self.index as usize]
    }

    /// The entity that it starts at.
    pub fn from(self) -> Entity<'g> {
        Entity::new(self.graph, self.record().from)
    }

    /// The entity that it points at.
    pub fn to(self) -> Entity<'g> {
        Entity::new(self.graph, self.record().to)
    }

    /// Its kind, named from `from`.
    pub fn kind(self) -> RelationKind {
        self.record().kind
    }

    /// How it came to be known.
    pub fn class(self) -> RelationClass {
        self.record().class
    }

    /// How much the one needs the other; meaningful where [`RelationKind::needy_end`] is some.
    pub fn strength(self) -> Strength {
        self.record().strength
    }

    /// The group of needs of `from` of which one that works is enough, if it belongs to one.
    pub fn any_of(self) -> Option<u16> {
        let group = self.record().any_of;
        (group > 0).then_some(group)
    }

    /// The places that state it, in the order of repository, path and document.
    pub fn sources(self) -> impl Iterator<Item = RelationSource<'g>> {
        let relations = &self.graph.relations;
        let range = relations.origin_starts[self.index as usize] as usize
            ..relations.origin_starts[self.index as usize + 1] as usize;
        relations.origins[range].iter().map(|origin| RelationSource {
            declaration: DeclarationView::new(self.graph, origin.declaration),
            subject: origin.subject,
            position: origin.position,
            order: origin.order,
        })
    }
}

impl std::fmt::Debug for Relation<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.from().name(), self.kind().name(), self.to().name())
    }
}
