//! Who is responsible for what of an entity: who watches it, who sets its objectives, who decides on its
//! breaking changes, and who answers for its service level.

use crate::{
    graph::Entity,
    model::{Origin, OwnerName, RelationEnd, RelationKind},
};

use super::{
    contacts::{Contact, ContactKind, contacts_of},
    wholes::systems_and_domains,
};

/// A responsibility for an entity that need not be its owner's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Responsibility {
    /// Watching it.
    Monitoring,
    /// Setting its objectives.
    Objectives,
    /// Deciding on breaking changes.
    BreakingChange,
    /// Answering for the service level.
    ServiceLevel,
}

impl Responsibility {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Monitoring, Self::Objectives, Self::BreakingChange, Self::ServiceLevel];

    /// The responsibility in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Monitoring => "monitoring",
            Self::Objectives => "objectives",
            Self::BreakingChange => "breaking-change",
            Self::ServiceLevel => "service-level",
        }
    }

    /// What those do who have it, as in `decides on breaking changes`.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Monitoring => "watches it",
            Self::Objectives => "sets its objectives",
            Self::BreakingChange => "decides on breaking changes",
            Self::ServiceLevel => "answers for the service level",
        }
    }

    /// The relation by which manifests state it.
    pub fn relation_kind(self) -> RelationKind {
        match self {
            Self::Monitoring => RelationKind::MonitoredBy,
            Self::Objectives => RelationKind::ObjectivesSetBy,
            Self::BreakingChange => RelationKind::BreakingChangesDecidedBy,
            Self::ServiceLevel => RelationKind::ServiceLevelAnsweredBy,
        }
    }
}

/// Who has a responsibility for an entity, and why.
#[derive(Clone, Debug)]
pub struct ResponsibilityAnswer<'g> {
    /// The entity asked about.
    pub entity: Entity<'g>,
    /// The responsibility asked about.
    pub responsibility: Responsibility,
    /// Who has it, the one to ask first at the front; nobody where the ground is [`ResponsibilityGround::Nobody`].
    pub holders: Vec<ResponsibleParty<'g>>,
    /// On what ground.
    pub ground: ResponsibilityGround<'g>,
    /// How the first of them is reached, on-call first.
    pub contacts: Vec<Contact>,
}

/// Somebody with a responsibility.
#[derive(Clone, Debug)]
pub struct ResponsibleParty<'g> {
    /// The group or person; a placeholder where nothing declares it.
    pub entity: Entity<'g>,
    /// Where it is named as such; `None` where it is so by default.
    pub origin: Option<Origin>,
}

/// Why somebody has a responsibility.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponsibilityGround<'g> {
    /// The entity's manifest says so.
    Declared,
    /// Nobody is named, and the entity has an on-call of its own, which its owner answers for.
    OnCall,
    /// Nobody is named: its owner.
    Owner,
    /// Nobody is named, and the API has no owner: the owners of this provider and of others.
    OwnerOfProvider(Entity<'g>),
    /// Nobody is named, and it has no owner: the owner of the system or domain that it is a part of.
    OwnerOfWhole(Entity<'g>),
    /// Nobody is named, and there is no owner whose it could be.
    Nobody,
}

impl ResponsibilityGround<'_> {
    /// The ground in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::OnCall => "on-call",
            Self::Owner => "owner",
            Self::OwnerOfProvider(_) => "owner-of-provider",
            Self::OwnerOfWhole(_) => "owner-of-whole",
            Self::Nobody => "nobody",
        }
    }

    /// The ground as one short phrase.
    pub fn reason(self) -> String {
        match self {
            Self::Declared => "named in `responsibilities`".into(),
            Self::OnCall => "by default its own on-call".into(),
            Self::Owner => "by default its owner".into(),
            Self::OwnerOfProvider(provider) => {
                format!("by default the owner of its provider {}", provider.name().short())
            }
            Self::OwnerOfWhole(whole) => {
                format!("by default the owner of its {} {}", whole.name().kind(), whole.name().short())
            }
            Self::Nobody => "nobody is named, and nobody owns it".into(),
        }
    }
}

/// Who has every one of the responsibilities for an entity. O(its relations).
pub fn responsibilities(entity: Entity<'_>) -> [ResponsibilityAnswer<'_>; 4] {
    Responsibility::ALL.map(|responsibility| responsible_for(entity, responsibility))
}

