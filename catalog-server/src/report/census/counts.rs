//! Counts as JSON shows them in every document.

use catalog_core::census::{Answerable, OwnershipStanding, SeverityCounts, StandingCounts};
use schemars::JsonSchema;
use serde::Serialize;

use crate::report::{
    BarLook,
    page::{count, grouped},
    place::{ref_of, short},
};

/// How many gaps there are of each severity.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeverityCountsReport {
    /// Of severity `error`.
    pub errors: usize,
    /// Of severity `warning`.
    pub warnings: usize,
    /// Of severity `note`.
    pub notes: usize,
}

/// How many entities have an owner.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StandingCountsReport {
    /// Entities whose owner a manifest declares.
    pub owned: usize,
    /// Entities that name an owner that nothing declares.
    pub owner_undeclared: usize,
    /// Entities that nobody owns.
    pub unowned: usize,
    /// Entities of which that is not known, since something could not be read.
    pub unknown: usize,
}

/// The parts of a bar of severities.
pub(super) const SEVERITY_PARTS: [(&str, BarLook); 3] =
    [("errors", BarLook::Severe), ("warnings", BarLook::Doubtful), ("notes", BarLook::Mild)];

/// The parts of a bar of entities.
pub(super) const STANDING_PARTS: [(&str, BarLook); 4] = [
    ("owned", BarLook::Fine),
    ("owner not declared", BarLook::Doubtful),
    ("unowned", BarLook::Severe),
    ("unknown", BarLook::Unknown),
];

impl From<SeverityCounts> for SeverityCountsReport {
    fn from(counts: SeverityCounts) -> Self {
        Self { errors: counts.errors, warnings: counts.warnings, notes: counts.notes }
    }
}

impl SeverityCountsReport {
    pub(super) fn parts(self) -> [usize; 3] {
        [self.errors, self.warnings, self.notes]
    }

    pub(super) fn total(self) -> usize {
        self.parts().iter().sum()
    }

    /// `3 errors, 1 warning, 0 notes`.
    pub(super) fn sentence(self) -> String {
        format!(
            "{}, {}, {}",
            count(self.errors, "error", "errors"),
            count(self.warnings, "warning", "warnings"),
            count(self.notes, "note", "notes")
        )
    }

    /// One cell for all three.
    pub(super) fn cells(self) -> [String; 3] {
        self.parts().map(|number| number.to_string())
    }
}

impl From<StandingCounts> for StandingCountsReport {
    fn from(counts: StandingCounts) -> Self {
        Self {
            owned: counts.owned,
            owner_undeclared: counts.owner_undeclared,
            unowned: counts.unowned,
            unknown: counts.unknown,
        }
    }
}

impl StandingCountsReport {
    pub(super) fn parts(self) -> [usize; 4] {
        [self.owned, self.owner_undeclared, self.unowned, self.unknown]
    }

    pub(super) fn total(self) -> usize {
        self.parts().iter().sum()
    }

    /// How the entities are spread, as the end of a sentence.
    pub(super) fn sentence(self) -> String {
        format!(
            "{} owned, {} whose owner is not declared, {} unowned, {} unknown",
            grouped(self.owned),
            grouped(self.owner_undeclared),
            grouped(self.unowned),
            grouped(self.unknown)
        )
    }
}

/// A standing, as a table says it.
pub(super) fn standing_cell(standing: &str) -> &'static str {
    let known = OwnershipStanding::ALL.into_iter().find(|known| known.name() == standing);
    match known {
        Some(OwnershipStanding::Owned) => "owned",
        Some(OwnershipStanding::OwnerUndeclared) => "owner not declared",
        Some(OwnershipStanding::Unowned) => "unowned",
        Some(OwnershipStanding::Unknown) | None => "unknown",
    }
}

/// Who answers, in JSON: a ref, or none.
pub(super) fn answerable_ref(of: Answerable<'_>) -> Option<String> {
    of.entity().map(ref_of)
}

/// Who answers, in one word.
pub(super) fn answerable_word(of: Answerable<'_>) -> &'static str {
    match of {
        Answerable::Team(entity) if entity.is_placeholder() => "undeclared",
        Answerable::Team(_) => "declared",
        Answerable::Nobody => "nobody",
        Answerable::Unknown => "unknown",
    }
}

/// Who answers, as a table says it.
pub(super) fn answerable_cell(entity: Option<&str>, word: &str) -> String {
    match (entity, word) {
        (Some(entity), "undeclared") => format!("{} (not declared)", short(entity)),
        (Some(entity), _) => short(entity),
        (None, "unknown") => "(not known)".into(),
        (None, _) => "(nobody)".into(),
    }
}
