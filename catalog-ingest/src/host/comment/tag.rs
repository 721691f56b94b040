//! The hidden first line by which a comment is found again.

use std::fmt;

use super::CommentTargetError;

const OPENING: &str = "<!-- catalog:check ";
const CLOSING: &str = " -->";

/// Which comment of a merge request is meant, where several checks leave one each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentKey(String);

impl CommentKey {
    /// Takes a key.
    ///
    /// # Errors
    ///
    /// It is empty, longer than 64 bytes, or has anything but letters and digits of ASCII, `-`, `_`, `.`.
    pub fn new(text: &str) -> Result<Self, CommentTargetError> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        // Two hyphens would end an HTML comment for some readers.
        if text.is_empty() || text.len() > 64 || !text.chars().all(is_plain) || text.contains("--") {
            return Err(CommentTargetError::Key(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl Default for CommentKey {
    fn default() -> Self {
        Self("default".to_owned())
    }
}

/// What the first line of a comment says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CommentTag {
    pub(super) key: CommentKey,
    /// The number of the run that wrote it; 0 where it had none.
    pub(super) run: u64,
}

impl fmt::Display for CommentTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{OPENING}key={} run={}{CLOSING}", self.key.0, self.run)
    }
}

/// The tag of a comment and the text below it; `None` for the comments of others.
pub(super) fn tagged(body: &str) -> Option<(CommentTag, &str)> {
    let (first, rest) = body.split_once('\n').unwrap_or((body, ""));
    let words = first.trim_end().strip_prefix(OPENING)?.strip_suffix(CLOSING)?;
    let value = |name: &str| {
        words.split(' ').find_map(|word| word.split_once('=').filter(|(key, _)| *key == name)).map(|of| of.1)
    };
    let tag = CommentTag { key: CommentKey::new(value("key")?).ok()?, run: value("run")?.parse().ok()? };
    Some((tag, rest))
}

/// A text as hosts keep it: they may change the ends of lines and cut blanks at the end.
pub(super) fn kept(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end().to_owned()
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn a_tag_is_found_in_the_first_line_only() {
        let tag = CommentTag { key: CommentKey::default(), run: 42 };
        let text = format!("{tag}\r\nhello\r\n");
        assert_eq!(tagged(&text), Some((tag.clone(), "hello\r\n")));
        assert_eq!(tagged(&tag.to_string()), Some((tag.clone(), "")));
        for other in [
            format!("> {tag}\nquoted"),
            format!("see\n{tag}"),
            "<!-- catalog:check run=1 -->".to_owned(),
            "<!-- catalog:check key=a run=-1 -->".to_owned(),
            "<!-- catalog:check key=a run=99999999999999999999 -->".to_owned(),
            String::new(),
        ] {
            assert_eq!(tagged(&other), None, "{other}");
        }
        let later = "<!-- catalog:check key=a run=1 more=2 -->\nx";
        assert!(tagged(later).is_some(), "later versions may say more");
    }

    #[test]
    fn keys_cannot_end_the_tag() {
        for text in ["", "a b", "a-->", "a--b", "ä", &"a".repeat(65)] {
            assert!(CommentKey::new(text).is_err(), "{text}");
        }
        assert!(CommentKey::new("shop.web_2-x").is_ok());
    }
}
