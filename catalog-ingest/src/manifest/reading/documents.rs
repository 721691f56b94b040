//! A file taken apart into its documents.
//!
//! A format says which files are its own; others only share a name with manifests and are foreign. What
//! every format does with what cannot be taken apart, with skeletons of manifests and with documents that
//! are no mapping is done here; what a document means is the format's own.

use catalog_core::model::{Declaration, DiagnosticCode, Document, Position, grouped};

use super::{Place, Remark, Remarks, is_skeleton, is_skeleton_text, skeleton_note};
use crate::{
    limits::ManifestLimits,
    manifest::{
        ManifestFile, ManifestReading,
        text::decode,
        yaml::{Node, YamlDocument, YamlFault, read_yaml},
    },
};

/// A file's documents, and what could not be taken apart.
pub(crate) type Pieces<'t> = [Result<YamlDocument<'t>, YamlFault>];

/// What tells the files of a format from others of the same name.
pub(crate) struct Recognition {
    /// Whether the root of a document is of the format.
    pub(crate) is_ours: fn(Node<'_>) -> bool,
    /// Whether a text that cannot be taken apart holds the words of the format.
    pub(crate) has_words: fn(&str) -> bool,
    /// Whether a file without any document is of the format.
    pub(crate) empty_is_ours: bool,
    /// What to write instead of a line at which the YAML breaks, where that can be told.
    pub(crate) advice: fn(&str) -> Option<&'static str>,
}

impl Recognition {
    /// Takes every file for one of the format.
    pub(crate) const EVERY: Self =
        Self { is_ours: |_| true, has_words: |_| true, empty_is_ours: true, advice: |_| None };

    fn recognises(&self, pieces: &Pieces<'_>, text: &str) -> bool {
        if pieces.is_empty() {
            return self.empty_is_ours;
        }
        pieces.iter().flatten().any(|document| (self.is_ours)(document.root()))
            || (pieces.iter().any(Result::is_err) && (self.has_words)(text))
    }
}

/// A file that is being read, document by document.
pub(crate) struct Documents<'f> {
    pub(crate) file: &'f ManifestFile<'f>,
    pub(crate) limits: &'f ManifestLimits,
    pub(crate) remarks: Remarks<'f>,
    pub(crate) reading: ManifestReading,
    /// How many entities the file may declare.
    pub(crate) entities_max: usize,
    advice: fn(&str) -> Option<&'static str>,
    /// The number of the next document.
    next: u32,
    /// Found out with the first document that is no YAML.
    is_skeleton_text: Option<bool>,
    skeleton_noted: bool,
    too_many_said: bool,
}

/// Reads a file: `read` is given every document whose YAML is good, in the order of the file.
pub(crate) fn read_documents<'f>(
    file: &'f ManifestFile<'f>,
    limits: &'f ManifestLimits,
    recognition: &Recognition,
    mut read: impl FnMut(&mut Documents<'f>, &YamlDocument<'_>),
) -> ManifestReading {
    read_pieces(file, limits, recognition, |documents, pieces| {
        documents.read_each(pieces, |documents, yaml| read(documents, yaml));
    })
}

/// Reads a file: `read` is given all its documents at once.
pub(crate) fn read_pieces<'f>(
    file: &'f ManifestFile<'f>,
    limits: &'f ManifestLimits,
    recognition: &Recognition,
    read: impl FnOnce(&mut Documents<'f>, &Pieces<'_>),
) -> ManifestReading {
    match Documents::open(file, limits, recognition) {
        Ok((mut documents, pieces)) => {
            read(&mut documents, &pieces);
            documents.finish()
        }
        Err(reading) => *reading,
    }
}

impl<'f> Documents<'f> {
    /// Takes a file apart, or gives what is read of one that is not of the format or no text.
    pub(crate) fn open(
        file: &'f ManifestFile<'f>,
        limits: &'f ManifestLimits,
        recognition: &Recognition,
    ) -> Result<(Self, Box<Pieces<'f>>), Box<ManifestReading>> {
        let foreign = || Box::new(ManifestReading { foreign: true, ..ManifestReading::default() });
        let text = decode(file.path, file.bytes).map_err(|diagnostic| {
            // A pointer says nothing of what it points at, and so no more than the name of the file.
            let is_ours = diagnostic.code == DiagnosticCode::ManifestIsPointer
                || (recognition.has_words)(&String::from_utf8_lossy(file.bytes));
            if is_ours { Box::new(ManifestReading::refused(*diagnostic)) } else { foreign() }
        })?;
        let pieces = read_yaml(text, limits);
        if !recognition.recognises(&pieces, text) {
            return Err(foreign());
        }
        let mut remarks = Remarks::new(file.path, text, limits.diagnostics_max);
        if pieces.is_empty() {
            let message = "the file holds no document";
            remarks.push(Remark::new(DiagnosticCode::EmptyManifest, Place::default(), message));
        }
        let documents = Self {
            file,
            limits,
            remarks,
            reading: ManifestReading::default(),
            entities_max: limits.yaml_documents_max,
            advice: recognition.advice,
            next: 0,
            is_skeleton_text: None,
            skeleton_noted: false,
            too_many_said: false,
        };
        Ok((documents, pieces.into()))
    }

    /// What was read.
    pub(crate) fn finish(self) -> ManifestReading {
        ManifestReading { diagnostics: self.remarks.finish(), ..self.reading }
    }

