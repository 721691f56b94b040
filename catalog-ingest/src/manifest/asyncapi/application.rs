//! What a document says of its application.

use std::collections::{BTreeMap, HashMap};

use catalog_core::model::{
    Declaration, DiagnosticCode, EntityRef, Field, Located, NeedTerms, Position, RelationEnd, RelationKind,
    Severity, Spelling, Strength,
};

use super::{
    channel::{Action, Use, uses_of_version_2, uses_of_version_3},
    server::shared_host,
};
use crate::manifest::{
    reading::{
        LABELS_MAX, Reader, Remark, Stated,
        evidence::{Evidence, Mention, Named, declared_as, link, local_namespace, owner_of},
        folder_of, quoted,
    },
    yaml::Node,
};

/// Reads one document, where it is of AsyncAPI.
pub(super) fn read_application(evidence: &mut Evidence<'_>, root: Node<'_>) {
    let Some(version) = root.get("asyncapi").filter(|version| version.scalar().is_some()) else { return };
    let version_text = version.scalar().unwrap_or_default();
    let info = root.get("info").filter(|info| info.is_mapping());
    let title_node = info.and_then(|info| info.get("title")).filter(|title| !title.is_null());
    let title = title_node.and_then(Node::scalar).unwrap_or_default();
    let folder = folder_of(evidence.file.path);
    let namespace = local_namespace(evidence.file.repository, &[folder]);
    // A topic is no service of the same name.
    let local_topics = local_namespace(evidence.file.repository, &[folder, "topics"]);
    let position = title_node.unwrap_or(root).position();
    let named = Named { kind: "Component", namespace: &namespace, name: title, position };
    let (uses, faults) = match version_text.split('.').next() {
        Some("2") => (uses_of_version_2(root), Vec::new()),
        _ => uses_of_version_3(root),
    };
    let mut topics = BTreeMap::new();
    evidence.declare_after(
        named.declaration(),
        root.position(),
        |remarks| {
            if title.is_empty() {
                let remark = Remark::missing(root, "info.title");
                remarks.push(remark);
            }
            if !matches!(version_text.split('.').next(), Some("2" | "3")) {
                let message = format!("`asyncapi` is {}, expected version 2 or 3", quoted(version_text));
                let remark = Remark::new(DiagnosticCode::UnknownApiVersion, version, message);
                remarks.push(remark.problem("asyncapi is not a known version"));
            }
            for fault in &faults {
                let remark = Remark::new(DiagnosticCode::ValueUnknown, fault.node, fault.message);
                remarks.push(if fault.is_problem {
                    remark.problem("an operation is not valid")
                } else {
                    remark.severity(Severity::Note)
                });
            }
        },
        |reader| {
            reader.declaration.declared_as = declared_as("asyncapi", title);
            reader.declaration.entity_type =
                Some(Located::new("asyncapi-application".into(), version.position()));
            if let Some(info) = info {
                read_info(reader, root, info, title);
            }
            topics = read_uses(reader, root, &uses, &local_topics);
            if let Some(additions) = info.and_then(|info| info.get("x-catalog"))
                && additions.is_mapping()
            {
                reader.take_additions(additions, "info.x-catalog");
            }
        },
    );
    for (topic, (name, position)) in &topics {
        // Addresses are free text, so they are names as they stand.
        let spelling = Spelling {
            kind: "Resource".into(),
            namespace: Some(topic.namespace().into()),
            name: (*name).into(),
        };
        let declaration = Some(Declaration::new(topic.clone(), spelling, *position));
        evidence.declare(declaration, *position, |reader| {
            reader.declaration.entity_type = Some(Located::new("topic".into(), *position));
        });
    }
}

