//! The services of a project: those of the file, and those of the files that it includes.

use std::collections::HashMap;

use catalog_core::model::{DiagnosticCode, EntityRef, Position, Severity, grouped};

use super::{
    merge::{merged_entries, merged_get},
    service::declare_service,
};
use crate::manifest::{
    reading::{
        LABELS_MAX, Remark,
        evidence::{DataStore, Evidence, Named, data_store_of_image, local_namespace},
        folder_of, path_from, quoted,
    },
    yaml::{Node, YamlDocument, read_yaml},
};

/// A service of the file.
#[derive(Clone, Copy)]
pub(super) struct Service<'d> {
    pub(super) name: &'d str,
    pub(super) key: Node<'d>,
    pub(super) body: Node<'d>,
    pub(super) store: Option<DataStore>,
}

/// What references of the file may mean.
pub(super) struct Project<'d> {
    pub(super) namespace: String,
    /// The name that the project states.
    pub(super) name: Option<Node<'d>>,
    /// Whether the file has `services`, as every version but the first wants.
    pub(super) is_current: bool,
    services: HashMap<String, EntityRef>,
    /// Whether a file is included that could not be looked into.
    pub(super) includes_unknown: bool,
}

impl Project<'_> {
    /// The service of this name, of the file or of one that it includes.
    pub(super) fn service(&self, name: &str) -> Option<&EntityRef> {
        self.services.get(name)
    }

    /// A service that is not in the project, or not known to be.
    pub(super) fn stranger(&self, name: &str) -> Option<EntityRef> {
        let position = Position::default();
        Named { kind: "Component", namespace: &self.namespace, name, position }.entity()
    }
}

impl<'d> Service<'d> {
    fn new(key: Node<'d>, body: Node<'d>) -> Option<Self> {
        let name = key.scalar().filter(|name| !name.is_empty() && !name.starts_with("x-"))?;
        let image = body.is_mapping().then(|| merged_get(body, "image")).flatten();
        Some(Self { name, key, body, store: image.and_then(Node::scalar).and_then(data_store_of_image) })
    }

    /// What it declares in a namespace.
    pub(super) fn named<'a>(&self, namespace: &'a str) -> Named<'a>
    where
        'd: 'a,
    {
        let kind = if self.store.is_some() { "Resource" } else { "Component" };
        Named { kind, namespace, name: self.name, position: self.key.position() }
    }
}

/// Reads every document of a compose file.
pub(super) fn read_project(evidence: &mut Evidence<'_>, documents: &[YamlDocument<'_>]) {
    let mut found = false;
    for document in documents {
        let root = document.root();
        if !evidence.is_mapping(root) {
            continue;
        }
        let (services, is_current) = services_of(root);
        let mut project = Project {
            namespace: local_namespace(evidence.file.repository, &[folder_of(evidence.file.path)]),
            name: merged_get(root, "name").filter(|name| name.text().is_some()),
            is_current,
            services: HashMap::new(),
            includes_unknown: false,
        };
        found |= !services.is_empty() || is_current;
        if let Some(include) = merged_get(root, "include") {
            found = true;
            read_includes(evidence, include, &mut project);
        }
        for service in &services {
            if let Some(entity) = service.named(&project.namespace).entity() {
                project.services.insert(service.name.to_owned(), entity);
            }
        }
        if !is_current && let Some(first) = services.first() {
            let message = "the file has no `services`, as in the first version of the format";
            let remark = Remark::new(DiagnosticCode::MissingField, first.key, message);
            let remark = remark.suggest("put the services under `services:`");
            evidence.remark(remark.severity(Severity::Note));
        }
        if let Some(other) = merged_get(root, "services").filter(|node| !node.is_mapping() && !node.is_null())
        {
            let message = format!("`services` is {}, expected a mapping", other.described());
            evidence.remark(Remark::new(DiagnosticCode::WrongType, other, message));
        }
        for service in &services {
            declare_service(evidence, &project, service);
        }
    }
    if !found {
        evidence.take_for_foreign_if_silent();
    }
}

