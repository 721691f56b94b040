//! The documents of a file whose format is YAML that includes nothing, one after the other.
//!
//! A format says which roots are its own; a file that holds none of them only shares its name with
//! manifests and is foreign. What cannot be taken apart is told by the words that it holds.

use catalog_core::model::{Declaration, DiagnosticCode, Document, Position, grouped};

use super::{Place, Remark, Remarks};
use crate::{
    limits::ManifestLimits,
    manifest::{
        ManifestFile, ManifestReading,
        text::decode,
        yaml::{Node, YamlDocument, YamlFault, read_yaml},
    },
};

/// What tells the files of a format from others of the same name.
pub(crate) struct Recognition {
    /// Whether the root of a document is of the format.
    pub(crate) is_ours: fn(Node<'_>) -> bool,
    /// The words that a file of the format holds, all of them, for a file that cannot be taken apart.
    pub(crate) words: &'static [&'static str],
    /// Whether a file without any document is of the format.
    pub(crate) empty_is_ours: bool,
    /// What to write instead of a line at which the YAML breaks, where that can be told.
    pub(crate) advice: fn(&str) -> Option<&'static str>,
}

/// A file that is being read, document by document.
pub(crate) struct Documents<'f> {
    pub(crate) file: &'f ManifestFile<'f>,
    pub(crate) limits: &'f ManifestLimits,
    pub(crate) remarks: Remarks<'f>,
    reading: ManifestReading,
    /// The number of the next document.
    next: u32,
    skeleton_noted: bool,
    too_many_said: bool,
}

/// Reads a file: `read` is given every document of the format whose YAML is good.
pub(crate) fn read_documents<'f>(
    file: &'f ManifestFile<'f>,
    limits: &'f ManifestLimits,
    recognition: &Recognition,
    read: &mut dyn FnMut(&mut Documents<'f>, &YamlDocument<'_>),
) -> ManifestReading {
    let foreign = || ManifestReading { foreign: true, ..ManifestReading::default() };
    let text = match decode(file.path, file.bytes) {
        Ok(text) => text,
        Err(diagnostic) => {
            let held = String::from_utf8_lossy(file.bytes);
            // A pointer says nothing of what it points at, and so no more than the name of the file.
            let is_ours = diagnostic.code == DiagnosticCode::ManifestIsPointer
                || recognition.words.iter().all(|word| held.contains(word));
            return if is_ours {
                ManifestReading { diagnostics: vec![*diagnostic], broken: true, ..ManifestReading::default() }
            } else {
                foreign()
            };
        }
    };
    let pieces = read_yaml(text, limits);
    let has_fault = pieces.iter().any(Result::is_err);
    let is_ours = |piece: &Result<YamlDocument<'_>, YamlFault>| {
        piece.as_ref().is_ok_and(|document| (recognition.is_ours)(document.root()))
    };
    let is_recognised = if pieces.is_empty() {
        recognition.empty_is_ours
    } else {
        pieces.iter().any(is_ours) || (has_fault && recognition.words.iter().all(|word| text.contains(word)))
    };
    if !is_recognised {
        return foreign();
    }
    let mut documents = Documents {
        file,
        limits,
        remarks: Remarks::new(file.path, text, limits.diagnostics_max),
        reading: ManifestReading::default(),
        next: 0,
        skeleton_noted: false,
        too_many_said: false,
    };
    if pieces.is_empty() {
        let remark =
            Remark::new(DiagnosticCode::EmptyManifest, Place::default(), "the file holds no document");
        documents.remarks.push(remark);
    }
    for piece in pieces {
        match piece {
            Ok(document) => {
                documents.next = documents.next.max(document.index);
                read(&mut documents, &document);
            }
            Err(fault) => documents.read_fault(fault, recognition),
        }
    }
    ManifestReading { diagnostics: documents.remarks.finish(), ..documents.reading }
}

impl<'f> Documents<'f> {
    /// Reads one document, or one item of a document that is a list of them.
    ///
    /// A document of which not even the entity's name can be read may be one that was declared before,
    /// and leaves the file broken.
    pub(crate) fn read_one(
        &mut self,
        position: Position,
        declare: impl FnOnce(&mut Remarks<'f>) -> Option<Declaration>,
    ) {
        let index = self.next;
        self.next = index.saturating_add(1);
        if usize::try_from(index).is_ok_and(|index| index >= self.limits.yaml_documents_max) {
            if !std::mem::replace(&mut self.too_many_said, true) {
                self.say_too_many(position);
            }
            self.reading.broken = true;
            return;
        }
        self.remarks.begin_document(index, false);
        let declaration = declare(&mut self.remarks);
        let problems = self.remarks.end_document();
        self.reading.broken |= declaration.is_none();
        let strict = problems.is_empty();
        self.reading.documents.push(Document { index, position, strict, problems, declaration, stale: None });
    }

    /// Says of `what`, a document or an item of one, that it is no mapping.
    pub(crate) fn refuse(&mut self, root: Node<'_>, what: &str, expected: &str) {
        self.read_one(root.position(), |remarks| {
            let message = format!("the {what} is {}, expected {expected}", root.described());
            let remark = Remark::new(DiagnosticCode::DocumentNotMapping, root, message);
            remarks.push(remark.problem(format!("the {what} is not an object")));
            None
        });
    }

    /// Whether a name is to be filled in, so that its document is the skeleton of one; says so once.
    pub(crate) fn is_skeleton(&mut self, name: Node<'_>) -> bool {
        let is_skeleton = match name.scalar() {
            Some(text) => has_markup(text),
            // Without quotes, `{{ name }}` is a mapping whose key is a mapping.
            None => name.is_mapping() && has_markup(self.remarks.text()),
        };
        if is_skeleton {
            self.note_skeleton();
        }
        is_skeleton
    }

    fn read_fault(&mut self, fault: YamlFault, recognition: &Recognition) {
        self.reading.broken = true;
        if fault.code == DiagnosticCode::YamlSyntax && has_markup(self.remarks.text()) {
            return self.note_skeleton();
        }
        let index = self.next.max(fault.document);
        self.next = index.saturating_add(1);
        self.remarks.begin_document(index, false);
        let place = Place { position: fault.position, length: 1 };
        let line = fault
            .position
            .line
            .checked_sub(1)
            .and_then(|line| self.remarks.text().lines().nth(usize::try_from(line).ok()?));
        let advice = line.filter(|_| fault.code == DiagnosticCode::YamlSyntax).and_then(recognition.advice);
        let suggestion = advice.or(fault.suggestion).map(Into::into);
        self.remarks.push(Remark::new(fault.code, place, fault.message).suggest_maybe(suggestion));
        self.remarks.end_document();
    }

    fn note_skeleton(&mut self) {
        if !std::mem::replace(&mut self.skeleton_noted, true) {
            let message = "the file holds template markup, and is a skeleton of manifests";
            self.remarks.push(Remark::new(DiagnosticCode::TemplateSkeleton, Place::default(), message));
        }
    }

    fn say_too_many(&mut self, position: Position) {
        let limit = grouped(self.limits.yaml_documents_max);
        let message = format!(
            "the file declares more entities than the limit `yaml.documents_max` of {limit}; the rest is not read"
        );
        let place = Place { position, length: 0 };
        self.remarks.push(Remark::new(DiagnosticCode::YamlLimit, place, message).suggest("split the file"));
    }
}

/// Whether a text holds the markup of templates.
fn has_markup(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}
