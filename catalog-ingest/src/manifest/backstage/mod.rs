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

use catalog_core::model::{DiagnosticCode, Document, FoundBy, Position, Severity};

use super::{
    ManifestFile, ManifestReading, Siblings,
    reading::{Place, Remark, Remarks, is_skeleton, is_skeleton_text, skeleton_note},
    text::decode,
    yaml::{YamlDocument, YamlFault, read_yaml},
};
use crate::limits::ManifestLimits;
use document::{Envelope, is_no_catalog_document, judge};
use kind::KnownKind;
use placeholder::Includes;

/// Whether a path has a name under which catalog descriptors are found.
pub fn has_manifest_name(path: &str) -> bool {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    matches!(name, "catalog-info.yaml" | "catalog-info.yml" | "catalog-info.json")
        || name.ends_with(".catalog-info.yaml")
        || name.ends_with(".catalog-info.yml")
}

/// Reads a file as a catalog descriptor.
pub fn read(file: &ManifestFile<'_>, siblings: &dyn Siblings, limits: &ManifestLimits) -> ManifestReading {
    let text = match decode(file.path, file.bytes) {
        Ok(text) => text,
        Err(diagnostic) => {
            return ManifestReading {
                diagnostics: vec![*diagnostic],
                broken: true,
                ..ManifestReading::default()
            };
        }
    };
    let pieces = read_yaml(text, limits);
    let mut reading = FileReading {
        file,
        limits,
        remarks: Remarks::new(file.path, text, limits.diagnostics_max),
        includes: Includes::new(file.path, siblings, limits),
        is_skeleton_text: None,
        skeleton_noted: false,
        reading: ManifestReading::default(),
    };
    if pieces.is_empty() {
        let remark =
            Remark::new(DiagnosticCode::EmptyManifest, Place::default(), "the file holds no document");
        reading.remarks.push(remark);
    }
    for piece in pieces {
        match piece {
            Ok(document) => reading.read_document(&document),
            Err(fault) => reading.read_fault(fault),
        }
    }
    ManifestReading {
        inputs: reading.includes.finish(),
        diagnostics: reading.remarks.finish(),
        ..reading.reading
    }
}

struct FileReading<'f> {
    file: &'f ManifestFile<'f>,
    limits: &'f ManifestLimits,
    remarks: Remarks<'f>,
    includes: Includes<'f>,
    /// Found out with the first document that is no YAML.
    is_skeleton_text: Option<bool>,
    skeleton_noted: bool,
    reading: ManifestReading,
}

impl FileReading<'_> {
    fn read_fault(&mut self, fault: YamlFault) {
        self.reading.broken = true;
        let text = self.remarks.text();
        if fault.code == DiagnosticCode::YamlSyntax
            && *self.is_skeleton_text.get_or_insert_with(|| is_skeleton_text(text))
        {
            return self.note_skeleton();
        }
        self.remarks.begin_document(fault.document, false);
        let place = Place { position: fault.position, length: 1 };
        let suggestion = fault.suggestion.map(Into::into);
        self.remarks.push(Remark::new(fault.code, place, fault.message).suggest_maybe(suggestion));
        self.remarks.end_document();
    }

    fn read_document(&mut self, yaml: &YamlDocument<'_>) {
        let root = yaml.root();
        if !root.is_mapping() {
            self.reading.broken = true;
            self.remarks.begin_document(yaml.index, false);
            let message = format!("the document is {}, expected a mapping", root.described());
            let remark = Remark::new(DiagnosticCode::DocumentNotMapping, root, message);
            self.remarks.push(remark.problem("the document is not an object"));
            let problems = self.remarks.end_document();
            self.push_document(yaml.index, root.position(), problems, None);
            return;
        }
        let name = root.get("metadata").and_then(|metadata| metadata.get("name"));
        let is_skeleton = is_skeleton(name.into_iter().chain(root.get("kind")));
        let is_foreign = is_no_catalog_document(root) || self.is_other_format(yaml);
        self.remarks.begin_document(yaml.index, is_skeleton || is_foreign);
        let envelope = judge(root, &mut self.remarks);
        if is_skeleton || is_foreign {
            let problems = self.remarks.end_document();
            if is_skeleton {
                self.note_skeleton();
            } else if self.file.found_by != FoundBy::Content {
                self.remarks.begin_document(yaml.index, false);
                let message = "the document has neither `apiVersion` nor `kind`, and is no catalog entity";
                let remark =
                    Remark::new(DiagnosticCode::MissingField, root, message).severity(Severity::Warning);
                self.remarks.push(remark);
                self.remarks.end_document();
            }
            self.push_document(yaml.index, root.position(), problems, None);
            return;
        }
        self.includes.look_for_all(yaml, &mut self.remarks);
        let declaration = declare::declare(envelope, &mut self.remarks, &self.includes, self.limits);
        if let Envelope { known_kind: Some(KnownKind::Location), spec: Some(spec), .. } = envelope {
            let targets = location::read_targets(spec, yaml.index, self.limits.entity_relations_max);
            self.reading.location_targets.extend(targets);
        }
        let problems = self.remarks.end_document();
        // An entity without a readable name may be one that was declared before.
        self.reading.broken |= declaration.is_none();
        self.push_document(yaml.index, root.position(), problems, declaration);
    }

    /// Whether a document that was found by its content is of another format that shares its file.
    fn is_other_format(&self, yaml: &YamlDocument<'_>) -> bool {
        self.file.found_by == FoundBy::Content
            && !yaml
                .root()
                .get("apiVersion")
                .and_then(super::yaml::Node::text)
                .is_some_and(|version| version.contains("backstage.io/"))
    }

    fn push_document(
        &mut self,
        index: u32,
        position: Position,
        problems: Vec<Box<str>>,
        declaration: Option<catalog_core::model::Declaration>,
    ) {
        let strict = problems.is_empty();
        self.reading.documents.push(Document { index, position, strict, problems, declaration, stale: None });
    }

    /// Says once for the file that it is a skeleton.
    fn note_skeleton(&mut self) {
        if !self.skeleton_noted {
            self.skeleton_noted = true;
            self.remarks.push(skeleton_note());
        }
    }
}
