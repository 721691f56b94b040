//! SARIF 2.1.0, the Static Analysis Results Interchange Format of OASIS.

use std::{
    collections::{BTreeMap, HashMap},
    io::{self, Write},
};

use serde_json::{Map, Value, json};

use super::{Finding, FindingRule, Findings};
use crate::report::escape::json_text;

/// What every path is relative to.
const ROOT: &str = "%SRCROOT%";
/// The name of our fingerprints; a change in how they are made changes it.
const FINGERPRINT: &str = "catalogFinding/v1";

pub(super) fn write(found: &Findings<'_>, to: &mut dyn Write) -> io::Result<()> {
    let places = (0_usize..).zip(&found.rules).map(|(place, rule)| (&*rule.code, place)).collect();
    // Paths of several repositories have several roots, and a run has one.
    let mut runs: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for finding in &found.findings {
        runs.entry(&finding.repository).or_default().push(result(finding, &places));
    }
    if runs.is_empty() {
        runs.insert("", Vec::new());
    }
    let rules: Vec<Value> = found.rules.iter().map(rule).collect();
    let category = found.command.replace(' ', "-");
    let runs: Vec<Value> = runs
        .into_iter()
        .map(|(repository, results)| {
            json!({
                "tool": {"driver": {
                    "name": "catalog",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules,
                }},
                "automationDetails": {"id": format!("{category}/{repository}")},
                "originalUriBaseIds": {ROOT: {"description": {"text": "the root of the repository"}}},
                "columnKind": "unicodeCodePoints",
                "results": results,
            })
        })
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": runs,
    });
    writeln!(to, "{}", json_text(&serde_json::to_string_pretty(&document)?))
}

fn rule(rule: &FindingRule<'_>) -> Value {
    json!({
        "id": rule.code,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": rule.help},
        "defaultConfiguration": {"level": rule.severity},
    })
}

fn result(finding: &Finding<'_>, places: &HashMap<&str, usize>) -> Value {
    let mut result = json!({
        "ruleId": finding.code,
        "ruleIndex": places.get(&*finding.code),
        "level": finding.severity,
        "message": {"text": finding.sentence()},
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
    });
    let path = finding.path.as_deref().unwrap_or(".");
    let mut place = json!({"artifactLocation": {"uri": uri(path), "uriBaseId": ROOT}});
    if finding.line > 0 {
        place["region"] = region(finding);
    }
    let mut location = json!({"physicalLocation": place});
    if let Some(entity) = &finding.entity {
        location["logicalLocations"] = json!([{"fullyQualifiedName": entity}]);
    }
    result["locations"] = json!([location]);
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
