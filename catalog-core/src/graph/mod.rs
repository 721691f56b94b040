//! The immutable graph of one revision: all entities, relations and indexes.
//!
//! A [`GraphBuilder`] takes what each repository says, in any order, and makes a [`CatalogGraph`];
//! that cannot fail, since what does not fit becomes a [`CatalogDiagnostic`]. An [`Entity`] and a
//! [`Relation`] are views into the graph, as cheap as a pointer and a number. [`Needs`] are the
//! relations along which failure and change travel, by number: what the algorithms run on.
//!
//! Entities are numbered in the order of their refs, so that whatever is sorted by number is sorted
//! by name, and a name is found by binary search.

mod apart;
mod build;
mod change;
mod cycles;
mod declaration;
mod derive_needs;
mod diagnostics;
mod entity;
mod exposure_class;
mod facts;
mod file;
mod history;
mod host_identity;
mod identity;
mod kept;
mod mentions;
mod merge;
mod numbering;
mod origins;
mod ownership;
mod patched;
mod path_rules;
mod people;
mod reach_counts;
mod relation;
mod repository;
mod resolve;
mod roll_up;
mod standing;
mod symbols;

#[cfg(test)]
mod tests;

use std::{
    cmp::Ordering,
    sync::{Arc, OnceLock},
};

use rustc_hash::FxHashMap;

use crate::{
    model::{Diagnostic, EntityRef, RepositoryId, Reviews, Revision, Tombstone},
    needs::{Needs, ReachCounts},
};

pub(crate) use apart::Apart;
pub use build::GraphBuilder;
pub use change::{GraphChange, Rebuild};
pub use declaration::{DeclarationView, LeftOutRelation};
pub use derive_needs::NeedFilter;
pub use diagnostics::CatalogDiagnostics;
pub use entity::{Entity, EntityStanding};
pub use exposure_class::ExposureClass;
pub use file::{GraphFile, GraphFileError, GraphOrigin};
pub use history::EntityAreas;
pub use ownership::OwnershipClaim;
pub use path_rules::{PathRuleView, RepositoryPathRules};
pub use people::{KnownBy, People};
pub use relation::{Relation, RelationSource};
pub use repository::{RepositoryView, repository_ref};
pub(crate) use roll_up::{EntityMarks, RollUp};

use declaration::{DeclarationRecord, SourceRecord};
use diagnostics::Diagnostics;
use entity::{EntityRecord, NONE};
use identity::NameRules;
use kept::Kept;
use numbering::Numbering;
use patched::{Patched, PatchedRows};
use relation::Relations;
use repository::RepositoryRecord;
use symbols::Symbols;

/// Everything that is known at one revision. Immutable; share it behind an `Arc`.
///
/// Memory: some 700 bytes per entity with five relations, plus its descriptive texts. What differs between
/// a graph and the one that it was [changed](Self::with_change) from lies beside what they share.
#[derive(Clone, Debug)]
pub struct CatalogGraph {
    revision: Revision,
    symbols: Symbols,
    repositories: Patched<RepositoryRecord>,
    repository_numbering: Numbering,
    sources: Patched<SourceRecord>,
    /// Sorted by repository, path and document as they were built; what a repository says later lies
    /// behind them, in the same order.
    declarations: Patched<DeclarationRecord>,
    /// Where the declarations of a repository lie that says something else than when the graph was built.
    declarations_in: FxHashMap<u32, std::ops::Range<u32>>,
    declaration_count: u32,
    /// For each entity its declarations, the one that stands for it first.
    declarations_of: PatchedRows,
    entities: Patched<EntityRecord>,
    numbering: Numbering,
    /// The slots of the entities that were not there when the graph was built.
    added_names: FxHashMap<EntityRef, u32>,
    /// What several declarations say together, for the entities that have several.
    merged: Patched<facts::Facts>,
    /// Other names of entities with their slots, sorted by name.
    aliases: Arc<[(EntityRef, u32)]>,
    relations: Relations,
    needs: Needs,
    /// The numbers of all that is no placeholder; made when they are first asked for, as the next ones are.
    not_placeholders: OnceLock<Arc<[u32]>>,
    /// By number.
    roll_ups: OnceLock<Arc<Vec<RollUp>>>,
    dependent_counts: OnceLock<ReachCounts>,
    dependency_counts: OnceLock<ReachCounts>,
    owners: ownership::Owners,
    diagnostics: Diagnostics,
    /// Sorted by entity, then repository.
    removals: Kept<Vec<Removal>>,
    name_rules: NameRules,
    /// What people said, which no manifest does.
    reviews: Kept<Reviews>,
}

