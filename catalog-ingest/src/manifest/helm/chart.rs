//! What a chart says of itself.

use catalog_core::model::{DiagnosticCode, EntityRef, Field, Located};

use super::dependencies::{declare_instance, read_dependencies};
use crate::manifest::{
    normal::tier_of,
    reading::{
        LABELS_MAX, Reader, Remark, Remarks,
        evidence::{Evidence, Mention, Named, declared_as, link, local_namespace, owner_of},
        folder_of, is_web_address, quoted,
    },
    yaml::{Node, Shape},
};

/// The fields that a chart may have.
const FIELDS: [&str; 19] = [
    "apiVersion",
    "name",
    "version",
    "kubeVersion",
    "description",
    "type",
    "keywords",
    "home",
    "sources",
    "dependencies",
    "maintainers",
    "icon",
    "appVersion",
    "deprecated",
    "annotations",
    // Of Helm 2.
    "engine",
    "tillerVersion",
    "condition",
    "tags",
];

/// Reads one chart, and declares the instances that it installs.
pub(super) fn read_chart(evidence: &mut Evidence<'_>, root: Node<'_>) {
    let namespace = local_namespace(evidence.file.repository, &[folder_of(evidence.file.path)]);
    let name_node = root.stated("name");
    let name = name_node.and_then(Node::scalar).unwrap_or_default();
    let position = name_node.unwrap_or(root).position();
    let named = Named { kind: "Component", namespace: &namespace, name, position };
    let dependencies = read_dependencies(evidence, root, &namespace);
    evidence.declare_after(
        named.declaration(),
        root.position(),
        |remarks| {
            for field in ["apiVersion", "name", "version"] {
                if root.stated(field).is_none() {
                    let remark = Remark::missing(root, field);
                    remarks.push(remark);
                }
            }
            judge_shapes(remarks, root);
            for entry in root.entries() {
                let key = entry.key.scalar().unwrap_or("?");
                if !FIELDS.contains(&key) {
                    let message = format!("the field {} is not one of a chart's", quoted(key));
                    let remark = Remark::new(DiagnosticCode::UnknownRootField, entry.key, message);
                    remarks.push(remark.problem(format!("unknown field {key}")));
                }
            }
        },
        |reader| {
            reader.declaration.declared_as = declared_as("helm", name);
            read_facts(reader, root);
            read_people(reader, root);
            for dependency in &dependencies {
                reader.mention(dependency.need());
            }
        },
    );
    for dependency in &dependencies {
        declare_instance(evidence, name, &namespace, dependency);
    }
}

/// Says which fields hold another type of value than they should.
fn judge_shapes(remarks: &mut Remarks<'_>, root: Node<'_>) {
    let shapes = [
        ("description", "a text"),
        ("type", "a text"),
        ("home", "a text"),
        ("keywords", "a list"),
        ("sources", "a list"),
        ("maintainers", "a list"),
        ("annotations", "a mapping"),
    ];
    for (field, expected) in shapes {
        let Some(node) = root.stated(field) else { continue };
        let is_right = match expected {
            "a text" => node.scalar().is_some(),
            "a list" => node.shape() == Shape::Sequence,
            _ => node.is_mapping(),
        };
        if !is_right {
            let message = format!("`{field}` is {}, expected {expected}", node.described());
            let remark = Remark::new(DiagnosticCode::WrongType, node, message);
            remarks.push(remark.problem(format!("{field} is not {expected}")));
        }
    }
}

