//! A path of a repository that a change touches.

use std::{borrow::Cow, fmt};

/// A path that a change adds, alters, removes or moves. Paths of git are bytes, and need not be text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangedPath {
    path: Box<[u8]>,
    /// What happened to it.
    pub status: PathStatus,
}

/// What a change did to a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathStatus {
    /// It was not there.
    Added,
    /// It has other content, or another mode.
    Modified,
    /// It is there no more.
    Deleted,
    /// It was at another path.
    Renamed {
        /// That path.
        from: Box<[u8]>,
    },
    /// Another commit of another repository is pinned there, or one is no more.
    Submodule,
}

impl PathStatus {
    /// The status in words, as JSON shows it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Modified => "modified",
            Self::Deleted => "deleted",
            Self::Renamed { .. } => "renamed",
            Self::Submodule => "submodule",
        }
    }
}

impl ChangedPath {
    /// A path from the root of the repository, with `/` between its parts.
    pub fn new(path: impl Into<Box<[u8]>>, status: PathStatus) -> Self {
        Self { path: path.into(), status }
    }

    /// The path as git has it.
    pub fn bytes(&self) -> &[u8] {
        &self.path
    }

    /// The path as text; what is no UTF-8 is shown as `\u{fffd}`.
    pub fn shown(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.path)
    }

    /// Where the file was before the change; `None` where it was not there.
    pub fn before(&self) -> Option<&[u8]> {
        match &self.status {
            PathStatus::Added => None,
            PathStatus::Renamed { from } => Some(from),
            PathStatus::Modified | PathStatus::Deleted | PathStatus::Submodule => Some(&self.path),
        }
    }

    /// Where the file is after the change; `None` where it is there no more.
    pub fn after(&self) -> Option<&[u8]> {
        (self.status != PathStatus::Deleted).then_some(&self.path)
    }
}

impl fmt::Debug for ChangedPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status.name(), self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_knows_where_it_was_and_is() {
        let check = |status: PathStatus, before: Option<&str>, after: Option<&str>| {
            let path = ChangedPath::new(&b"a/b"[..], status);
            assert_eq!((path.before(), path.after()), (before.map(str::as_bytes), after.map(str::as_bytes)));
        };
        check(PathStatus::Added, None, Some("a/b"));
        check(PathStatus::Modified, Some("a/b"), Some("a/b"));
        check(PathStatus::Submodule, Some("a/b"), Some("a/b"));
        check(PathStatus::Deleted, Some("a/b"), None);
        check(PathStatus::Renamed { from: b"c"[..].into() }, Some("c"), Some("a/b"));
    }

    #[test]
    fn what_is_no_text_is_shown_as_far_as_it_is() {
        let path = ChangedPath::new(&b"a/\xff \n\"b\""[..], PathStatus::Added);
        assert_eq!((path.shown().as_ref(), path.bytes()), ("a/\u{fffd} \n\"b\"", &b"a/\xff \n\"b\""[..]));
    }
}
