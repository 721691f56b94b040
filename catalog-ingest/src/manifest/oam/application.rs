//! What an application says.

use std::collections::HashMap;

use catalog_core::model::{DiagnosticCode, EntityRef, Field, Located, Severity, grouped};

use crate::manifest::{
    reading::{
        RELATIONS_MAX, Reader, Remark,
        evidence::{DataStore, Evidence, Mention, Named, data_store_of_image, declared_as, local_namespace},
        quoted,
    },
    yaml::Node,
};

/// A component of an application.
struct Part<'d> {
    body: Node<'d>,
    name_node: Node<'d>,
    name: &'d str,
    store: Option<DataStore>,
}

impl<'d> Part<'d> {
    fn read(body: Node<'d>) -> Option<Self> {
        // Older versions name a component that is declared elsewhere.
        let name_node = body.get("name").or_else(|| body.get("componentName"))?;
        let name = name_node.scalar().filter(|name| !name.is_empty() && !name_node.is_null())?;
        let image = body.get("properties").and_then(|properties| properties.get("image"));
        let store = image.and_then(Node::scalar).and_then(data_store_of_image);
        Some(Self { body, name_node, name, store })
    }

    fn named<'a>(&'a self, namespace: &'a str) -> Named<'a> {
        let kind = if self.store.is_some() { "Resource" } else { "Component" };
        Named { kind, namespace, name: self.name, position: self.name_node.position() }
    }
}

/// Reads one document, where it is an application.
pub(super) fn read_application(evidence: &mut Evidence<'_>, root: Node<'_>) {
    let is_text =
        |key: &str, is_right: fn(&str) -> bool| root.get(key).and_then(Node::scalar).is_some_and(is_right);
    let is_application = is_text("apiVersion", |version| version.starts_with("core.oam.dev/"))
        && is_text("kind", |kind| matches!(kind, "Application" | "ApplicationConfiguration"));
    if !is_application {
        return;
    }
    let metadata = root.get("metadata");
    let cluster_namespace =
        metadata.and_then(|metadata| metadata.get("namespace")).and_then(Node::scalar).unwrap_or_default();
    let name_node = metadata.and_then(|metadata| metadata.get("name")).filter(|name| !name.is_null());
    let name = name_node.and_then(Node::scalar).unwrap_or_default();
    let namespace = local_namespace(evidence.file.repository, &["oam", cluster_namespace, name]);
    let position = name_node.unwrap_or(root).position();
    let system = Named { kind: "System", namespace: &namespace, name, position };
    evidence.declare_after(
        system.declaration(),
        root.position(),
        |remarks| {
            if name.is_empty() {
                let remark = Remark::missing(root, "metadata.name");
                remarks.push(remark);
            }
        },
        |reader| {
            reader.declaration.declared_as = declared_as("oam", name);
            let kind_position = root.get("kind").unwrap_or(root).position();
            reader.declaration.entity_type = Some(Located::new("application".into(), kind_position));
        },
    );
    let Some(system) = system.entity() else { return };
    let parts = parts_of(evidence, root);
    let entities: HashMap<&str, EntityRef> =
        parts.iter().filter_map(|part| Some((part.name, part.named(&namespace).entity()?))).collect();
    for part in &parts {
        let named = part.named(&namespace);
        evidence.declare(named.declaration(), part.body.position(), |reader| {
            reader.declaration.declared_as = declared_as("oam", &format!("{name}/{}", part.name));
            reader.declaration.entity_type = match part.store {
                Some(store) => Some(Located::new(store.resource_type().into(), part.name_node.position())),
                None => reader.one_text(part.body, "type", Field::Type),
            };
            reader.mention(Mention::part(system.clone(), part.name_node.position()));
            read_needs(reader, part, &entities, &namespace);
        });
    }
}

/// The components of an application, within the limit on relations.
fn parts_of<'d>(evidence: &mut Evidence<'_>, root: Node<'d>) -> Vec<Part<'d>> {
    let components = root.get("spec").and_then(|spec| spec.get("components"));
    let Some(components) = components.filter(|node| !node.is_null()) else { return Vec::new() };
    let relations_max = evidence.limits.entity_relations_max;
    let mut say = |code, node: Node<'_>, message: String| {
        evidence.remark(Remark::new(code, node, message));
    };
    if components.scalar().is_some() || components.is_mapping() {
        let message = format!("`spec.components` is {}, expected a list", components.described());
        say(DiagnosticCode::WrongType, components, message);
    }
    let (count, limit) = (components.items().len(), relations_max);
    if count > limit {
        let message = format!(
            "the application has {} components, over the limit `{RELATIONS_MAX}` of {}; none is read",
            grouped(count),
            grouped(limit)
        );
        say(DiagnosticCode::ListTooLong, components, message);
        return Vec::new();
    }
    let mut parts = Vec::new();
    for body in components.items() {
        match Part::read(body) {
            Some(part) => parts.push(part),
            None => {
                let message = format!("a component is {} without a `name`", body.described());
                say(DiagnosticCode::MissingField, body, message);
            }
        }
    }
    parts
}

fn read_needs(
    reader: &mut Reader<'_, '_>,
    part: &Part<'_>,
    entities: &HashMap<&str, EntityRef>,
    namespace: &str,
) {
    let limit = reader.limits.entity_relations_max;
    for item in reader.list(part.body, "dependsOn", Field::DependsOn, limit, RELATIONS_MAX) {
        let Some(name) = item.scalar().filter(|name| !name.is_empty() && !item.is_null()) else {
            let message = format!("`dependsOn` holds {}, expected the name of a component", item.described());
            let remark = Remark::new(DiagnosticCode::WrongType, item, message);
            reader.remarks.push(remark.problem("dependsOn is not a list of names"));
            continue;
        };
        let position = item.position();
        let known = entities.get(name).cloned();
        if known.is_none() {
            let message =
                format!("`dependsOn` names {}, which is no component of the application", quoted(name));
            let remark = Remark::new(DiagnosticCode::UnknownRef, item, message);
            reader.remarks.push(remark.severity(Severity::Warning));
        }
        let other = known.or_else(|| Named { kind: "Component", namespace, name, position }.entity());
        if let Some(other) = other {
            reader.mention(Mention::need(other, position, None));
        }
    }
}
