//! Findings in the formats of other programs: code hosts, editors and build servers.
//!
//! [`write_findings`] puts the [`Findings`] of a command out as a [`FindingsFormat`]. Paths are always those of the
//! repository, with `/` between their parts, since that is what the others know.

mod github;
mod gitlab;
mod junit;
mod sarif;

use std::{
    borrow::Cow,
    collections::HashMap,
    io::{self, Write},
};

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

/// What a command found, as other programs see it.
#[derive(Clone, Debug)]
pub struct Findings<'a> {
    /// The command, as in `catalog lint`.
    pub(super) command: &'static str,
    /// Everything that it may find, in an order of its own.
    pub(super) rules: Vec<FindingRule<'a>>,
    /// What it found.
    pub(super) findings: Vec<Finding<'a>>,
    /// Everything that it looked at, whether or not something was found there.
    pub(super) cases: Vec<Case<'a>>,
}

/// Something that may be found.
#[derive(Clone, Debug)]
pub(super) struct FindingRule<'a> {
    /// Its stable code.
    pub(super) code: Cow<'a, str>,
    /// What it is: one sentence.
    pub(super) summary: Cow<'a, str>,
    /// What to do: likewise.
    pub(super) help: String,
    /// How bad it is where nothing else is said: `error`, `warning` or `note`.
    pub(super) severity: &'static str,
}

/// Something that was looked at, as build servers list tests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Case<'a> {
    /// What it belongs to, as a repository.
    pub(super) class: Cow<'a, str>,
    /// Its own name, as a path; empty where all of the class is meant.
    pub(super) name: Cow<'a, str>,
}

/// One finding as other programs see it.
#[derive(Clone, Debug)]
pub(super) struct Finding<'a> {
    /// The repository that the path is of.
    pub(super) repository: Cow<'a, str>,
    pub(super) code: Cow<'a, str>,
    pub(super) severity: &'static str,
    pub(super) path: Option<Cow<'a, str>>,
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) end_column: u32,
    pub(super) message: Cow<'a, str>,
    pub(super) suggestion: Option<Cow<'a, str>>,
    pub(super) source: Option<&'a str>,
    pub(super) fingerprint: Cow<'a, str>,
    /// The entity that it is about, where it is about one.
    pub(super) entity: Option<Cow<'a, str>>,
    /// What was looked at when it was found.
    pub(super) case: Case<'a>,
    /// Whether it fails the command.
    pub(super) is_failure: bool,
}

impl Finding<'_> {
    /// What was found, and what to do about it.
    fn sentence(&self) -> String {
        match &self.suggestion {
            Some(suggestion) => format!("{}; help: {suggestion}", self.message),
            None => self.message.clone().into_owned(),
        }
    }
}

/// Writes what was found for another program.
pub fn write_findings(found: &Findings<'_>, format: FindingsFormat, to: &mut dyn Write) -> io::Result<()> {
    match format {
        FindingsFormat::Sarif => sarif::write(found, to),
        FindingsFormat::Github => github::write(found, to),
        FindingsFormat::Gitlab => gitlab::write(found, to),
        FindingsFormat::Junit => junit::write(found, to),
    }
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
