//! Diagnostics as a person reads them beside the text: title, place, the line itself, advice.

use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use catalog_core::model::{Diagnostic, Severity};

use super::escape::printable;

/// How many diagnostics are shown in full before the rest is only counted.
const SHOWN_MAX: usize = 10;

/// Shows diagnostics of a severity or worse, the worst first, each with the line that it is about.
pub fn show_diagnostics(
    seen: &[(String, Diagnostic)],
    least: Severity,
    to: &mut dyn Write,
) -> io::Result<()> {
    let total = seen.iter().filter(|(_, of)| of.severity >= least).count();
    show_first_diagnostics(seen, total, least, to)
}

/// The same of the first ones of each severity, where there are `total` of the severity or worse.
pub fn show_first_diagnostics(
    seen: &[(String, Diagnostic)],
    total: usize,
    least: Severity,
    to: &mut dyn Write,
) -> io::Result<()> {
    let mut shown: Vec<&(String, Diagnostic)> = seen.iter().filter(|(_, of)| of.severity >= least).collect();
    shown.sort_by_key(|(_, of)| std::cmp::Reverse(of.severity));
    let hidden = total.saturating_sub(shown.len().min(SHOWN_MAX));
    for (repository, diagnostic) in shown.into_iter().take(SHOWN_MAX) {
        writeln!(to, "{}\n", diagnostic_text(repository, diagnostic))?;
    }
    if hidden > 0 {
        writeln!(to, "… and {hidden} more; `catalog diagnostics` lists them all\n")?;
    }
    Ok(())
}

/// One diagnostic, with colour; whoever prints it takes that out where it is not wanted.
pub fn diagnostic_text(repository: &str, diagnostic: &Diagnostic) -> String {
    match &diagnostic.path {
        Some(path) => text_at(&format!("{repository}:{path}"), diagnostic),
        None => text_at(repository, diagnostic),
    }
}

/// The same with a path of one's own choice, which may be empty.
pub(super) fn text_at(path: &str, diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let message = printable(&diagnostic.message);
    let path = printable(path);
    let mut group = Group::with_title(level.primary_title(message).id(diagnostic.code.name()));
    let line = usize::try_from(diagnostic.position.line).unwrap_or(usize::MAX);
    let source = diagnostic.excerpt.as_ref().map(|excerpt| (printable(&excerpt.text), excerpt.length));
    match &source {
        Some((text, length)) => {
            let column = usize::try_from(diagnostic.position.column).unwrap_or(1).max(1) - 1;
            let start = offset(text, column);
            let end = offset(text, column.saturating_add(usize::try_from(*length).unwrap_or(1))).max(start);
            group = group.element(
                Snippet::source(text.as_ref())
                    .path(path.as_ref())
                    .line_start(line)
                    .annotation(AnnotationKind::Primary.span(start..end)),
            );
        }
        // What could not even be planned is about no repository.
        None if path.is_empty() => {}
        None => {
            let mut origin = Origin::path(path.as_ref());
            if line > 0 {
                origin = origin.line(line);
            }
            group = group.element(origin);
        }
    }
    let suggestion = diagnostic.advice().map(printable);
    if let Some(suggestion) = &suggestion {
        group = group.element(Level::HELP.message(suggestion.as_ref()));
    }
    Renderer::styled().render(&[group])
}

/// Where a character of a line begins, in bytes; the end of the line beyond it.
fn offset(line: &str, character: usize) -> usize {
    line.char_indices().nth(character).map_or(line.len(), |(offset, _)| offset)
}
