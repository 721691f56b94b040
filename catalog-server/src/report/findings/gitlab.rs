//! GitLab's code quality report: "Code Quality report format" in its documentation.

use std::io::{self, Write};

use serde::Serialize;

use super::{Finding, Findings};
use crate::report::escape::json_text;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

pub(super) fn write(found: &Findings<'_>, to: &mut dyn Write) -> io::Result<()> {
    let issues: Vec<Issue<'_>> = found.findings.iter().map(issue).collect();
    writeln!(to, "{}", json_text(&serde_json::to_string_pretty(&issues)?))
}

fn issue<'a>(finding: &'a Finding<'_>) -> Issue<'a> {
    Issue {
        description: finding.sentence(),
        check_name: &finding.code,
        fingerprint: &finding.fingerprint,
        severity: match finding.severity {
            "error" => "major",
            "warning" => "minor",
            _ => "info",
        },
        // GitLab wants a place for everything; the root stands for the repository as a whole.
        location: Location {
            path: finding.path.as_deref().unwrap_or("."),
            lines: Lines { begin: finding.line.max(1) },
        },
    }
}
