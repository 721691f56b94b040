//! Who has which responsibility for an entity.

use catalog_core::query::{Responsibility, ResponsibilityAnswer};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
    escalation::ContactReport,
    place::{PlaceReport, ref_of, short},
};

/// Who has one responsibility for an entity, or each of them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResponsibilitiesReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// The entity asked about.
    #[serde(rename = "ref")]
    pub entity: String,
    /// What was asked, where that is a close name or an address; null where the entity was named.
    pub read_from: Option<String>,
    /// The responsibility asked about: `monitoring`, `objectives`, `breaking-change` or `service-level`; null
    /// where all are told.
    pub asked: Option<&'static str>,
    /// The responsibilities.
    pub responsibilities: Vec<ResponsibilityReport>,
}

/// Who has a responsibility for an entity, and why.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResponsibilityReport {
    /// `monitoring`, `objectives`, `breaking-change` or `service-level`.
    pub responsibility: &'static str,
    /// Who has it, the one to ask first at the front; empty where nobody has.
    pub holders: Vec<ResponsiblePartyReport>,
    /// `declared`: its manifest says so. By default: `on-call` of its own, its `owner`, the
    /// `owner-of-provider` of an API, the `owner-of-whole` that it is a part of, or `nobody`.
    pub ground: &'static str,
    /// The ground in words.
    pub reason: String,
    /// How the first of them is reached, on-call first.
    pub contacts: Vec<ContactReport>,
}

/// Somebody with a responsibility.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResponsiblePartyReport {
    /// The group or person.
    #[serde(rename = "ref")]
    pub entity: String,
    /// Whether a manifest declares it.
    pub declared: bool,
    /// Where it is named as such; null where it is so by default.
    pub origin: Option<PlaceReport>,
}

impl From<&ResponsibilityAnswer<'_>> for ResponsibilityReport {
    fn from(answer: &ResponsibilityAnswer<'_>) -> Self {
        let holders = answer.holders.iter().map(|holder| ResponsiblePartyReport {
            entity: ref_of(holder.entity),
            declared: !holder.entity.is_placeholder(),
            origin: holder.origin.as_ref().map(PlaceReport::from),
        });
        Self {
            responsibility: answer.responsibility.name(),
            holders: holders.collect(),
            ground: answer.ground.name(),
            reason: answer.ground.reason(),
            contacts: answer.contacts.iter().map(ContactReport::from).collect(),
        }
    }
}

impl ResponsibilityReport {
    /// Why, with the place that says so.
    fn why(&self) -> String {
        let place = self.holders.first().and_then(|holder| holder.origin.as_ref());
        match place {
            Some(place) => format!("{} at {}", self.reason, place.proof()),
            None => self.reason.clone(),
        }
    }

    fn who(&self) -> String {
        let names = self.holders.iter().map(|holder| {
            let unknown = if holder.declared { "" } else { " (declared nowhere)" };
            format!("{}{unknown}", short(&holder.entity))
        });
        let names: Vec<String> = names.collect();
        if names.is_empty() { "nobody".into() } else { names.join(", ") }
    }

    fn how(&self) -> String {
        let contacts: Vec<String> =
            self.contacts.iter().map(|contact| format!("{} {}", contact.kind, contact.value)).collect();
        if contacts.is_empty() { "no contact is known".into() } else { contacts.join(", ") }
    }
}

impl ResponsibilitiesReport {
    /// The report of answers about one entity; `asked` is the one that was asked for, `read_from` the word
    /// that the entity was read from, where that does not name it.
    ///
    /// # Panics
    ///
    /// Where there is no answer.
    pub fn new(
        answers: &[ResponsibilityAnswer<'_>],
        asked: Option<Responsibility>,
        read_from: Option<&str>,
    ) -> Self {
        let entity = answers.first().expect("at least one responsibility is asked for").entity;
        Self {
            schema_version: SCHEMA_VERSION,
            revision: entity.graph().revision().0,
            entity: ref_of(entity),
            read_from: read_from.map(str::to_owned),
            asked: asked.map(Responsibility::name),
            responsibilities: answers.iter().map(ResponsibilityReport::from).collect(),
        }
    }
}

/// The responsibilities as a table.
pub(super) fn responsibilities_table(responsibilities: &[ResponsibilityReport]) -> Table {
    let mut table = Table::new(&["for", "who", "how", "why"]);
    for row in responsibilities {
        table.push([row.responsibility.into(), row.who(), row.how(), row.why()]);
    }
    table
}

impl Report for ResponsibilitiesReport {
    fn page(&self) -> Page {
        let entity = short(&self.entity);
        let phrase = |name: &str| {
            Responsibility::ALL.into_iter().find(|of| of.name() == name).map_or("", Responsibility::phrase)
        };
        let heading = match (self.asked, self.responsibilities.first()) {
            (Some(asked), Some(answer)) => format!("{entity}: {} {}", answer.who(), phrase(asked)),
            _ => format!("who is responsible for what of {entity}"),
        };
        let page = match &self.read_from {
            Some(word) => Page::default().text(format!("read `{word}` as {entity}")),
            None => Page::default(),
        };
        page.heading(heading).table(responsibilities_table(&self.responsibilities))
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.responsibilities.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}
