//! Why a pattern of an ownership file can match nothing.

use super::github;
use crate::model::PathDialect;

/// Why a pattern can match nothing. A matcher treats a rule with such a pattern as one that never matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// There is no pattern.
    #[error("the pattern is empty")]
    Empty,
    /// The pattern is `/`, which names no file.
    #[error("the pattern `/` never matches anything")]
    RootAlone,
    /// The pattern begins with `!`, which excludes elsewhere and is not accepted here.
    #[error("a pattern that begins with `!` is not accepted: nothing can be excluded")]
    Negated,
    /// Three `*` or more stand together.
    #[error("three `*` in a row are not accepted")]
    ThreeStars,
    /// Two `/` stand together, or several at the beginning.
    #[error("the pattern has an empty part between two `/`, which no path has")]
    EmptyPart,
    /// The pattern ends with a `\` that escapes nothing.
    #[error("the pattern ends with a `\\` that escapes nothing")]
    EscapeAtEnd,
}

impl PatternError {
    /// What to write instead, where that is certain.
    pub fn suggestion(self) -> Option<&'static str> {
        match self {
            Self::RootAlone => Some("write `*` for every file of the repository"),
            Self::Negated => {
                Some("write a later rule without owners for what is to be left out, as in `/generated/`")
            }
            Self::ThreeStars => Some("write `**` to match across folders"),
            Self::Empty | Self::EmptyPart | Self::EscapeAtEnd => None,
        }
    }
}

/// Whether a pattern, as written, can match anything in its dialect. Linear in the length of the pattern.
pub fn check_pattern(dialect: PathDialect, pattern: &str) -> Result<(), PatternError> {
    match dialect {
        PathDialect::Github => github::check(pattern),
    }
}
