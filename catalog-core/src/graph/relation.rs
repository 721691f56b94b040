//! A relation, as a view into the graph, and the arrays behind it.

use std::sync::Arc;

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

use crate::{
    model::{NeedTerms, Origin, Position, RelationClass, RelationEnd, RelationKind, Strength},
    needs::{scatter, starts},
};

use super::{CatalogGraph, DeclarationView, Entity, kept::Kept, patched::PatchedRows, symbols::index};

/// All relations: those that were laid out, and beside them what a change makes of single ones.
#[derive(Clone, Debug, Default)]
pub(super) struct Relations {
    laid_out: Arc<MergedRelations>,
    from_starts: Arc<Vec<u32>>,
    /// Relations that are stated from their `to` end, among those that were laid out.
    stated_at_to: Arc<FixedBitSet>,
    /// By number behind those that were laid out.
    added: Vec<Arc<AddedRelation>>,
    /// The relations that start at an entity, where that is not just as they were laid out.
    outgoing: PatchedRows,
    incoming: PatchedRows,
    /// By the entity that they start at, where that is not just as they were laid out.
    asides: FxHashMap<u32, Arc<Asides>>,
    len: u32,
}

/// Relations as statements make them, sorted by `from`, kind and `to`.
#[derive(Debug, Default)]
pub(super) struct MergedRelations {
    pub(super) records: Vec<RelationRecord>,
    /// Where the origins of each relation begin; one longer than there are relations.
    pub(super) origin_starts: Vec<u32>,
    pub(super) origins: Vec<RelationOrigin>,
    /// What is said of relations beyond their existence and strength, sorted by relation.
    pub(super) terms: Vec<StatedTerms>,
    /// Members of groups of needs of which one that works is enough, sorted by `from` and group.
    pub(super) alternatives: Vec<Alternative>,
    /// Statements that no origin shows, sorted by `from` and `to`.
    pub(super) unlisted: Vec<UnlistedStatement>,
}

/// A relation with everything that is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AddedRelation {
    pub(super) record: RelationRecord,
    pub(super) origins: Box<[RelationOrigin]>,
    pub(super) terms: Box<[StatedTerms]>,
}

/// What statements about the relations of one entity leave behind, beside the relations.
#[derive(Clone, Debug, Default)]
pub(super) struct Asides {
    pub(super) alternatives: Vec<Alternative>,
    pub(super) unlisted: Vec<UnlistedStatement>,
}

/// A statement that repeats another one of its document, or only refines what others state: it has no
/// origin of its own, and is remembered for what is to be said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct UnlistedStatement {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) kind: RelationKind,
    pub(super) origin: RelationOrigin,
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
    pub(super) terms: Kept<NeedTerms>,
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

impl MergedRelations {
    /// The origins of one relation.
    pub(super) fn origins(&self, number: u32) -> &[RelationOrigin] {
        let starts = &self.origin_starts;
        &self.origins[starts[number as usize] as usize..starts[number as usize + 1] as usize]
    }

    /// What is said of one relation beyond its existence and strength.
    pub(super) fn terms(&self, number: u32) -> &[StatedTerms] {
        let start = self.terms.partition_point(|stated| stated.relation < number);
        let end = start + self.terms[start..].partition_point(|stated| stated.relation == number);
        &self.terms[start..end]
    }

    /// Indexes them, for so many entities.
    pub(super) fn laid_out(self, entity_count: usize) -> Relations {
        let from_starts = starts(entity_count, self.records.iter().map(|record| record.from));
        let to_starts = starts(entity_count, self.records.iter().map(|record| record.to));
        // Relations lie by `from`, so that only their kinds are out of order in the rows of `to`.
        let mut by_to =
            scatter(&to_starts, (0..).zip(&self.records).map(|(number, record)| (record.to, number)));
        for row in to_starts.windows(2) {
            by_to[row[0] as usize..row[1] as usize].sort_by_key(|number| self.records[*number as usize].kind);
        }
        let mut stated_at_to = FixedBitSet::with_capacity(self.records.len());
        for number in 0..index(self.records.len()) {
            if self.origins(number).iter().any(|origin| origin.subject == RelationEnd::To) {
                stated_at_to.insert(number as usize);
            }
        }
        Relations::as_they_lie(self, from_starts, stated_at_to, PatchedRows::new(to_starts, by_to))
    }
}

impl Relations {
    /// Relations that lie just like this: where those of each entity start, which are stated from their
    /// `to` end, and those that end at each entity.
    pub(super) fn as_they_lie(
        merged: MergedRelations,
        from_starts: Vec<u32>,
        stated_at_to: FixedBitSet,
        incoming: PatchedRows,
    ) -> Self {
        Self {
            from_starts: Arc::new(from_starts),
            stated_at_to: Arc::new(stated_at_to),
            incoming,
            len: index(merged.records.len()),
            laid_out: Arc::new(merged),
            ..Self::default()
        }
    }

    /// How many relations there are.
    pub(super) fn len(&self) -> u32 {
        self.len
    }

    pub(super) fn record(&self, number: u32) -> &RelationRecord {
        match self.added(number) {
            Some(added) => &added.record,
            None => &self.laid_out.records[number as usize],
        }
    }

