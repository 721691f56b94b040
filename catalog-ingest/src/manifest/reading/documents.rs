//! The documents of a YAML file one by one, for formats in which each declares at most one entity.
//!
//! What every format does with a file that cannot be taken apart, with skeletons and with documents that
//! are no mapping is done here; what a document means is the format's own.

use catalog_core::model::{Declaration, DiagnosticCode, Document};

use super::{Place, Remark, Remarks, is_skeleton, is_skeleton_text, skeleton_note};
use crate::{
    limits::ManifestLimits,
    manifest::{
        ManifestFile, ManifestReading,
        text::decode,
        yaml::{Node, YamlDocument, YamlFault},
    },
};

/// A file's documents, and what could not be taken apart.
pub(crate) type Pieces<'t> = [Result<YamlDocument<'t>, YamlFault>];

/// What a document whose root is a mapping turned out to be.
pub(crate) enum Outcome {
    /// It declares an entity.
    Declared(Box<Declaration>),
    /// It is fine, and declares none.
    Silent,
    /// It may have declared an entity before, which cannot be told any more.
    Unreadable,
}

impl Outcome {
    /// The outcome of reading a declaration, where one is expected.
    pub(crate) fn of(declaration: Option<Declaration>) -> Self {
        declaration.map_or(Self::Unreadable, |declaration| Self::Declared(Box::new(declaration)))
    }
}

/// The text of a file, or the reading that says why there is none.
pub(crate) fn text_of<'f>(file: &ManifestFile<'f>) -> Result<&'f str, Box<ManifestReading>> {
    decode(file.path, file.bytes).map_err(|diagnostic| {
        let diagnostics = vec![*diagnostic];
        Box::new(ManifestReading { diagnostics, broken: true, ..ManifestReading::default() })
    })
}

/// The documents of a file that could be taken apart.
pub(crate) fn readable<'p>(pieces: &'p Pieces<'p>) -> impl Iterator<Item = &'p YamlDocument<'p>> {
    pieces.iter().filter_map(|piece| piece.as_ref().ok())
}

/// Reads every document of a file in its order.
///
/// `names` gives the nodes that name what a document declares, by which skeletons are told; `read`
/// judges and reads a document whose root is a mapping.
pub(crate) fn read_each<'p>(
    file: &ManifestFile<'p>,
    text: &'p str,
    pieces: &'p Pieces<'p>,
    limits: &ManifestLimits,
    names: fn(Node<'p>) -> Vec<Node<'p>>,
    read: &mut dyn FnMut(&'p YamlDocument<'p>, &mut Remarks<'p>) -> Outcome,
) -> ManifestReading {
    let mut remarks = Remarks::new(file.path, text, limits.diagnostics_max);
    let mut reading = ManifestReading::default();
    if pieces.is_empty() {
        let message = "the file holds no document";
        remarks.push(Remark::new(DiagnosticCode::EmptyManifest, Place::default(), message));
    }
    let mut is_text_skeleton = None;
    let mut skeleton_noted = false;
    for piece in pieces {
        let is_skeleton = match piece {
            Ok(document) => document.root().is_mapping() && is_skeleton(names(document.root())),
            Err(fault) => {
                fault.code == DiagnosticCode::YamlSyntax
                    && *is_text_skeleton.get_or_insert_with(|| is_skeleton_text(text))
            }
        };
        if is_skeleton && !skeleton_noted {
            skeleton_noted = true;
            remarks.push(skeleton_note());
        }
        let yaml = match piece {
            Ok(yaml) => yaml,
            Err(fault) => {
                reading.broken = true;
                if !is_skeleton {
                    push_fault(fault, &mut remarks);
                }
                continue;
            }
        };
        let root = yaml.root();
        remarks.begin_document(yaml.index, is_skeleton);
        let declaration = if is_skeleton {
            let message = "the document is a template skeleton";
            remarks.push(Remark::new(DiagnosticCode::TemplateSkeleton, root, message).problem(message));
            None
        } else if !root.is_mapping() {
            reading.broken = true;
            let message = format!("the document is {}, expected a mapping", root.described());
            let remark = Remark::new(DiagnosticCode::DocumentNotMapping, root, message);
            remarks.push(remark.problem("the document is not a mapping").suggest("write `key: value` pairs"));
            None
        } else {
            match read(yaml, &mut remarks) {
                Outcome::Declared(declaration) => Some(*declaration),
                Outcome::Silent => None,
                Outcome::Unreadable => {
                    reading.broken = true;
                    None
                }
            }
        };
        let problems = remarks.end_document();
        reading.documents.push(Document {
            index: yaml.index,
            position: root.position(),
            strict: problems.is_empty(),
            problems,
            declaration,
            stale: None,
        });
    }
    ManifestReading { diagnostics: remarks.finish(), ..reading }
}

fn push_fault(fault: &YamlFault, remarks: &mut Remarks<'_>) {
    remarks.begin_document(fault.document, false);
    let place = Place { position: fault.position, length: 1 };
    let remark = Remark::new(fault.code, place, fault.message.clone());
    remarks.push(remark.suggest_maybe(fault.suggestion.map(Into::into)));
    remarks.end_document();
}