fn read_info(reader: &mut Reader<'_, '_>, root: Node<'_>, info: Node<'_>, title: &str) {
    if *reader.declaration.entity.name() != title.to_lowercase() {
        reader.declaration.title = reader.one_text(info, "title", Field::Title);
    }
    reader.declaration.description = reader.one_text(info, "description", Field::Description);
    let facts = [(info.get("version"), "asyncapi.com/version"), (root.get("id"), "asyncapi.com/id")];
    for (node, key) in facts {
        if let Some(text) = node.and_then(|node| reader.text(node)) {
            reader.declaration.annotations.push((key.into(), text));
        }
    }
    if let Some(contact) = info.get("contact").filter(|contact| contact.is_mapping()) {
        let url = contact.get("url").and_then(|node| reader.text(node));
        reader.declaration.links.extend(url.and_then(|url| link(&url, "contact", "other")));
        let email = contact.get("email").and_then(|node| reader.text(node));
        let owner = email.filter(|email| email.value.contains('@'));
        if let Some((owner, position)) =
            owner.and_then(|email| Some((owner_of(&email.value)?, email.position)))
        {
            reader.mention(Mention::owner(owner, position));
        }
    }
    // Tags stand in the root in version 2, in `info` in version 3.
    let place = if info.get("tags").is_some() { info } else { root };
    let limit = reader.limits.entity_labels_max;
    for tag in reader.list(place, "tags", Field::Tags, limit, LABELS_MAX) {
        let text = tag.get("name").and_then(|name| reader.text(name));
        reader.declaration.tags.extend(text.filter(|text| !text.value.is_empty()));
    }
}

type Topics<'d> = BTreeMap<EntityRef, (&'d str, Position)>;

/// Relates the application to every topic that it uses; gives the topics.
fn read_uses<'d>(reader: &mut Reader<'_, '_>, root: Node<'d>, uses: &[Use<'d>], local: &str) -> Topics<'d> {
    let servers: HashMap<&str, Option<String>> = root
        .get("servers")
        .into_iter()
        .flat_map(Node::entries)
        .filter_map(|entry| Some((entry.key.scalar()?, shared_host(entry.value))))
        .collect();
    let mut topics = Topics::new();
    for used in uses {
        if used.address.chars().any(char::is_control) {
            reader.value_unknown(used.node, "address", "a text without control characters");
            continue;
        }
        let is_used = |name: &str| used.servers.as_ref().is_none_or(|names| names.contains(&name));
        let mut namespaces: Vec<&str> = servers
            .iter()
            .filter(|(name, _)| is_used(name))
            .map(|(_, host)| host.as_deref().unwrap_or(local))
            .collect();
        namespaces.sort_unstable();
        namespaces.dedup();
        if namespaces.is_empty() {
            namespaces.push(local);
        }
        for namespace in namespaces {
            if reader.declaration.unread.contains(&Field::DependsOn)
                || reader.declaration.unread.contains(&Field::DependencyOf)
            {
                // The limit on relations was met and said; every further one would only cost time.
                return topics;
            }
            let Ok(topic) = EntityRef::new("resource", namespace, used.address) else {
                let message = "the address is too long or empty";
                let remark = Remark::new(DiagnosticCode::RefSyntax, used.node, message);
                reader.remarks.push(remark.severity(Severity::Warning));
                continue;
            };
            let position = used.node.position();
            let before = reader.declaration.relations.len();
            reader.mention(statement(used, topic.clone()));
            if reader.declaration.relations.len() > before {
                topics.entry(topic).or_insert((used.address, position));
            }
        }
    }
    topics
}

/// A receiver needs the topic, and the topic needs its sender; neither for certain.
fn statement(used: &Use<'_>, topic: EntityRef) -> Mention {
    let (field, subject) = match used.action {
        Action::Receive => (Field::DependsOn, RelationEnd::From),
        Action::Send => (Field::DependencyOf, RelationEnd::To),
    };
    let terms = NeedTerms {
        strength: Some(Strength::Soft),
        endpoint: Some(format!("{} {}", used.action.name(), used.address).into()),
        ..NeedTerms::default()
    };
    let position = used.node.position();
    Mention {
        stated: Stated { field, kind: RelationKind::DependsOn, subject },
        other: topic,
        position,
        terms,
    }
}