    /// Gives every document whose YAML is good to `read`, and says what is wrong with the others.
    pub(crate) fn read_each<'p>(
        &mut self,
        pieces: &'p Pieces<'p>,
        mut read: impl FnMut(&mut Self, &'p YamlDocument<'p>),
    ) {
        for piece in pieces {
            match piece {
                Ok(document) => {
                    self.next = self.next.max(document.index);
                    read(self, document);
                }
                Err(fault) => self.read_fault(fault),
            }
        }
    }

    /// Reads one document, or one item of a document that is a list of them.
    ///
    /// A document of which not even the entity's name can be read may be one that was declared before,
    /// and leaves the file broken.
    pub(crate) fn read_one(
        &mut self,
        position: Position,
        declare: impl FnOnce(&mut Remarks<'f>) -> Option<Declaration>,
    ) {
        if usize::try_from(self.next).is_ok_and(|index| index >= self.entities_max) {
            self.next = self.next.saturating_add(1);
            self.reading.broken = true;
            if !std::mem::replace(&mut self.too_many_said, true) {
                self.say_too_many(position);
            }
            return;
        }
        let is_declared = self.push_document(position, false, declare);
        self.reading.broken |= !is_declared;
    }

    /// Judges a document that declares nothing. Of a silent one, problems are kept and nothing is said.
    pub(crate) fn pass_over(
        &mut self,
        position: Position,
        is_silent: bool,
        judge: impl FnOnce(&mut Remarks<'f>),
    ) {
        self.push_document(position, is_silent, |remarks| {
            judge(remarks);
            None
        });
    }

    /// Whether a document is a mapping and no skeleton; says so where it is not. `names` are the nodes that
    /// name what it declares.
    pub(crate) fn is_readable<'d>(
        &mut self,
        root: Node<'d>,
        names: impl IntoIterator<Item = Option<Node<'d>>>,
    ) -> bool {
        if !root.is_mapping() {
            self.refuse(root, "document", "a mapping");
            return false;
        }
        if self.is_skeleton(names.into_iter().flatten()) {
            self.pass_over(root.position(), true, |remarks| {
                let message = "the document is a template skeleton";
                remarks.push(Remark::new(DiagnosticCode::TemplateSkeleton, root, message).problem(message));
            });
            return false;
        }
        true
    }

    /// Says of `what`, a document or an item of one, that it is no mapping.
    pub(crate) fn refuse(&mut self, root: Node<'_>, what: &str, expected: &str) {
        self.refuse_with(root, what, expected, Some("write `key: value` pairs"));
    }

    /// The same with a suggestion of one's own, or none but what the code itself suggests.
    pub(crate) fn refuse_with(
        &mut self,
        root: Node<'_>,
        what: &str,
        expected: &str,
        suggestion: Option<&str>,
    ) {
        self.read_one(root.position(), |remarks| {
            let message = format!("the {what} is {}, expected {expected}", root.described());
            let remark = Remark::new(DiagnosticCode::DocumentNotMapping, root, message);
            let problem = format!("the {what} is not a mapping");
            remarks.push(remark.problem(problem).suggest_maybe(suggestion.map(Into::into)));
            None
        });
    }

    /// Whether any of the nodes that name what a document declares is to be filled in; says so once.
    pub(crate) fn is_skeleton<'d>(&mut self, names: impl IntoIterator<Item = Node<'d>>) -> bool {
        let is_skeleton = is_skeleton(names);
        if is_skeleton {
            self.note_skeleton();
        }
        is_skeleton
    }

    /// Says what is wrong with a piece about which nothing else can be said.
    pub(crate) fn push_fault(&mut self, fault: &YamlFault) {
        self.reading.broken = true;
        let place = Place { position: fault.position, length: 1 };
        let line = fault.position.line.checked_sub(1).and_then(|line| usize::try_from(line).ok());
        let line = line.and_then(|line| self.remarks.text().lines().nth(line));
        let advice = line.filter(|_| fault.code == DiagnosticCode::YamlSyntax).and_then(self.advice);
        let suggestion = advice.or(fault.suggestion).map(Into::into);
        self.remarks.push(Remark::new(fault.code, place, fault.message.clone()).suggest_maybe(suggestion));
    }

    fn read_fault(&mut self, fault: &YamlFault) {
        let text = self.remarks.text();
        if fault.code == DiagnosticCode::YamlSyntax
            && *self.is_skeleton_text.get_or_insert_with(|| is_skeleton_text(text))
        {
            self.reading.broken = true;
            return self.note_skeleton();
        }
        let index = self.next.max(fault.document);
        self.next = index.saturating_add(1);
        self.remarks.begin_document(index, false);
        self.push_fault(fault);
        self.remarks.end_document();
    }

    /// Adds a document, and gives whether it declares anything.
    fn push_document(
        &mut self,
        position: Position,
        is_silent: bool,
        declare: impl FnOnce(&mut Remarks<'f>) -> Option<Declaration>,
    ) -> bool {
        let index = self.next;
        self.next = index.saturating_add(1);
        self.remarks.begin_document(index, is_silent);
        let declaration = declare(&mut self.remarks);
        let problems = self.remarks.end_document();
        let (strict, is_declared) = (problems.is_empty(), declaration.is_some());
        self.reading.documents.push(Document { index, position, strict, problems, declaration, stale: None });
        is_declared
    }

    fn note_skeleton(&mut self) {
        if !std::mem::replace(&mut self.skeleton_noted, true) {
            self.remarks.push(skeleton_note());
        }
    }

    fn say_too_many(&mut self, position: Position) {
        let limit = grouped(self.entities_max);
        let message = format!(
            "the file declares more entities than the limit `yaml.documents_max` of {limit}; the rest is not read"
        );
        self.remarks
            .push(Remark::new(DiagnosticCode::YamlLimit, position, message).suggest("split the file"));
    }
}
