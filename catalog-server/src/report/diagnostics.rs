//! What is to be said about the input.

use catalog_core::{
    graph::{CatalogDiagnostic, CatalogGraph},
    model::{Diagnostic, Severity},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Page, Report, SCHEMA_VERSION, Table, page::count};

/// Remarks on the input, by repository, path and place.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiagnosticsReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// How many there are.
    pub total: usize,
    /// The remarks.
    pub diagnostics: Vec<DiagnosticReport>,
}

/// One remark.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiagnosticReport {
    /// The stable code; `schema/codes.md` explains each.
    pub code: &'static str,
    /// `error`, `warning` or `note`.
    pub severity: &'static str,
    /// The repository's id.
    pub repository: String,
    /// The file; null for the repository as a whole.
    pub path: Option<String>,
    /// The document in the file, from 0.
    pub document: Option<u32>,
    /// The line, from 1; 0 where the whole file is meant.
    pub line: u32,
    /// The column in characters, from 1; 0 where the whole line is meant.
    pub column: u32,
    /// What was found and what was expected.
    pub message: String,
    /// What to write or do instead.
    pub suggestion: Option<String>,
}

impl DiagnosticReport {
    /// The report of a remark.
    pub fn new(repository: &str, diagnostic: &Diagnostic) -> Self {
        Self {
            code: diagnostic.code.name(),
            severity: diagnostic.severity.name(),
            repository: repository.to_owned(),
            path: diagnostic.path.as_deref().map(str::to_owned),
            document: diagnostic.document,
            line: diagnostic.position.line,
            column: diagnostic.position.column,
            message: diagnostic.message.to_string(),
            suggestion: diagnostic.advice().map(str::to_owned),
        }
    }

    /// `repository:path:line:column`, as far as it is known.
    pub fn place(&self) -> String {
        let mut place = self.repository.clone();
        if let Some(path) = &self.path {
            place = format!("{place}:{path}");
            if self.line > 0 {
                place = format!("{place}:{}", self.line);
                if self.column > 0 {
                    place = format!("{place}:{}", self.column);
                }
            }
        }
        place
    }
}

impl DiagnosticsReport {
    /// The report of some of a graph's remarks.
    pub fn new<'g>(graph: &CatalogGraph, diagnostics: impl Iterator<Item = &'g CatalogDiagnostic>) -> Self {
        let diagnostics: Vec<DiagnosticReport> =
            diagnostics.map(|of| DiagnosticReport::new(of.repository.as_str(), &of.diagnostic)).collect();
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            total: diagnostics.len(),
            diagnostics,
        }
    }
}

impl Report for DiagnosticsReport {
    fn page(&self) -> Page {
        let mut table = Table::new(&["severity", "code", "place", "message"]);
        for row in &self.diagnostics {
            let suggestion = row.suggestion.as_ref().map(|text| format!("; {text}")).unwrap_or_default();
            table.push([
                row.severity.into(),
                row.code.into(),
                row.place(),
                format!("{}{suggestion}", row.message),
            ]);
        }
        let of = |severity: Severity| {
            self.diagnostics.iter().filter(|row| row.severity == severity.name()).count()
        };
        let summary = format!(
            "{}, {}, {}",
            count(of(Severity::Error), "error", "errors"),
            count(of(Severity::Warning), "warning", "warnings"),
            count(of(Severity::Note), "note", "notes"),
        );
        Page::default().table(table).text(summary)
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.diagnostics.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}
