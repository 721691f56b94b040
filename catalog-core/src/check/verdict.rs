//! What a check comes to.

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
