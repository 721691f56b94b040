//! Where a fact was read.

use std::fmt;

use super::{CommitId, ManifestFormat, RepositoryId};

/// A place in a text file; both numbers count from 1, columns count characters. 0 means unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column, in characters, from 1.
    pub column: u32,
}

impl Position {
    /// The beginning of a file.
    pub const START: Self = Self { line: 1, column: 1 };

    /// A place by its line and column, both from 1.
    pub fn new(line: u32, column: u32) -> Self {
        Self { line, column }
    }
}

/// A value with the place in its manifest where it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<T> {
    /// What was read.
    pub value: T,
    /// Where its text begins.
    pub position: Position,
}

impl<T> Located<T> {
    /// A value read at a place.
    pub fn new(value: T, position: Position) -> Self {
        Self { value, position }
    }
}

/// Where a fact was read: repository, commit, path, document and place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The repository that holds the manifest.
    pub repository: RepositoryId,
    /// The commit that was read; `None` for a directory without commits.
    pub commit: Option<CommitId>,
    /// The manifest's path in the repository, with `/` between its parts.
    pub path: Box<str>,
    /// The index of the document in its file, from 0.
    pub document: u32,
    /// The place in the file.
    pub position: Position,
    /// The format that the manifest was read as.
    pub format: ManifestFormat,
}

impl fmt::Display for Origin {
    /// `repository:path:line`, the form in which places are shown to people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.repository, self.path)?;
        if self.position.line > 0 {
            write!(f, ":{}", self.position.line)?;
        }
        Ok(())
    }
}
