//! How somebody is reached, and where one reads what to do: by annotations, links and profiles.

use crate::{
    graph::{DeclarationView, Entity},
    model::{Link, Origin},
};

/// A way to reach someone, or something to look at until then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// What kind of way.
    pub kind: ContactKind,
    /// The service, channel, address or URL.
    pub value: String,
    /// The annotation, link or field that says so.
    pub source: String,
    /// Where that stands; `None` where only the name itself says so.
    pub origin: Option<Origin>,
}

/// The kinds of contacts, in the order in which one tries them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContactKind {
    /// A service that wakes somebody.
    OnCall,
    /// A channel.
    Chat,
    /// An e-mail address.
    Email,
    /// What to do before anybody is reached.
    Runbook,
    /// Where one sees how it fares.
    Dashboard,
    /// What it is and how it works.
    Documentation,
}

impl ContactKind {
    /// The kind in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::OnCall => "on-call",
            Self::Chat => "chat",
            Self::Email => "email",
            Self::Runbook => "runbook",
            Self::Dashboard => "dashboard",
            Self::Documentation => "documentation",
        }
    }

    /// Whether a person is at its other end: of an on-call service, a channel and an address.
    pub fn reaches_somebody(self) -> bool {
        matches!(self, Self::OnCall | Self::Chat | Self::Email)
    }
}

/// What stands for an integration key, which is a secret: whoever has it can raise and close alarms.
const KEY_NOT_SHOWN: &str = "a PagerDuty service, known by its integration key alone (not shown)";

/// How an entity is reached: by the annotations, links and profiles of all its declarations, on-call first.
/// What several of them say is there once; where they differ, all is there, the strongest first.
pub fn contacts_of(entity: Entity<'_>) -> Vec<Contact> {
    let mut contacts: Vec<Contact> = Vec::new();
    for declaration in entity.declarations().filter(|declaration| declaration.counts()) {
        let mut add = |contact: Contact| {
            let is_same = |known: &Contact| known.kind == contact.kind && known.value == contact.value;
            if !contacts.iter().any(is_same) {
                contacts.push(contact);
            }
        };
        annotated(declaration, &mut add);
        linked(declaration, &mut add);
        if let Some(email) = declaration.profile().and_then(|profile| profile.email.as_deref()) {
            let origin = Some(declaration.origin());
            let source = "spec.profile.email".to_owned();
            add(Contact { kind: ContactKind::Email, value: email.into(), source, origin });
        }
    }
    contacts.sort_by_key(|contact| contact.kind);
    contacts
}

/// Whether [`contacts_of`] has somebody at its other end, without telling who.
pub(super) fn is_reached(entity: Entity<'_>) -> bool {
    entity.declarations().filter(|declaration| declaration.counts()).any(|declaration| {
        let mut found = false;
        let mut note = |contact: Contact| found |= contact.kind.reaches_somebody();
        annotated(declaration, &mut note);
        linked(declaration, &mut note);
        found || declaration.profile().is_some_and(|profile| profile.email.is_some())
    })
}

fn annotated(declaration: DeclarationView<'_>, add: &mut impl FnMut(Contact)) {
    for (key, value) in declaration.annotations() {
        let Some(kind) = annotation_contact(key) else { continue };
        let origin = Some(declaration.origin_at(value.position));
        let contact = |text: &str| Contact {
            kind,
            value: text.to_owned(),
            source: key.to_string(),
            origin: origin.clone(),
        };
        let text = value.value.trim();
        match kind {
            _ if text.is_empty() => {}
            // A format that lists several addresses has one annotation for all of them.
            ContactKind::Email => {
                let addresses = text.split(',').map(str::trim).filter(|address| !address.is_empty());
                addresses.for_each(|address| add(contact(address)));
            }
            // Documentation that lies in the repository itself has no address to go to.
            ContactKind::Documentation if text.starts_with("dir:") => {}
            ContactKind::Documentation => add(contact(text.strip_prefix("url:").unwrap_or(text))),
            _ if &**key == "pagerduty.com/integration-key" => add(contact(KEY_NOT_SHOWN)),
            _ => add(contact(text)),
        }
    }
}

