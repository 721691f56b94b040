//! Who answers for an entity, on one screen.

use catalog_core::{
    graph::OwnershipClaim,
    query::{Contact, OwnershipAnswer, responsibilities},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
    place::{PlaceReport, StaleReport, ref_of, short},
    responsibility::ResponsibilityReport,
};

/// Who answers for an entity.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnershipReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// The entity asked about.
    #[serde(rename = "ref")]
    pub entity: String,
    /// The accountable team or person; null where nobody is named.
    pub owner: Option<String>,
    /// Whether a manifest declares that owner; null where there is none.
    pub owner_declared: Option<bool>,
    /// Every ground for an ownership, strongest first.
    pub claims: Vec<ClaimReport>,
    /// Whom to call, first to last.
    pub escalation: Vec<EscalationReport>,
    /// Who watches it, sets its objectives, decides on its breaking changes and answers for its service level.
    pub responsibilities: Vec<ResponsibilityReport>,
    /// Set where what is known is of an earlier commit.
    pub staleness: Option<StaleReport>,
}

/// A ground for an ownership.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClaimReport {
    /// The owner, as a canonical ref.
    pub owner: String,
    /// The owner as an ownership file writes it; null where it is written as a ref.
    pub written: Option<String>,
    /// `declared` by the entity's manifest, by one of an `other-catalog`, by a `path-rule` of an ownership
    /// file, or by `evidence` of what runs.
    pub ground: &'static str,
    /// Where it stands.
    pub origin: PlaceReport,
}

/// One step of an escalation.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EscalationReport {
    /// Whose contacts these are.
    #[serde(rename = "ref")]
    pub entity: String,
    /// Why it is asked.
    pub reason: String,
    /// How it is reached.
    pub contacts: Vec<ContactReport>,
}

/// A way to reach someone.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContactReport {
    /// `on-call`, `chat`, `email` or `runbook`.
    pub kind: &'static str,
    /// The service, channel, address or URL.
    pub value: String,
    /// The annotation, link or field that says so.
    pub source: String,
}

impl From<&OwnershipClaim> for ClaimReport {
    fn from(claim: &OwnershipClaim) -> Self {
        Self {
            owner: claim.owner.to_string(),
            written: claim.written.as_ref().map(ToString::to_string),
            ground: claim.ground.name(),
            origin: PlaceReport::from(&claim.origin),
        }
    }
}

impl ClaimReport {
    /// The claim as one line with its proof.
    pub(super) fn line(&self) -> String {
        let written =
            self.written.as_ref().map(|written| format!(" (written `{written}`)")).unwrap_or_default();
        format!("{} {}{written} at {}", self.ground, short(&self.owner), self.origin.proof())
    }
}

impl From<&Contact> for ContactReport {
    fn from(contact: &Contact) -> Self {
        Self { kind: contact.kind.name(), value: contact.value.clone(), source: contact.source.clone() }
    }
}

impl OwnershipReport {
    /// The report of an answer.
    pub fn new(answer: &OwnershipAnswer<'_>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            revision: answer.entity.graph().revision().0,
            entity: ref_of(answer.entity),
            owner: answer.owner.map(ref_of),
            owner_declared: answer.owner.map(|owner| !owner.is_placeholder()),
            claims: answer.claims.iter().map(ClaimReport::from).collect(),
            escalation: answer
                .escalation
                .iter()
                .map(|step| EscalationReport {
                    entity: ref_of(step.entity),
                    reason: step.reason.clone(),
                    contacts: step.contacts.iter().map(ContactReport::from).collect(),
                })
                .collect(),
            responsibilities: responsibilities(answer.entity)
                .iter()
                .map(ResponsibilityReport::from)
                .collect(),
            staleness: answer.entity.staleness().as_ref().map(StaleReport::from),
        }
    }
}

impl Report for OwnershipReport {
    fn page(&self) -> Page {
        let entity = short(&self.entity);
        let heading = match (&self.owner, self.owner_declared) {
            (Some(owner), Some(true)) => format!("{entity} is owned by {}", short(owner)),
            (Some(owner), _) => {
                format!("{entity} names {} as its owner, which no manifest declares", short(owner))
            }
            (None, _) => format!("{entity} has no owner"),
        };
        let mut steps = Table::new(&["call", "why", "how"]);
        for step in &self.escalation {
            let contacts: Vec<String> =
                step.contacts.iter().map(|contact| format!("{} {}", contact.kind, contact.value)).collect();
            let how = if contacts.is_empty() { "no contact is known".into() } else { contacts.join(", ") };
            steps.push([short(&step.entity), step.reason.clone(), how]);
        }
        let mut page = Page::default().heading(heading).table(steps);
        if !self.claims.is_empty() {
            page = page.text("because").lines(self.claims.iter().map(ClaimReport::line).collect());
        }
        if let Some(staleness) = &self.staleness {
            page = page.text(staleness.sentence());
        }
        page
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        serde_json::to_value(self).into_iter().collect()
    }
}
