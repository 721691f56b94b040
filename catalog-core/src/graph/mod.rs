//! The immutable graph of one revision: all entities, relations and indexes.
//!
//! A [`GraphBuilder`] takes what each repository says, in any order, and makes a [`CatalogGraph`];
//! that cannot fail, since what does not fit becomes a [`CatalogDiagnostic`]. An [`Entity`] and a
//! [`Relation`] are views into the graph, as cheap as a pointer and a number. [`Needs`] are the
//! relations along which failure and change travel, by number: what the algorithms run on.
//!
//! Entities are numbered in the order of their refs, so that whatever is sorted by number is sorted
//! by name, and a name is found by binary search.

mod build;
mod cycles;
mod declaration;
mod derive_needs;
mod entity;
mod facts;
mod host_identity;
mod identity;
mod merge;
mod ownership;
mod path_rules;
mod reach_counts;
mod relation;
mod repository;
mod resolve;
mod standing;
mod symbols;

#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use crate::{
    model::{Diagnostic, EntityRef, RepositoryId, Revision, Tombstone},
    needs::{Needs, ReachCounts},
};

pub use build::GraphBuilder;
pub use declaration::{DeclarationView, LeftOutRelation};
pub use derive_needs::NeedFilter;
pub use entity::{Entity, EntityStanding};
pub use ownership::OwnershipClaim;
pub use path_rules::{PathRuleView, RepositoryPathRules};
pub use relation::{Relation, RelationSource};
pub use repository::{RepositoryView, repository_ref};

use declaration::{DeclarationRecord, SourceRecord};
use entity::EntityRecord;
use relation::Relations;
use repository::RepositoryRecord;
use symbols::Symbols;

/// Everything that is known at one revision. Immutable; share it behind an `Arc`.
///
/// Memory: some 700 bytes per entity with five relations, plus its descriptive texts.
#[derive(Debug)]
pub struct CatalogGraph {
    revision: Revision,
    symbols: Symbols,
    repositories: Vec<RepositoryRecord>,
    sources: Vec<SourceRecord>,
    declarations: Vec<DeclarationRecord>,
    /// For each declaration by number, sorted by entity: the declarations of one entity lie together.
    declarations_by_entity: Vec<u32>,
    entities: Vec<EntityRecord>,
    /// What several declarations say together, for the entities that have several.
    merged: Vec<facts::Facts>,
    /// Other names of entities with their numbers, sorted by name.
    aliases: Vec<(EntityRef, u32)>,
    relations: Relations,
    needs: Needs,
    /// Counted when first asked for.
    dependent_counts: OnceLock<ReachCounts>,
    dependency_counts: OnceLock<ReachCounts>,
    owners: ownership::Owners,
    diagnostics: Vec<CatalogDiagnostic>,
    /// Sorted by entity, then repository.
    removals: Vec<Removal>,
}

/// That a repository declares an entity no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// The repository.
    pub repository: RepositoryId,
    /// What it declared, and since when no more.
    pub tombstone: Tombstone,
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
        (0..symbols::index(self.entities.len())).map(|index| Entity::new(self, index))
    }

    /// The entity of this name, or of which this is another name. O(log entities).
    pub fn entity(&self, name: &EntityRef) -> Option<Entity<'_>> {
        let index = match self.entities.binary_search_by(|entity| entity.name.cmp(name)) {
            Ok(index) => symbols::index(index),
            Err(_) => {
                let alias = self.aliases.binary_search_by(|(alias, _)| alias.cmp(name)).ok()?;
                self.aliases[alias].1
            }
        };
        Some(Entity::new(self, index))
    }

    /// The entity of this number, as [`Entity::index`] gives it.
    ///
    /// # Panics
    ///
    /// Where the number is of another graph and there is no such entity in this one.
    pub fn entity_at(&self, index: u32) -> Entity<'_> {
        assert!((index as usize) < self.entities.len(), "the number of an entity of this graph");
        Entity::new(self, index)
    }

    /// All relations, sorted by `from`, kind and `to`.
    pub fn relations(&self) -> impl ExactSizeIterator<Item = Relation<'_>> {
        (0..symbols::index(self.relations.records.len())).map(|index| Relation::new(self, index))
    }

    /// The repositories in the order of their ids.
    pub fn repositories(&self) -> impl ExactSizeIterator<Item = RepositoryView<'_>> {
        (0..symbols::index(self.repositories.len())).map(|index| RepositoryView::new(self, index))
    }

    /// The repository of this id.
    pub fn repository(&self, id: &RepositoryId) -> Option<RepositoryView<'_>> {
        let index = self.repositories.binary_search_by(|record| record.head.id.cmp(id)).ok()?;
        Some(RepositoryView::new(self, symbols::index(index)))
    }

    /// Every document that was read, also those whose entity another one stands for, sorted by
    /// repository, path and document; in a file, documents kept from an earlier commit come last.
    pub fn declarations(&self) -> impl ExactSizeIterator<Item = DeclarationView<'_>> {
        (0..symbols::index(self.declarations.len())).map(|index| DeclarationView::new(self, index))
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

    /// What is to be said about the input and about how it fits together, sorted by repository,
    /// path and place.
    pub fn diagnostics(&self) -> &[CatalogDiagnostic] {
        &self.diagnostics
    }
}
