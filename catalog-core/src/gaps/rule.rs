//! A rule: what it is called, why it matters, and how it is checked.

use std::fmt;

use crate::model::Severity;

use super::{GapQuestion, OwnershipGap, RULES};

/// One kind of gap, with everything that its documentation says. `schema/codes.md` is printed from these.
pub struct GapRule {
    /// The stable code, as in `owner-unknown`.
    pub code: &'static str,
    /// What it means, in one sentence.
    pub summary: &'static str,
    /// Why it matters, in one sentence.
    pub why: &'static str,
    /// What to do about it, in one sentence.
    pub remedy: &'static str,
    /// The severity that its gaps usually have; single gaps may differ.
    pub severity: Severity,
    /// Adds the gaps of a graph, in any order.
    pub check: fn(GapQuestion<'_>, &mut Vec<OwnershipGap>),
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
