//! The questions that one asks of a graph. Every face of the product asks these and no other.
//!
//! A person's word becomes an entity in [`find_entity`], or an [`EntityNotFound`] with the nearest names.
//! [`EntityFilter`] lists, [`search()`] finds, [`blast_radius()`] follows needs, [`need_path`] proves one of its
//! rows, [`rank()`] says what most others rest on, [`ownership()`] and [`path_ownership()`] say who answers,
//! [`summary()`] counts.
//!
//! Answers borrow from the graph, are ordered, and know nothing of how they are shown.

mod blast_radius;
mod entity_lookup;
mod filter;
mod ownership;
mod path;
mod path_ownership;
mod rank;
mod search;
mod summary;
#[cfg(test)]
mod tests;

pub use blast_radius::{AffectedEntity, BlastRadius, BlastRadiusQuery, OwnerShare, blast_radius};
pub use entity_lookup::{
    EntityNotFound, OWNER_KINDS, WHOLE_KINDS, find_entity, find_entity_of_kinds, nearest_names, ref_of_kinds,
};
pub use filter::EntityFilter;
pub use ownership::{Contact, ContactKind, EscalationStep, OwnershipAnswer, contacts_of, ownership};
pub use path::{NeedStep, need_path};
pub use path_ownership::{
    PathOwnership, RepositoryNotFound, find_repository, first_rule, owners_of_rules, path_in_repository,
    path_ownership,
};
pub use rank::{Rank, RankBy, RankQuery, RankedEntity, rank};
pub use search::{MatchedField, SearchHit, search};
pub use summary::{CatalogSummary, summary};
