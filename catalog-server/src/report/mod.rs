//! Answers as documents: what JSON carries, and how it is laid out for people.
//!
//! A report is a plain serialisable struct made from an answer of `catalog_core::query`. Its JSON is
//! a promise (its JSON Schema lies in `schema/`); its [`Page`] is for reading. One [`Format`] picks
//! between them, and [`write()`] puts the result out.

mod blast_radius;
mod crawl;
mod diagnostic_text;
mod diagnostics;
mod entities;
mod entity;
mod escape;
mod export;
mod gaps;
mod ownership;
mod page;
mod path_ownership;
mod place;
mod search;
mod status;
mod write;

pub use blast_radius::{BlastRadiusReport, NeedPathReport};
pub use crawl::CrawlSummaryReport;
pub use diagnostic_text::{diagnostic_text, show_diagnostics};
pub use diagnostics::{DiagnosticReport, DiagnosticsReport};
pub use entities::EntitiesReport;
pub use entity::EntityReport;
pub use escape::printable;
pub use export::export_lines;
pub use gaps::GapsReport;
pub use ownership::OwnershipReport;
pub use page::{Block, Page, Table};
pub use path_ownership::{AllPathsReport, ExplainedPathReport, PathOwnershipReport};
pub use search::SearchReport;
pub use status::StatusReport;
pub use write::{Format, Output, Report, write};

/// The version of every JSON document; it changes when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;