/// The services of a document, and whether they stand under `services`.
fn services_of<'d>(root: Node<'d>) -> (Vec<Service<'d>>, bool) {
    let in_mapping = |mapping: Node<'d>| {
        merged_entries(mapping).into_iter().filter_map(|entry| Service::new(entry.key, entry.value))
    };
    if let Some(node) = merged_get(root, "services") {
        return (in_mapping(node).collect(), true);
    }
    // The first version of the format: the root itself holds the services.
    let is_service = |body: Node<'_>| {
        body.is_mapping() && ["image", "build", "extends"].iter().any(|key| merged_get(body, key).is_some())
    };
    (in_mapping(root).filter(|service| is_service(service.body)).collect(), false)
}

/// Finds the services of the files that `include` names, one step far.
fn read_includes(evidence: &mut Evidence<'_>, include: Node<'_>, project: &mut Project<'_>) {
    let mut targets: Vec<Node<'_>> = Vec::new();
    for item in one_or_more(include) {
        match merged_path(item) {
            Some(path) => targets.extend(one_or_more(path)),
            None => targets.push(item),
        }
    }
    let limit = evidence.limits.entity_labels_max;
    if targets.len() > limit {
        let message = format!(
            "`include` names {} files, over the limit `{LABELS_MAX}` of {}; none is looked into",
            grouped(targets.len()),
            grouped(limit)
        );
        evidence.remark(Remark::new(DiagnosticCode::ListTooLong, include, message));
        project.includes_unknown = true;
        return;
    }
    // What a project includes may be as large as one manifest, all in all.
    let mut room = evidence.limits.bytes_max;
    for target in targets {
        project.includes_unknown |= !read_include(evidence, target, project, &mut room);
    }
}

fn merged_path(item: Node<'_>) -> Option<Node<'_>> {
    item.is_mapping().then(|| merged_get(item, "path")).flatten()
}

/// The items of a list, or the one value itself.
pub(super) fn one_or_more(node: Node<'_>) -> Vec<Node<'_>> {
    if node.scalar().is_some() || node.is_mapping() { vec![node] } else { node.items().collect() }
}

/// Takes in the services of one file; gives whether it could be looked into.
fn read_include(
    evidence: &mut Evidence<'_>,
    target: Node<'_>,
    project: &mut Project<'_>,
    room: &mut u64,
) -> bool {
    let Some(text) = target.text() else {
        let message = format!("an item of `include` is {}, expected a path", target.described());
        evidence.remark(Remark::new(DiagnosticCode::WrongType, target, message));
        return false;
    };
    let Some(path) = path_from(folder_of(evidence.file.path), text).filter(|path| !path.is_empty()) else {
        let message = format!("`include` names {}, which is no file of this repository", quoted(text));
        let remark = Remark::new(DiagnosticCode::LocationElsewhere, target, message);
        evidence.remark(remark);
        return false;
    };
    let Some(bytes) = evidence.sibling(&path) else {
        let message = format!("`include` names {}, which is no readable file of this commit", quoted(&path));
        let remark = Remark::new(DiagnosticCode::LocationMissing, target, message);
        evidence.remark(remark.severity(Severity::Warning));
        return false;
    };
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if size > *room {
        let message = format!(
            "with {} the file includes more bytes than the limit `manifest.bytes_max` of {}; it is not looked into",
            quoted(&path),
            grouped(evidence.limits.bytes_max)
        );
        evidence.remark(Remark::new(DiagnosticCode::ManifestTooLarge, target, message));
        return false;
    }
    *room -= size;
    let Ok(text) = std::str::from_utf8(&bytes) else { return false };
    let namespace = local_namespace(evidence.file.repository, &[folder_of(&path)]);
    let mut is_read = true;
    for piece in read_yaml(text, evidence.limits) {
        let Ok(document) = piece else {
            is_read = false;
            continue;
        };
        let (services, _) = services_of(document.root());
        for service in services {
            if let Some(entity) = service.named(&namespace).entity() {
                project.services.entry(service.name.to_owned()).or_insert(entity);
            }
        }
    }
    is_read
}
