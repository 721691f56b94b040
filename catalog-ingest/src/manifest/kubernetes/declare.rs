//! What an object says about its application.

use std::collections::HashMap;

use catalog_core::model::{DiagnosticCode, EntityRef, Field, Located, Severity};

use super::object::{Object, Role, is_filled_in_later};
use crate::manifest::{
    normal::{entity_name, tier_of},
    reading::{
        LABELS_MAX, Reader, Remark,
        evidence::{
            DataStore, Evidence, Mention, Named, data_store_of_image, data_store_of_name, declared_as, link,
            local_namespace, owner_of,
        },
        is_web_address, quoted,
    },
    yaml::Node,
};

/// Annotations whose keys begin like this are kept.
const KEPT_ANNOTATIONS: [&str; 9] = [
    "a8r.io/",
    "backstage.io/",
    "catalog/",
    "github.com/",
    "gitlab.com/",
    "opsgenie.com/",
    "pagerduty.com/",
    "slack.com/",
    "argocd.argoproj.io/sync-wave",
];
/// Labels whose keys begin like this are kept.
const KEPT_LABELS: [&str; 3] = ["app.kubernetes.io/", "backstage.io/", "helm.sh/chart"];
/// The annotations for people that may hold an address, with the kind of link that they are.
const LINKS: [(&str, &str); 10] = [
    ("a8r.io/runbook", "runbook"),
    ("a8r.io/chat", "chat"),
    ("a8r.io/incidents", "oncall"),
    ("a8r.io/documentation", "doc"),
    ("a8r.io/repository", "repo"),
    ("a8r.io/logs", "dashboard"),
    ("a8r.io/uptime", "dashboard"),
    ("a8r.io/performance", "dashboard"),
    ("a8r.io/bugs", "other"),
    ("a8r.io/support", "other"),
];

/// Declares the application of an object.
pub(super) fn declare_object(evidence: &mut Evidence<'_>, object: &Object<'_>, stores: &DataStores<'_>) {
    let Some(name_node) = object.name() else {
        let message = "the object has no name of its own, and is not read";
        let remark = Remark::new(DiagnosticCode::MissingField, object.metadata, message);
        return evidence.remark(remark.severity(Severity::Note));
    };
    let name = name_node.scalar().unwrap_or_default();
    if is_filled_in_later(name) || object.namespace().is_some_and(is_filled_in_later) {
        return evidence.note_placeholder(name_node);
    }
    let repository = evidence.file.repository;
    let cluster_namespace = object.namespace().unwrap_or_default();
    let namespace = local_namespace(repository, &object.place());
    let chart = chart_of(object);
    // Flux refers to releases by name alone, so they are all of one kind, whatever they install.
    let store = match object.role {
        Role::Application | Role::Annotated => stores.get(&(object.place(), name)).copied(),
        Role::HelmRelease | Role::Kustomization => None,
    };
    let kind = if store.is_some() { "Resource" } else { "Component" };
    let store = store.or_else(|| chart.and_then(Node::scalar).and_then(data_store_of_name));
    let named = Named { kind, namespace: &namespace, name, position: name_node.position() };
    evidence.declare(named.declaration(), object.root.position(), |reader| {
        reader.declaration.declared_as = declared_as("kubernetes", &format!("{cluster_namespace}/{name}"));
        let kind_position = object.root.get("kind").unwrap_or(object.root).position();
        let entity_type = match (store, object.role, object.kind) {
            (Some(store), _, _) => Some(store.resource_type()),
            (None, Role::HelmRelease, _) => Some("helm-release"),
            (None, Role::Kustomization, _) => Some("kustomization"),
            (None, Role::Application, "Service") | (None, Role::Annotated, _) => None,
            (None, Role::Application, _) => Some("workload"),
        };
        reader.declaration.entity_type =
            entity_type.map(|entity_type| Located::new(entity_type.into(), kind_position));
        keep(reader, object, "labels", &KEPT_LABELS);
        keep(reader, object, "annotations", &KEPT_ANNOTATIONS);
        if let Some(chart) = chart.and_then(|chart| reader.text(chart)) {
            reader.declaration.annotations.push(("helm.sh/chart".into(), chart));
        }
        read_identity(reader, object);
        read_people(reader, object);
        if let Some(part_of) = object.value("labels", "app.kubernetes.io/part-of")
            && part_of.scalar() != Some(name)
        {
            let system = Named {
                kind: "System",
                namespace: &local_namespace(repository, &["kubernetes", cluster_namespace]),
                name: part_of.scalar().unwrap_or_default(),
                position: part_of.position(),
            };
            if let Some(system) = system.entity() {
                reader.mention(Mention::part(system, part_of.position()));
            }
        }
        if matches!(object.role, Role::HelmRelease | Role::Kustomization) {
            read_flux(reader, object, |other_namespace| {
                local_namespace(repository, &object.place_in(other_namespace.unwrap_or(cluster_namespace)))
            });
        }
    });
}