    pub(super) fn origins(&self, number: u32) -> &[RelationOrigin] {
        match self.added(number) {
            Some(added) => &added.origins,
            None => self.laid_out.origins(number),
        }
    }

    pub(super) fn terms(&self, number: u32) -> &[StatedTerms] {
        match self.added(number) {
            Some(added) => &added.terms,
            None => self.laid_out.terms(number),
        }
    }

    /// One more than the number of the last relation, also of those that nothing points at any more.
    pub(super) fn end(&self) -> u32 {
        index(self.laid_out.records.len() + self.added.len())
    }

    /// Whether a document of its `to` end states a relation.
    pub(super) fn is_stated_at_to(&self, number: u32) -> bool {
        match self.added(number) {
            Some(added) => added.origins.iter().any(|origin| origin.subject == RelationEnd::To),
            None => self.stated_at_to.contains(number as usize),
        }
    }

    /// The relations that start at an entity, sorted by kind and target.
    pub(super) fn outgoing(&self, entity: u32) -> impl ExactSizeIterator<Item = u32> + use<'_> {
        let listed = self.outgoing.replaced(entity);
        let range = match (self.from_starts.get(entity as usize), self.from_starts.get(entity as usize + 1)) {
            (Some(start), Some(end)) if listed.is_none() => *start..*end,
            _ => 0..index(listed.map_or(0, <[u32]>::len)),
        };
        range.map(move |at| listed.map_or(at, |listed| listed[at as usize]))
    }

    /// The relations that end at an entity, sorted by kind and source.
    pub(super) fn incoming(&self, entity: u32) -> &[u32] {
        self.incoming.of(entity)
    }

    /// The members of groups that an entity needs one of each of, sorted by group.
    pub(super) fn alternatives(&self, entity: u32) -> &[Alternative] {
        match self.asides.get(&entity) {
            Some(asides) => &asides.alternatives,
            None => of_one(&self.laid_out.alternatives, entity, |alternative| alternative.from),
        }
    }

    /// The statements about relations that start at an entity that no origin shows.
    pub(super) fn unlisted(&self, entity: u32) -> &[UnlistedStatement] {
        match self.asides.get(&entity) {
            Some(asides) => &asides.unlisted,
            None => of_one(&self.laid_out.unlisted, entity, |statement| statement.from),
        }
    }

    /// Puts a relation behind all others; it is in no row yet.
    pub(super) fn push(&mut self, relation: AddedRelation) -> u32 {
        self.added.push(Arc::new(relation));
        index(self.laid_out.records.len() + self.added.len() - 1)
    }

    /// Makes these the relations that start at an entity.
    pub(super) fn replace_outgoing(&mut self, entity: u32, numbers: Vec<u32>) {
        let former = index(self.outgoing(entity).len());
        self.len = self.len - former + index(numbers.len());
        self.outgoing.replace(entity, numbers);
    }

    /// Makes these the relations that end at an entity.
    pub(super) fn replace_incoming(&mut self, entity: u32, numbers: Vec<u32>) {
        self.incoming.replace(entity, numbers);
    }

    pub(super) fn replace_asides(&mut self, entity: u32, asides: Asides) {
        self.asides.insert(entity, Arc::new(asides));
    }

    /// Whether others were laid out as the same arrays.
    pub(super) fn shares_laid_out(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.laid_out, &other.laid_out)
    }

    /// Tells the entities of which the relations that start at them, or what is said beside these, are not just
    /// as they were laid out.
    pub(super) fn each_replaced(&self, met: &mut dyn FnMut(u32)) {
        self.outgoing.each_replaced(met);
        self.asides.keys().for_each(|entity| met(*entity));
    }

    /// How much differs from what was laid out.
    pub(super) fn patched_len(&self) -> usize {
        self.added.len() + self.outgoing.patched_len() + self.incoming.patched_len()
    }

    fn added(&self, number: u32) -> Option<&AddedRelation> {
        let added = (number as usize).checked_sub(self.laid_out.records.len())?;
        Some(&self.added[added])
    }
}

/// Those items of one entity, of items that are sorted by it.
pub(super) fn of_one<T>(items: &[T], entity: u32, of: impl Fn(&T) -> u32) -> &[T] {
    let start = items.partition_point(|item| of(item) < entity);
    let end = start + items[start..].partition_point(|item| of(item) == entity);
    &items[start..end]
}

/// A view of one relation in its graph.
#[derive(Clone, Copy)]
pub struct Relation<'g> {
    graph: &'g CatalogGraph,
    slot: u32,
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
    pub(super) fn new(graph: &'g CatalogGraph, slot: u32) -> Self {
        Self { graph, slot }
    }

    pub(super) fn record(self) -> &'g RelationRecord {
        self.graph.relations.record(self.slot)
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
        let of_this = self.graph.relations.terms(self.slot);
        of_this.iter().map(move |stated| {
            let declaration = DeclarationView::new(self.graph, stated.declaration);
            (&*stated.terms, declaration.origin_at(stated.position))
        })
    }

    /// The places that state it, in the order of repository, path and document.
    pub fn sources(self) -> impl Iterator<Item = RelationSource<'g>> {
        let origins = self.graph.relations.origins(self.slot).iter();
        origins.map(|origin| RelationSource {
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
