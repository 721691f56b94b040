//! Documents that can be read here, and that their format's own reference reader refuses.

use catalog_core::model::{Diagnostic, DiagnosticCode, Manifest, ManifestFormat};

/// How many reasons a message gives.
const REASONS_MAX: usize = 5;

/// Says which documents of a manifest are refused, and why.
pub(super) fn remark_on_refusals(manifest: &Manifest, remarks: &mut Vec<Diagnostic>) {
    let is_skeleton =
        manifest.diagnostics.iter().any(|remark| remark.code == DiagnosticCode::TemplateSkeleton);
    for document in &manifest.documents {
        // A skeleton is given to nobody before it is filled in.
        if document.strict || is_skeleton && document.declaration.is_none() {
            continue;
        }
        let reasons: Vec<&str> = document.problems.iter().take(REASONS_MAX).map(|text| &**text).collect();
        let more = document.problems.len().saturating_sub(REASONS_MAX);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        let reader =
            if manifest.format == ManifestFormat::Backstage { "Backstage" } else { "its own reader" };
        let message = format!("{reader} refuses the document: {}{more}", reasons.join("; "));
        remarks.push(
            Diagnostic::new(DiagnosticCode::RefusedByFormat, message)
                .at(&manifest.path, document.position)
                .in_document(document.index),
        );
    }
}
