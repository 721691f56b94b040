//! Who answers for an entity, how they are reached, and whom to ask next.

use crate::{
    graph::{Entity, OwnershipClaim},
    model::{RelationEnd, RelationKind},
};

/// Who answers for an entity.
#[derive(Clone, Debug)]
pub struct OwnershipAnswer<'g> {
    /// The entity asked about.
    pub entity: Entity<'g>,
    /// The accountable team or person, as an entity; a placeholder where nothing declares it.
    pub owner: Option<Entity<'g>>,
    /// Every ground for an ownership, strongest first.
    pub claims: Vec<OwnershipClaim>,
    /// Whom to call, first to last: the entity's own contacts, its owner, the owner's parents, the
    /// owners of its system and of its domain. Nobody stands in it twice.
    pub escalation: Vec<EscalationStep<'g>>,
}

/// One step of an escalation.
#[derive(Clone, Debug)]
pub struct EscalationStep<'g> {
    /// The entity whose contacts these are.
    pub entity: Entity<'g>,
    /// Why it is asked: one short phrase, as in `parent of group:shop`.
    pub reason: String,
    /// How it is reached; empty where nothing is known.
    pub contacts: Vec<Contact>,
}

/// A way to reach someone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// What kind of way.
    pub kind: ContactKind,
    /// The service, channel, address or URL.
    pub value: String,
    /// The annotation, link or field that says so.
    pub source: String,
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
}

impl ContactKind {
    /// The kind in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::OnCall => "on-call",
            Self::Chat => "chat",
            Self::Email => "email",
            Self::Runbook => "runbook",
        }
    }
}

/// Who answers for an entity. O(its relations and those of its owners).
pub fn ownership(entity: Entity<'_>) -> OwnershipAnswer<'_> {
    let owner = entity.owner();
    let mut escalation = Escalation { steps: Vec::new() };
    let own = contacts_of(entity);
    if own.iter().any(|contact| contact.kind == ContactKind::OnCall) {
        escalation.steps.push(EscalationStep { entity, reason: "its own on-call".into(), contacts: own });
    }
    if let Some(owner) = owner {
        escalation.add_with_parents(owner, "owner".into());
    }
    for (kind, whole) in wholes(entity) {
        if let Some(owner) = whole.owner() {
            escalation.add_with_parents(owner, format!("owner of its {kind} {}", whole.name().short()));
        }
    }
    OwnershipAnswer { entity, owner, claims: entity.ownership_claims(), escalation: escalation.steps }
}

struct Escalation<'g> {
    steps: Vec<EscalationStep<'g>>,
}

impl<'g> Escalation<'g> {
    fn add_with_parents(&mut self, owner: Entity<'g>, reason: String) {
        let mut next = Some((owner, reason));
        while let Some((entity, reason)) = next {
            // Whoever is met again ends the climb, also in a circle of parents.
            if self.steps.iter().any(|step| step.entity == entity) {
                break;
            }
            self.steps.push(EscalationStep { entity, reason, contacts: contacts_of(entity) });
            next = entity
                .related(RelationKind::ChildOf, RelationEnd::From)
                .next()
                .map(|parent| (parent, format!("parent of {}", entity.name().short())));
        }
    }
}

/// What an entity is a part of, nearest first, with the word for it; each once.
fn wholes<'g>(entity: Entity<'g>) -> Vec<(&'g str, Entity<'g>)> {
    let mut found: Vec<(&str, Entity<'_>)> = Vec::new();
    let mut position = 0;
    let mut at = Some(entity);
    while let Some(part) = at {
        for whole in part.related(RelationKind::PartOf, RelationEnd::From) {
            if whole != entity && found.iter().all(|(_, known)| *known != whole) {
                found.push((whole.name().kind(), whole));
            }
        }
        at = found.get(position).map(|(_, whole)| *whole);
        position += 1;
    }
    found
}

/// How an entity is reached: by its annotations, links and profile, on-call first.
pub fn contacts_of(entity: Entity<'_>) -> Vec<Contact> {
    let mut contacts = Vec::new();
    let mut add = |kind, value: &str, source: &str| {
        contacts.push(Contact { kind, value: value.into(), source: source.into() });
    };
    for (key, value) in entity.annotations() {
        match annotation_contact(key) {
            // A format that lists several addresses has one annotation for all of them.
            Some(ContactKind::Email) => {
                let addresses = value.value.split(',').map(str::trim).filter(|address| !address.is_empty());
                addresses.for_each(|address| add(ContactKind::Email, address, key));
            }
            Some(kind) => add(kind, &value.value, key),
            None => {}
        }
    }
    for link in entity.links() {
        let says = |word: &str| {
            [link.value.link_type.as_deref(), link.value.title.as_deref()]
                .into_iter()
                .flatten()
                .any(|text| text.to_lowercase().replace(['-', ' ', '_'], "").contains(word))
        };
        // A page about the on-call rota reaches nobody, whatever its title says.
        let is_page = matches!(link.value.link_type.as_deref(), Some("doc" | "repo" | "dashboard"));
        let kind = if !is_page && (says("oncall") || says("pagerduty") || says("opsgenie")) {
            ContactKind::OnCall
        } else if says("runbook") || says("playbook") {
            ContactKind::Runbook
        } else if !is_page && (says("slack") || says("chat") || says("teams")) {
            ContactKind::Chat
        } else {
            continue;
        };
        add(kind, &link.value.url, "metadata.links");
    }
    if let Some(email) = entity.profile().and_then(|profile| profile.email.as_deref()) {
        add(ContactKind::Email, email, "spec.profile.email");
    }
    contacts.sort_by_key(|contact| contact.kind);
    contacts
}

/// What the well-known annotations say about reaching somebody; keys of secrets are left out.
fn annotation_contact(key: &str) -> Option<ContactKind> {
    match key {
        "pagerduty.com/service-id"
        | "opsgenie.com/component-selector"
        | "opsgenie.com/service-id"
        | "opsgenie.com/team" => Some(ContactKind::OnCall),
        "microsoft.com/teams-channel" => Some(ContactKind::Chat),
        "catalog/contact-email" => Some(ContactKind::Email),
        _ => {
            let (prefix, name) = key.split_once('/').unwrap_or(("", key));
            (prefix.split('.').any(|part| part == "slack") || name.starts_with("slack"))
                .then_some(ContactKind::Chat)
        }
    }
}
