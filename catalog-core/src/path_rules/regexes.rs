//! Rules whose patterns are Go's regular expressions: Gitea's, and the filters of Prow.

use std::{borrow::Cow, sync::OnceLock};

use regex::{Regex, RegexBuilder};

use super::{PatternError, go_regex::translate};

/// The most memory that one compiled expression may take, in bytes.
const COMPILED_BYTES_MAX: usize = 128 << 10;

/// The most memory that one expression may take for what it met, in bytes.
const CACHE_BYTES_MAX: usize = 64 << 10;

/// One expression, compiled when it is first asked. It is matched in time linear in the path.
#[derive(Clone, Debug)]
pub(super) struct PathRegex {
    /// As Go would be given it.
    pattern: Box<str>,
    /// What a path that matches begins with.
    prefix: Box<str>,
    negated: bool,
    compiled: OnceLock<Option<Regex>>,
}

impl PathRegex {
    /// An expression that is looked for anywhere in the path, as Prow's filters are.
    pub(super) fn anywhere(pattern: &str) -> Self {
        Self { pattern: pattern.into(), prefix: "".into(), negated: false, compiled: OnceLock::new() }
    }

    /// A pattern of Gitea as its file writes it: a `\` takes the next character as it is and goes away, a
    /// `!` at the beginning turns the meaning round, and `^` and `$` are put around the rest as text, so
    /// that an alternative inside is anchored on its own side only.
    pub(super) fn gitea(written: &str) -> Self {
        let text = without_escapes(written);
        let (negated, text) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text.as_str()),
        };
        Self {
            pattern: format!("^{text}$").into(),
            prefix: literal_prefix(text).into(),
            negated,
            compiled: OnceLock::new(),
        }
    }

    /// Whether the expression can be compiled.
    pub(super) fn check(&self) -> Result<(), PatternError> {
        if &*self.pattern == "^$" {
            return Err(PatternError::Empty);
        }
        compile(&self.pattern).map(drop)
    }

    /// Whether a path matches; never where the expression cannot be compiled.
    pub(super) fn matches(&self, path: &str) -> bool {
        // What most filters say needs no engine, as in Prow itself.
        if &*self.pattern == ".*" {
            return true;
        }
        if !self.negated && !path.starts_with(&*self.prefix) {
            return false;
        }
        let compiled = self.compiled.get_or_init(|| {
            self.check().ok()?;
            compile(&self.pattern).ok()
        });
        compiled.as_ref().is_some_and(|regex| regex.is_match(path) != self.negated)
    }
}

/// The text that everything begins with that a whole expression matches; empty where that is not plain.
fn literal_prefix(text: &str) -> &str {
    if text.contains('|') {
        return "";
    }
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '-' | '_' | ' ' | ',' | '@');
    let end = text.find(|c| !is_plain(c)).unwrap_or(text.len());
    match text[end..].chars().next() {
        // What may be repeated may be left out.
        Some('*' | '?' | '{') => {
            let last = text[..end].chars().next_back().map_or(0, char::len_utf8);
            &text[..end - last]
        }
        _ => &text[..end],
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
        let regex = PathRegex::gitea(written);
        assert_eq!(regex.check(), Ok(()), "{written}");
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
        let regex = PathRegex::gitea("(a+)+(b|c*)*d");
        assert!(!regex.matches(&"a".repeat(4_000)));
        assert_eq!(PathRegex::gitea("((a{1000}){1000}){10}").check(), Err(PatternError::RegexTooLarge));
        assert_eq!(PathRegex::gitea(&"(".repeat(5_000)).check(), Err(PatternError::RegexTooLarge));
        assert_eq!(PathRegex::gitea("src/**").check(), Err(PatternError::NestedRepetition));
        assert_eq!(PathRegex::gitea("(?!a).*").check(), Err(PatternError::LookAround));
    }
}
