//! Who is told of a change, and who must agree to it.

use catalog_core::check::{Agreement, AgreementGround, OwnerToInform};
use schemars::JsonSchema;
use serde::Serialize;

use crate::report::{
    escalation::ContactReport,
    place::{PlaceReport, ref_of, short},
};

/// Somebody who is to be told of a change.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InformReport {
    /// The group or person, as a canonical ref.
    #[serde(rename = "ref")]
    pub owner: String,
    /// How many of the changed entities it owns.
    pub changed: usize,
    /// How many of the entities that need them it owns.
    pub affected: usize,
    /// How many of both are critical (tiers 0 and 1).
    pub critical: usize,
    /// Some of what it owns, the nearest to the change first.
    pub reasons: Vec<InformReasonReport>,
    /// How it is reached, on-call first.
    pub contacts: Vec<ContactReport>,
}

/// One thing that somebody owns and that a change is about or reaches.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InformReasonReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// How many needs lie between it and what changes; 0 where it changes itself.
    pub distance: u32,
}

/// That some of several parties must agree to a change.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AgreementReport {
    /// Who can agree.
    pub parties: Vec<PartyReport>,
    /// How many of them must.
    pub approvals: u16,
    /// Whether the change has to wait for it.
    pub required: bool,
    /// Whether enough of them have agreed, as far as was said.
    pub given: bool,
    /// Whether the policy asks for it; else an ownership file does, which the host itself holds a merge to.
    pub of_policy: bool,
    /// The findings that ask for it, by fingerprint.
    pub findings: Vec<String>,
    /// The rules of ownership files that ask for it.
    pub rules: Vec<AgreementRuleReport>,
}

/// Somebody who can agree.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PartyReport {
    /// As the policy or the ownership file names it.
    pub written: String,
    /// The group or person, as a canonical ref; null where nothing tells whom the name means.
    #[serde(rename = "ref")]
    pub entity: Option<String>,
    /// How it is reached, on-call first.
    pub contacts: Vec<ContactReport>,
}

/// A rule of an ownership file.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AgreementRuleReport {
    /// Where it stands.
    pub origin: PlaceReport,
    /// Its pattern.
    pub pattern: String,
    /// The changed paths that it decides about.
    pub paths: Vec<String>,
}

impl From<&OwnerToInform<'_>> for InformReport {
    fn from(inform: &OwnerToInform<'_>) -> Self {
        Self {
            owner: ref_of(inform.owner),
            changed: inform.changed,
            affected: inform.affected,
            critical: inform.critical,
            reasons: inform
                .reasons
                .iter()
                .map(|reason| InformReasonReport {
                    entity: reason.entity.to_string(),
                    distance: reason.distance,
                })
                .collect(),
            contacts: inform.contacts.iter().map(ContactReport::from).collect(),
        }
    }
}

impl AgreementReport {
    pub(super) fn new(agreement: &Agreement<'_>, named: &impl Fn(&usize) -> Option<String>) -> Self {
        let (mut findings, mut rules) = (Vec::new(), Vec::new());
        for ground in &agreement.grounds {
            match ground {
                AgreementGround::Finding { fingerprint, .. } => findings.push(fingerprint.clone()),
                AgreementGround::PathRule { origin, pattern, paths, .. } => rules.push(AgreementRuleReport {
                    origin: PlaceReport::from(origin),
                    pattern: pattern.to_string(),
                    paths: paths.iter().filter_map(named).collect(),
                }),
            }
        }
        Self {
            parties: agreement
                .parties
                .iter()
                .map(|party| PartyReport {
                    written: party.written.to_string(),
                    entity: party.name.as_ref().map(ToString::to_string),
                    contacts: party.contacts.iter().map(ContactReport::from).collect(),
                })
                .collect(),
            approvals: agreement.approvals,
            required: agreement.is_required,
            given: agreement.is_given,
            of_policy: agreement.is_of_policy(),
            findings,
            rules,
        }
    }

    /// Who, in a table.
    pub(super) fn who(&self) -> String {
        let parties: Vec<String> = self.parties.iter().map(PartyReport::short).collect();
        match self.approvals {
            0 | 1 => parties.join(" or "),
            several => format!("{several} of {}", parties.join(", ")),
        }
    }

    /// Whether it is there, in a table.
    pub(super) fn state(&self) -> &'static str {
        match (self.given, self.required, self.of_policy) {
            (true, ..) => "given",
            (_, false, _) => "asked for",
            (_, _, true) => "missing",
            (_, _, false) => "the host asks",
        }
    }

    /// Why, in a table.
    pub(super) fn why(&self) -> String {
        let mut why: Vec<String> =
            self.rules.iter().map(|rule| format!("`{}` at {}", rule.pattern, rule.place())).collect();
        if !self.findings.is_empty() {
            why.insert(0, "the policy".to_owned());
        }
        why.join("; ")
    }
}

impl AgreementRuleReport {
    /// Where it stands: always in the repository that is checked.
    fn place(&self) -> String {
        format!("{}:{}", self.origin.path, self.origin.line)
    }
}

impl PartyReport {
    fn short(&self) -> String {
        self.entity.as_deref().map_or_else(|| self.written.clone(), short)
    }
}

/// The first way to reach somebody, in a table.
pub(super) fn contact_cell(contacts: &[ContactReport]) -> String {
    contacts.first().map_or_else(|| "–".to_owned(), |contact| format!("{} {}", contact.kind, contact.value))
}
