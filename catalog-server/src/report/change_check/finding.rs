//! One finding of a check as JSON shows it.

use catalog_core::check::{CheckFinding, CheckSubject, Effect};
use schemars::JsonSchema;
use serde::Serialize;

use crate::report::place::short;

/// Something that only the head of a change has, or only its base.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingReport {
    /// The code of the rule that found it; of a rule of the policy `policy:` and its name.
    pub rule: String,
    /// What it does: `inform`, `warn`, `require-approval-of` or `block`.
    pub effect: &'static str,
    /// Whose approval it asks for; null where it asks for none.
    pub approval_of: Option<String>,
    /// What it is about: `entity`, `path` or `change`.
    pub subject_kind: &'static str,
    /// The entity, as a canonical ref, or the path; null where it is about the change as a whole.
    pub subject: Option<String>,
    /// The other entities that it is about, as canonical refs.
    pub related: Vec<String>,
    /// What tells findings of one rule about the same entities apart; mostly empty.
    pub detail: String,
    /// What was found.
    pub message: String,
    /// What can be done.
    pub suggestion: Option<String>,
    /// Where that stands in the repository; null where nothing there says so.
    pub place: Option<FindingPlaceReport>,
    /// What it is known by, from run to run: 16 hexadecimal digits.
    pub fingerprint: String,
    /// The owners of what it is about, as canonical refs.
    pub owners: Vec<String>,
}

/// A place in the repository of a change.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingPlaceReport {
    /// The file's path in the repository.
    pub path: String,
    /// The line, from 1; 0 where the whole file is meant.
    pub line: u32,
    /// The column in characters, from 1; 0 where the whole line is meant.
    pub column: u32,
}

impl From<&CheckFinding> for FindingReport {
    fn from(finding: &CheckFinding) -> Self {
        let (subject_kind, subject) = match &finding.subject {
            CheckSubject::Entity(name) => ("entity", Some(name.to_string())),
            CheckSubject::Path(path) => ("path", Some(path.to_string())),
            CheckSubject::Change => ("change", None),
        };
        Self {
            rule: finding.rule.code(),
            effect: finding.effect.name(),
            approval_of: match &finding.effect {
                Effect::RequireApprovalOf(of) => Some(of.to_string()),
                _ => None,
            },
            subject_kind,
            subject,
            related: finding.related.iter().map(ToString::to_string).collect(),
            detail: finding.detail.to_string(),
            message: finding.message.clone(),
            suggestion: finding.suggestion.clone(),
            place: finding.place.as_ref().map(|place| FindingPlaceReport {
                path: place.path.to_string(),
                line: place.position.line,
                column: place.position.column,
            }),
            fingerprint: finding.fingerprint(),
            owners: finding.owners.iter().map(ToString::to_string).collect(),
        }
    }
}

impl FindingReport {
    /// The effect in a table, with whose approval it asks for.
    pub(super) fn effect_cell(&self) -> String {
        match &self.approval_of {
            Some(of) => format!("ask {}", short(of)),
            None => self.effect.to_owned(),
        }
    }

    /// `path:line`; a dash where nothing in the repository says so.
    pub(super) fn place_cell(&self) -> String {
        match &self.place {
            Some(place) if place.line > 0 => format!("{}:{}", place.path, place.line),
            Some(place) => place.path.clone(),
            None => "–".to_owned(),
        }
    }
}
