//! GitHub's patterns, which Bitbucket shares: gitignore's language without negation and character ranges.

use super::{
    PatternError,
    patterns::{Patterns, Tail},
};

/// Whether a pattern can match anything.
pub(super) fn check(pattern: &str) -> Result<(), PatternError> {
    match pattern {
        "" => return Err(PatternError::Empty),
        "/" => return Err(PatternError::RootAlone),
        _ if pattern.starts_with('!') => return Err(PatternError::Negated),
        _ if pattern.contains("//") => return Err(PatternError::EmptyPart),
        _ => {}
    }
    let mut stars = 0;
    let mut escaped = false;
    for byte in pattern.bytes() {
        stars = if byte == b'*' && !escaped { stars + 1 } else { 0 };
        if stars == 3 {
            return Err(PatternError::ThreeStars);
        }
        escaped = byte == b'\\' && !escaped;
    }
    if escaped { Err(PatternError::EscapeAtEnd) } else { Ok(()) }
}

/// Adds the pattern of the next rule; one that [`check`] refuses matches nothing.
pub(super) fn push(patterns: &mut Patterns, pattern: &str) {
    if check(pattern).is_err() {
        return patterns.push_never();
    }
    let (anchored, rest) = match pattern.strip_prefix('/') {
        Some(rest) => (true, rest),
        None => (pattern.trim_end_matches('/').contains('/'), pattern),
    };
    let (rest, slash_at_end) = match rest.strip_suffix('/') {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let mut parts: Vec<&str> = rest.split('/').collect();
    let mut tail = if slash_at_end { Tail::Below } else { Tail::Open };
    if !anchored {
        parts.insert(0, "**");
    }
    // `**` at the end is the same as a slash at the end, and so is `**/*`.
    while parts.last() == Some(&"**") || parts.ends_with(&["**", "*"]) && tail == Tail::Open {
        tail = Tail::Below;
        parts.pop();
    }
    if parts.last() == Some(&"*") && tail == Tail::Open {
        tail = Tail::Nothing;
    }
    patterns.push(parts, tail, false);
}
