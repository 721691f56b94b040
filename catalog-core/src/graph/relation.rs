//! A relation, as a view into the graph, and the arrays behind it.

use crate::{
    model::{NeedTerms, Origin, Position, RelationClass, RelationEnd, RelationKind, Strength},
    needs::starts,
};

use super::{CatalogGraph, DeclarationView, Entity, symbols::index};

/// All relations, sorted by `from`, kind and `to`, with an index by `to`.
#[derive(Debug, Default)]
pub(super) struct Relations {
    pub(super) records: Vec<RelationRecord>,
    /// Where the relations of each entity begin in `records`; one longer than there are entities.
    pub(super) from_starts: Vec<u32>,
    /// Relations by number, sorted by `to`, kind and `from`.
    pub(super) by_to: Vec<u32>,
    pub(super) to_starts: Vec<u32>,
    /// Where the origins of each relation begin; one longer than there are relations.
    pub(super) origin_starts: Vec<u32>,
    pub(super) origins: Vec<RelationOrigin>,
    /// Members of groups of needs of which one that works is enough, sorted by `from` and group.
    pub(super) alternatives: Vec<Alternative>,
    /// What is said of relations beyond their existence and strength, sorted by relation.
    pub(super) terms: Vec<StatedTerms>,
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

/// A member of a group of alternatives, as one document states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Alternative {
    pub(super) from: u32,
    /// The declaration and its number for the group.
    pub(super) group: (u32, u16),
    pub(super) to: u32,
    pub(super) strength: Strength,
}

/// What one document says of a relation beyond its existence and strength.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StatedTerms {
    pub(super) relation: u32,
    pub(super) declaration: u32,
    pub(super) position: Position,
    pub(super) terms: Box<NeedTerms>,
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
    /// Indexes relations that are sorted by `from`, kind and `to`.
    pub(super) fn indexed(mut self, entity_count: usize) -> Self {
        self.from_starts = starts(entity_count, self.records.iter().map(|record| record.from));
        self.to_starts = starts(entity_count, self.records.iter().map(|record| record.to));
        let mut by_to: Vec<u32> = (0..index(self.records.len())).collect();
        by_to.sort_unstable_by_key(|number| {
            let record = &self.records[*number as usize];
            (record.to, record.kind, record.from)
        });
        self.by_to = by_to;
        self
    }

    pub(super) fn outgoing(&self, entity: u32) -> impl Iterator<Item = u32> + use<> {
        self.from_starts[entity as usize]..self.from_starts[entity as usize + 1]
    }

    pub(super) fn incoming(&self, entity: u32) -> impl Iterator<Item = u32> + use<'_> {
        let range = self.to_starts[entity as usize] as usize..self.to_starts[entity as usize + 1] as usize;
        self.by_to[range].iter().copied()
    }
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

    pub(super) fn record(self) -> &'g RelationRecord {
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

    /// What is said of it beyond its existence and strength (timeouts, retries, what is expected), each
    /// with the place that says so; in the order of repository, path and document.
    pub fn terms(self) -> impl Iterator<Item = (&'g NeedTerms, Origin)> {
        let all = &self.graph.relations.terms;
        let start = all.partition_point(|stated| stated.relation < self.index);
        let of_this = all[start..].iter().take_while(move |stated| stated.relation == self.index);
        of_this.map(move |stated| {
            let declaration = DeclarationView::new(self.graph, stated.declaration);
            (&*stated.terms, declaration.origin_at(stated.position))
        })
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
