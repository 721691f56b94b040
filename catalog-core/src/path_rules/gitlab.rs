//! GitLab's patterns: Ruby's `fnmatch` with path names and dot files, where `**/` crosses folders.
//!
//! Follows "Code Owners syntax" of GitLab's documentation: a pattern that begins with no `/` matches at
//! any depth, one that ends with a `/` or `/**` is a folder with everything below, and any other one is
//! the whole path: `src` is a file of that name and not what lies in a folder of that name.

use super::{
    PatternError,
    patterns::{Patterns, Tail},
};

/// Whether a pattern can match anything.
pub(super) fn check(pattern: &str) -> Result<(), PatternError> {
    let escapes = pattern.len() - pattern.trim_end_matches('\\').len();
    match pattern {
        "" => Err(PatternError::Empty),
        _ if pattern.contains("//") => Err(PatternError::EmptyPart),
        _ if escapes % 2 == 1 => Err(PatternError::EscapeAtEnd),
        _ => Ok(()),
    }
}

/// Adds the pattern of the next rule; one that [`check`] refuses matches nothing.
pub(super) fn push(patterns: &mut Patterns, pattern: &str) {
    if check(pattern).is_err() {
        return patterns.push_never();
    }
    if pattern == "*" {
        return patterns.push(vec!["**"], Tail::Below, true);
    }
    let (anchored, rest) = match pattern.strip_prefix('/') {
        Some(rest) => (true, rest),
        None => (false, pattern),
    };
    let (rest, slash_at_end) = match rest.strip_suffix('/') {
        Some(rest) => (rest, true),
        None => (rest, rest.is_empty()),
    };
    let mut parts: Vec<&str> = if rest.is_empty() { Vec::new() } else { rest.split('/').collect() };
    if !anchored {
        parts.insert(0, "**");
    }
    let mut tail = if slash_at_end { Tail::Below } else { Tail::Nothing };
    while parts.last() == Some(&"**") || parts.ends_with(&["**", "*"]) && tail == Tail::Nothing {
        tail = Tail::Below;
        parts.pop();
    }
    patterns.push(parts, tail, true);
}
