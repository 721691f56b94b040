//! What is to be said about one file, gathered within the limit on diagnostics.

use catalog_core::model::{Diagnostic, DiagnosticCode, Excerpt, Position, Severity};

use super::without_secrets;
use crate::manifest::yaml::Node;

/// How much of a message is kept, in characters.
const MESSAGE_CHARS_MAX: usize = 400;
/// How much of a problem is kept, in characters.
const PROBLEM_CHARS_MAX: usize = 200;

/// A place with the number of characters that are meant.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place {
    pub(crate) position: Position,
    pub(crate) length: u32,
}

impl From<Node<'_>> for Place {
    fn from(node: Node<'_>) -> Self {
        Self { position: node.position(), length: node.length() }
    }
}

impl From<Position> for Place {
    fn from(position: Position) -> Self {
        Self { position, length: 0 }
    }
}

/// One thing to be said.
#[derive(Debug)]
pub(crate) struct Remark {
    code: DiagnosticCode,
    place: Place,
    message: String,
    suggestion: Option<String>,
    severity: Severity,
    problem: Option<String>,
}

impl Remark {
    pub(crate) fn new(code: DiagnosticCode, place: impl Into<Place>, message: impl Into<String>) -> Self {
        Self {
            code,
            place: place.into(),
            message: message.into(),
            suggestion: None,
            severity: code.severity(),
            problem: None,
        }
    }

    /// A field that is missing, without which its format refuses the document.
    pub(crate) fn missing(place: impl Into<Place>, name: &str) -> Self {
        Self::new(DiagnosticCode::MissingField, place, format!("`{name}` is missing"))
            .problem(format!("{name} is missing"))
    }

    /// A field that holds another type of value than its format wants.
    pub(crate) fn wrong_type(node: Node<'_>, name: &str, expected: &str) -> Self {
        let message = format!("`{name}` is {}, expected {expected}", node.described());
        Self::new(DiagnosticCode::WrongType, node, message).problem(format!("{name} is not valid"))
    }

    /// Makes it a reason for which the format's own reader refuses the document.
    pub(crate) fn problem(mut self, problem: impl Into<String>) -> Self {
        self.problem = Some(problem.into());
        self
    }

    pub(crate) fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }

    pub(crate) fn suggest_maybe(mut self, suggestion: Option<String>) -> Self {
        self.suggestion = suggestion;
        self
    }

    pub(crate) fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
}

/// The remarks on one file, document by document.
pub(crate) struct Remarks<'f> {
    path: &'f str,
    text: &'f str,
    diagnostics_max: usize,
    diagnostics: Vec<Diagnostic>,
    document: Option<u32>,
    document_start: usize,
    problems: Vec<Box<str>>,
    silent: bool,
}

impl<'f> Remarks<'f> {
    pub(crate) fn new(path: &'f str, text: &'f str, diagnostics_max: usize) -> Self {
        Self {
            path,
            text,
            // One more than is kept, so that the last place can say that some were left out.
            diagnostics_max: diagnostics_max.saturating_add(1),
            diagnostics: Vec::new(),
            document: None,
            document_start: 0,
            problems: Vec::new(),
            silent: false,
        }
    }

    /// The text of the file.
    pub(crate) fn text(&self) -> &'f str {
        self.text
    }

    /// Begins the remarks on a document; a silent one makes problems but no diagnostics.
    pub(crate) fn begin_document(&mut self, index: u32, silent: bool) {
        self.document = Some(index);
        self.document_start = self.diagnostics.len();
        self.silent = silent;
    }

    /// Ends the remarks on a document: puts them in the order of the file and gives its problems.
    pub(crate) fn end_document(&mut self) -> Vec<Box<str>> {
        self.diagnostics[self.document_start..].sort_by_key(|diagnostic| diagnostic.position);
        self.document = None;
        self.silent = false;
        std::mem::take(&mut self.problems)
    }

    /// Says something about the current document, or about the file where there is none.
    pub(crate) fn push(&mut self, remark: Remark) {
        if let Some(problem) = remark.problem
            && self.problems.len() < self.diagnostics_max
        {
            self.problems.push(shown(&problem, PROBLEM_CHARS_MAX).into());
        }
        if self.silent || self.diagnostics.len() >= self.diagnostics_max {
            return;
        }
        let Place { position, length } = remark.place;
        let line =
            position.line.checked_sub(1).and_then(|line| self.text.lines().nth(usize::try_from(line).ok()?));
        // Before the line is cut, since half an address does not show that it holds credentials.
        let line = line.map(without_secrets);
        let at = Position::new(1, position.column);
        let excerpt = line.and_then(|line| Excerpt::of(&line, at, length)).map(|mut excerpt| {
            let chars = u32::try_from(excerpt.text.chars().count()).unwrap_or(u32::MAX);
            let rest = chars.saturating_sub(position.column.saturating_sub(1));
            excerpt.length = excerpt.length.min(rest).max(1);
            excerpt
        });
        let message = shown(&remark.message, MESSAGE_CHARS_MAX);
        let mut diagnostic = Diagnostic::new(remark.code, message).at(self.path, position);
        diagnostic.severity = remark.severity;
        diagnostic.document = self.document;
        diagnostic.suggestion = remark.suggestion.map(|text| shown(&text, MESSAGE_CHARS_MAX).into());
        diagnostic.excerpt = excerpt;
        self.diagnostics.push(diagnostic);
    }

    /// Whether there is a reason to refuse the current document.
    pub(crate) fn has_problems(&self) -> bool {
        !self.problems.is_empty()
    }

    /// Notes a reason to refuse the current document about which something was said before.
    pub(crate) fn push_problem(&mut self, problem: &str) {
        if self.problems.len() < self.diagnostics_max {
            self.problems.push(shown(problem, PROBLEM_CHARS_MAX).into());
        }
    }

    /// Every diagnostic of the file, at most one more than the limit.
    pub(crate) fn finish(self) -> Vec<Diagnostic> {
        self.diagnostics
    }
}

/// A text of the input as a message quotes it.
pub(crate) fn quoted(text: &str) -> String {
    const CHARS_MAX: usize = 80;
    if text.is_empty() { "empty".to_owned() } else { format!("`{}`", shown(text, CHARS_MAX)) }
}

/// A text as it may be shown: cut, on one line, without terminal escapes and without credentials.
fn shown(text: &str, chars_max: usize) -> String {
    let text = without_secrets(text);
    let mut shown = String::new();
    for c in text.chars().take(chars_max) {
        if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    if text.chars().nth(chars_max).is_some() {
        shown.push('…');
    }
    shown
}
