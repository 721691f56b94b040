//! A rule: what it is called, why it matters, and how it is checked.

use std::fmt;

use crate::{graph::Entity, model::Severity};

use super::{GapQuestion, OwnershipGap, RULES};

/// One kind of gap, with everything that its documentation says. `schema/codes.md` is printed from these,
/// and `catalog gaps --explain CODE` shows one.
pub struct GapRule {
    /// The stable code, as in `owner-unknown`.
    pub code: &'static str,
    /// What it means, in one sentence.
    pub summary: &'static str,
    /// Why it matters, in one sentence.
    pub why: &'static str,
    /// What to do about it, in one sentence.
    pub remedy: &'static str,
    /// The severity that its gaps usually have, one step worse about what is critical; single gaps may differ.
    pub severity: Severity,
    /// How its gaps are found.
    pub check: GapCheck,
}

/// How the gaps of a rule are found: of all entities, and of one.
pub enum GapCheck {
    /// By looking at one entity after the other, each by itself and in its neighbourhood.
    Each(fn(GapQuestion<'_>, Entity<'_>, &mut Vec<OwnershipGap>)),
    /// By looking at the whole graph at once.
    Whole {
        /// Adds the gaps of a graph, in any order. O(entities + relations).
        all: fn(GapQuestion<'_>, &mut Vec<OwnershipGap>),
        /// Adds those about one entity, without looking at everything.
        about: fn(GapQuestion<'_>, Entity<'_>, &mut Vec<OwnershipGap>),
    },
}

impl GapRule {
    /// The rule with this code.
    pub fn find(code: &str) -> Option<&'static Self> {
        RULES.iter().copied().find(|rule| rule.code == code)
    }
}

impl fmt::Debug for GapRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}
