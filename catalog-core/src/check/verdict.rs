//! What a check comes to.

use super::{Agreement, CheckFinding, Effect};

/// What a check comes to: the worst effect of its findings, with the approvals that are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Nothing stands against the change.
    Pass,
    /// Something warns.
    Warn,
    /// Somebody must agree and has not.
    NeedsApproval,
    /// Something stands in the way.
    Block,
}

impl Verdict {
    /// The verdict in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::NeedsApproval => "needs-approval",
            Self::Block => "block",
        }
    }
}

/// The worst that findings ask for. An approval that is given is no longer asked for.
pub(super) fn verdict(findings: &[CheckFinding], agree: &[Agreement<'_>]) -> Verdict {
    let is_missing = agree.iter().any(|of| of.is_of_policy() && of.is_required && !of.is_given);
    let of_finding = |finding: &CheckFinding| match finding.effect {
        Effect::Inform | Effect::RequireApprovalOf(_) => Verdict::Pass,
        Effect::Warn => Verdict::Warn,
        Effect::Block => Verdict::Block,
    };
    let worst = findings.iter().map(of_finding).max().unwrap_or(Verdict::Pass);
    if is_missing { worst.max(Verdict::NeedsApproval) } else { worst }
}
