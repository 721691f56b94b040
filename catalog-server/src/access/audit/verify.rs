//! Whether an audit log is what was written.

use std::io::{self, BufRead, BufReader, Read};

use super::{AuditEntry, LINE_BYTES_MAX, NO_HASH, line_hash};

/// What an audit log holds, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct AuditVerdict {
    /// How many entries it has.
    pub entries: u64,
    /// The hash of the last line: whoever keeps it elsewhere can tell later that nothing was taken off the end.
    pub last_hash: Option<String>,
    /// What is wrong, in the order of the lines.
    pub findings: Vec<AuditFinding>,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditFinding {
    /// Which of the files, from 0.
    pub file: usize,
    /// The line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub message: String,
}

/// What is expected of the next line.
struct Chain {
    n: u64,
    /// `None` where the line before is not to be believed.
    previous: Option<String>,
    /// Where the line before is.
    place: Option<(usize, u64)>,
}

/// Holds the files of one log, in their order, against their own chain. Takes time linear in their length and
/// memory for one line. A piece of a line at the end is being written, or was never acknowledged.
pub fn verify_audit<R: Read>(files: impl IntoIterator<Item = R>) -> io::Result<AuditVerdict> {
    let mut verdict = AuditVerdict::default();
    let mut chain = Chain { n: 1, previous: Some(NO_HASH.to_owned()), place: None };
    for (file, reader) in files.into_iter().enumerate() {
        let mut reader = BufReader::new(reader);
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            reader.by_ref().take(LINE_BYTES_MAX as u64 + 1).read_until(b'\n', &mut line)?;
            let Some(text) = line.strip_suffix(b"\n") else {
                if line.len() > LINE_BYTES_MAX {
                    verdict.add(
                        file,
                        number,
                        "is longer than an entry can be; nothing after it was looked at",
                    );
                }
                break;
            };
            verdict.entries += 1;
            check_line(text, (file, number), &mut chain, &mut verdict);
            verdict.last_hash = Some(line_hash(text));
        }
    }
    Ok(verdict)
}

/// Whether a line of a log has a hash.
pub fn find_audit_line(file: impl Read, hash: &str) -> io::Result<bool> {
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    loop {
        line.clear();
        reader.by_ref().take(LINE_BYTES_MAX as u64 + 1).read_until(b'\n', &mut line)?;
        let Some(text) = line.strip_suffix(b"\n") else { return Ok(false) };
        if line_hash(text) == hash {
            return Ok(true);
        }
    }
}

fn check_line(text: &[u8], place: (usize, u64), chain: &mut Chain, verdict: &mut AuditVerdict) {
    let (file, line) = place;
    let Ok(entry) = serde_json::from_slice::<AuditEntry>(text) else {
        verdict.add(file, line, "is no entry of an audit log: it was changed");
        *chain = Chain { n: chain.n + 1, previous: None, place: Some(place) };
        return;
    };
    if entry.n > chain.n {
        let missing = match entry.n - chain.n {
            1 => format!("entry {} is missing before it", chain.n),
            _ => format!("entries {} to {} are missing before it", chain.n, entry.n - 1),
        };
        verdict.add(file, line, &missing);
    } else if entry.n < chain.n {
        verdict.add(file, line, &format!("has the number {}, and {} was next", entry.n, chain.n));
    } else if chain.previous.as_ref().is_some_and(|previous| *previous != entry.previous) {
        match chain.place {
            Some((file, line)) => {
                verdict.add(file, line, "was changed: the line after it was chained to another");
            }
            None => verdict.add(file, line, "was changed: the first entry is chained to nothing"),
        }
    }
    *chain = Chain { n: entry.n.saturating_add(1), previous: Some(line_hash(text)), place: Some(place) };
}

impl AuditVerdict {
    fn add(&mut self, file: usize, line: u64, message: &str) {
        self.findings.push(AuditFinding { file, line, message: message.to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use catalog_core::model::Timestamp;

    use super::*;
    use crate::access::{
        Caller,
        audit::{AuditEvent, AuditLog},
    };

    fn lines() -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder");
        let log = AuditLog::at(folder.path().join("audit.ndjson"));
        let caller = Caller::local();
        for number in 0..6 {
            let event =
                AuditEvent { revision: Some(number), ..AuditEvent::new("mutation-answered", &caller) };
            log.write(&event, Timestamp(0)).expect("it is written");
        }
        std::fs::read_to_string(log.path()).expect("text").lines().map(str::to_owned).collect()
    }

    #[track_caller]
    fn check(lines: &[String], expected: &[(u64, &str)]) {
        let text = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
        let verdict = verify_audit([text.as_bytes()]).expect("it is read");
        let found: Vec<_> = verdict.findings.iter().map(|of| (of.line, of.message.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_line_that_was_changed_or_taken_out_is_named() {
        let good = lines();
        check(&good, &[]);
        let with = |at: usize, line: &str| {
            let mut lines = good.clone();
            lines[at] = line.to_owned();
            lines
        };
        let changed = "was changed: the line after it was chained to another";
        check(&with(2, &good[2].replace("\"revision\":2", "\"revision\":9")), &[(3, changed)]);
        check(&with(2, &good[2].replace("local", "loca1")), &[(3, changed)]);
        check(&with(2, "{}"), &[(3, "is no entry of an audit log: it was changed")]);
        check(&with(2, ""), &[(3, "is no entry of an audit log: it was changed")]);
        let mut without = good.clone();
        without.remove(2);
        check(&without, &[(3, "entry 3 is missing before it")]);
        without.drain(..2);
        check(&without, &[(1, "entries 1 to 3 are missing before it")]);
        let mut swapped = good.clone();
        swapped.swap(1, 2);
        check(
            &swapped,
            &[
                (2, "entry 2 is missing before it"),
                (3, "has the number 2, and 4 was next"),
                (4, "entry 3 is missing before it"),
            ],
        );
        check(
            &with(2, &"x".repeat(LINE_BYTES_MAX + 2)),
            &[(3, "is longer than an entry can be; nothing after it was looked at")],
        );
    }

    #[test]
    fn what_is_taken_off_the_end_shows_by_the_last_hash() {
        let good = lines();
        let hash = |lines: &[String]| {
            let text = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
            verify_audit([text.as_bytes()]).expect("it is read").last_hash
        };
        assert_ne!(hash(&good), hash(&good[..5]));
        assert_eq!(hash(&[]), None);
    }
}
