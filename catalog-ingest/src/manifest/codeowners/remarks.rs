//! The diagnostics of one CODEOWNERS file.

use catalog_core::model::{Diagnostic, DiagnosticCode, Excerpt, Position};

use crate::{limits::ManifestLimits, manifest::without_secrets};

/// Diagnostics in the order of the file, within `diagnostics_max`.
pub(super) struct Remarks<'a> {
    path: &'a str,
    diagnostics_max: usize,
    diagnostics: Vec<Diagnostic>,
    /// How many more there were, and the weightiest of them.
    rest: Option<(usize, Diagnostic)>,
}

impl<'a> Remarks<'a> {
    pub(super) fn new(path: &'a str, limits: &ManifestLimits) -> Self {
        Self { path, diagnostics_max: limits.diagnostics_max, diagnostics: Vec::new(), rest: None }
    }

    pub(super) fn push(&mut self, mut diagnostic: Diagnostic) {
        diagnostic.message = without_secrets(&diagnostic.message).into();
        diagnostic.suggestion = diagnostic.suggestion.map(|text| without_secrets(&text).into());
        if self.diagnostics.len() + 1 < self.diagnostics_max || self.diagnostics_max == 0 {
            self.diagnostics.push(diagnostic);
            return;
        }
        self.rest = Some(match self.rest.take() {
            Some((count, first)) if first.severity >= diagnostic.severity => (count + 1, first),
            Some((count, _)) => (count + 1, diagnostic),
            None => (1, diagnostic),
        });
    }

    /// A diagnostic about a place of this file.
    pub(super) fn new_at(&self, code: DiagnosticCode, position: Position, message: String) -> Diagnostic {
        Diagnostic::new(code, message).at(self.path, position)
    }

    /// All that was said. What the limit leaves no place for is counted in the last one.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        if let Some((count, mut last)) = self.rest {
            if count > 1 {
                let more = count - 1;
                last.message = format!(
                    "{} (and {more} more remarks on this file, over the limit `diagnostics_max` of {})",
                    last.message, self.diagnostics_max
                )
                .into();
            }
            self.diagnostics.push(last);
        }
        self.diagnostics
    }
}

/// The line that a diagnostic is about, without the credentials in it.
pub(super) fn excerpt(line: &str, length: u32) -> Excerpt {
    // Before the line is cut, since half an address does not show that it holds credentials.
    let kept = without_secrets(line);
    let length = if kept.len() < line.len() { 1 } else { length.max(1) };
    Excerpt { text: kept.chars().take(Excerpt::CHARS_MAX).collect::<String>().into(), length }
}

/// A word of the file as a message shows it: without control characters and credentials, and cut where it
/// is long.
pub(super) fn shown(text: &str) -> String {
    const CHARS_MAX: usize = 80;
    let text = without_secrets(text);
    let mut shown: String =
        text.chars().take(CHARS_MAX).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
    if text.chars().nth(CHARS_MAX).is_some() {
        shown.push('…');
    }
    shown
}
