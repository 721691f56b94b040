//! Backstage's catalog descriptor, `catalog-info.yaml`.
//!
//! In the order of reading: `document` and `metadata` judge the shape of a document by the rules of
//! `field_format`, `absolute_url` and `kind`; `declare` and `relations` say what it
//! means; `location` and `placeholder` lead to other files.
//!
//! A document is strict exactly where Backstage's released packages take it; reading goes further, and
//! keeps every entity whose kind, namespace and name can be read.

mod absolute_url;
#[cfg(test)]
mod corpus_tests;
mod declare;
mod document;
mod field_format;
#[cfg(test)]
mod hostile_tests;
mod kind;
mod location;
mod metadata;
mod placeholder;
mod relations;
#[cfg(test)]
mod tests;

use catalog_core::model::{DiagnosticCode, FoundBy, Severity};

use super::{
    ManifestFile, ManifestReading, Siblings,
    reading::{Documents, Recognition, Remark, name_of, read_documents},
    yaml::{Node, YamlDocument},
};
use crate::limits::ManifestLimits;
use document::{Envelope, is_no_catalog_document, judge};
use kind::KnownKind;
use placeholder::Includes;

/// Whether a path has a name under which catalog descriptors are found.
pub fn has_manifest_name(path: &str) -> bool {
    let name = name_of(path);
    matches!(name, "catalog-info.yaml" | "catalog-info.yml" | "catalog-info.json")
        || name.ends_with(".catalog-info.yaml")
        || name.ends_with(".catalog-info.yml")
}

/// Reads a file as a catalog descriptor.
pub fn read(file: &ManifestFile<'_>, siblings: &dyn Siblings, limits: &ManifestLimits) -> ManifestReading {
    let mut includes = Includes::new(file.path, siblings, limits);
    let reading = read_documents(file, limits, &Recognition::EVERY, |documents, yaml| {
        read_document(documents, yaml, &mut includes);
    });
    ManifestReading { inputs: includes.finish(), ..reading }
}

fn read_document<'f>(documents: &mut Documents<'f>, yaml: &YamlDocument<'_>, includes: &mut Includes<'f>) {
    let root = yaml.root();
    if !root.is_mapping() {
        return documents.refuse_with(root, "document", "a mapping", None);
    }
    let (found_by, limits) = (documents.file.found_by, documents.limits);
    let name = root.get("metadata").and_then(|metadata| metadata.get("name"));
    let is_skeleton = documents.is_skeleton(name.into_iter().chain(root.get("kind")));
    if is_skeleton || is_no_catalog_document(root) || is_other_format(found_by, root) {
        documents.pass_over(root.position(), true, |remarks| {
            judge(root, remarks);
        });
        if !is_skeleton && found_by != FoundBy::Content {
            documents.remarks.begin_document(yaml.index, false);
            let message = "the document has neither `apiVersion` nor `kind`, and is no catalog entity";
            let remark = Remark::new(DiagnosticCode::MissingField, root, message);
            documents.remarks.push(remark.severity(Severity::Warning));
            documents.remarks.end_document();
        }
        return;
    }
    let mut targets = Vec::new();
    documents.read_one(root.position(), |remarks| {
        let envelope = judge(root, remarks);
        includes.look_for_all(yaml, remarks);
        if let Envelope { known_kind: Some(KnownKind::Location), spec: Some(spec), .. } = envelope {
            targets = location::read_targets(spec, yaml.index, limits.entity_relations_max);
        }
        declare::declare(envelope, remarks, includes, limits)
    });
    documents.reading.location_targets.extend(targets);
}

/// Whether a document that was found by its content is of another format that shares its file.
fn is_other_format(found_by: FoundBy, root: Node<'_>) -> bool {
    let version = root.get("apiVersion").and_then(Node::text);
    found_by == FoundBy::Content && !version.is_some_and(|version| version.contains("backstage.io/"))
}
