//! Answers as documents: what JSON carries, and how it is laid out for people.
//!
//! A report is a plain serialisable struct made from an answer of `catalog_core::query`. Its JSON is
//! a promise (its JSON Schema lies in `schema/`); its [`Page`] is for reading. One [`Format`] picks
//! between them, and [`write()`] puts the result out.

mod age;
mod audit;
mod availability;
mod bars;
mod blast_radius;
mod census;
mod change_check;
mod comment;
mod crawl;
mod crawl_preview;
mod data_reach;
mod declarations;
mod diagnostic_text;
mod diagnostics;
mod difference;
mod entities;
mod entity;
mod escalation;
mod escape;
mod export;
mod findings;
mod gap_rule;
mod gaps;
mod impact;
mod journey;
mod last_change;
mod lint;
mod need_path;
mod ownership;
mod page;
mod path_ownership;
mod place;
mod policies;
mod proposal;
mod rank;
mod readiness;
mod readiness_findings;
mod removal;
mod responsibility;
mod review;
mod rollout;
mod search;
mod settings;
mod status;
mod structure;
mod suggestion;
mod tokens;
mod unknowns;
mod write;
mod yaml_text;

pub use age::ago;
pub use audit::{AuditFindingReport, AuditReport, AuditVerdictReport};
pub use availability::AvailabilityReport;
pub use bars::{BarLook, BarPart, BarRow, Bars};
pub use blast_radius::BlastRadiusReport;
pub use census::{GapCensusReport, Inputs, OwnershipCensusReport, ReviewCensusReport};
pub(crate) use change_check::undecided_text;
pub use change_check::{ChangeCheckReport, CheckedChange};
pub use comment::CommentReport;
pub use crawl::{CatalogCounts, CrawlSummaryReport, SeverityCounts};
pub use crawl_preview::{CrawlPreviewReport, PreviewOutcome, RepositoryPreview};
pub use data_reach::{DataClassesReport, DataReachReport};
pub use declarations::DeclarationsReport;
pub use diagnostic_text::{diagnostic_text, show_diagnostics, show_first_diagnostics};
pub use diagnostics::{DiagnosticReport, DiagnosticsReport};
pub use difference::{DifferenceAnswers, DifferenceReport};
pub use entities::EntitiesReport;
pub use entity::EntityReport;
pub use escape::{begins_a_formula, printable};
pub use export::{EXPORT_TYPES, ExportTypes, export_lines, export_lines_of};
pub use findings::{Findings, FindingsFormat, write_findings};
pub use gap_rule::GapRuleReport;
pub use gaps::GapsReport;
pub use impact::ImpactReport;
pub use journey::{JourneyReport, JourneysReport};
pub use lint::{LintReport, show_lint};
pub use need_path::NeedPathReport;
pub use ownership::OwnershipReport;
pub use page::{Block, Page, Table};
pub use path_ownership::{AllPathsReport, ExplainedPathReport, PathOwnershipReport};
pub use policies::PoliciesReport;
pub use proposal::ProposalReport;
pub use rank::RankReport;
pub use readiness::{Assessed, ReadinessReport};
pub use removal::RemovalReport;
pub use responsibility::{ResponsibilitiesReport, ResponsibilityReport};
pub use review::{
    ReviewAnswersReport, ReviewItemFilter, ReviewLineError, ReviewReport, ReviewsReport, read_review_lines,
    write_review_lines,
};
pub use rollout::RolloutReport;
pub use search::SearchReport;
pub use settings::{SettingReport, SettingsReport};
pub use status::StatusReport;
pub use structure::{BridgesReport, CyclesReport, LongestChainsReport, SinglePointsReport, StructureReport};
pub use structure::{CallLimitsReport, ConcentrationReport, SharedFateReport, TierInversionsReport};
pub use tokens::{TokenRow, TokensReport};
pub use write::{Format, Output, Report, write};

/// The version of every JSON document; it changes when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;
