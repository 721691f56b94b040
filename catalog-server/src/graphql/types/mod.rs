//! The objects of the schema, one file to an object.
//!
//! An object holds the graph that its request was given, and the number of what it shows in it or the
//! facts themselves; it never holds a borrowed view. What several objects share stands in `origin` and
//! `stale`.

pub(super) mod availability;
pub(super) mod availability_arithmetic;
pub(super) mod blast_radius;
pub(super) mod catalog_state;
pub(super) mod census;
pub(super) mod change_check;
pub(super) mod crawl;
pub(super) mod data_reach;
pub(super) mod declaration;
pub(super) mod diagnostic;
pub(super) mod entity;
pub(super) mod gap;
pub(super) mod impact;
pub(super) mod journey;
pub(super) mod last_change;
pub(super) mod need_path;
pub(super) mod node;
pub(super) mod not_found;
pub(super) mod origin;
pub(super) mod ownership;
pub(super) mod path_ownership;
mod plain;
pub(super) mod rank;
pub(super) mod readiness;
pub(super) mod relation;
pub(super) mod removal;
pub(super) mod repository;
pub(super) mod responsibility;
pub(super) mod review;
pub(super) mod review_item;
pub(super) mod rollout;
pub(super) mod search_hit;
pub(super) mod severity;
pub(super) mod stale;
pub(super) mod structure;
pub(super) mod suggestion;
pub(super) mod text;
pub(super) mod unknowns;
pub(super) mod user_error;
