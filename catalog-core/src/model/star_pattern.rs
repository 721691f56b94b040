//! Names of which a part may be anything.

use std::fmt;

/// A text in which each `*` stands for any letters, none included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StarPattern(Box<str>);

impl StarPattern {
    /// The pattern of a text.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a text is meant. O(length of the pattern · length of the text), without backtracking further
    /// than to the last `*`.
    pub fn matches(&self, text: &str) -> bool {
        let (pattern, text) = (self.0.as_bytes(), text.as_bytes());
        let (mut at, mut position) = (0, 0);
        let mut last_star: Option<(usize, usize)> = None;
        while position < text.len() {
            if pattern.get(at) == Some(&b'*') {
                last_star = Some((at, position));
                at += 1;
            } else if pattern.get(at) == Some(&text[position]) {
                (at, position) = (at + 1, position + 1);
            } else if let Some((star, from)) = last_star {
                (at, position) = (star + 1, from + 1);
                last_star = Some((star, from + 1));
            } else {
                return false;
            }
        }
        pattern[at..].iter().all(|byte| *byte == b'*')
    }
}

impl fmt::Display for StarPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_letters() {
        for (pattern, text, expected) in [
            ("acme/hr", "acme/hr", true),
            ("acme/hr", "acme/hr2", false),
            ("acme/*", "acme/hr", true),
            ("*/hr-*", "acme/hr-payroll", true),
            ("*/hr-*", "acme/x-hr", false),
            ("*", "", true),
            ("a*b*c", "abcbc", true),
            ("a*b*c", "abcb", false),
        ] {
            assert_eq!(StarPattern::new(pattern).matches(text), expected, "{pattern} {text}");
        }
    }
}
