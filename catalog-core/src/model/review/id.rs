//! By what a review is called.

use std::{fmt, sync::Arc};

/// The name of a review: short, readable, and the same for ever, as in `q4-payments`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReviewId(Arc<str>);

impl ReviewId {
    /// How long an id can be, in bytes.
    pub const BYTES_MAX: usize = 48;

    /// Takes an id as it is; `None` unless it consists of `a`–`z`, `0`–`9` and single `-` between them.
    pub fn new(text: &str) -> Option<Self> {
        let is_plain = |part: &str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        let valid = text.len() <= Self::BYTES_MAX && text.split('-').all(is_plain);
        valid.then(|| Self(text.into()))
    }

    /// The id that suits a title, as `q4-payments` does "Q4: payments"; `review` where nothing of the
    /// title can stand in an id.
    pub fn of_title(title: &str) -> Self {
        let mut text = String::new();
        for word in title.to_lowercase().split(|letter: char| !letter.is_ascii_alphanumeric()) {
            let joint = usize::from(!text.is_empty());
            // Room is left for a number behind it.
            if word.is_empty() || text.len() + joint + word.len() > Self::BYTES_MAX - 8 {
                continue;
            }
            if joint == 1 {
                text.push('-');
            }
            text.push_str(word);
        }
        Self::new(&text).unwrap_or_else(|| Self("review".into()))
    }

    /// The same with a number behind it, as in `review-2`.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        Self(format!("{}-{number}", self.0).into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReviewId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ReviewId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