/// That a repository declares an entity no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// The repository.
    pub repository: RepositoryId,
    /// What it declared, and since when no more.
    pub tombstone: Tombstone,
}

impl Removal {
    /// The order of removals: by entity, then by repository.
    fn in_order(a: &Self, b: &Self) -> Ordering {
        (&a.tombstone.entity, &a.repository).cmp(&(&b.tombstone.entity, &b.repository))
    }
}

/// A diagnostic with the repository that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogDiagnostic {
    /// The repository that holds what the diagnostic is about.
    pub repository: RepositoryId,
    /// The diagnostic.
    pub diagnostic: Diagnostic,
}

impl CatalogGraph {
    /// The graph of a catalog in which nothing was ever read.
    pub fn empty() -> Self {
        GraphBuilder::new().build(Revision::default())
    }

    /// The revision of the store that the graph was made from.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// All entities in the order of their refs: declared ones, repositories, and placeholders.
    pub fn entities(&self) -> impl DoubleEndedIterator<Item = Entity<'_>> + ExactSizeIterator {
        self.numbering.slots().map(|slot| Entity::new(self, slot))
    }

    /// The numbers of all entities but placeholders, in the order of their refs. O(entities) when it is first
    /// asked for, else O(1).
    pub(crate) fn not_placeholders(&self) -> &[u32] {
        self.not_placeholders.get_or_init(|| {
            let there = self.entities().filter(|entity| !entity.is_placeholder());
            there.map(Entity::index).collect()
        })
    }

    /// The entity of this name, or of which this is another name. O(log entities).
    pub fn entity(&self, name: &EntityRef) -> Option<Entity<'_>> {
        let slot = self.slot_named(name).filter(|slot| self.is_there(*slot)).or_else(|| {
            let alias = self.aliases.binary_search_by(|(alias, _)| alias.cmp(name)).ok()?;
            Some(self.aliases[alias].1).filter(|slot| self.is_there(*slot))
        })?;
        Some(Entity::new(self, slot))
    }

    /// The slot of the entity that has this name, or had it before it went.
    fn slot_named(&self, name: &EntityRef) -> Option<u32> {
        match self.entities.base().binary_search_by(|entity| entity.name.cmp(name)) {
            Ok(slot) => Some(symbols::index(slot)),
            Err(_) => self.added_names.get(name).copied(),
        }
    }

    /// Whether there is an entity in this slot.
    fn is_there(&self, slot: u32) -> bool {
        self.numbering.number_of(slot) != NONE
    }

    /// The entity of this number, as [`Entity::index`] gives it.
    ///
    /// # Panics
    ///
    /// Where the number is of another graph and there is no such entity in this one.
    pub fn entity_at(&self, index: u32) -> Entity<'_> {
        assert!(index < self.numbering.len(), "the number of an entity of this graph");
        Entity::new(self, self.numbering.slot_of(index))
    }

    /// All relations, sorted by `from`, kind and `to`.
    pub fn relations(&self) -> impl ExactSizeIterator<Item = Relation<'_>> {
        let all = self.entities().flat_map(|entity| self.relations.outgoing(entity.slot()));
        Counted { items: all.map(|slot| Relation::new(self, slot)), len: self.relations.len() }
    }

    /// The repositories in the order of their ids.
    pub fn repositories(&self) -> impl ExactSizeIterator<Item = RepositoryView<'_>> {
        self.repository_numbering.slots().map(|slot| RepositoryView::new(self, slot))
    }

    /// The repository of this id.
    pub fn repository(&self, id: &RepositoryId) -> Option<RepositoryView<'_>> {
        let number = self.repository_position(id).ok()?;
        Some(RepositoryView::new(self, self.repository_numbering.slot_of(number)))
    }

    /// The number of a repository, or the one that it would have.
    fn repository_position(&self, id: &RepositoryId) -> Result<u32, u32> {
        let numbering = &self.repository_numbering;
        let (mut start, mut end) = (0, numbering.len());
        while start < end {
            let middle = start + (end - start) / 2;
            match self.repositories[numbering.slot_of(middle)].head.id.cmp(id) {
                Ordering::Less => start = middle + 1,
                Ordering::Equal => return Ok(middle),
                Ordering::Greater => end = middle,
            }
        }
        Err(start)
    }

    /// The slots of the declarations of a repository, in order.
    fn declarations_in(&self, repository: u32) -> std::ops::Range<u32> {
        if let Some(range) = self.declarations_in.get(&repository) {
            return range.clone();
        }
        let base = self.declarations.base();
        let repository_of = |declaration: &DeclarationRecord| self.sources[declaration.source].repository;
        let start = base.partition_point(|declaration| repository_of(declaration) < repository);
        let end = base.partition_point(|declaration| repository_of(declaration) <= repository);
        symbols::index(start)..symbols::index(end)
    }

    /// Every document that was read, also those whose entity another one stands for, sorted by
    /// repository, path and document; in a file, documents kept from an earlier commit come last.
    pub fn declarations(&self) -> impl ExactSizeIterator<Item = DeclarationView<'_>> {
        let all = self.repositories().flat_map(RepositoryView::declarations);
        Counted { items: all, len: self.declaration_count }
    }

    /// The needs between entities, as flat arrays.
    pub fn needs(&self) -> &Needs {
        &self.needs
    }

    /// What became of an entity that was declared until recently; nothing where it still is. The
    /// latest removal first.
    pub fn removals(&self, name: &EntityRef) -> Vec<&Removal> {
        if self.entity(name).is_some_and(|entity| !entity.is_placeholder()) {
            return Vec::new();
        }
        let start = self.removals.partition_point(|removal| removal.tombstone.entity < *name);
        let mut found: Vec<&Removal> =
            self.removals[start..].iter().take_while(|removal| removal.tombstone.entity == *name).collect();
        found.sort_by_key(|removal| std::cmp::Reverse(removal.tombstone.removed_at));
        found
    }

    /// Everything that was declared until recently, sorted by entity and repository, also what another
    /// repository declares now.
    pub fn all_removals(&self) -> &[Removal] {
        &self.removals
    }

    /// The reviews of ownership, the earliest first.
    pub fn reviews(&self) -> &Reviews {
        &self.reviews
    }

    /// The same graph with these reviews. Everything else is shared where another graph holds it, too.
    #[must_use]
    pub fn with_reviews(mut self, reviews: Reviews) -> Self {
        self.reviews = reviews.into();
        self
    }

    /// What is to be said about the input and about how it fits together, sorted by repository,
    /// path and place.
    pub fn diagnostics(&self) -> CatalogDiagnostics<'_> {
        CatalogDiagnostics::new(&self.diagnostics)
    }
}

/// Items of which it is known how many there are.
struct Counted<I> {
    items: I,
    len: u32,
}

impl<I: Iterator> Iterator for Counted<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        let item = self.items.next()?;
        self.len -= 1;
        Some(item)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.len as usize, Some(self.len as usize))
    }
}

impl<I: Iterator> ExactSizeIterator for Counted<I> {}
