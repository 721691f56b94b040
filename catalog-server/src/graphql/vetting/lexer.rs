//! The first look at a query: its tokens, counted without building anything.
//!
//! The rules of the GraphQL specification of October 2021, section 2.1. What is no token at all is left
//! to the parser, which says more about it. One pass, no recursion, O(bytes).

use crate::graphql::{GraphqlLimits, Refusal};

/// Refuses a query of too many tokens, too many open brackets or too long names.
pub(super) fn check_tokens(query: &str, limits: &GraphqlLimits) -> Result<(), Refusal> {
    let mut lexer = Lexer { bytes: query.as_bytes(), at: 0 };
    let mut tokens = 0_usize;
    let mut open = 0_usize;
    while let Some(token) = lexer.next_token() {
        let over = |name, max: usize, met: usize, what| {
            let (line, column) = line_and_column(query, token.start);
            Err(Refusal::over_limit(name, max as u64, met as u64, what).at(line, column))
        };
        tokens += 1;
        if tokens > limits.tokens_max {
            return over("graphql.tokens_max", limits.tokens_max, tokens, "tokens in the query");
        }
        match token.kind {
            TokenKind::Open => open += 1,
            TokenKind::Close => open = open.saturating_sub(1),
            TokenKind::Name(bytes) if bytes > limits.name_bytes_max => {
                return over("graphql.name_bytes_max", limits.name_bytes_max, bytes, "bytes in a name");
            }
            TokenKind::Name(_) | TokenKind::Other => {}
        }
        if open > limits.brackets_max {
            return over("graphql.brackets_max", limits.brackets_max, open, "open brackets");
        }
    }
    Ok(())
}

/// The place of a byte, both numbers from 1; columns count characters.
fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let before = &text.as_bytes()[..byte.min(text.len())];
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    // Bytes that continue a character do not begin a column.
    let column = 1 + before[line_start..].iter().filter(|byte| **byte & 0xc0 != 0x80).count();
    (line, column)
}

struct Token {
    start: usize,
    kind: TokenKind,
}

enum TokenKind {
    Open,
    Close,
    /// A name of so many bytes.
    Name(usize),
    Other,
}

struct Lexer<'q> {
    bytes: &'q [u8],
    at: usize,
}

impl Lexer<'_> {
    fn next_token(&mut self) -> Option<Token> {
        self.skip_ignored();
        let start = self.at;
        let kind = match *self.bytes.get(start)? {
            b'{' | b'(' | b'[' => {
                self.at += 1;
                TokenKind::Open
            }
            b'}' | b')' | b']' => {
                self.at += 1;
                TokenKind::Close
            }
            b'"' => {
                self.skip_string();
                TokenKind::Other
            }
            b'.' if self.bytes[start..].starts_with(b"...") => {
                self.at += 3;
                TokenKind::Other
            }
            byte if byte == b'_' || byte.is_ascii_alphabetic() => {
                self.skip_while(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
                TokenKind::Name(self.at - start)
            }
            byte if byte == b'-' || byte.is_ascii_digit() => {
                self.at += 1;
                self.skip_while(|byte| {
                    byte == b'_' || byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-')
                });
                TokenKind::Other
            }
            _ => {
                self.at += 1;
                TokenKind::Other
            }
        };
        Some(Token { start, kind })
    }

    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.bytes.get(self.at).is_some_and(|byte| wanted(*byte)) {
            self.at += 1;
        }
    }

    fn skip_ignored(&mut self) {
        loop {
            self.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b','));
            if self.bytes[self.at..].starts_with("\u{feff}".as_bytes()) {
                self.at += "\u{feff}".len();
            } else if self.bytes.get(self.at) == Some(&b'#') {
                self.skip_while(|byte| byte != b'\n' && byte != b'\r');
            } else {
                return;
            }
        }
    }

    fn skip_string(&mut self) {
        if self.bytes[self.at..].starts_with(b"\"\"\"") {
            self.at += 3;
            while self.at < self.bytes.len() {
                let rest = &self.bytes[self.at..];
                if rest.starts_with(b"\\\"\"\"") {
                    self.at += 4;
                } else if rest.starts_with(b"\"\"\"") {
                    self.at += 3;
                    return;
                } else {
                    self.at += 1;
                }
            }
            return;
        }
        self.at += 1;
        while let Some(byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'"' | b'\n' | b'\r' => return,
                b'\\' => self.at += 1,
                _ => {}
            }
        }
        self.at = self.at.min(self.bytes.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, expected: Option<(&str, u64)>) {
        let limits =
            GraphqlLimits { tokens_max: 20, brackets_max: 3, name_bytes_max: 8, ..GraphqlLimits::default() };
        let refusal = check_tokens(query, &limits).err().and_then(|refusal| refusal.limit);
        assert_eq!(refusal.map(|limit| (limit.name, limit.met)).as_ref().map(|(a, b)| (*a, *b)), expected);
    }

    #[test]
    fn tokens_are_counted_and_ignored_text_is_not() {
        check(&"a ".repeat(20), None);
        check(&"a ".repeat(21), Some(("graphql.tokens_max", 21)));
        check(&format!("{{ a }} # {}", "x ".repeat(100)), None);
        check(&format!("{{ a }} {}", ",".repeat(100)), None);
    }

    #[test]
    fn brackets_count_while_they_are_open() {
        check("{ a { b ( c ) } } [ d ]", None);
        check("{ a { b ( c [ d", Some(("graphql.brackets_max", 4)));
        check("}}}} {{{", None);
    }

    #[test]
    fn names_are_measured_in_bytes() {
        check("{ abcdefgh }", None);
        check("{ abcdefghi }", Some(("graphql.name_bytes_max", 9)));
    }

    #[test]
    fn strings_are_one_token_whatever_they_hold() {
        check(r#"{ a(b: "{{{{ \" {{{{") }"#, None);
        check(r#"{ a(b: """{{{{ \""" " {{{{""") }"#, None);
        check(r#"{ a(b: "never closed {{{{"#, None);
        check("{ a(b: \"\\", None);
        check("\"\"\"", None);
    }

    #[test]
    fn the_place_of_a_refusal_counts_characters() {
        let limits = GraphqlLimits { name_bytes_max: 3, ..GraphqlLimits::default() };
        let refusal = check_tokens("{ a(b: \"é\")\n  ab abcd }", &limits).expect_err("a name is too long");
        assert_eq!(refusal.position, Some((2, 6)));
    }
}
