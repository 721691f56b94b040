//! What is to be said about working trees before they are pushed.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
    io::{self, Write},
};

use catalog_core::model::{Diagnostic, DiagnosticCode, Severity};
use catalog_ingest::lint::Lint;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
    crawl::SeverityCounts,
    diagnostic_text::text_at,
    findings::{Case, Finding, FindingRule, Findings, fingerprint},
    page::count,
};

/// Remarks on working trees, by repository, path and place.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LintReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// How many manifests were read.
    pub manifests: usize,
    /// How many remarks there are of each severity.
    pub counts: SeverityCounts,
    /// The remarks.
    pub diagnostics: Vec<LintDiagnosticReport>,
    /// The manifests that were read, for formats that list them.
    #[serde(skip)]
    checked: Vec<(String, String)>,
}

/// One remark on a file of a working tree.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LintDiagnosticReport {
    /// The stable code; `schema/codes.md` explains each.
    pub code: &'static str,
    /// `error`, `warning` or `note`.
    pub severity: &'static str,
    /// The repository's id.
    pub repository: String,
    /// The file, from the root of the repository; null for the repository as a whole.
    pub path: Option<String>,
    /// The document in the file, from 0.
    pub document: Option<u32>,
    /// The line, from 1; 0 where the whole file is meant.
    pub line: u32,
    /// The column in characters, from 1; 0 where the whole line is meant.
    pub column: u32,
    /// The column behind the part that is meant; 0 where the whole line is meant.
    pub end_column: u32,
    /// What was found and what was expected.
    pub message: String,
    /// What to write or do instead.
    pub suggestion: Option<String>,
    /// The line that is meant.
    pub source: Option<String>,
    /// Tells the remark from all others of the run, and stays the same when the file's other lines
    /// change: thirty-two hexadecimal digits.
    pub fingerprint: String,
}

impl LintReport {
    /// The report of one or more working trees.
    pub fn new(lints: &[Lint]) -> Self {
        let mut counts = [0; Severity::ALL.len()];
        let mut met = HashMap::new();
        let mut diagnostics = Vec::new();
        for lint in lints {
            for diagnostic in &lint.diagnostics {
                counts[diagnostic.severity as usize] += 1;
                diagnostics.push(LintDiagnosticReport::new(lint, diagnostic, &mut met));
            }
        }
        let checked = lints.iter().flat_map(|lint| {
            lint.manifests.iter().map(|path| (lint.repository.to_string(), path.to_string()))
        });
        Self {
            schema_version: SCHEMA_VERSION,
            manifests: lints.iter().map(|lint| lint.manifests.len()).sum(),
            counts: SeverityCounts::of(counts),
            diagnostics,
            checked: checked.collect(),
        }
    }

    /// `2 errors, 1 warning, 0 notes in 2 files; 7 manifests read`.
    pub fn summary(&self) -> String {
        let files: BTreeSet<_> = self.diagnostics.iter().map(|row| (&row.repository, &row.path)).collect();
        let manifests = count(self.manifests, "manifest", "manifests");
        if self.diagnostics.is_empty() {
            return format!("nothing to say; {manifests} read");
        }
        format!("{} in {}; {manifests} read", self.counts.sentence(), count(files.len(), "file", "files"))
    }

    /// What other programs read, in the order of the report. What is at `fails` or above is a failure;
    /// nothing is where there is none.
    pub fn findings(&self, fails: Option<Severity>) -> Findings<'_> {
        let is_failure = |name: &str| {
            fails.is_some_and(|least| {
                Severity::ALL.iter().any(|severity| severity.name() == name && *severity >= least)
            })
        };
        let findings = self.diagnostics.iter().map(|row| Finding {
            repository: (&*row.repository).into(),
            code: row.code.into(),
            severity: row.severity,
            path: row.path.as_deref().map(Cow::from),
            line: row.line,
            column: row.column,
            end_column: row.end_column,
            message: (&*row.message).into(),
            suggestion: row.suggestion.as_deref().map(Cow::from),
            source: row.source.as_deref(),
            fingerprint: (&*row.fingerprint).into(),
            entity: None,
            case: case(&row.repository, row.path.as_deref().unwrap_or_default()),
            is_failure: is_failure(row.severity),
        });
        Findings {
            command: "catalog lint",
            rules: DiagnosticCode::ALL.iter().map(|code| rule(*code)).collect(),
            findings: findings.collect(),
            cases: self.checked.iter().map(|(repository, path)| case(repository, path)).collect(),
        }
    }
}

fn case<'a>(repository: &'a str, path: &'a str) -> Case<'a> {
    Case { class: repository.into(), name: path.into() }
}

fn rule(code: DiagnosticCode) -> FindingRule<'static> {
    let help = code.remedy().map_or_else(
        || "The message says what was found and what is expected.".to_owned(),
        |remedy| format!("What to do: {remedy}."),
    );
    FindingRule {
        code: code.name().into(),
        summary: code.summary().into(),
        help,
        severity: code.severity().name(),
    }
}

impl LintDiagnosticReport {
    fn new(lint: &Lint, diagnostic: &Diagnostic, met: &mut HashMap<u128, u32>) -> Self {
        let position = diagnostic.position;
        let source = diagnostic.excerpt.as_ref().map(|excerpt| excerpt.text.to_string());
        let length = diagnostic.excerpt.as_ref().map_or(0, |excerpt| excerpt.length);
        let is_placed = position.line > 0 && position.column > 0 && length > 0;
        let end_column = if is_placed { position.column.saturating_add(length) } else { 0 };
        // The line itself tells a remark from another better than the message, which may hold numbers.
        let what = source.as_deref().map_or(&*diagnostic.message, str::trim);
        let path = diagnostic.path.as_deref();
        Self {
            code: diagnostic.code.name(),
            severity: diagnostic.severity.name(),
            repository: lint.repository.to_string(),
            path: path.map(str::to_owned),
            document: diagnostic.document,
            line: position.line,
            column: position.column,
            end_column,
            message: diagnostic.message.to_string(),
            suggestion: diagnostic.advice().map(str::to_owned),
            // The repository is left out: its id may differ from one machine to the next.
            fingerprint: fingerprint([path.unwrap_or_default(), diagnostic.code.name(), what], met),
            source,
        }
    }
}

impl Report for LintReport {
    fn page(&self) -> Page {
        let mut table = Table::new(&["severity", "code", "place", "message", "suggestion"]);
        for row in &self.diagnostics {
            let path = row.path.as_deref().unwrap_or(&row.repository);
            let place =
                if row.line > 0 { format!("{path}:{}:{}", row.line, row.column) } else { path.into() };
            let suggestion = row.suggestion.clone().unwrap_or_default();
            table.push([row.severity.into(), row.code.into(), place, row.message.clone(), suggestion]);
        }
        Page::default().table(table).text(self.summary())
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.diagnostics.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}

/// Shows every remark as a person reads it, with the line that it is about. `shown` gives the path of
/// a file as it is known where the person stands.
pub fn show_lint(
    lints: &[Lint],
    shown: &dyn Fn(&Lint, &str) -> String,
    to: &mut dyn Write,
) -> io::Result<()> {
    for lint in lints {
        for diagnostic in &lint.diagnostics {
            let path = match &diagnostic.path {
                Some(path) => shown(lint, path),
                None => lint.repository.to_string(),
            };
            writeln!(to, "{}\n", text_at(&path, diagnostic))?;
        }
    }
    writeln!(to, "{}", LintReport::new(lints).summary())
}
