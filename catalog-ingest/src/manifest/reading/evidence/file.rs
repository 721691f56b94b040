//! A file of evidence while it is read: its documents, what is said about it, and what it is read from.

use std::collections::BTreeMap;

use catalog_core::model::{
    ContentId, Declaration, DiagnosticCode, Document, EntityRef, ManifestInput, Position, RelationClass,
    Severity,
};

use crate::{
    limits::ManifestLimits,
    manifest::{
        ManifestFile, ManifestReading, Siblings,
        reading::{Place, Reader, Remark, Remarks},
        text::decode,
        yaml::{Node, YamlDocument, read_yaml},
    },
};

/// A file of evidence that is being read.
///
/// Its documents are numbered in the order in which they are declared, since one YAML document of these
/// formats may speak of many entities.
pub(crate) struct Evidence<'f> {
    pub(crate) file: &'f ManifestFile<'f>,
    pub(crate) limits: &'f ManifestLimits,
    pub(crate) remarks: Remarks<'f>,
    siblings: &'f dyn Siblings,
    inputs: BTreeMap<String, Option<ContentId>>,
    template_noted: bool,
    documents: Vec<Document>,
    broken: bool,
    foreign: bool,
}

/// Reads a file of YAML (or JSON) whose good documents `read` understands.
///
/// A template is no YAML before it is filled in: a file that is none because of its markup, or whose
/// documents are named by it, gives one note and nothing else.
pub(crate) fn read_evidence(
    file: &ManifestFile<'_>,
    siblings: &dyn Siblings,
    limits: &ManifestLimits,
    read: impl FnOnce(&mut Evidence<'_>, &[YamlDocument<'_>]),
) -> ManifestReading {
    let text = match decode(file.path, file.bytes) {
        Ok(text) => text,
        Err(mut diagnostic) => {
            diagnostic.severity = diagnostic.severity.min(Severity::Warning);
            return ManifestReading {
                diagnostics: vec![*diagnostic],
                broken: true,
                ..ManifestReading::default()
            };
        }
    };
    let pieces = read_yaml(text, limits);
    let mut evidence = Evidence {
        file,
        limits,
        remarks: Remarks::new(file.path, text, limits.diagnostics_max),
        siblings,
        inputs: BTreeMap::new(),
        template_noted: false,
        documents: Vec::new(),
        broken: false,
        foreign: false,
    };
    let is_template = has_markup(text)
        && pieces.iter().any(|piece| match piece {
            Ok(document) => is_named_by_markup(document),
            Err(fault) => fault.code == DiagnosticCode::YamlSyntax,
        });
    if is_template {
        evidence.note_template();
        return evidence.finish();
    }
    let mut documents = Vec::new();
    for piece in pieces {
        match piece {
            Ok(document) => documents.push(document),
            Err(fault) => {
                evidence.broken = true;
                let place = Place { position: fault.position, length: 1 };
                let suggestion = fault.suggestion.map(Into::into);
                let remark = Remark::new(fault.code, place, fault.message);
                evidence.remarks.push(remark.suggest_maybe(suggestion));
            }
        }
    }
    if documents.is_empty() && !evidence.broken {
        let message = "the file holds no document";
        evidence.remarks.push(Remark::new(DiagnosticCode::EmptyManifest, Place::default(), message));
        return evidence.finish();
    }
    read(&mut evidence, &documents);
    evidence.finish()
}

impl<'f> Evidence<'f> {
    /// Another file of the commit, which is noted as one that this file is read from.
    pub(crate) fn sibling(&mut self, path: &str) -> Option<Vec<u8>> {
        let found = self.siblings.read(path);
        let content = found.as_ref().map(|(content, _)| *content);
        self.inputs.insert(path.to_owned(), content);
        found.map(|(_, bytes)| bytes)
    }

    /// Reads a document about one entity. What `read` says is a problem makes it not strict.
    pub(crate) fn declare(
        &mut self,
        declaration: Option<Declaration>,
        position: Position,
        read: impl FnOnce(&mut Reader<'_, 'f>),
    ) {
        self.declare_after(declaration, position, |_| {}, read);
    }

