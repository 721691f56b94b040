//! Why a pattern of an ownership file can match nothing.

use super::{github, gitlab, regexes::PathRegex};
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
    /// The pattern is read as a regular expression, and repeats a repetition.
    #[error("a repetition of a repetition, as in `**`, is not accepted by Go's regular expressions")]
    NestedRepetition,
    /// The pattern looks ahead or behind, which some hosts know and a linear-time engine does not.
    #[error("look-around and atomic groups are not supported here: no linear-time engine knows them")]
    LookAround,
    /// The pattern refers to what a group matched, which some hosts know and a linear-time engine does not.
    #[error("back-references are not supported here: no linear-time engine knows them")]
    BackReference,
    /// The pattern is no regular expression that Go takes.
    #[error("the regular expression is not valid: {0}")]
    Regex(&'static str),
    /// The regular expression takes more memory, or is nested deeper, than one expression may.
    #[error("the regular expression is larger or nested deeper than one may be once compiled")]
    RegexTooLarge,
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
            Self::NestedRepetition => Some("write `.*` for any text, as in `src/.*`"),
            Self::LookAround => Some("write one rule for each case, or a rule that begins with `!`"),
            Self::RegexTooLarge => Some("write smaller counts, or several rules"),
            Self::Empty | Self::EmptyPart | Self::EscapeAtEnd | Self::BackReference | Self::Regex(_) => None,
        }
    }

    /// Whether a host may know what is not known here, so that the rule may match there.
    pub fn is_unsupported(self) -> bool {
        matches!(self, Self::LookAround | Self::BackReference | Self::RegexTooLarge)
    }
}

/// Whether a pattern, as written, can match anything in its dialect. Linear in the length of the
/// pattern, except that a regular expression is compiled, within bounds on its size.
pub fn check_pattern(dialect: PathDialect, pattern: &str) -> Result<(), PatternError> {
    match dialect {
        PathDialect::Github | PathDialect::Bitbucket => github::check(pattern),
        PathDialect::Gitlab | PathDialect::Gerrit => gitlab::check(pattern),
        PathDialect::Gitea => PathRegex::gitea(pattern).check(),
        PathDialect::Prow => PathRegex::anywhere(pattern).check(),
    }
}
