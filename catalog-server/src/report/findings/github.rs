//! Workflow commands of GitHub Actions: "Workflow commands for GitHub Actions" in its documentation.

use std::{
    cmp::Reverse,
    io::{self, Write},
};

use super::{Finding, Findings};
use crate::report::{page::count, printable};

/// How many annotations of one step GitHub shows; the last one says how many more there are.
const ANNOTATIONS_MAX: usize = 10;

pub(super) fn write(found: &Findings<'_>, to: &mut dyn Write) -> io::Result<()> {
    let mut findings: Vec<&Finding<'_>> = found.findings.iter().collect();
    // What does not fit is the least of them.
    findings.sort_by_key(|finding| Reverse(severity_rank(finding.severity)));
    let shown = if findings.len() > ANNOTATIONS_MAX { ANNOTATIONS_MAX - 1 } else { findings.len() };
    for finding in &findings[..shown] {
        write_command(finding, to)?;
    }
    let hidden = findings.len() - shown;
    if hidden > 0 {
        let more = count(hidden, "more finding", "more findings");
        let command = found.command;
        writeln!(to, "::notice title={command}::{more}; run `{command}` to see them all")?;
    }
    Ok(())
}

fn severity_rank(name: &str) -> u8 {
    match name {
        "error" => 2,
        "warning" => 1,
        _ => 0,
    }
}

fn write_command(finding: &Finding<'_>, to: &mut dyn Write) -> io::Result<()> {
    let command = if finding.severity == "note" { "notice" } else { finding.severity };
    let mut properties = Vec::new();
    if let Some(path) = &finding.path {
        properties.push(format!("file={}", property(path)));
    }
    if finding.line > 0 {
        properties.push(format!("line={}", finding.line));
    }
    if finding.line > 0 && finding.column > 0 {
        properties.push(format!("col={}", finding.column));
    }
    if finding.end_column > finding.column {
        properties.push(format!("endColumn={}", finding.end_column));
    }
    properties.push(format!("title={}", property(&finding.code)));
    writeln!(to, "::{command} {}::{}", properties.join(","), data(&finding.sentence()))
}

/// A message with what the runner would take for markup escaped.
fn data(text: &str) -> String {
    printable(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, likewise.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
