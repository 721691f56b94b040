//! What is crawled: a repository, its address, and what was last seen of it.

use std::{fmt, sync::Arc};

use super::Timestamp;

/// The name of a repository in the catalog: `host/owner/name`, or `owner/name` where no host is known.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepositoryId(Arc<str>);

impl RepositoryId {
    /// Takes a name as it is; `None` where it is empty, holds a control character or an empty part.
    pub fn new(text: &str) -> Option<Self> {
        let valid = !text.is_empty()
            && text.len() <= 1_024
            && text.split('/').all(|part| !part.is_empty())
            && !text.chars().any(char::is_control);
        valid.then(|| Self(text.into()))
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RepositoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RepositoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for RepositoryId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// The id of a git commit (SHA-1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitId(pub [u8; 20]);

/// The id of a file's content: git's blob id, also computed for files outside git.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentId(pub [u8; 20]);

impl CommitId {
    /// Reads forty hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 40 {
            return None;
        }
        let mut id = [0; 20];
        for (byte, pair) in id.iter_mut().zip(bytes.chunks_exact(2)) {
            let high = char::from(pair[0]).to_digit(16)?;
            let low = char::from(pair[1]).to_digit(16)?;
            *byte = u8::try_from(high * 16 + low).ok()?;
        }
        Some(Self(id))
    }

    /// The first twelve digits, as people quote commits.
    pub fn short(&self) -> String {
        let mut text = self.to_string();
        text.truncate(12);
        text
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&CommitId(self.0), f)
    }
}

impl fmt::Debug for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What is known of a repository itself, apart from what its manifests say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryHead {
    /// Its name in the catalog.
    pub id: RepositoryId,
    /// Where it was read: a path or a URL, without any credentials.
    pub address: Box<str>,
    /// The commit that its declarations were read from; `None` for a directory without commits,
    /// or where no commit was ever read.
    pub commit: Option<CommitId>,
    /// When that commit was made, by its committer's clock.
    pub committed_at: Option<Timestamp>,
    /// When it was last read with success, changed or not; `None` where it never was.
    pub observed_at: Option<Timestamp>,
    /// Whether the last visit could read it.
    pub status: RepositoryStatus,
    /// A fingerprint of what decides how its files are read (format versions, limits, scan mode).
    /// A repository read with another one is read again although its commit is the same.
    pub reader: u64,
}

/// Whether the last visit to a repository could read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RepositoryStatus {
    /// It was read.
    Read,
    /// It could not be read: what it said before is kept, and is stale.
    Unreadable {
        /// Since when, the first failed visit after the last good one.
        since: Timestamp,
        /// Why, in one line.
        reason: Box<str>,
    },
}

impl RepositoryStatus {
    /// Whether the last visit could read the repository.
    pub fn is_read(&self) -> bool {
        matches!(self, Self::Read)
    }
}
