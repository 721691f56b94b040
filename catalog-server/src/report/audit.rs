//! The audit log, and whether it is what was written.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Page, Report, SCHEMA_VERSION, Table};
use crate::access::{AuditEntry, AuditVerdict};

/// The entries of an audit log.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The entries, in their order.
    pub entries: Vec<AuditEntry>,
}

/// Whether an audit log is what was written.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditVerdictReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// How many entries it has.
    pub entries: u64,
    /// The hash of its last line; null where it has none. Kept elsewhere, it tells later whether anything was
    /// taken off the end.
    pub last_hash: Option<String>,
    /// What is wrong with it; empty where nothing was found.
    pub findings: Vec<AuditFindingReport>,
}

/// Something that is wrong with an audit log.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditFindingReport {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub message: String,
}

impl AuditReport {
    /// The report of some entries.
    pub fn new(entries: Vec<AuditEntry>) -> Self {
        Self { schema_version: SCHEMA_VERSION, entries }
    }
}

impl AuditVerdictReport {
    /// The report of a verdict on files with these names.
    pub fn new(verdict: &AuditVerdict, files: &[String]) -> Self {
        let finding = |of: &crate::access::AuditFinding| AuditFindingReport {
            file: files.get(of.file).cloned().unwrap_or_default(),
            line: of.line,
            message: of.message.clone(),
        };
        Self {
            schema_version: SCHEMA_VERSION,
            entries: verdict.entries,
            last_hash: verdict.last_hash.clone(),
            findings: verdict.findings.iter().map(finding).collect(),
        }
    }
}

impl Report for AuditReport {
    fn page(&self) -> Page {
        let mut table =
            Table::new(&["n", "at", "event", "who", "address", "what", "result"]).with_numbers(&["n"]);
        for entry in &self.entries {
            let what = match (&entry.token, entry.fields.as_slice()) {
                (Some(token), []) => format!("token {token}"),
                (None, []) => entry.scope.as_ref().map_or_else(String::new, |scope| format!("wants {scope}")),
                (_, fields) => fields.join(", "),
            };
            let result = entry.code.clone().or_else(|| entry.result.clone()).unwrap_or_default();
            let name = entry.name.as_ref().map_or_else(String::new, |name| format!(" ({name})"));
            table.push([
                entry.n.to_string(),
                entry.at.clone(),
                entry.event.clone(),
                format!("{}{name}", entry.who),
                entry.address.clone().unwrap_or_default(),
                what,
                result,
            ]);
        }
        Page::default().heading("audit log").main_table(table)
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.entries.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}

impl Report for AuditVerdictReport {
    fn page(&self) -> Page {
        let heading = match self.findings.len() {
            0 => format!("{} entries, each chained to the one before it", self.entries),
            _ => format!("{} entries, and they are not what was written", self.entries),
        };
        let mut page = Page::default().heading(heading);
        if let Some(hash) = &self.last_hash {
            page = page.facts(vec![("last hash".into(), hash.clone())]);
        }
        if self.findings.is_empty() {
            return page;
        }
        let mut table = Table::new(&["file", "line", "what is wrong"]).with_numbers(&["line"]);
        for finding in &self.findings {
            table.push([finding.file.clone(), finding.line.to_string(), finding.message.clone()]);
        }
        page.main_table(table)
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.findings.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}
