//! One finding of a check.

use async_graphql::{Enum, SimpleObject};
use catalog_core::check::{CheckFinding, CheckSubject, Effect};

use crate::graphql::types::origin::known;

/// What a finding does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "CheckEffect")]
pub(crate) enum EffectValue {
    /// It is told.
    Inform,
    /// It is told as a warning.
    Warn,
    /// Somebody has to agree: see `approvalOf`.
    RequireApproval,
    /// It stands in the way.
    Block,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "CheckSubjectKind")]
pub(crate) enum SubjectKindValue {
    /// An entity.
    Entity,
    /// A file of the repository.
    Path,
    /// The change as a whole.
    Change,
}

/// Something that only the repository with the change has, or only without it.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "CheckFinding")]
pub(crate) struct CheckFindingObject {
    /// The code of the rule that found it; of a rule of the policy `policy:` and its name.
    rule: String,
    /// What it does.
    effect: EffectValue,
    /// The ref of whoever has to agree; null where it asks for nobody.
    approval_of: Option<String>,
    /// What it is about.
    subject_kind: SubjectKindValue,
    /// The ref of the entity, or the path; null where it is about the change as a whole.
    subject: Option<String>,
    /// The refs of other entities that it is about.
    related: Vec<String>,
    /// The refs of entities that feel it: who names what is removed, who goes down.
    concerns: Vec<String>,
    /// What tells findings of one rule about the same entities apart; mostly empty.
    detail: String,
    /// What was found, in one lower-case sentence.
    message: String,
    /// What can be done.
    suggestion: Option<String>,
    /// Where that stands in the repository; null where nothing there says so.
    place: Option<FindingPlaceObject>,
    /// What it is known by, from one check to the next: 16 hexadecimal digits.
    fingerprint: String,
    /// The refs of the owners of what it is about.
    owners: Vec<String>,
}

/// A place in the repository of a change.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "FindingPlace")]
pub(crate) struct FindingPlaceObject {
    /// The path of the file.
    path: String,
    /// The line, counted from 1; null where the whole file is meant.
    line: Option<u32>,
    /// The column, in characters, counted from 1; null where the whole line is meant.
    column: Option<u32>,
}

impl From<&CheckFinding> for CheckFindingObject {
    fn from(finding: &CheckFinding) -> Self {
        let (subject_kind, subject) = match &finding.subject {
            CheckSubject::Entity(name) => (SubjectKindValue::Entity, Some(name.to_string())),
            CheckSubject::Path(path) => (SubjectKindValue::Path, Some(path.to_string())),
            CheckSubject::Change => (SubjectKindValue::Change, None),
        };
        let (effect, approval_of) = match &finding.effect {
            Effect::Inform => (EffectValue::Inform, None),
            Effect::Warn => (EffectValue::Warn, None),
            Effect::RequireApprovalOf(of) => (EffectValue::RequireApproval, Some(of.to_string())),
            Effect::Block => (EffectValue::Block, None),
        };
        Self {
            rule: finding.rule.code(),
            effect,
            approval_of,
            subject_kind,
            subject,
            related: finding.related.iter().map(ToString::to_string).collect(),
            concerns: finding.concerns.iter().map(ToString::to_string).collect(),
            detail: finding.detail.to_string(),
            message: finding.message.clone(),
            suggestion: finding.suggestion.clone(),
            place: finding.place.as_ref().map(|place| FindingPlaceObject {
                path: place.path.to_string(),
                line: known(place.position.line),
                column: known(place.position.column),
            }),
            fingerprint: finding.fingerprint(),
            owners: finding.owners.iter().map(ToString::to_string).collect(),
        }
    }
}
