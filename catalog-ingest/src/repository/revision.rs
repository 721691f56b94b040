//! The names that people give to commits: git's revisions, as far as a check needs them.
//!
//! gitrevisions(7): ids and beginnings of ids, branches, tags, `HEAD` and its like, `@`, with `~N`, `^N`,
//! `^{commit}` behind them. What rests on the log of a person's machine or on a search is refused.

use catalog_core::model::{CommitId, ContentId};
use git2::{ErrorCode, Oid};
use thiserror::Error;

use super::{RepositoryError, address::printable, commit::Commit, commits::Commits};

/// The longest name that is looked up, in bytes.
const REVISION_BYTES_MAX: usize = 1_024;
/// The fewest digits of an id that name it, as in git.
const ID_DIGITS_MIN: usize = 4;

/// Why a name gives no commit.
#[derive(Debug, Error)]
pub enum RevisionError {
    /// Nothing has the name.
    #[error("the revision `{revision}` is not known in this repository")]
    Unknown {
        /// The name as it can be shown.
        revision: String,
        /// Whether the copy is shallow, so that it may only be missing here.
        is_shallow: bool,
    },
    /// Several objects begin like that.
    #[error("the revision `{revision}` is the beginning of several ids, expected more digits")]
    Ambiguous {
        /// The name as it can be shown.
        revision: String,
    },
    /// It is no name of one commit.
    #[error(
        "the revision `{revision}` {found}, expected a branch, a tag or a commit, with `~N` or `^N` behind"
    )]
    Form {
        /// The name as it can be shown.
        revision: String,
        /// What it is, as in `is a range`.
        found: &'static str,
    },
    /// It names an ancestor that is not there.
    #[error(
        "the revision `{revision}` goes back {}",
        if *.is_shallow { "further than this shallow copy" } else { "beyond the first commit" }
    )]
    Beyond {
        /// The name as it can be shown.
        revision: String,
        /// Whether the copy ends there, and not the history.
        is_shallow: bool,
    },
    /// It names something else than a commit.
    #[error("the revision `{revision}` names no commit: {reason}")]
    NotCommit {
        /// The name as it can be shown.
        revision: String,
        /// What was found.
        reason: String,
    },
    /// The repository itself could not be read.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

impl Commits {
    /// The commit that a revision names.
    ///
    /// # Errors
    ///
    /// It names none, or several, or is of a form that is not read.
    pub(crate) fn find(&self, revision: &str) -> Result<CommitId, RevisionError> {
        let shown = printable(revision.get(..REVISION_BYTES_MAX).unwrap_or(revision));
        let form = |found| RevisionError::Form { revision: shown.clone(), found };
        if revision.len() > REVISION_BYTES_MAX {
            return Err(form("is longer than a name can be"));
        }
        if revision.contains("..") {
            return Err(form("is a range"));
        }
        if revision.contains(':') {
            return Err(form("names a file or a message"));
        }
        let end = revision.find(['~', '^']).unwrap_or(revision.len());
        let (name, steps) = revision.split_at(end);
        if name.is_empty() {
            return Err(form("has no name"));
        }
        if name.contains("@{") {
            return Err(form("asks for what this machine remembers"));
        }
        let name = if name == "@" { "HEAD" } else { name };
        let unknown = || RevisionError::Unknown { revision: shown.clone(), is_shallow: self.is_shallow() };
        let named = self.named(name, &shown)?.ok_or_else(unknown)?;
        if self.objects.kind(ContentId(named.0)).is_err() {
            return Err(unknown());
        }
        let not_commit = |error: RepositoryError| RevisionError::NotCommit {
            revision: shown.clone(),
            reason: error.to_string(),
        };
        let commit = Commit::read(&self.objects, named).map_err(not_commit)?.id;
        self.step(commit, steps, &shown)
    }

    /// What a name without steps stands for, in the order in which git looks.
    fn named(&self, name: &str, shown: &str) -> Result<Option<CommitId>, RevisionError> {
        if let Some(id) = CommitId::parse(name) {
            return Ok(Some(id));
        }
        if name == "HEAD" {
            return Ok(Some(self.git.head()?));
        }
        if name.ends_with("_HEAD") && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') {
            return Ok(self.git.left_by_git(name));
        }
        let full = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"];
        let full = full.into_iter().map(|folder| format!("{folder}{name}"));
        for reference in full.chain([format!("refs/remotes/{name}/HEAD")]) {
            if let Some(id) = self.git.reference(&reference)? {
                return Ok(Some(id));
            }
        }
        self.by_beginning(name, shown)
    }

    /// The object whose id begins like that.
    fn by_beginning(&self, name: &str, shown: &str) -> Result<Option<CommitId>, RevisionError> {
        let is_id = name.len() >= ID_DIGITS_MIN && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_id || name.len() >= 40 {
            return Ok(None);
        }
        let Some(short) = CommitId::parse(&format!("{name:0<40}")) else { return Ok(None) };
        let database = self.objects.database()?;
        let found = Oid::from_bytes(&short.0).and_then(|oid| database.exists_prefix(oid, name.len()));
        match found {
            Ok(oid) => Ok(CommitId::parse(&oid.to_string())),
            Err(error) if error.code() == ErrorCode::Ambiguous => {
                Err(RevisionError::Ambiguous { revision: shown.to_owned() })
            }
            Err(_) => Ok(None),
        }
    }

    /// Follows `~N`, `^N` and `^{commit}`.
    fn step(&self, from: CommitId, steps: &str, shown: &str) -> Result<CommitId, RevisionError> {
        let mut commit = from;
        let mut rest = steps;
        while let Some(kind) = rest.chars().next() {
            rest = &rest[1..];
            if kind == '^'
                && let Some(braced) = rest.strip_prefix('{')
            {
                // Tags have been followed already.
                rest = ["}", "commit}"].iter().find_map(|end| braced.strip_prefix(end)).ok_or_else(|| {
                    RevisionError::Form {
                        revision: shown.to_owned(),
                        found: "asks for something else than a commit",
                    }
                })?;
                continue;
            }
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let count = if digits == 0 { Ok(1) } else { rest[..digits].parse::<usize>() };
            rest = &rest[digits..];
            let odd = || RevisionError::Form { revision: shown.to_owned(), found: "has an odd end" };
            let count = count.map_err(|_| odd())?;
            match kind {
                '~' => {
                    for _ in 0..count {
                        commit = self.parent(commit, 1, shown)?;
                    }
                }
                '^' if count == 0 => {}
                '^' => commit = self.parent(commit, count, shown)?,
                _ => return Err(odd()),
            }
        }
        Ok(commit)
    }

    /// One of the parents of a commit, counted from 1.
    fn parent(&self, commit: CommitId, number: usize, shown: &str) -> Result<CommitId, RevisionError> {
        let descent = self.descent(commit)?;
        descent.parents.get(number - 1).copied().ok_or_else(|| RevisionError::Beyond {
            revision: shown.to_owned(),
            is_shallow: descent.parents.is_empty() && self.is_end(commit),
        })
    }
}
