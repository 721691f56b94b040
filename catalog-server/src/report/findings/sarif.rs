//! SARIF 2.1.0, the Static Analysis Results Interchange Format of OASIS.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use catalog_core::model::DiagnosticCode;
use serde_json::{Map, Value, json};

use super::Finding;
use crate::report::{LintReport, escape::json_text};

/// What every path is relative to.
const ROOT: &str = "%SRCROOT%";
/// The name of our fingerprints; a change in how they are made changes it.
const FINGERPRINT: &str = "catalogFinding/v1";

pub(super) fn write(report: &LintReport, to: &mut dyn Write) -> io::Result<()> {
    // Paths of several repositories have several roots, and a run has one.
    let mut runs: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for finding in report.findings() {
        runs.entry(finding.repository).or_default().push(result(&finding));
    }
    if runs.is_empty() {
        runs.insert("", Vec::new());
    }
    let rules: Vec<Value> = DiagnosticCode::ALL.iter().map(|code| rule(*code)).collect();
    let runs: Vec<Value> = runs
        .into_iter()
        .map(|(repository, results)| {
            let mut run = json!({
                "tool": {"driver": {
                    "name": "catalog",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules,
                }},
                "automationDetails": {"id": format!("catalog-lint/{repository}")},
                "originalUriBaseIds": {ROOT: {"description": {"text": "the root of the repository"}}},
                "columnKind": "unicodeCodePoints",
                "results": results,
            });
            if repository.is_empty() {
                run["automationDetails"] = json!({"id": "catalog-lint/"});
            }
            run
        })
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": runs,
    });
    writeln!(to, "{}", json_text(&serde_json::to_string_pretty(&document)?))
}

fn rule(code: DiagnosticCode) -> Value {
    let help = code.remedy().map_or_else(
        || "The message says what was found and what is expected.".to_owned(),
        |remedy| format!("What to do: {remedy}."),
    );
    json!({
        "id": code.name(),
        "shortDescription": {"text": code.summary()},
        "fullDescription": {"text": code.summary()},
        "help": {"text": help},
        "defaultConfiguration": {"level": code.severity().name()},
    })
}

fn result(finding: &Finding<'_>) -> Value {
    let rule = DiagnosticCode::ALL.iter().position(|code| code.name() == finding.code);
    let mut result = json!({
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.severity,
        "message": {"text": finding.sentence()},
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
    });
    let path = finding.path.unwrap_or(".");
    let mut place = json!({"artifactLocation": {"uri": uri(path), "uriBaseId": ROOT}});
    if finding.line > 0 {
        place["region"] = region(finding);
    }
    result["locations"] = json!([{"physicalLocation": place}]);
    result
}

fn region(finding: &Finding<'_>) -> Value {
    let mut region = Map::new();
    region.insert("startLine".into(), finding.line.into());
    if finding.column > 0 {
        region.insert("startColumn".into(), finding.column.into());
    }
    if finding.end_column > finding.column {
        region.insert("endColumn".into(), finding.end_column.into());
    }
    if let Some(source) = finding.source {
        region.insert("snippet".into(), json!({"text": source}));
    }
    region.into()
}

/// A path as a relative reference of RFC 3986.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            byte => uri += &format!("%{byte:02X}"),
        }
    }
    uri
}
