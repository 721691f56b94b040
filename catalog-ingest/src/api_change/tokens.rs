//! Words, numbers, texts and marks of the languages that are neither YAML nor JSON, and a cursor over them.
//!
//! Follows the lexical grammars of GraphQL (October 2021, section 2.1) and of protobuf editions; what texts
//! say is never needed, so that escapes in them are only passed over.

use catalog_core::model::{Position, grouped};

/// Whose comments and texts are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    GraphQl,
    Protobuf,
}

/// What kind of token one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Name,
    Number,
    Text,
    Mark,
}

/// A piece of a text, with the place where it begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: TokenKind,
    pub(super) text: &'t str,
    pub(super) position: Position,
}

/// Why a text could not be taken apart.
#[derive(Debug)]
pub(super) struct SyntaxFault {
    pub(super) position: Position,
    pub(super) message: String,
    /// Whether a limit was met, and the text may be good.
    pub(super) is_limit: bool,
}

impl SyntaxFault {
    pub(super) fn new(position: Position, message: impl Into<String>) -> Self {
        Self { position, message: message.into(), is_limit: false }
    }

    pub(super) fn limit(position: Position, what: &str, name: &str, limit: usize) -> Self {
        let message = format!("{what} the limit `{name}` of {}", grouped(limit));
        Self { position, message, is_limit: true }
    }
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    position: Position,
}

impl<'t> Scanner<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Goes over so many bytes, which end between two characters.
    fn skip(&mut self, bytes: usize) -> &'t str {
        let passed = &self.rest()[..bytes];
        for c in passed.chars() {
            if c == '\n' {
                self.position = Position::new(self.position.line.saturating_add(1), 1);
            } else {
                self.position.column = self.position.column.saturating_add(1);
            }
        }
        self.at += bytes;
        passed
    }

    /// How many bytes a text takes that begins here.
    fn text_length(&self, language: Language) -> Option<usize> {
        let rest = self.rest();
        if language == Language::GraphQl && rest.starts_with("\"\"\"") {
            let mut from = 3;
            loop {
                let end = from + rest[from..].find("\"\"\"")?;
                if !rest[..end].ends_with('\\') {
                    return Some(end + 3);
                }
                from = end + 3;
            }
        }
        let quote = rest.chars().next()?;
        let mut is_escaped = false;
        for (index, c) in rest.char_indices().skip(1) {
            match c {
                '\n' => return None,
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                c if c == quote => return Some(index + 1),
                _ => {}
            }
        }
        None
    }
}

/// Takes a text apart; refuses what is no token, and more than `tokens_max` of them.
pub(super) fn tokens(
    text: &str,
    language: Language,
    tokens_max: usize,
) -> Result<Vec<Token<'_>>, SyntaxFault> {
    let mut scanner = Scanner { text, at: 0, position: Position::START };
    let mut tokens = Vec::new();
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    while let Some(first) = scanner.rest().chars().next() {
        let (rest, position) = (scanner.rest(), scanner.position);
        let end_of = |belongs: &dyn Fn(char) -> bool| rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let to_end_of_line = || rest.find('\n').unwrap_or(rest.len());
        let (kind, length) = match (first, language) {
            (' ' | '\t' | '\n' | '\r', _) => {
                scanner.skip(end_of(&|c| matches!(c, ' ' | '\t' | '\n' | '\r')));
                continue;
            }
            (',' | '\u{feff}', Language::GraphQl) | ('\u{b}' | '\u{c}', Language::Protobuf) => {
                scanner.skip(first.len_utf8());
                continue;
            }
            ('#', Language::GraphQl) => {
                scanner.skip(to_end_of_line());
                continue;
            }
            ('/', Language::Protobuf) if rest.starts_with("//") => {
                scanner.skip(to_end_of_line());
                continue;
            }
            ('/', Language::Protobuf) if rest.starts_with("/*") => {
                let Some(end) = rest[2..].find("*/") else {
                    return Err(SyntaxFault::new(position, "the comment has no end, expected `*/`"));
                };
                scanner.skip(end + 4);
                continue;
            }
            ('"', _) | ('\'', Language::Protobuf) => match scanner.text_length(language) {
                Some(length) => (TokenKind::Text, length),
                None => return Err(SyntaxFault::new(position, "the text in quotes has no end on its line")),
            },
            (c, _) if c.is_ascii_alphabetic() || c == '_' => (TokenKind::Name, end_of(&is_word)),
            (c, _) if c.is_ascii_digit() => (TokenKind::Number, end_of(&|c| is_word(c) || c == '.')),
            (c, _) if c.is_ascii_graphic() => (TokenKind::Mark, 1),
            (c, _) => {
                let message = format!("no word can begin with the character `{}`", c.escape_debug());
                return Err(SyntaxFault::new(position, message));
            }
        };
        if tokens.len() >= tokens_max {
            let what = "the text has more words and marks than";
            return Err(SyntaxFault::limit(position, what, "definition.nodes_max", tokens_max));
        }
        tokens.push(Token { kind, text: scanner.skip(length), position });
    }
    Ok(tokens)
}

