//! Whom to call, first to last, as a list of steps and as a table.

use catalog_core::query::{Contact, Escalation, EscalationStep, Guide, StepObstacle};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Table,
    page::count,
    place::{PlaceReport, ref_of, short},
};

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
    /// What stands in the way of reaching somebody here: `undeclared`, `empty` or `no-contact`; null where
    /// nothing does.
    pub obstacle: Option<&'static str>,
    /// Where something does: the next step at which nothing does; null where there is none.
    pub fallback: Option<String>,
    /// Members who can be reached themselves, where their group cannot be; at most three.
    pub members: Vec<MemberReport>,
}

/// A way to reach someone, or something to look at until then.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContactReport {
    /// `on-call`, `chat`, `email`, `runbook`, `dashboard` or `documentation`.
    pub kind: &'static str,
    /// The service, channel, address or URL.
    pub value: String,
    /// The annotation, link or field that says so.
    pub source: String,
    /// Where that stands; null where only a name says so.
    pub origin: Option<PlaceReport>,
}

/// A member of a group with the first way to reach them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberReport {
    /// The person.
    #[serde(rename = "ref")]
    pub entity: String,
    /// How they are reached.
    pub contact: ContactReport,
}

/// A contact with the entity whose it is.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GuideReport {
    /// Whose it is.
    #[serde(rename = "ref")]
    pub entity: String,
    /// The contact.
    #[serde(flatten)]
    pub contact: ContactReport,
}

impl From<&Contact> for ContactReport {
    fn from(contact: &Contact) -> Self {
        Self {
            kind: contact.kind.name(),
            value: contact.value.clone(),
            source: contact.source.clone(),
            origin: contact.origin.as_ref().map(PlaceReport::from),
        }
    }
}

impl From<&Guide<'_>> for GuideReport {
    fn from(guide: &Guide<'_>) -> Self {
        Self { entity: ref_of(guide.entity), contact: ContactReport::from(&guide.contact) }
    }
}

impl EscalationReport {
    /// The steps of an escalation.
    pub(super) fn steps(escalation: &Escalation<'_>) -> Vec<Self> {
        let of = |(position, step): (usize, &EscalationStep<'_>)| Self {
            entity: ref_of(step.entity),
            reason: step.reason.clone(),
            contacts: step.contacts.iter().map(ContactReport::from).collect(),
            obstacle: step.obstacle.map(StepObstacle::name),
            fallback: step
                .obstacle
                .and_then(|_| escalation.fallback_of(position))
                .map(|next| ref_of(next.entity)),
            members: step
                .members
                .iter()
                .map(|member| MemberReport {
                    entity: ref_of(member.entity),
                    contact: ContactReport::from(&member.contact),
                })
                .collect(),
        };
        escalation.steps.iter().enumerate().map(of).collect()
    }

    /// How it is reached, and where it is not, why and who is next.
    fn how(&self) -> String {
        let reaching = self.contacts.iter().filter(|contact| is_answered(contact.kind));
        let mut parts: Vec<String> =
            reaching.map(|contact| format!("{} {}", contact.kind, contact.value)).collect();
        let next = match &self.fallback {
            Some(next) => format!("next is {}", short(next)),
            None => "nobody is next".to_owned(),
        };
        match self.obstacle {
            Some("undeclared") => parts.push(format!("no manifest declares it; {next}")),
            Some("empty") => parts.push(format!("nobody is in it; {next}")),
            Some(_) => parts.push(format!("no contact is known; {next}")),
            None => {}
        }
        if !self.members.is_empty() {
            let members = self.members.iter().map(|member| {
                format!("{} {} {}", short(&member.entity), member.contact.kind, member.contact.value)
            });
            parts.push(format!("members: {}", members.collect::<Vec<_>>().join(", ")));
        }
        parts.join(", ")
    }
}

/// Whether somebody is at the other end.
fn is_answered(kind: &str) -> bool {
    matches!(kind, "on-call" | "chat" | "email")
}

/// The steps as a table, and what is left out of it.
pub(super) fn table(steps: &[EscalationReport], left_out: usize) -> (Table, Option<String>) {
    let mut table = Table::new(&["call", "why", "how"]);
    for step in steps {
        table.push([short(&step.entity), step.reason.clone(), step.how()]);
    }
    let more = (left_out > 0).then(|| {
        format!("{} above those are left out", count(left_out, "group or owner", "groups and owners"))
    });
    (table, more)
}
