//! One line of an OWNERS file of Gerrit, taken apart.

use catalog_core::model::{OwnerName, PathDialect};

/// A line that states something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum GerritLine<'t> {
    /// Somebody owns the folder.
    Owner(OwnerName),
    /// The folders above do not.
    NoParent,
    /// Some files of the folder are somebody's.
    PerFile {
        /// What is written before the `=`.
        globs: &'t str,
        /// What is written after it.
        grants: &'t str,
    },
    /// The owners of another file own the folder as well.
    File(&'t str),
    /// Everything that another file says counts here.
    Include(&'t str),
}

impl<'t> GerritLine<'t> {
    /// Takes a line without its comment apart; `None` where it is blank, or in no form that is known.
    pub(super) fn parse(line: &'t str) -> Option<Self> {
        let line = line.trim();
        if let Some(rest) = keyword(line, "per-file") {
            let (globs, grants) = rest.split_once('=')?;
            return Some(Self::PerFile { globs: globs.trim(), grants: grants.trim() });
        }
        if let Some(rest) = keyword(line, "set") {
            return (rest.trim() == "noparent").then_some(Self::NoParent);
        }
        if let Some(rest) = keyword(line, "include") {
            return Some(Self::Include(rest.trim()));
        }
        if let Some(rest) = line.strip_prefix("file:") {
            return Some(Self::File(rest.trim()));
        }
        OwnerName::in_dialect(PathDialect::Gerrit, line).map(Self::Owner)
    }
}

/// What follows a word that blanks end.
fn keyword<'t>(line: &'t str, word: &str) -> Option<&'t str> {
    line.strip_prefix(word).filter(|rest| rest.starts_with([' ', '\t']))
}

/// A line up to its comment.
pub(super) fn without_comment(line: &str) -> &str {
    line.split_once('#').map_or(line, |(stated, _)| stated)
}
