//! What a catalog is.
//!
//! The rooms, in the order in which data goes through them; each may name only those before it:
//!
//! - [`model`]: the words, from [`model::EntityRef`] to [`model::CatalogChange`];
//! - [`path_rules`]: which rule of an ownership file decides about a path;
//! - `record`: the stored form of the words;
//! - [`store`]: what repositories say, on disk;
//! - [`needs`]: who needs whom, by number, and the algorithms that run on that;
//! - [`graph`]: the immutable [`graph::CatalogGraph`] of one revision;
//! - [`expression`]: which entities somebody means, in the Common Expression Language;
//! - [`query`]: the questions that one asks of it;
//! - [`review`]: what the answers of owners come to, and what is still to be answered;
//! - [`gaps`]: holes in ownership, one rule to a file;
//! - [`check`]: what a change of one repository does to all this, before it is made;
//! - [`readiness`]: whether entities have what an organisation asks of them, level by level;
//! - [`census`]: ownership and its gaps, counted;
//! - [`catalog`]: the [`catalog::Catalog`] that holds it all together: open, apply, graph;
//! - [`sketch`]: a catalog drawn in a string, for tests and benches.
//!
//! The core reads no clock, no environment and no repository, and is not async. Beyond the store's own
//! file it asks the system one thing: which process holds that file.

pub mod catalog;
pub mod census;
pub mod check;
pub mod expression;
pub mod gaps;
pub mod graph;
pub mod model;
pub mod needs;
pub mod path_rules;
pub mod query;
pub mod readiness;
mod record;
pub mod review;
pub mod sketch;
pub mod store;