/// Where a reader stands among the tokens of a text.
pub(super) struct Cursor<'t> {
    tokens: Vec<Token<'t>>,
    next: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(tokens: Vec<Token<'t>>) -> Self {
        Self { tokens, next: 0 }
    }

    pub(super) fn peek(&self) -> Option<Token<'t>> {
        self.tokens.get(self.next).copied()
    }

    /// The token after the next one.
    pub(super) fn peek_second(&self) -> Option<Token<'t>> {
        self.tokens.get(self.next + 1).copied()
    }

    pub(super) fn next(&mut self) -> Option<Token<'t>> {
        let token = self.peek()?;
        self.next += 1;
        Some(token)
    }

    /// The place of the next token; behind the last one, that of the last.
    pub(super) fn position(&self) -> Position {
        self.peek().or(self.tokens.last().copied()).map_or(Position::START, |token| token.position)
    }

    /// Whether the next token is this one.
    pub(super) fn is_at(&self, text: &str) -> bool {
        self.peek().is_some_and(|token| token.kind != TokenKind::Text && token.text == text)
    }

    /// Takes the next token where it is this one.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let is_at = self.is_at(text);
        self.next += usize::from(is_at);
        is_at
    }

    pub(super) fn expect(&mut self, text: &str) -> Result<Position, SyntaxFault> {
        let position = self.position();
        if self.take(text) { Ok(position) } else { Err(self.fault(&format!("`{text}`"))) }
    }

    pub(super) fn name(&mut self) -> Result<Token<'t>, SyntaxFault> {
        match self.peek() {
            Some(token) if token.kind == TokenKind::Name => {
                self.next += 1;
                Ok(token)
            }
            _ => Err(self.fault("a name")),
        }
    }

    /// What to say where something else stands than what is expected.
    pub(super) fn fault(&self, expected: &str) -> SyntaxFault {
        let found = match self.peek() {
            Some(token) => {
                let shown: String = token.text.chars().take(40).collect();
                format!("found `{}`", shown.escape_debug())
            }
            None => "the text ends".to_owned(),
        };
        SyntaxFault::new(self.position(), format!("{found}, expected {expected}"))
    }

    /// Goes over a value: one token, or everything up to the bracket that closes the next one.
    pub(super) fn skip_value(&mut self) -> Result<(), SyntaxFault> {
        let mut open = 0_usize;
        loop {
            let Some(token) = self.next() else { return Err(self.fault("a closing bracket")) };
            if token.kind == TokenKind::Mark {
                match token.text {
                    "{" | "[" | "(" | "<" => open += 1,
                    "}" | "]" | ")" | ">" => open = open.saturating_sub(1),
                    _ => {}
                }
            }
            if open == 0 {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(text: &str, language: Language, expected: &Expect) {
        let shown = match tokens(text, language, 100) {
            Ok(tokens) => tokens
                .iter()
                .map(|it| format!("{}:{} {:?} {}\n", it.position.line, it.position.column, it.kind, it.text))
                .collect::<String>(),
            Err(fault) => format!("{}:{} {}", fault.position.line, fault.position.column, fault.message),
        };
        expected.assert_eq(&shown);
    }

    #[test]
    fn words_texts_and_marks_know_their_places() {
        check(
            "# ü\ntype A {, a: \"\"\"x \\\"\"\" y\n\"\"\" }",
            Language::GraphQl,
            &expect![[r#"
                2:1 Name type
                2:6 Name A
                2:8 Mark {
                2:11 Name a
                2:12 Mark :
                2:14 Text """x \""" y
                """
                3:5 Mark }
            "#]],
        );
        check(
            "/* a\n*/ b = 'it\\'s' 0x1F; // end",
            Language::Protobuf,
            &expect![[r#"
                2:4 Name b
                2:6 Mark =
                2:8 Text 'it\'s'
                2:16 Number 0x1F
                2:20 Mark ;
            "#]],
        );
    }

    #[test]
    fn what_is_no_token_is_a_fault() {
        check("type Ä", Language::GraphQl, &expect!["1:6 no word can begin with the character `Ä`"]);
        check("a \"b\nc\"", Language::Protobuf, &expect!["1:3 the text in quotes has no end on its line"]);
        check("\"\"\" a", Language::GraphQl, &expect!["1:1 the text in quotes has no end on its line"]);
        check("/* a", Language::Protobuf, &expect!["1:1 the comment has no end, expected `*/`"]);
        check(
            &"a ".repeat(101),
            Language::Protobuf,
            &expect!["1:201 the text has more words and marks than the limit `definition.nodes_max` of 100"],
        );
    }
}