fn read_facts(reader: &mut Reader<'_, '_>, root: Node<'_>) {
    let position = root.get("type").unwrap_or(root).position();
    let is_library = root.get("type").and_then(Node::scalar) == Some("library");
    let entity_type = if is_library { "helm-library" } else { "helm-chart" };
    reader.declaration.entity_type = Some(Located::new(entity_type.into(), position));
    reader.declaration.description = reader.one_text(root, "description", Field::Description);
    if let Some(deprecated) = root.get("deprecated").filter(|node| node.scalar() == Some("true")) {
        reader.declaration.lifecycle = Some(Located::new("deprecated".into(), deprecated.position()));
    }
    for (field, key) in [("version", "helm.sh/version"), ("appVersion", "helm.sh/app-version")] {
        if let Some(text) = root.get(field).and_then(|node| reader.text(node)) {
            reader.declaration.annotations.push((key.into(), text));
        }
    }
    let limit = reader.limits.entity_labels_max;
    for keyword in reader.list(root, "keywords", Field::Tags, limit, LABELS_MAX) {
        let text = reader.text(keyword).filter(|text| !text.value.is_empty());
        reader.declaration.tags.extend(text);
    }
    let home = root.get("home").and_then(|node| reader.text(node));
    let mut links: Vec<_> = home.and_then(|url| link(&url, "home", "other")).into_iter().collect();
    for source in reader.list(root, "sources", Field::Links, limit, LABELS_MAX) {
        links.extend(reader.text(source).and_then(|url| link(&url, "source", "repo")));
    }
    reader.declaration.links = links;
    read_annotations(reader, root);
}

fn read_annotations(reader: &mut Reader<'_, '_>, root: Node<'_>) {
    let Some(annotations) = root.stated("annotations") else { return };
    let count = annotations.entries().len();
    let limit = reader.limits.entity_labels_max;
    if !annotations.is_mapping() {
        reader.declaration.unread.push(Field::Annotations);
        return;
    }
    if !reader.is_within(annotations, count, limit, LABELS_MAX, "annotations", Field::Annotations) {
        return;
    }
    for entry in annotations.entries() {
        let (Some(key), Some(text)) = (entry.key.scalar(), reader.text(entry.value)) else { continue };
        read_addition(reader, key, entry.value, &text);
        reader.declaration.annotations.push((key.into(), text));
    }
}

/// Reads an annotation that holds one of the catalog's own additions.
fn read_addition(reader: &mut Reader<'_, '_>, key: &str, node: Node<'_>, text: &Located<Box<str>>) {
    match key {
        "catalog/tier" => match tier_of(&text.value) {
            Some(tier) => {
                reader.declaration.tier = Some(Located::new(tier, text.position));
                reader.declaration.additions.push(Field::Tier);
            }
            None => reader.value_unknown(node, key, "a number from 0 (most critical) to 4"),
        },
        "catalog/data-class" => {
            let classes = text.value.split(',').map(str::trim).filter(|class| !class.is_empty());
            let classes = classes.map(|class| Located::new(class.into(), text.position));
            reader.declaration.data_classes.extend(classes);
            reader.declaration.additions.push(Field::DataClass);
        }
        _ => {}
    }
}

/// Reads the maintainers: by their address where they have one, else by their name.
fn read_people(reader: &mut Reader<'_, '_>, root: Node<'_>) {
    let limit = reader.limits.entity_labels_max;
    for person in reader.list(root, "maintainers", Field::Owner, limit, LABELS_MAX) {
        if !person.is_mapping() {
            let message = format!("a maintainer is {}, expected a mapping with a `name`", person.described());
            let remark = Remark::new(DiagnosticCode::WrongType, person, message);
            reader.remarks.push(remark.problem("a maintainer is not a mapping"));
            continue;
        }
        let mut part = |name| {
            let text = reader.text(person.get(name)?)?;
            (!text.value.trim().is_empty()).then_some(text)
        };
        let by_address = part("email").filter(|email| email.value.contains('@'));
        let Some(text) = by_address.or_else(|| part("name")) else {
            let message = "the maintainer has no `name`";
            let remark = Remark::new(DiagnosticCode::MissingField, person, message);
            reader.remarks.push(remark.problem("a maintainer has no name"));
            continue;
        };
        let owner = if text.value.contains('@') {
            owner_of(&text.value)
        } else {
            let name = text.value.trim();
            let is_name = !is_web_address(name) && !name.chars().any(char::is_control);
            EntityRef::new("user", EntityRef::DEFAULT_NAMESPACE, name).ok().filter(|_| is_name)
        };
        if let Some(owner) = owner {
            reader.mention(Mention::owner(owner, text.position));
        }
    }
}
