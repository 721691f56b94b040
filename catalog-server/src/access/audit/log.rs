//! Writing the audit log.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    num::NonZeroU32,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use catalog_core::model::Timestamp;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

use super::{
    super::token_file::{file_number, private},
    AuditEntry, AuditEvent, LINE_BYTES_MAX, NO_HASH, line_hash,
};

/// How many refusals are written in a second; others are counted. Whoever is refused must not fill the disk.
const REFUSALS_PER_SECOND: NonZeroU32 = NonZeroU32::new(50).expect("fifty is not zero");

/// A log that is only ever added to. Several processes may write to one.
///
/// The file is opened for each line: where it was moved away, the next line begins a new file and goes on from
/// the last hash.
pub struct AuditLog {
    path: PathBuf,
    state: Mutex<State>,
    refusals: DefaultDirectRateLimiter,
    left_out: AtomicU64,
}

#[derive(Default)]
struct State {
    /// The file and its length, as they were left after the last line.
    left_as: Option<(u64, u64)>,
    last: Option<LastLine>,
}

#[derive(Clone, Debug)]
struct LastLine {
    n: u64,
    hash: String,
}

/// Why something could not be written down.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The last line of the file is not one of ours, so that nothing can be chained to it.
    #[error("its last line is no entry of an audit log")]
    Foreign,
    /// The system does not let it be written.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl AuditLog {
    /// The log at a path, whether or not there is a file yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            state: Mutex::default(),
            refusals: RateLimiter::direct(Quota::per_second(REFUSALS_PER_SECOND)),
            left_out: AtomicU64::new(0),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether lines can be added to what is there. Makes no file.
    pub fn check(&self) -> Result<(), AuditError> {
        match OpenOptions::new().read(true).append(true).open(&self.path) {
            Ok(mut file) => {
                file.lock()?;
                let length = file.metadata()?.len();
                last_line(&mut file, length).map(drop)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes an event down; it is on the disk when this returns.
    pub fn write(&self, event: &AuditEvent<'_>, now: Timestamp) -> Result<(), AuditError> {
        self.append(event, now, true)
    }

    /// Writes a refusal down, unless there are too many. That it fails is for the log of the server.
    pub fn write_refusal(&self, event: &AuditEvent<'_>, now: Timestamp) {
        if self.refusals.check().is_err() {
            self.left_out.fetch_add(1, Ordering::Relaxed);
            return;
        }
        if let Err(error) = self.append(event, now, false) {
            tracing::error!(path = %self.path.display(), %error, "a refusal could not be written to the audit log");
        }
    }

    fn append(&self, event: &AuditEvent<'_>, now: Timestamp, is_durable: bool) -> Result<(), AuditError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let options = &mut OpenOptions::new();
        let mut file = private(options.read(true).append(true).create(true)).open(&self.path)?;
        // Ends with the file, at the end of this function.
        file.lock()?;
        let metadata = file.metadata()?;
        let number = file_number(&metadata);
        let mut length = metadata.len();
        if state.left_as != Some((number, length)) {
            let found = last_line(&mut file, length)?;
            length = found.length;
            state.last = found.last.or(state.last.take());
        }
        let last = state.last.clone().unwrap_or_else(|| LastLine { n: 0, hash: NO_HASH.to_owned() });
        let left_out = self.left_out.swap(0, Ordering::Relaxed);
        let entry = event.entry(last.n + 1, last.hash, left_out, now);
        let mut line = serde_json::to_vec(&entry).map_err(io::Error::from)?;
        let last = LastLine { n: entry.n, hash: line_hash(&line) };
        line.push(b'\n');
        let written = file.write_all(&line).and_then(|()| if is_durable { file.sync_data() } else { Ok(()) });
        if let Err(error) = written {
            // A piece of a line is worse than none; where it cannot be taken back, the next line does it.
            let _kept = file.set_len(length);
            state.left_as = None;
            self.left_out.fetch_add(left_out, Ordering::Relaxed);
            return Err(error.into());
        }
        state.left_as = Some((number, length + line.len() as u64));
        state.last = Some(last);
        Ok(())
    }
}

impl std::fmt::Debug for AuditLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuditLog").field("path", &self.path).finish_non_exhaustive()
    }
}

/// What a file ends with.
struct Found {
    last: Option<LastLine>,
    /// How long the file is, after a piece of a line was taken off its end.
    length: u64,
}

