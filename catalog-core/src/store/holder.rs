//! Which process holds a file, as far as Linux tells.
//!
//! The one place of the core that asks the system about other processes: a person who waits wants to
//! know for whom. Elsewhere, and where the system hides it, the answer is `None`.

use std::{fmt, fs, path::Path};

/// A process that holds the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its process id.
    pub pid: u32,
    /// Its command with arguments, in one line; `None` where it is hidden.
    pub command: Option<Box<str>>,
}

impl Holder {
    /// Longer commands are cut, in characters.
    pub const COMMAND_CHARS_MAX: usize = 120;

    /// The process with a lock on the file at `path`, other than this one if there are several.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let locks = fs::read_to_string("/proc/locks").ok()?;
        let file = file_id(path)?;
        let holders: Vec<u32> = locks.lines().filter_map(|line| pid_of_lock(line, &file)).collect();
        let pid = holders.iter().find(|pid| **pid != std::process::id()).or(holders.first()).copied()?;
        Some(Self { pid, command: command_of(pid) })
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {}", self.pid)?;
        match &self.command {
            Some(command) => write!(f, " (`{command}`)"),
            None => Ok(()),
        }
    }
}

/// The file as `/proc/locks` names it: device numbers in hexadecimal, then the inode.
#[cfg(target_os = "linux")]
fn file_id(path: &Path) -> Option<String> {
    use std::os::linux::fs::MetadataExt;
    let metadata = fs::metadata(path).ok()?;
    let device = metadata.st_dev();
    // As glibc's `major` and `minor` take a device number apart.
    let major = (device >> 8) & 0xFFF | (device >> 32) & 0xFFFF_F000;
    let minor = device & 0xFF | (device >> 12) & 0xFFFF_FF00;
    Some(format!("{major:02x}:{minor:02x}:{}", metadata.st_ino()))
}

#[cfg(not(target_os = "linux"))]
fn file_id(_path: &Path) -> Option<String> {
    None
}

/// Reads a line as in `3: FLOCK  ADVISORY  WRITE 23340 fe:00:1002 0 EOF`; some locks have no process and say -1.
fn pid_of_lock(line: &str, file: &str) -> Option<u32> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let place = words.iter().position(|word| *word == file)?;
    words.get(place.checked_sub(1)?)?.parse().ok()
}

fn command_of(pid: u32) -> Option<Box<str>> {
    let bytes = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let command = String::from_utf8_lossy(&bytes).trim_end_matches('\0').replace('\0', " ");
    let shown = command.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c });
    let shown: String = shown.take(Holder::COMMAND_CHARS_MAX).collect();
    (!shown.is_empty()).then(|| shown.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_names_its_process() {
        let file = "fe:00:1002";
        assert_eq!(pid_of_lock("3: FLOCK  ADVISORY  WRITE 23340 fe:00:1002 0 EOF", file), Some(23340));
        assert_eq!(pid_of_lock("1: OFDLCK ADVISORY  WRITE -1 fe:00:1002 0 4611", file), None);
        assert_eq!(pid_of_lock("3: FLOCK  ADVISORY  WRITE 23340 fe:00:1003 0 EOF", file), None);
        assert_eq!(pid_of_lock("fe:00:1002", file), None);
        assert_eq!(pid_of_lock("", file), None);
    }
}
