//! What other programs demand of the faces: the fields without which they take none of it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{rows, text};

/// Holds whatever faces there are against the rules of those who read them.
pub(super) fn hold_all(read: &dyn Fn(&str) -> Option<Vec<u8>>) {
    let json = |file| read(file).map(|bytes| serde_json::from_slice::<Value>(&bytes).expect("it is JSON"));
    let words = |file| read(file).map(|bytes| String::from_utf8(bytes).expect("text"));
    if let Some(log) = json("expected.sarif") {
        sarif(&log);
    }
    if let Some(issues) = json("expected.gitlab.json") {
        code_quality(&issues);
    }
    if let Some(suites) = words("expected.junit.xml") {
        junit(&suites);
    }
    if let Some(annotations) = words("expected.github.txt") {
        github(&annotations);
    }
    for (file, bytes_max) in [("expected.md", 65_536), ("expected.summary.md", 1 << 20)] {
        assert!(read(file).is_none_or(|bytes| bytes.len() <= bytes_max), "{file} is too long");
    }
}

/// SARIF 2.1.0, and what GitHub asks beyond it: rules with words, results with a place and a fingerprint.
fn sarif(log: &Value) {
    assert_eq!(text(log, "version"), "2.1.0");
    assert!(text(log, "$schema").ends_with("/sarif-2.1.0.json"));
    for run in rows(log, "runs") {
        let driver = &run["tool"]["driver"];
        assert!(!text(driver, "name").is_empty());
        let rules = rows(driver, "rules");
        let ids: BTreeSet<&str> = rules.iter().map(|rule| text(rule, "id")).collect();
        assert_eq!(ids.len(), rules.len(), "a rule is listed once");
        for rule in rules {
            assert!(!text(&rule["shortDescription"], "text").is_empty());
            assert!(
                ["none", "note", "warning", "error"].contains(&text(&rule["defaultConfiguration"], "level"))
            );
        }
        for result in rows(run, "results") {
            assert!(!text(&result["message"], "text").is_empty());
            assert!(["none", "note", "warning", "error"].contains(&text(result, "level")));
            let index = result["ruleIndex"].as_u64().and_then(|index| usize::try_from(index).ok());
            assert_eq!(rules[index.expect("an index")]["id"], result["ruleId"]);
            assert!(!text(&result["partialFingerprints"], "catalogFinding/v1").is_empty());
            for location in rows(result, "locations") {
                let physical = &location["physicalLocation"];
                let uri = text(&physical["artifactLocation"], "uri");
                assert!(uri.is_ascii() && !uri.contains([' ', '"', '`', '\\', '\n']), "{uri} is no URI");
                for field in ["startLine", "startColumn"] {
                    assert!(physical["region"].get(field).is_none_or(|at| at.as_u64() > Some(0)));
                }
            }
        }
    }
}

/// GitLab: a flat list; each issue has a description, the name of a check, a fingerprint of its own, a path
/// that is relative, a line, and one of five severities.
fn code_quality(issues: &Value) {
    let mut fingerprints = BTreeSet::new();
    for issue in issues.as_array().expect("a list") {
        for field in ["description", "check_name", "fingerprint"] {
            assert!(!text(issue, field).is_empty(), "{field} of {issue:#}");
        }
        assert!(fingerprints.insert(text(issue, "fingerprint")), "a fingerprint is there once");
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&text(issue, "severity")));
        let path = text(&issue["location"], "path");
        assert!(
            !path.is_empty() && !path.starts_with('/') && !path.starts_with("./"),
            "`{path}` of {issue:#}"
        );
        assert!(issue["location"]["lines"]["begin"].as_u64() > Some(0), "{issue:#}");
    }
}

/// The form that Jenkins and GitLab read: suites that count what is in them, cases with a name and a class.
fn junit(suites: &str) {
    assert!(suites.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "));
    let attribute = |line: &str, name: &str| {
        let (_, rest) = line.split_once(&format!(" {name}=\""))?;
        Some(rest.split_once('"')?.0.to_owned())
    };
    let cases: Vec<&str> =
        suites.lines().filter(|line| line.trim_start().starts_with("<testcase ")).collect();
    let failures = suites.lines().filter(|line| line.trim_start().starts_with("<failure ")).count();
    for line in suites.lines().filter(|line| line.trim_start().starts_with("<testsuite ")) {
        assert_eq!(attribute(line, "tests"), Some(cases.len().to_string()));
        assert_eq!(attribute(line, "failures"), Some(failures.to_string()));
    }
    for case in cases {
        for name in ["classname", "name"] {
            assert!(attribute(case, name).is_some_and(|value| !value.is_empty()), "{name} of {case}");
        }
    }
    let is_allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(suites.chars().all(is_allowed), "XML 1.0 does not have every character");
}

/// GitHub: a command a line, at most ten of each level.
fn github(annotations: &str) {
    for level in ["error", "warning", "notice"] {
        let of_level = annotations.lines().filter(|line| line.starts_with(&format!("::{level} "))).count();
        assert!(of_level <= 10, "{of_level} annotations of the level {level}");
    }
    let is_command =
        |line: &str| ["::error ", "::warning ", "::notice "].iter().any(|of| line.starts_with(of));
    assert!(annotations.lines().all(is_command), "{annotations}");
}