fn linked(declaration: DeclarationView<'_>, add: &mut impl FnMut(Contact)) {
    for link in declaration.links() {
        let Some(kind) = link_contact(&link.value) else { continue };
        let origin = Some(declaration.origin_at(link.position));
        let (value, source) = (link.value.url.to_string(), "metadata.links".to_owned());
        add(Contact { kind, value, source, origin });
    }
}

fn link_contact(link: &Link) -> Option<ContactKind> {
    let says = |word: &str| {
        [link.link_type.as_deref(), link.title.as_deref()]
            .into_iter()
            .flatten()
            .any(|text| text.to_lowercase().replace(['-', ' ', '_'], "").contains(word))
    };
    // A page about the on-call rota reaches nobody, whatever its title says.
    let is_page = matches!(link.link_type.as_deref(), Some("doc" | "repo" | "dashboard"));
    if !is_page && (says("oncall") || says("pagerduty") || says("opsgenie")) {
        Some(ContactKind::OnCall)
    } else if says("runbook") || says("playbook") {
        Some(ContactKind::Runbook)
    } else if !is_page && (says("slack") || says("chat") || says("teams")) {
        Some(ContactKind::Chat)
    } else if says("dashboard") || says("grafana") {
        Some(ContactKind::Dashboard)
    } else if matches!(link.link_type.as_deref(), Some("doc" | "docs" | "wiki")) || says("documentation") {
        Some(ContactKind::Documentation)
    } else {
        None
    }
}

/// What the well-known annotations say about reaching somebody, and those of this catalog.
fn annotation_contact(key: &str) -> Option<ContactKind> {
    // A format that knows several of one kind numbers them, as in `slack.com/channel-2`.
    let key = match key.rsplit_once('-') {
        Some((base, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) && !number.is_empty() => {
            base
        }
        _ => key,
    };
    match key {
        "catalog/on-call"
        | "pagerduty.com/service-id"
        | "pagerduty.com/schedule-id"
        | "pagerduty.com/escalation-policy-id"
        | "pagerduty.com/integration-key"
        | "opsgenie.com/component-selector"
        | "opsgenie.com/service-id"
        | "opsgenie.com/schedule-id"
        | "opsgenie.com/team"
        | "splunk.com/on-call-team"
        | "splunk.com/on-call-users" => Some(ContactKind::OnCall),
        "catalog/chat" | "microsoft.com/teams-channel" => Some(ContactKind::Chat),
        "catalog/contact-email" => Some(ContactKind::Email),
        "catalog/runbook" => Some(ContactKind::Runbook),
        "catalog/dashboard"
        | "grafana/overview-dashboard"
        | "grafana/dashboard-selector"
        | "datadoghq.com/dashboard-url"
        | "newrelic.com/dashboard-guid" => Some(ContactKind::Dashboard),
        "catalog/documentation" | "backstage.io/techdocs-ref" => Some(ContactKind::Documentation),
        _ => {
            let (prefix, name) = key.split_once('/').unwrap_or(("", key));
            (prefix.split('.').any(|part| part == "slack") || name.starts_with("slack"))
                .then_some(ContactKind::Chat)
        }
    }
}

/// The on-call contacts of an entity that contradict each other: of different providers, or different
/// values of one key. Whoever is called may not be the one who answers. Empty where there are none.
pub fn contradicting(contacts: &[Contact]) -> Vec<&Contact> {
    let on_call: Vec<&Contact> =
        contacts.iter().filter(|contact| contact.kind == ContactKind::OnCall).collect();
    let differ = |one: &Contact, other: &Contact| {
        let (one_provider, other_provider) = (provider(one), provider(other));
        let is_other_provider = one_provider.zip(other_provider).is_some_and(|(one, other)| one != other);
        // A link leads to the service whose id an annotation gives.
        let is_other_value = one.source == other.source && one.source != "metadata.links";
        is_other_provider || is_other_value
    };
    let has_other =
        |contact: &&Contact| on_call.iter().any(|other| differ(contact, other) && *other != *contact);
    on_call.iter().copied().filter(has_other).collect()
}

/// Who runs the on-call service, where that can be told.
fn provider(contact: &Contact) -> Option<&'static str> {
    let says = |word: &str| contact.source.contains(word) || contact.value.to_lowercase().contains(word);
    ["pagerduty", "opsgenie", "splunk"].into_iter().find(|provider| says(provider))
}