/// Who has a responsibility for an entity. O(its relations).
///
/// Those whom its manifests name; where they name nobody, by default:
///
/// - monitoring: its own on-call, else its owner;
/// - objectives: its owner;
/// - breaking changes: its owner; of an API without one, the owners of its providers;
/// - service level: its owner, else the owner of the nearest system or domain that it is a part of and
///   that has one.
pub fn responsible_for(entity: Entity<'_>, responsibility: Responsibility) -> ResponsibilityAnswer<'_> {
    let mut holders = named(entity, responsibility.relation_kind());
    let mut ground = ResponsibilityGround::Declared;
    if holders.is_empty() {
        let (owners, of) = by_default(entity, responsibility);
        holders = owners.into_iter().map(|entity| ResponsibleParty { entity, origin: None }).collect();
        ground = of;
    }
    let contacts = match ground {
        ResponsibilityGround::OnCall => contacts_of(entity),
        _ => holders.first().map(|holder| contacts_of(holder.entity)).unwrap_or_default(),
    };
    ResponsibilityAnswer { entity, responsibility, holders, ground, contacts }
}

/// Who is named, by the authority of what names them, then in the order of their places; each once.
fn named(entity: Entity<'_>, kind: RelationKind) -> Vec<ResponsibleParty<'_>> {
    let mut stated = Vec::new();
    for relation in entity.outgoing().filter(|relation| relation.kind() == kind) {
        for source in relation.sources().filter(|source| source.subject == RelationEnd::From) {
            let declaration = source.declaration;
            let place = (declaration.format().authority(), declaration.index(), source.position());
            stated.push((place, known_by_email(relation.to()), source.origin()));
        }
    }
    stated.sort_by_key(|(place, ..)| *place);
    let mut holders: Vec<ResponsibleParty<'_>> = Vec::new();
    for (_, entity, origin) in stated {
        if holders.iter().all(|holder| holder.entity != entity) {
            holders.push(ResponsibleParty { entity, origin: Some(origin) });
        }
    }
    holders
}

/// The person whose profile has an e-mail address by which a manifest names them.
fn known_by_email(holder: Entity<'_>) -> Entity<'_> {
    let name = holder.name();
    let is_address = holder.is_placeholder() && name.kind() == "user" && name.name().contains('@');
    let known = || {
        let meant = holder.graph().owner_by_name(&OwnerName::new(name.name())?)?;
        holder.graph().entity(&meant)
    };
    if is_address { known().unwrap_or(holder) } else { holder }
}

fn by_default(
    entity: Entity<'_>,
    responsibility: Responsibility,
) -> (Vec<Entity<'_>>, ResponsibilityGround<'_>) {
    let owner: Vec<Entity<'_>> = entity.owner().into_iter().collect();
    let has_on_call = || contacts_of(entity).iter().any(|contact| contact.kind == ContactKind::OnCall);
    if responsibility == Responsibility::Monitoring && has_on_call() {
        return (owner, ResponsibilityGround::OnCall);
    }
    if !owner.is_empty() {
        return (owner, ResponsibilityGround::Owner);
    }
    match responsibility {
        Responsibility::BreakingChange if entity.name().kind() == "api" => owners_of_providers(entity),
        Responsibility::ServiceLevel => owner_of_whole(entity),
        _ => (Vec::new(), ResponsibilityGround::Nobody),
    }
}

fn owners_of_providers(api: Entity<'_>) -> (Vec<Entity<'_>>, ResponsibilityGround<'_>) {
    let mut owners = Vec::new();
    let mut first = None;
    for provider in api.related(RelationKind::ProvidesApi, RelationEnd::To) {
        if let Some(owner) = provider.owner() {
            first.get_or_insert(provider);
            if !owners.contains(&owner) {
                owners.push(owner);
            }
        }
    }
    (owners, first.map_or(ResponsibilityGround::Nobody, ResponsibilityGround::OwnerOfProvider))
}

/// The owner of the nearest system or domain with one.
fn owner_of_whole(entity: Entity<'_>) -> (Vec<Entity<'_>>, ResponsibilityGround<'_>) {
    let mut wholes = systems_and_domains(entity).into_iter();
    let found = wholes.find_map(|whole| Some((whole.owner()?, whole)));
    match found {
        Some((owner, whole)) => (vec![owner], ResponsibilityGround::OwnerOfWhole(whole)),
        None => (Vec::new(), ResponsibilityGround::Nobody),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::{query::find_entity, sketch};

    fn check(drawn: &str, name: &str, expected: &Expect) {
        let graph = sketch::graph(drawn);
        let entity = find_entity(&graph, name).expect("the sketch has it");
        let shown = responsibilities(entity).map(|answer| {
            let holders = answer.holders.iter().map(|holder| {
                let line = holder.origin.as_ref().map(|origin| format!(" (line {})", origin.position.line));
                format!("{}{}", holder.entity.name().short(), line.unwrap_or_default())
            });
            let holders: Vec<String> = holders.collect();
            let contacts: Vec<&str> = answer.contacts.iter().map(|contact| &*contact.value).collect();
            let contacts =
                if contacts.is_empty() { String::new() } else { format!(" {}", contacts.join(" ")) };
            format!(
                "{}: {} {}{contacts}\n",
                answer.responsibility.name(),
                if holders.is_empty() { "nobody".into() } else { holders.join(" ") },
                answer.ground.reason()
            )
        });
        expected.assert_eq(&shown.concat());
    }

    #[test]
    fn whoever_is_named_has_it_in_the_order_of_the_file() {
        check(
            "group:shop
             group:sre email sre@example.com
             user:ann email ann@example.com
             component:web owner group:shop monitoring group:sre group:all objectives group:board
             component:web breaking-changes user:ann@example.com service-level user:bob@example.com
             ",
            "component:web",
            &expect![[r#"
                monitoring: group:sre (line 4) group:all (line 4) named in `responsibilities` sre@example.com
                objectives: group:board (line 4) named in `responsibilities`
                breaking-change: user:ann (line 5) named in `responsibilities` ann@example.com
                service-level: user:bob@example.com (line 5) named in `responsibilities`
            "#]],
        );
    }

    #[test]
    fn by_default_it_is_the_owner() {
        check(
            "group:shop email shop@example.com\ncomponent:web owner group:shop",
            "component:web",
            &expect![[r#"
                monitoring: group:shop by default its owner shop@example.com
                objectives: group:shop by default its owner shop@example.com
                breaking-change: group:shop by default its owner shop@example.com
                service-level: group:shop by default its owner shop@example.com
            "#]],
        );
    }

    #[test]
    fn an_on_call_of_its_own_watches_before_the_owner_does() {
        check(
            "group:shop email shop@example.com
             component:web owner group:shop annotation pagerduty.com/service-id=P1",
            "component:web",
            &expect![[r#"
                monitoring: group:shop by default its own on-call P1
                objectives: group:shop by default its owner shop@example.com
                breaking-change: group:shop by default its owner shop@example.com
                service-level: group:shop by default its owner shop@example.com
            "#]],
        );
        check(
            "component:web annotation pagerduty.com/service-id=P1",
            "component:web",
            &expect![[r#"
            monitoring: nobody by default its own on-call P1
            objectives: nobody nobody is named, and nobody owns it
            breaking-change: nobody nobody is named, and nobody owns it
            service-level: nobody nobody is named, and nobody owns it
        "#]],
        );
    }

    #[test]
    fn an_api_without_an_owner_is_changed_by_its_providers() {
        check(
            "group:a
             group:b
             api:rates system system:fx
             component:one owner group:a provides api:rates
             component:three owner group:a provides api:rates
             component:two owner group:b provides api:rates
             system:fx partof domain:money
             domain:money owner group:bank partof system:fx",
            "api:rates",
            &expect![[r#"
                monitoring: nobody nobody is named, and nobody owns it
                objectives: nobody nobody is named, and nobody owns it
                breaking-change: group:a group:b by default the owner of its provider component:one
                service-level: group:bank by default the owner of its domain domain:money
            "#]],
        );
    }

    #[test]
    fn a_responsibility_is_no_need_and_no_ownership() {
        let graph = sketch::graph("group:sre\ncomponent:web monitoring group:sre");
        let web = find_entity(&graph, "component:web").expect("the sketch has it");
        assert!(graph.needs().is_empty());
        assert_eq!(web.owner(), None);
    }

    #[test]
    fn nobody_is_nobody() {
        check(
            "component:web",
            "component:web",
            &expect![[r#"
            monitoring: nobody nobody is named, and nobody owns it
            objectives: nobody nobody is named, and nobody owns it
            breaking-change: nobody nobody is named, and nobody owns it
            service-level: nobody nobody is named, and nobody owns it
        "#]],
        );
    }
}
