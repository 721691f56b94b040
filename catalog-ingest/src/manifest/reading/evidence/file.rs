//! A file of evidence while it is read: its documents, what is said about it, and what it is read from.

use std::collections::BTreeMap;

use catalog_core::model::{
    ContentId, Declaration, DiagnosticCode, EntityRef, ManifestInput, Position, RelationClass, Severity,
};

use crate::{
    limits::ManifestLimits,
    manifest::{
        ManifestFile, ManifestReading, Siblings,
        reading::{Documents, Pieces, Place, Reader, Recognition, Remark, Remarks, has_markup},
        yaml::{Node, YamlDocument},
    },
};

/// A file of evidence that is being read.
///
/// Its documents are numbered in the order in which they are declared, since one YAML document of these
/// formats may speak of many entities.
pub(crate) struct Evidence<'f> {
    pub(crate) file: &'f ManifestFile<'f>,
    pub(crate) limits: &'f ManifestLimits,
    pub(crate) documents: Documents<'f>,
    siblings: &'f dyn Siblings,
    inputs: BTreeMap<String, Option<ContentId>>,
    template_noted: bool,
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
    let (mut documents, pieces) = match Documents::open(file, limits, &Recognition::EVERY) {
        Ok(opened) => opened,
        Err(reading) => return as_warnings(*reading),
    };
    documents.entities_max = usize::MAX;
    let inputs = BTreeMap::new();
    let mut evidence = Evidence { file, limits, documents, siblings, inputs, template_noted: false };
    if is_template(&pieces, evidence.documents.remarks.text()) {
        evidence.note_template();
    } else if !pieces.is_empty() {
        let mut good = Vec::new();
        for piece in pieces {
            match piece {
                Ok(document) => good.push(document),
                Err(fault) => evidence.documents.push_fault(&fault),
            }
        }
        read(&mut evidence, &good);
    }
    let input = |(path, content): (String, _)| ManifestInput { path: path.into(), content };
    let inputs = evidence.inputs.into_iter().map(input).collect();
    as_warnings(ManifestReading { inputs, ..evidence.documents.finish() })
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
        let limits = self.limits;
        self.documents.read_one(position, |remarks| {
            say(remarks);
            if declaration.is_none() && !remarks.has_problems() {
                let message = "nothing of this name can name an entity, expected letters or digits";
                let remark = Remark::new(DiagnosticCode::FieldFormat, position, message);
                remarks.push(remark.problem("the name is not valid"));
            }
            let mut reader = Reader::new(declaration?, remarks, limits);
            // What people refer to in additions is not local to the place where they write.
            reader.ref_namespace = EntityRef::DEFAULT_NAMESPACE.into();
            reader.relation_class = RelationClass::Deployed;
            read(&mut reader);
            reader.cut_description();
            Some(reader.finish())
        });
    }

    /// Says something about the file, and not about one of the entities in it.
    pub(crate) fn remark(&mut self, remark: Remark) {
        self.documents.remarks.push(remark);
    }

    /// Whether a document is a mapping; says so where it is not.
    pub(crate) fn is_mapping(&mut self, root: Node<'_>) -> bool {
        if !root.is_mapping() {
            self.documents.reading.broken = true;
            let message = format!("the document is {}, expected a mapping", root.described());
            self.remark(Remark::new(DiagnosticCode::DocumentNotMapping, root, message));
        }
        root.is_mapping()
    }

    /// Says once for the file that it is a template.
    pub(crate) fn note_template(&mut self) {
        let message = "the file holds template markup, and says nothing before it is filled in";
        self.note_once(Place::default(), message);
    }

    /// Says once for the file that a name waits for somebody to fill it in.
    pub(crate) fn note_placeholder(&mut self, node: Node<'_>) {
        self.note_once(node.into(), "a name holds a placeholder, and is not read before that is filled in");
    }

    fn note_once(&mut self, place: Place, message: &str) {
        if !std::mem::replace(&mut self.template_noted, true) {
            self.remark(Remark::new(DiagnosticCode::TemplateSkeleton, place, message));
        }
    }

    /// Takes the file for something that only looks like a manifest.
    pub(crate) fn take_for_foreign(&mut self) {
        self.documents.reading.foreign = true;
    }

    /// The same, where no document was declared and nothing is wrong with any.
    pub(crate) fn take_for_foreign_if_silent(&mut self) {
        let reading = &mut self.documents.reading;
        reading.foreign |= reading.documents.is_empty() && !reading.broken && !self.template_noted;
    }
}

/// The reading with no diagnostic that is worse than a warning, in the order of the file.
fn as_warnings(mut reading: ManifestReading) -> ManifestReading {
    for diagnostic in &mut reading.diagnostics {
        diagnostic.severity = diagnostic.severity.min(Severity::Warning);
    }
    reading.diagnostics.sort_by_key(|diagnostic| diagnostic.position);
    reading
}

/// Whether a file is to be filled in, so that its markup is no YAML or stands where the reader looks for names.
fn is_template(pieces: &Pieces<'_>, text: &str) -> bool {
    has_markup(text)
        && pieces.iter().any(|piece| match piece {
            Ok(document) => is_named_by_markup(document),
            Err(fault) => fault.code == DiagnosticCode::YamlSyntax,
        })
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
