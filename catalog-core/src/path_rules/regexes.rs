//! Rules whose patterns are Go's regular expressions: Gitea's, and the filters of Prow.

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};

use super::{PatternError, go_regex::translate};

/// The most memory that one compiled expression may take, in bytes.
const COMPILED_BYTES_MAX: usize = 512 << 10;

/// The most memory that one expression may take for what it met, in bytes.
const CACHE_BYTES_MAX: usize = 256 << 10;

/// One expression. It is matched in time linear in the path.
#[derive(Clone, Debug)]
pub(super) struct PathRegex {
    /// Absent for one that matches everything.
    regex: Option<Regex>,
    negated: bool,
}

impl PathRegex {
    /// An expression that is looked for anywhere in the path, as Prow's filters are.
    pub(super) fn anywhere(pattern: &str) -> Result<Self, PatternError> {
        // What most files say needs no engine, as in Prow itself.
        let regex = if pattern == ".*" { None } else { Some(compile(pattern)?) };
        Ok(Self { regex, negated: false })
    }

    /// A pattern of Gitea as its file writes it: a `\` takes the next character as it is and goes away, a
    /// `!` at the beginning turns the meaning round, and `^` and `$` are put around the rest as text, so
    /// that an alternative inside is anchored on its own side only.
    pub(super) fn gitea(written: &str) -> Result<Self, PatternError> {
        let text = without_escapes(written);
        let (negated, text) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text.as_str()),
        };
        if text.is_empty() {
            return Err(PatternError::Empty);
        }
        Ok(Self { regex: Some(compile(&format!("^{text}$"))?), negated })
    }

    pub(super) fn matches(&self, path: &str) -> bool {
        self.regex.as_ref().is_none_or(|regex| regex.is_match(path)) != self.negated
    }
}

/// A path as Go's engine reads it, which takes a byte that is not UTF-8 as U+FFFD.
pub(super) fn as_text(path: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(path)
}

/// A pattern of Gitea as its engine meets it.
pub(super) fn without_escapes(written: &str) -> String {
    let mut escaped = false;
    let mut text = String::with_capacity(written.len());
    for c in written.chars() {
        escaped = c == '\\' && !escaped;
        if !escaped {
            text.push(c);
        }
    }
    text
}

fn compile(pattern: &str) -> Result<Regex, PatternError> {
    let compiled = RegexBuilder::new(&translate(pattern)?)
        .size_limit(COMPILED_BYTES_MAX)
        .dfa_size_limit(CACHE_BYTES_MAX)
        .build();
    compiled.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => PatternError::RegexTooLarge,
        _ => PatternError::Regex("the engine does not take it"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, matching: &[&str], others: &[&str]) {
        let regex = PathRegex::gitea(written).expect("the pattern is taken");
        for (paths, expected) in [(matching, true), (others, false)] {
            for path in paths {
                assert_eq!(regex.matches(path), expected, "`{written}` on `{path}`");
            }
        }
    }

    #[test]
    fn a_pattern_is_the_whole_path() {
        check("docs/.*", &["docs/a", "docs/a/b"], &["x/docs/a", "docs"]);
        check("a|b/.*", &["ax", "xb/c"], &["xa"]);
        check("*", &["", "anything"], &[]);
        check("!docs/.*", &["src/a"], &["docs/a"]);
        check(r"\!docs/.*", &["src/a"], &["docs/a"]);
    }

    #[test]
    fn a_backslash_goes_away() {
        check(r"a\.js", &["a.js", "axjs"], &[]);
        check(r"a\\.js", &["a.js"], &["axjs"]);
        check(r"my\ docs", &["my docs"], &["my\\ docs"]);
    }

    #[test]
    fn globs_in_the_place_of_expressions_match_little() {
        check(
            "libavcodec/mediacodec*",
            &["libavcodec/mediacode", "libavcodec/mediacodecc"],
            &["libavcodec/mediacodec.c"],
        );
        check("libavfilter/.*_amf*", &["libavfilter/vf_amf"], &["libavfilter/vf_sr_amf.c"]);
        check("intern/ghost/intern/GHOST_ContextVK*", &[], &["intern/ghost/intern/GHOST_ContextVK.cc"]);
        check("*.js", &["src/x.js", "src/xQjs"], &[]);
    }

    #[test]
    fn hostile_expressions_end() {
        check("(a+)+", &["aaaa"], &[]);
        let regex = PathRegex::gitea("(a+)+(b|c*)*d").expect("the pattern is taken");
        assert!(!regex.matches(&"a".repeat(4_000)));
        assert_eq!(PathRegex::gitea("((a{1000}){1000}){10}").map(drop), Err(PatternError::RegexTooLarge));
        assert_eq!(PathRegex::gitea(&"(".repeat(5_000)).map(drop), Err(PatternError::RegexTooLarge));
        assert_eq!(PathRegex::gitea("src/**").map(drop), Err(PatternError::NestedRepetition));
        assert_eq!(PathRegex::gitea("(?!a).*").map(drop), Err(PatternError::LookAround));
    }
}