/// The last line of a file. A piece of a line at its end was never acknowledged, and is taken off.
fn last_line(file: &mut File, length: u64) -> Result<Found, AuditError> {
    let start = length.saturating_sub(2 * LINE_BYTES_MAX as u64);
    file.seek(SeekFrom::Start(start))?;
    let mut end = Vec::new();
    file.take(length - start).read_to_end(&mut end)?;
    let whole = end.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let torn = end.len() - whole;
    if torn > LINE_BYTES_MAX {
        return Err(AuditError::Foreign);
    }
    let length = length - torn as u64;
    if torn > 0 {
        tracing::warn!(bytes = torn, "a line of the audit log that was not written to its end is taken off");
        file.set_len(length)?;
    }
    let Some(lines) = end[..whole].strip_suffix(b"\n") else { return Ok(Found { last: None, length }) };
    let line = lines.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let entry: AuditEntry = serde_json::from_slice(line).map_err(|_| AuditError::Foreign)?;
    Ok(Found { last: Some(LastLine { n: entry.n, hash: line_hash(line) }), length })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Caller, audit::verify_audit};

    fn write(log: &AuditLog, event: &'static str) -> Result<(), AuditError> {
        log.write(&AuditEvent::new(event, &Caller::local()), Timestamp(1_793_523_600))
    }

    fn check(paths: &[&Path], entries: u64, findings: usize) {
        let files: Vec<File> = paths.iter().map(|path| File::open(path).expect("it is there")).collect();
        let verdict = verify_audit(files).expect("it is read");
        assert_eq!((verdict.entries, verdict.findings.len()), (entries, findings), "{verdict:?}");
    }

    #[test]
    fn a_log_goes_on_where_another_process_or_a_crash_left_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("audit.ndjson");
        let (one, other) = (AuditLog::at(&path), AuditLog::at(&path));
        one.check().expect("there is nothing that is wrong");
        for _ in 0..3 {
            write(&one, "mutation-asked").expect("it is written");
            write(&other, "mutation-answered").expect("it is written");
        }
        check(&[&path], 6, 0);
        let mut file = OpenOptions::new().append(true).open(&path).expect("it is there");
        file.write_all(b"{\"n\":7,\"previous\":\"00").expect("it is written");
        check(&[&path], 6, 0);
        write(&one, "mutation-asked").expect("it is written");
        check(&[&path], 7, 0);
    }

    #[test]
    fn a_log_that_was_moved_away_is_gone_on_with() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, moved) = (folder.path().join("audit.ndjson"), folder.path().join("audit.1.ndjson"));
        let log = AuditLog::at(&path);
        write(&log, "mutation-asked").expect("it is written");
        write(&log, "mutation-answered").expect("it is written");
        std::fs::rename(&path, &moved).expect("it is moved");
        write(&log, "mutation-asked").expect("it is written");
        check(&[&moved, &path], 3, 0);
        check(&[&path], 1, 1);
    }

    #[test]
    fn nothing_is_added_to_what_is_no_log() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("audit.ndjson");
        for text in ["hello\n".to_owned(), "{\"n\": 1}\n".into(), "x".repeat(100_000)] {
            std::fs::write(&path, &text).expect("it is written");
            let log = AuditLog::at(&path);
            assert!(matches!(log.check(), Err(AuditError::Foreign)), "{}", text.len());
            assert!(matches!(write(&log, "mutation-asked"), Err(AuditError::Foreign)));
            assert_eq!(std::fs::read_to_string(&path).expect("text"), text);
        }
    }

    #[test]
    fn refusals_are_written_up_to_a_rate_and_counted_beyond_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("audit.ndjson");
        let log = AuditLog::at(&path);
        let stranger = Caller::local();
        for _ in 0..1_000 {
            log.write_refusal(&AuditEvent::new("refused", &stranger), Timestamp(0));
        }
        write(&log, "mutation-asked").expect("it is written");
        let text = std::fs::read_to_string(&path).expect("text");
        let entries: Vec<AuditEntry> =
            text.lines().map(|line| serde_json::from_str(line).expect("an entry")).collect();
        let left_out: u64 = entries.iter().map(|entry| entry.left_out).sum();
        assert_eq!(entries.len() as u64 - 1 + left_out, 1_000);
        assert!(left_out > 500, "{left_out}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_an_error() {
        let log = AuditLog::at("/dev/full");
        assert!(matches!(write(&log, "mutation-asked"), Err(AuditError::Io(_))));
    }

    #[test]
    fn a_line_is_bounded_and_one_line_whatever_names_hold() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("audit.ndjson");
        let log = AuditLog::at(&path);
        let subject = "\u{1}\n\"".repeat(100_000);
        let caller = Caller::new(
            crate::access::Identity::Person { subject: subject.clone() },
            crate::access::Scopes::NONE,
        );
        let fields = vec![subject; 100];
        let event = AuditEvent { fields: &fields, ..AuditEvent::new("mutation-asked", &caller) };
        log.write(&event, Timestamp(0)).expect("it is written");
        let text = std::fs::read_to_string(&path).expect("text");
        assert_eq!(text.lines().count(), 1);
        assert!(text.len() < LINE_BYTES_MAX, "{}", text.len());
        check(&[&path], 1, 0);
    }
}
