//! What a workload says.

use catalog_core::model::{DiagnosticCode, Field, Located};

use crate::manifest::{
    reading::{
        LABELS_MAX, Reader, Remark, Remarks,
        evidence::{
            Evidence, Mention, Named, data_store_of_name, declared_as, local_namespace,
            organisation_namespace,
        },
        folder_of, quoted,
    },
    yaml::Node,
};

/// Reads one document, where it is a workload.
pub(super) fn read_workload(evidence: &mut Evidence<'_>, root: Node<'_>) {
    let version = root
        .get("apiVersion")
        .filter(|version| version.scalar().is_some_and(|version| version.starts_with("score.dev/")));
    let Some(version) = version else { return };
    let file = evidence.file;
    let namespace = local_namespace(file.repository, &[folder_of(file.path)]);
    let metadata = root.get("metadata").filter(|metadata| metadata.is_mapping());
    let name_node = metadata.and_then(|metadata| metadata.get("name")).filter(|name| !name.is_null());
    let name = name_node.and_then(Node::scalar).unwrap_or_default();
    let position = name_node.unwrap_or(root).position();
    let named = Named { kind: "Component", namespace: &namespace, name, position };
    let mut shared = Vec::new();
    evidence.declare_after(
        named.declaration(),
        root.position(),
        |remarks| judge(remarks, root, version, name_node),
        |reader| {
            reader.declaration.declared_as = declared_as("score", name);
            reader.declaration.entity_type = Some(Located::new("workload".into(), version.position()));
            if let Some(metadata) = metadata {
                read_annotations(reader, metadata);
            }
            let organisation = organisation_namespace(file.repository, &["score"]);
            let Some(resources) = root.get("resources").filter(|node| node.is_mapping()) else {
                if root.stated("resources").is_some() {
                    reader.declaration.unread.push(Field::DependsOn);
                }
                return;
            };
            for entry in resources.entries() {
                let Some(resource) = Resource::read(entry.key, entry.value, name, &namespace, &organisation)
                else {
                    continue;
                };
                if let Some(entity) = resource.named().entity() {
                    reader.mention(Mention::need(entity, entry.key.position(), None));
                }
                shared.push(resource);
            }
            if let Some(additions) = metadata.and_then(|metadata| metadata.get("catalog"))
                && additions.is_mapping()
            {
                reader.take_additions(additions, "metadata.catalog");
            }
        },
    );
    for resource in &shared {
        resource.declare(evidence);
    }
}

/// A resource that a workload needs.
struct Resource<'d> {
    key: Node<'d>,
    resource_type: &'d str,
    namespace: String,
    name: String,
}

impl<'d> Resource<'d> {
    /// Reads a resource; `None` where it has no type, or is none.
    fn read(key: Node<'d>, body: Node<'d>, workload: &str, local: &str, organisation: &str) -> Option<Self> {
        let text = |name: &str| body.get(name).and_then(Node::scalar).filter(|text| !text.is_empty());
        let resource_type = text("type").filter(|resource_type| *resource_type != "environment")?;
        let (namespace, name) = match text("id") {
            Some(id) => {
                let class = text("class").unwrap_or("default");
                (organisation.to_owned(), format!("{resource_type}.{class}.{id}"))
            }
            None => (local.to_owned(), format!("{workload}.{}", key.scalar().unwrap_or_default())),
        };
        Some(Self { key, resource_type, namespace, name })
    }

    fn named(&self) -> Named<'_> {
        Named {
            kind: "Resource",
            namespace: &self.namespace,
            name: &self.name,
            position: self.key.position(),
        }
    }

    /// Declares it, without `declared_as`: others share it, or it is one workload's alone.
    fn declare(&self, evidence: &mut Evidence<'_>) {
        evidence.declare(self.named().declaration(), self.key.position(), |reader| {
            let store = data_store_of_name(self.resource_type);
            let entity_type = store.map_or(self.resource_type, |store| store.resource_type());
            reader.declaration.entity_type = Some(Located::new(entity_type.into(), self.key.position()));
        });
    }
}

/// Says what the schema does not accept.
fn judge(remarks: &mut Remarks<'_>, root: Node<'_>, version: Node<'_>, name: Option<Node<'_>>) {
    if version.scalar() != Some("score.dev/v1b1") {
        let message = format!(
            "`apiVersion` is {}, expected `score.dev/v1b1`",
            quoted(version.scalar().unwrap_or_default())
        );
        let remark = Remark::new(DiagnosticCode::UnknownApiVersion, version, message);
        remarks.push(remark.problem("apiVersion is not known"));
    }
    let mut missing = |node: Node<'_>, field: &str| {
        let remark = Remark::missing(node, field);
        remarks.push(remark);
    };
    let containers = root.get("containers").filter(|node| node.entries().len() > 0);
    if containers.is_none() {
        missing(root, "containers");
    }
    match name {
        None => missing(root, "metadata.name"),
        Some(node) if !node.scalar().is_some_and(is_label) => {
            let message = format!(
                "`metadata.name` is {}, expected 2 to 63 lower-case letters, digits and `-`",
                node.scalar().map_or_else(|| node.described().to_owned(), quoted)
            );
            let remark = Remark::new(DiagnosticCode::FieldFormat, node, message);
            remarks.push(remark.problem("metadata.name is not valid"));
        }
        Some(_) => {}
    }
    for entry in root.entries() {
        let key = entry.key.scalar().unwrap_or("?");
        if !matches!(key, "apiVersion" | "metadata" | "service" | "containers" | "resources") {
            let message = format!("the root field {} is not one of a workload's", quoted(key));
            let remark = Remark::new(DiagnosticCode::UnknownRootField, entry.key, message);
            remarks.push(remark.problem(format!("unknown root field {key}")));
        }
    }
    let Some(resources) = root.stated("resources") else { return };
    if !resources.is_mapping() {
        let message = format!("`resources` is {}, expected a mapping", resources.described());
        let remark = Remark::new(DiagnosticCode::WrongType, resources, message);
        return remarks.push(remark.problem("resources is not a mapping"));
    }
    for entry in resources.entries() {
        let key = entry.key.scalar().unwrap_or("?");
        if entry.value.get("type").and_then(Node::scalar).is_none_or(str::is_empty) {
            let message = format!("the resource {} has no `type`", quoted(key));
            let remark = Remark::new(DiagnosticCode::MissingField, entry.key, message);
            remarks.push(remark.problem("a resource has no type").suggest("add `type: …`"));
        }
    }
}

fn is_label(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    (2..=63).contains(&bytes.len())
        && bytes.first().copied().is_some_and(is_inner)
        && bytes.last().copied().is_some_and(is_inner)
        && bytes.iter().all(|byte| is_inner(*byte) || *byte == b'-')
}

fn read_annotations(reader: &mut Reader<'_, '_>, metadata: Node<'_>) {
    let Some(node) = metadata.stated("annotations") else { return };
    if !node.is_mapping() {
        reader.declaration.unread.push(Field::Annotations);
        return;
    }
    let (count, limit) = (node.entries().len(), reader.limits.entity_labels_max);
    if !reader.is_within(node, count, limit, LABELS_MAX, "annotations", Field::Annotations) {
        return;
    }
    for entry in node.entries() {
        if let (Some(key), Some(text)) = (entry.key.scalar(), reader.text(entry.value)) {
            reader.declaration.annotations.push((key.into(), text));
        }
    }
}
