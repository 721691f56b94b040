//! Who must agree to a change, on what ground, and whether they have.

use crate::{
    graph::Entity,
    model::{EntityRef, Origin, PathDialect},
    query::Contact,
};

/// That some of several parties must agree.
#[derive(Clone, Debug)]
pub struct Agreement<'a> {
    /// Who can agree, in the order of the rule, each once.
    pub parties: Vec<AgreementParty<'a>>,
    /// How many of them must; at least 1.
    pub approvals: u16,
    /// Why, in order; at least one ground.
    pub grounds: Vec<AgreementGround>,
    /// Whether the change has to wait for it: what an ownership file marks as optional is only asked for.
    pub is_required: bool,
    /// Whether enough of them have agreed, as far as the question says who has.
    pub is_given: bool,
}

/// Somebody who can agree.
#[derive(Clone, Debug)]
pub struct AgreementParty<'a> {
    /// As the policy or the ownership file names it.
    pub written: Box<str>,
    /// The ref that this means; `None` where nothing tells.
    pub name: Option<EntityRef>,
    /// The group or person; `None` where the catalog has none of this name.
    pub entity: Option<Entity<'a>>,
    /// How it is reached, on-call first; empty where nothing is known.
    pub contacts: Vec<Contact>,
}

/// Why somebody must agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgreementGround {
    /// A finding with this effect, by the code of its rule and its fingerprint.
    Finding {
        /// The code of the rule.
        code: String,
        /// The fingerprint of the finding.
        fingerprint: String,
    },
    /// A rule of an ownership file. The host itself holds a merge back for it, so that it does not count for the
    /// [`Verdict`](super::Verdict).
    PathRule {
        /// Where the rule stands.
        origin: Origin,
        /// Whose rules the file follows.
        dialect: PathDialect,
        /// Its pattern.
        pattern: Box<str>,
        /// The paths that it decides about, by their place in the question, ascending.
        paths: Vec<usize>,
    },
}

impl Agreement<'_> {
    /// Whether the policy asks for it; else an ownership file does.
    pub fn is_of_policy(&self) -> bool {
        self.grounds.iter().any(|ground| matches!(ground, AgreementGround::Finding { .. }))
    }
}