    /// The same, where there is something to be said whether or not the entity has a name.
    pub(crate) fn declare_after(
        &mut self,
        declaration: Option<Declaration>,
        position: Position,
        say: impl FnOnce(&mut Remarks<'f>),
        read: impl FnOnce(&mut Reader<'_, 'f>),
    ) {
        let index = u32::try_from(self.documents.len()).unwrap_or(u32::MAX);
        self.remarks.begin_document(index, false);
        say(&mut self.remarks);
        if declaration.is_none() && !self.remarks.has_problems() {
            let message = "nothing of this name can name an entity, expected letters or digits";
            let place = Place { position, length: 0 };
            let remark = Remark::new(DiagnosticCode::FieldFormat, place, message);
            self.remarks.push(remark.problem("the name is not valid"));
        }
        let declaration = declaration.map(|declaration| {
            let mut reader = Reader::new(declaration, &mut self.remarks, self.limits);
            // What people refer to in additions is not local to the place where they write.
            reader.ref_namespace = EntityRef::DEFAULT_NAMESPACE.into();
            reader.relation_class = RelationClass::Deployed;
            read(&mut reader);
            reader.cut_description();
            reader.finish()
        });
        let problems = self.remarks.end_document();
        // An entity without a readable name may be one that was declared before.
        self.broken |= declaration.is_none();
        let strict = problems.is_empty();
        self.documents.push(Document { index, position, strict, problems, declaration, stale: None });
    }

    /// Whether a document is a mapping; says so where it is not.
    pub(crate) fn is_mapping(&mut self, root: Node<'_>) -> bool {
        if !root.is_mapping() {
            self.broken = true;
            let message = format!("the document is {}, expected a mapping", root.described());
            self.remarks.push(Remark::new(DiagnosticCode::DocumentNotMapping, root, message));
        }
        root.is_mapping()
    }

    /// Says once for the file that it is a template.
    pub(crate) fn note_template(&mut self) {
        if !self.template_noted {
            self.template_noted = true;
            let message = "the file holds template markup, and says nothing before it is filled in";
            self.remarks.push(Remark::new(DiagnosticCode::TemplateSkeleton, Place::default(), message));
        }
    }

    /// Says once for the file that a name waits for somebody to fill it in.
    pub(crate) fn note_placeholder(&mut self, node: Node<'_>) {
        if !self.template_noted {
            self.template_noted = true;
            let message = "a name holds a placeholder, and is not read before that is filled in";
            self.remarks.push(Remark::new(DiagnosticCode::TemplateSkeleton, node, message));
        }
    }

    /// Takes the file for something that only looks like a manifest.
    pub(crate) fn take_for_foreign(&mut self) {
        self.foreign = true;
    }

    /// The same, where no document was declared and nothing is wrong with any.
    pub(crate) fn take_for_foreign_if_silent(&mut self) {
        self.foreign |= self.documents.is_empty() && !self.broken && !self.template_noted;
    }

    fn finish(self) -> ManifestReading {
        let mut diagnostics = self.remarks.finish();
        for diagnostic in &mut diagnostics {
            diagnostic.severity = diagnostic.severity.min(Severity::Warning);
        }
        diagnostics.sort_by_key(|diagnostic| diagnostic.position);
        let input = |(path, content): (String, _)| ManifestInput { path: path.into(), content };
        ManifestReading {
            documents: self.documents,
            inputs: self.inputs.into_iter().map(input).collect(),
            diagnostics,
            broken: self.broken,
            foreign: self.foreign,
            ..ManifestReading::default()
        }
    }
}

/// Whether a text holds the markup of Go templates, Jinja or their like.
fn has_markup(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

/// Whether something that the reader looks for is to be filled in: a name, a kind, a version, or anything
/// without quotes, since `{{ name }}` is then a mapping whose key is a mapping.
fn is_named_by_markup(document: &YamlDocument<'_>) -> bool {
    let root = document.root();
    let name = root.get("metadata").and_then(|metadata| metadata.get("name"));
    [root.get("kind"), root.get("apiVersion"), root.get("name"), name]
        .into_iter()
        .flatten()
        .any(|node| node.scalar().is_some_and(has_markup))
        || document.nodes().any(|node| node.entries().any(|entry| entry.key.is_mapping()))
}
