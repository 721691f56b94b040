//! Answers in the shape of Backstage's catalog: what its clients ask and how they are answered.
//!
//! In the order of a request: [`request`] reads parameters and bodies into questions, whose filters are a
//! `predicate` of search `key`s; an [`EntityQuery`] finds rows of the graph along an `order`, page by page with a
//! `cursor`; a `document` shows an entity as Backstage does, of its `metadata`, `spec` and `relations`, cut down to
//! the `fields` asked for. [`facets`](Facets) count, and `location`s are the repositories. What cannot be answered
//! is a [`BackstageError`]. Answers go to a [`Sink`], piece by piece.
//!
//! A filter asks the graph for the one field that it is about; only rows that are answered become JSON. There is no
//! rule of the catalog here, and no HTTP.

mod ancestry;
mod cursor;
mod document;
mod error;
mod facets;
mod fields;
mod full_text;
mod identifier;
mod key;
mod limits;
mod location;
mod metadata;
mod order;
mod predicate;
mod query;
mod relation;
pub mod request;
mod shown;
mod sink;
mod spec;

#[cfg(test)]
mod tests;

pub use ancestry::write_ancestry;
pub use document::write_entity;
pub use error::BackstageError;
pub use facets::Facets;
pub use fields::Fields;
pub use limits::BackstageLimits;
pub use location::{LocationQuery, LocationRow};
pub use order::OrderCache;
pub use query::{EntityList, EntityQuery, Page};
pub use shown::{batch, entity_named, entity_of_uid, write_batch};
pub use sink::{GiveUp, Sink};
