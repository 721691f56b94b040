//! One finding of a check: what a change brings about, or does away with.

use std::fmt;

use crate::model::{EntityRef, Position};

use super::{CheckRule, Effect};

/// Something that only the head of a change has, or only its base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckFinding {
    /// The rule that found it.
    pub rule: FindingRule,
    /// What the policy lets it do.
    pub effect: Effect,
    /// What it is about.
    pub subject: CheckSubject,
    /// The other entities that it is about, which belong to what it is known by, in an order that the rule sets.
    pub related: Vec<EntityRef>,
    /// Entities that feel it, by ref, and that it is not known by: who names what is removed, who consumes what
    /// is changed, who goes down.
    pub concerns: Vec<EntityRef>,
    /// What tells findings of one rule about the same entities apart, as the code of a gap or an operation of
    /// an API; mostly empty.
    pub detail: Box<str>,
    /// What was found: one lower-case sentence without a period.
    pub message: String,
    /// What can be done: likewise.
    pub suggestion: Option<String>,
    /// Where that stands in the repository of the change; `None` where another repository says so, or nothing
    /// does. Of what the base has, in the base.
    pub place: Option<CheckPlace>,
    /// The owners of what it is about, by ref, each once.
    pub owners: Vec<EntityRef>,
}

/// Which rule found something: one of the table [`CHECK_RULES`](super::CHECK_RULES), or one of the policy.
#[derive(Clone, Debug)]
pub enum FindingRule {
    /// One of the table.
    Known(&'static CheckRule),
    /// One of the policy, by the name that it has there.
    Policy(Box<str>),
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckSubject {
    /// An entity.
    Entity(EntityRef),
    /// A file of the repository.
    Path(Box<str>),
    /// The change as a whole.
    Change,
}

/// A place in a file of the repository of the change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CheckPlace {
    /// The path of the file.
    pub path: Box<str>,
    /// The place in it.
    pub position: Position,
}

impl FindingRule {
    /// The code: kebab-case and stable; of a rule of the policy `policy:` and its name.
    pub fn code(&self) -> String {
        match self {
            Self::Known(rule) => rule.code.to_owned(),
            Self::Policy(name) => format!("policy:{name}"),
        }
    }

    /// What the rule finds: one sentence; of a rule of the policy nothing.
    pub fn summary(&self) -> Option<&'static str> {
        match self {
            Self::Known(rule) => Some(rule.summary),
            Self::Policy(_) => None,
        }
    }
}

impl PartialEq for FindingRule {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Known(rule), Self::Known(of)) => rule.code == of.code,
            (Self::Policy(name), Self::Policy(of)) => name == of,
            _ => false,
        }
    }
}

impl Eq for FindingRule {}

impl fmt::Display for CheckSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entity(name) => f.write_str(name.as_str()),
            Self::Path(path) => f.write_str(path),
            Self::Change => f.write_str("the change"),
        }
    }
}

impl CheckFinding {
    /// What the finding is known by: rule, subject, detail and other ends.
    pub fn identity(&self) -> (String, CheckSubject, Box<str>, Vec<EntityRef>) {
        (self.rule.code(), self.subject.clone(), self.detail.clone(), self.related.clone())
    }

    /// What the finding is known by, without words and lines: 16 hexadecimal digits that stay the same from run to
    /// run and from version to version (64-bit FNV-1a of rule, subject, detail and other ends).
    pub fn fingerprint(&self) -> String {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let mut take = |text: &str| {
            for byte in text.bytes().chain([0]) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        };
        take(&self.rule.code());
        match &self.subject {
            CheckSubject::Entity(name) => take(name.as_str()),
            CheckSubject::Path(path) => {
                take("path");
                take(path);
            }
            CheckSubject::Change => take(""),
        }
        take(&self.detail);
        self.related.iter().for_each(|name| take(name.as_str()));
        format!("{hash:016x}")
    }
}
