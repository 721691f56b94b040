//! JUnit's XML: a test case for each file, which fails by its findings.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use catalog_core::model::Severity;

use super::{Finding, is_at_least};
use crate::report::{LintReport, printable};

pub(super) fn write(report: &LintReport, fails: Option<Severity>, to: &mut dyn Write) -> io::Result<()> {
    let mut files: BTreeMap<(&str, &str), Vec<Finding<'_>>> = BTreeMap::new();
    for (repository, path) in report.checked() {
        files.entry((repository, path)).or_default();
    }
    for finding in report.findings() {
        files.entry((finding.repository, finding.path.unwrap_or(""))).or_default().push(finding);
    }
    let is_failure = |finding: &&Finding<'_>| fails.is_some_and(|least| is_at_least(finding.severity, least));
    let failed = files.values().filter(|findings| findings.iter().any(|of| is_failure(&of))).count();
    writeln!(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(to, "<testsuites name=\"catalog lint\" tests=\"{}\" failures=\"{failed}\">", files.len())?;
    writeln!(to, "  <testsuite name=\"catalog lint\" tests=\"{}\" failures=\"{failed}\">", files.len())?;
    for ((repository, path), findings) in &files {
        let name = if path.is_empty() { repository } else { path };
        let case = format!("<testcase classname=\"{}\" name=\"{}\"", xml(repository), xml(name));
        if findings.is_empty() {
            writeln!(to, "    {case}/>")?;
            continue;
        }
        writeln!(to, "    {case}>")?;
        // A test case has one failure: the first finding names it, its text holds them all.
        let failures: Vec<&Finding<'_>> = findings.iter().filter(is_failure).collect();
        if let Some(first) = failures.first() {
            let kind = xml(first.code);
            writeln!(to, "      <failure type=\"{kind}\" message=\"{}\">", xml(first.message))?;
            write_lines(path, &failures, to)?;
            writeln!(to, "      </failure>")?;
        }
        let others: Vec<&Finding<'_>> = findings.iter().filter(|of| !is_failure(of)).collect();
        if !others.is_empty() {
            writeln!(to, "      <system-out>")?;
            write_lines(path, &others, to)?;
            writeln!(to, "      </system-out>")?;
        }
        writeln!(to, "    </testcase>")?;
    }
    writeln!(to, "  </testsuite>\n</testsuites>")
}

fn write_lines(path: &str, findings: &[&Finding<'_>], to: &mut dyn Write) -> io::Result<()> {
    for of in findings {
        let place = if of.line > 0 { format!("{path}:{}:{}", of.line, of.column) } else { path.to_owned() };
        let line = format!("{place}: {}[{}]: {}", of.severity, of.code, of.sentence());
        writeln!(to, "{}", xml(&line))?;
    }
    Ok(())
}

/// A text inside XML 1.0, which knows no way to write control characters.
fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in printable(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
