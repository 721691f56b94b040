//! Port: `port.yml` at any depth, one entity or a list of them.
//!
//! A file is Port's where a mapping, or a mapping of a list, has `blueprint`; others of the name are something
//! else, most often Ansible's. Followed are Port's pages on GitOps. An entity is strict where it has
//! `identifier` and `blueprint`, and every field that is read has its shape.
//!
//! Blueprints, relations and properties are each organisation's own, so a [`PortMapping`] says what they
//! mean, and `declare` and `relations` read an entity by it. An entity of a blueprint that it does not know is
//! a resource of that type; a relation that it does not know is kept under its name. Where a relation leads is
//! not in the file: its name says it, else a component is assumed.
//!
//! Left out: `icon`, relations that are searches, the content of files that a property includes, and files
//! under another name that `specPath` of the integration sets.

#[cfg(test)]
mod corpus_tests;
mod declare;
mod relations;
#[cfg(test)]
mod tests;

use super::{
    ManifestFile, ManifestReading,
    reading::{Documents, Recognition, Remark, name_of, read_documents},
    yaml::{Node, Shape, YamlDocument},
};
use crate::{limits::ManifestLimits, port_mapping::PortMapping};

/// The field that an entity names its blueprint by.
const BLUEPRINT: &str = "blueprint";

/// Whether a path has the name that Port reads unless it is told another one.
pub fn has_manifest_name(path: &str) -> bool {
    name_of(path) == "port.yml"
}

/// Reads a file as entities of Port, whose words mean what `mapping` says.
pub fn read(file: &ManifestFile<'_>, mapping: &PortMapping, limits: &ManifestLimits) -> ManifestReading {
    let recognition = Recognition {
        is_ours: |root| is_entity(root) || root.items().any(is_entity),
        has_words: |text| text.contains("blueprint:") && text.contains("identifier:"),
        empty_is_ours: false,
        advice: |line| {
            let fields = ["identifier:", "blueprint:"];
            let is_flat = fields.iter().all(|field| line.contains(field)) && !line.contains('{');
            is_flat.then_some("put each field on a line of its own, one below the other")
        },
    };
    read_documents(file, limits, &recognition, |documents, yaml| {
        read_document(documents, yaml, mapping);
    })
}

fn is_entity(node: Node<'_>) -> bool {
    node.stated(BLUEPRINT).is_some()
}

fn read_document<'f>(documents: &mut Documents<'f>, yaml: &YamlDocument<'_>, mapping: &PortMapping) {
    let root = yaml.root();
    match root.shape() {
        Shape::Mapping => read_entity(documents, root, mapping),
        Shape::Sequence => root.items().for_each(|item| read_entity(documents, item, mapping)),
        Shape::Scalar(_) => {
            documents.refuse(root, "document", "a mapping with `blueprint`, or a list of them");
        }
    }
}

fn read_entity<'f>(documents: &mut Documents<'f>, node: Node<'_>, mapping: &PortMapping) {
    if node.is_null() {
        return;
    }
    if !node.is_mapping() {
        return documents.refuse(node, "item", "a mapping with `identifier` and `blueprint`");
    }
    if documents.is_skeleton([node.get("identifier"), node.get(BLUEPRINT)].into_iter().flatten()) {
        return;
    }
    let limits = documents.limits;
    documents.read_one(node.position(), |remarks| {
        for name in ["identifier", BLUEPRINT] {
            match node.stated(name) {
                Some(value) if value.scalar().is_some_and(|text| !text.trim().is_empty()) => {}
                Some(value) => {
                    let remark = Remark::wrong_type(value, name, "a name");
                    remarks.push(remark);
                }
                None => {
                    let remark = Remark::missing(node, name);
                    let suggestion = format!("add `{name}: …`");
                    remarks.push(remark.suggest(suggestion));
                }
            }
        }
        declare::declare(node, mapping, remarks, limits)
    });
}
