//! Holes in ownership, one rule to a file.
//!
//! [`ownership_gaps`] puts a [`GapQuestion`] to every rule of [`RULES`] and makes a [`GapReport`]: the
//! [`OwnershipGap`]s, worst first, and the [`Coverage`] that they rest on, since what could not be read
//! is not missing. A [`GapFilter`] takes out of a report what one wants to see; [`gap_difference`] compares two.
//!
//! A new rule is a file with its `RULE` and a line in [`RULES`]; file, code and documentation share one name.

mod coverage;
mod depends_on_unowned;
mod difference;
mod filter;
mod gap;
mod owner_conflict;
mod owner_empty;
mod owner_is_person;
mod owner_unknown;
mod question;
mod repository_uncatalogued;
mod review_stale;
mod rule;
mod unowned;

#[cfg(test)]
mod tests;

pub use crate::query::must_be_owned;
pub use coverage::Coverage;
pub use difference::{GapDifference, gap_difference};
pub use filter::GapFilter;
pub use gap::OwnershipGap;
pub use question::{GapQuestion, GapSettings};
pub use rule::GapRule;

/// Every rule, in the order of the codes.
pub static RULES: &[&GapRule] = &[
    &depends_on_unowned::RULE,
    &owner_conflict::RULE,
    &owner_empty::RULE,
    &owner_is_person::RULE,
    &owner_unknown::RULE,
    &repository_uncatalogued::RULE,
    &review_stale::RULE,
    &unowned::RULE,
];

/// What is missing, broken or doubtful in the ownership of a catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapReport {
    /// The gaps by severity, worst first, then by code and subject.
    pub gaps: Vec<OwnershipGap>,
    /// How much of the organisation the gaps are taken from; of the whole catalog, whatever the filter.
    pub coverage: Coverage,
}

/// Every gap of the catalog. O(entities + relations + owners of the path rules that decide).
pub fn ownership_gaps(question: GapQuestion<'_>) -> GapReport {
    let mut gaps = Vec::new();
    for rule in RULES {
        (rule.check)(question, &mut gaps);
    }
    gaps.sort_by(|a: &OwnershipGap, b| {
        b.severity.cmp(&a.severity).then_with(|| a.code.cmp(b.code)).then_with(|| a.subject.cmp(&b.subject))
    });
    GapReport { gaps, coverage: Coverage::of(question.graph) }
}
