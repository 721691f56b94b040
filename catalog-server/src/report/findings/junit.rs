//! JUnit's XML: a test case for each thing that was looked at, which fails by its findings.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use super::{Case, Finding, Findings};
use crate::report::printable;

pub(super) fn write(found: &Findings<'_>, to: &mut dyn Write) -> io::Result<()> {
    let mut cases: BTreeMap<&Case<'_>, Vec<&Finding<'_>>> = BTreeMap::new();
    for case in &found.cases {
        cases.entry(case).or_default();
    }
    for finding in &found.findings {
        cases.entry(&finding.case).or_default().push(finding);
    }
    let failed = cases.values().filter(|findings| findings.iter().any(|of| of.is_failure)).count();
    let (command, tests) = (found.command, cases.len());
    writeln!(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(to, "<testsuites name=\"{command}\" tests=\"{tests}\" failures=\"{failed}\">")?;
    writeln!(to, "  <testsuite name=\"{command}\" tests=\"{tests}\" failures=\"{failed}\">")?;
    for (case, findings) in &cases {
        let name = if case.name.is_empty() { &case.class } else { &case.name };
        let case = format!("<testcase classname=\"{}\" name=\"{}\"", xml(&case.class), xml(name));
        if findings.is_empty() {
            writeln!(to, "    {case}/>")?;
            continue;
        }
        writeln!(to, "    {case}>")?;
        // A test case has one failure: the first finding names it, its text holds them all.
        let (failures, others): (Vec<&Finding<'_>>, Vec<_>) = findings.iter().partition(|of| of.is_failure);
        if let Some(first) = failures.first() {
            let kind = xml(&first.code);
            writeln!(to, "      <failure type=\"{kind}\" message=\"{}\">", xml(&first.message))?;
            write_lines(&failures, to)?;
            writeln!(to, "      </failure>")?;
        }
        if !others.is_empty() {
            writeln!(to, "      <system-out>")?;
            write_lines(&others, to)?;
            writeln!(to, "      </system-out>")?;
        }
        writeln!(to, "    </testcase>")?;
    }
    writeln!(to, "  </testsuite>\n</testsuites>")
}

fn write_lines(findings: &[&Finding<'_>], to: &mut dyn Write) -> io::Result<()> {
    for of in findings {
        let path = of.path.as_deref().unwrap_or_default();
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
