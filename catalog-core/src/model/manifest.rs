//! One manifest as it was read: its documents, its path rules, and how fresh they are.

use super::{
    CommitId, ContentId, Declaration, Diagnostic, FoundBy, ManifestFormat, PathRules, Position, Timestamp,
};

/// One file of one format at one path, as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Its path in the repository, with `/` between the parts. Bytes that are not UTF-8 are shown as U+FFFD.
    pub path: Box<str>,
    /// The format it was read as.
    pub format: ManifestFormat,
    /// How it was found.
    pub found_by: FoundBy,
    /// The content that the last visit met at this path, read well or not.
    pub content: ContentId,
    /// Other files whose content decides what this one says, in the order of their paths.
    pub inputs: Vec<ManifestInput>,
    /// Targets of `Location` documents inside the repository, resolved to paths, sorted.
    pub locations: Vec<Box<str>>,
    /// The documents in the order of the file; stale ones of earlier commits come last.
    pub documents: Vec<Document>,
    /// The path rules, for formats that have any.
    pub path_rules: Option<PathRules>,
    /// Set where the last visit could not read the file, and `documents` and `path_rules` are of an earlier one.
    pub stale: Option<Stale>,
    /// What is to be said about this content, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// A file that another one includes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ManifestInput {
    /// Its path in the repository.
    pub path: Box<str>,
    /// Its content; `None` where there was no such file.
    pub content: Option<ContentId>,
}

/// One document of a manifest that could at least be taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its index in the file, from 0; empty documents between two markers are counted, but not listed.
    pub index: u32,
    /// Where it begins.
    pub position: Position,
    /// Whether the format's own reference reader takes it.
    pub strict: bool,
    /// Why it would not, one short phrase each, as in `metadata.name is not valid`.
    pub problems: Vec<Box<str>>,
    /// What it says; `None` where not even kind and name could be read.
    pub declaration: Option<Declaration>,
    /// Set where this document, or a part of it, is of an earlier commit than the rest.
    pub stale: Option<Stale>,
}

/// That a fact is of an earlier commit, because the last visit could not read its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// Why it could not be read.
    pub reason: StaleReason,
    /// When that was first met.
    pub since: Timestamp,
    /// The commit that the kept facts were read from; `None` for a directory without commits.
    pub commit: Option<CommitId>,
}

/// Why a source could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum StaleReason {
    /// The text breaks its format.
    Invalid = 0,
    /// The file is over a limit, a link, or otherwise not read on purpose.
    Refused = 1,
    /// The repository could not be reached or read.
    Unreachable = 2,
}

impl StaleReason {
    /// The reason in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
        }
    }
}
