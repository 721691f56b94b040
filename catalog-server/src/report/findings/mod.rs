//! Findings in the formats of other programs: code hosts, editors and build servers.
//!
//! [`write_findings`] puts a report out as a [`FindingsFormat`]. Paths are always those of the
//! repository, with `/` between their parts, since that is what the others know.

mod github;
mod gitlab;
mod junit;
mod sarif;

use std::{
    collections::HashMap,
    io::{self, Write},
};

use catalog_core::model::Severity;

use super::LintReport;

/// A format of another program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingsFormat {
    /// SARIF 2.1.0, as code hosts and editors read it.
    Sarif,
    /// GitHub's workflow commands, which become annotations.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit's XML, as build servers read it.
    Junit,
}

/// One finding as other programs see it.
#[derive(Clone, Copy, Debug)]
pub struct Finding<'a> {
    pub(super) repository: &'a str,
    pub(super) code: &'static str,
    pub(super) severity: &'static str,
    pub(super) path: Option<&'a str>,
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) end_column: u32,
    pub(super) message: &'a str,
    pub(super) suggestion: Option<&'a str>,
    pub(super) source: Option<&'a str>,
    pub(super) fingerprint: &'a str,
}

impl Finding<'_> {
    /// What was found, and what to do about it.
    fn sentence(&self) -> String {
        match self.suggestion {
            Some(suggestion) => format!("{}; help: {suggestion}", self.message),
            None => self.message.to_owned(),
        }
    }
}

/// Writes a report for another program. What is at `fails` or above is a failure where the format
/// has failures; nothing is where there is none.
pub fn write_findings(
    report: &LintReport,
    format: FindingsFormat,
    fails: Option<Severity>,
    to: &mut dyn Write,
) -> io::Result<()> {
    match format {
        FindingsFormat::Sarif => sarif::write(report, to),
        FindingsFormat::Github => github::write(report, to),
        FindingsFormat::Gitlab => gitlab::write(report, to),
        FindingsFormat::Junit => junit::write(report, fails, to),
    }
}

/// Whether a severity by its name is as bad as another one, or worse.
fn is_at_least(name: &str, least: Severity) -> bool {
    Severity::ALL.iter().any(|severity| severity.name() == name && *severity >= least)
}

/// A name for a finding that no line number is part of: the hash of its words, and of how many of the
/// same words came before.
pub(super) fn fingerprint(words: [&str; 3], met: &mut HashMap<u128, u32>) -> String {
    let mut hash = words.iter().fold(FNV_OFFSET, |hash, word| fnv(fnv(hash, word.as_bytes()), &[0]));
    let before = met.entry(hash).or_default();
    if *before > 0 {
        hash = fnv(hash, &before.to_le_bytes());
    }
    *before += 1;
    format!("{hash:032x}")
}

const FNV_OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const FNV_PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// FNV-1a: the value is compared between versions, so it must not change with the standard library.
fn fnv(hash: u128, bytes: &[u8]) -> u128 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(FNV_PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_the_same_for_ever_and_distinct() {
        let mut met = HashMap::new();
        let mut next = |path| fingerprint([path, "wrong-type", "owner: 12"], &mut met);
        let found = [next("a.yaml"), next("a.yaml"), next("b.yaml")];
        expect_test::expect!["1bb4f500e621cc21a338a07cb319fd3f 7b4ac067bdf6796d95c8242a20f2265e fd0a31777acd10359673aec8b1e0de64"].assert_eq(&found.join(" "));
        assert!(found[0] != found[1] && found[1] != found[2]);
    }
}
