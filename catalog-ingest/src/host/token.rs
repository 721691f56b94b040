//! The secret that a host knows us by.

use std::fmt;

/// A token of a host. It is in no message and no log: its `Debug` is `***`, and it has no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Takes a token without the blanks around it; `None` where it is empty, or holds anything but
    /// visible ASCII, which no token does and which would change the request that it is sent in.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let valid = !text.is_empty() && text.len() <= 4_096 && text.bytes().all(|b| b.is_ascii_graphic());
        valid.then(|| Self(text.to_owned()))
    }

    /// The secret itself, for a header or a login.
    pub(super) fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_not_shown_and_cannot_add_a_header() {
        let token = Token::new(" ghp_secret\n").expect("the token is taken");
        assert_eq!((format!("{token:?}").as_str(), token.secret()), ("***", "ghp_secret"));
        for text in ["", " ", "a b", "a\r\nHost: x", "schlüssel"] {
            assert_eq!(Token::new(text), None, "{text:?}");
        }
    }
}