/// The data stores of a file by the place and name of their application, whatever object shows them.
pub(super) type DataStores<'d> = HashMap<(Vec<&'d str>, &'d str), DataStore>;

/// Finds the objects whose first container runs a data store.
pub(super) fn data_stores_of<'d>(objects: &[Object<'d>]) -> DataStores<'d> {
    let found = objects.iter().filter_map(|object| {
        let store = data_store_of_image(first_image(object.root)?.scalar()?)?;
        Some(((object.place(), object.name()?.scalar()?), store))
    });
    found.collect()
}

/// The chart that a release installs.
fn chart_of<'d>(object: &Object<'d>) -> Option<Node<'d>> {
    let chart = object.root.get("spec").filter(|_| object.role == Role::HelmRelease)?.get("chart")?;
    chart.get("spec")?.get("chart").filter(|chart| chart.text().is_some())
}

/// The image of the first container of a workload's template.
fn first_image(root: Node<'_>) -> Option<Node<'_>> {
    let spec = root.get("spec")?;
    // A CronJob holds the template of a job, which holds that of a pod.
    let spec = spec.get("jobTemplate").and_then(|template| template.get("spec")).unwrap_or(spec);
    let containers = spec.get("template")?.get("spec")?.get("containers")?;
    containers.items().next()?.get("image")
}

/// Keeps the labels or annotations that mean something to the catalog.
fn keep(reader: &mut Reader<'_, '_>, object: &Object<'_>, map: &str, kept: &[&str]) {
    let Some(node) = object.metadata.stated(map) else { return };
    let field = if map == "labels" { Field::Labels } else { Field::Annotations };
    if !node.is_mapping() {
        let message = format!("`metadata.{map}` is {}, expected a mapping", node.described());
        let remark = Remark::new(DiagnosticCode::WrongType, node, message);
        reader.remarks.push(remark.problem(format!("metadata.{map} is not a mapping")));
        reader.declaration.unread.push(field);
        return;
    }
    let entries: Vec<_> = node
        .entries()
        .filter(|entry| {
            let key = entry.key.scalar().unwrap_or_default();
            kept.iter().any(|prefix| key.starts_with(prefix))
        })
        .collect();
    let limit = reader.limits.entity_labels_max;
    if !reader.is_within(node, entries.len(), limit, LABELS_MAX, map, field) {
        return;
    }
    for entry in entries {
        let key = entry.key.scalar().unwrap_or_default();
        let Some(text) = reader.text(entry.value) else {
            let message = format!("{} is {}, expected a text", quoted(key), entry.value.described());
            let remark = Remark::new(DiagnosticCode::WrongType, entry.value, message);
            reader.remarks.push(remark.problem(format!("{map} {key} is not a text")));
            continue;
        };
        if is_filled_in_later(&text.value) {
            continue;
        }
        if map == "labels" {
            reader.declaration.labels.push((key.into(), text));
        } else {
            reader.declaration.annotations.push((key.into(), text));
        }
    }
}

/// Reads the entity that the object says it belongs to, and how much depends on it.
fn read_identity(reader: &mut Reader<'_, '_>, object: &Object<'_>) {
    let id =
        ["annotations", "labels"].into_iter().find_map(|map| object.value(map, "backstage.io/kubernetes-id"));
    if let Some(id) = id {
        let kind = reader.declaration.entity.kind();
        let alias = entity_name(id.scalar().unwrap_or_default())
            .and_then(|name| EntityRef::new(kind, EntityRef::DEFAULT_NAMESPACE, &name).ok());
        reader.declaration.aliases.extend(alias.map(|alias| Located::new(alias, id.position())));
    }
    if let Some(node) = object.value("annotations", "catalog/tier") {
        match node.scalar().and_then(tier_of) {
            Some(tier) => {
                reader.declaration.tier = Some(Located::new(tier, node.position()));
                reader.declaration.additions.push(Field::Tier);
            }
            None => reader.value_unknown(node, "catalog/tier", "a number from 0 (most critical) to 4"),
        }
    }
}

/// Reads the annotations that are meant for people.
fn read_people(reader: &mut Reader<'_, '_>, object: &Object<'_>) {
    let annotation = |key: &str| object.value("annotations", key);
    let description = annotation("a8r.io/description").and_then(|node| reader.text(node));
    reader.declaration.description = description;
    if let Some(node) = annotation("a8r.io/owner") {
        match node.scalar().and_then(owner_of) {
            Some(owner) => reader.mention(Mention::owner(owner, node.position())),
            None => reader.value_unknown(node, "a8r.io/owner", "a team, a person or an e-mail address"),
        }
    }
    for (key, link_type) in LINKS {
        let Some(text) = annotation(key).and_then(|node| reader.text(node)) else { continue };
        if is_web_address(&text.value) {
            let title = key.trim_start_matches("a8r.io/");
            reader.declaration.links.extend(link(&text, title, link_type));
        } else if link_type == "chat" && text.value.starts_with('#') {
            reader.declaration.annotations.push(("slack.com/channel".into(), text));
        }
    }
}

/// Reads what Flux waits for before it applies the object.
fn read_flux(
    reader: &mut Reader<'_, '_>,
    object: &Object<'_>,
    namespace_of: impl Fn(Option<&str>) -> String,
) {
    let Some(spec) = object.root.get("spec").filter(|spec| spec.is_mapping()) else { return };
    let limit = reader.limits.entity_relations_max;
    let before = reader.declaration.unread.len();
    let items = reader.list(spec, "dependsOn", Field::DependsOn, limit, "entity.relations_max");
    if reader.declaration.unread.len() > before
        && let Some(node) = spec.get("dependsOn").filter(|node| node.is_mapping())
    {
        let message = "`spec.dependsOn` is a mapping, expected a list";
        let remark = Remark::new(DiagnosticCode::WrongType, node, message);
        reader.remarks.push(remark.problem("spec.dependsOn is not a list"));
    }
    for item in items {
        let name_node = item.stated("name");
        let Some((node, name)) = name_node.and_then(|node| Some((node, node.scalar()?))) else {
            let message = format!("`spec.dependsOn` holds {} without a `name`", item.described());
            let remark = Remark::new(DiagnosticCode::MissingField, item, message);
            reader.remarks.push(remark.problem("spec.dependsOn has no name"));
            continue;
        };
        let other_namespace = item.get("namespace").and_then(Node::scalar).filter(|text| !text.is_empty());
        if is_filled_in_later(name) || other_namespace.is_some_and(is_filled_in_later) {
            let message = format!("`spec.dependsOn` names {}, which is not filled in yet", quoted(name));
            reader.remarks.push(Remark::new(DiagnosticCode::TemplateSkeleton, node, message));
            continue;
        }
        let namespace = namespace_of(other_namespace);
        let named = Named { kind: "Component", namespace: &namespace, name, position: node.position() };
        if let Some(other) = named.entity() {
            reader.mention(Mention::need(other, node.position(), None));
        }
    }
}
