//! The limit on diagnostics of one file, `diagnostics_max`.

use catalog_core::model::{Diagnostic, DiagnosticCode, Position, Severity, grouped};

/// Cuts a list that is over the limit; its last place says that, with the worst severity left out.
pub(crate) fn keep_within(diagnostics: &mut Vec<Diagnostic>, limit: usize) {
    if diagnostics.len() <= limit {
        return;
    }
    let left_out = diagnostics.split_off(limit.saturating_sub(1));
    let Some(first) = left_out.first() else { return };
    let marked = grouped(limit);
    let message = format!("the file has more diagnostics than the limit `diagnostics_max` of {marked}");
    let mut last = Diagnostic::new(DiagnosticCode::ListTooLong, message);
    last.severity = left_out.iter().map(|diagnostic| diagnostic.severity).max().unwrap_or(Severity::Error);
    last.path = first.path.clone();
    last.position = Position::default();
    diagnostics.push(last);
}
