//! The words of the catalog: plain data that every room shares.
//!
//! In the order one meets them: a [`RepositoryId`] names what is crawled; a [`Manifest`] is one file
//! of it; a [`Document`] of a manifest carries a [`Declaration`] about one [`EntityRef`], with
//! [`DeclaredRelation`]s to others; [`PathRules`] say who owns which paths; a [`Diagnostic`] remarks
//! on any of them; a [`RepositoryHistory`] says who works where. [`RepositoryDeclarations`] is all that one
//! repository says, a [`CatalogChange`] what a crawl brings, a [`ReviewChange`] what people say in a
//! [`Review`], a [`Revision`] the number of the state that either makes.
//!
//! Nothing here reads a clock, a file or an environment, and nothing is serialised: stored and
//! printed forms live at the edges.

mod availability;
mod calendar_day;
mod catalog_change;
mod changed_path;
mod declaration;
mod diagnostic;
mod entity_ref;
mod grouped;
mod history;
mod identity_table;
mod manifest;
mod manifest_format;
mod origin;
mod owner_name;
mod ownership_claim;
mod path_rules;
mod relation;
mod repository;
mod review;
mod revision;
mod star_pattern;
mod timestamp;
mod tombstone;

pub use availability::{Availability, AvailabilityError};
pub use calendar_day::CalendarDay;
pub use catalog_change::{CatalogChange, RepositoryDeclarations, Visit};
pub use changed_path::{ChangedPath, PathStatus};
pub use declaration::{
    CodeLocation, Declaration, DeclaredRelation, Field, KeyedText, Link, NeedTerms, Objective, Profile,
    Spelling, Tier,
};
pub use diagnostic::{Diagnostic, DiagnosticCode, Excerpt, Severity};
pub use entity_ref::{EntityRef, EntityRefError, RefDefaults};
pub use grouped::grouped;
pub use history::{
    AreaAuthor, HistoryArea, HistoryAuthor, HistoryExtent, LastCommit, RepositoryHistory, area_of_location,
    area_of_manifest,
};
pub use identity_table::{IdentityEntry, IdentityName, IdentityTable};
pub use manifest::{Document, Manifest, ManifestInput, Stale, StaleReason};
pub use manifest_format::{Authority, FoundBy, ManifestFormat};
pub use origin::{Located, Origin, Position};
pub use owner_name::{OwnerName, OwnerShape};
pub use ownership_claim::ClaimGround;
pub use path_rules::{PathDialect, PathRule, PathRules, PathSection, Reviewers, RuleEffect};
pub use relation::{RelationClass, RelationEnd, RelationKind, Strength};
pub use repository::{CommitId, ContentId, RepositoryHead, RepositoryId, RepositoryStatus};
pub use review::{
    Answer, AnswererStanding, NewAnswer, NewReview, OutcomeState, Person, Rejection, Review, ReviewAnswer,
    ReviewChange, ReviewClosing, ReviewEffect, ReviewId, ReviewItem, ReviewOutcome, ReviewRefusal,
    ReviewScope, Reviews,
};
pub use revision::Revision;
pub use star_pattern::StarPattern;
pub use timestamp::Timestamp;
pub use tombstone::Tombstone;
