//! One line of a CODEOWNERS file, taken apart.

/// A line that states a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RuleLine<'a> {
    pub(super) pattern: Token<'a>,
    pub(super) owners: Vec<Token<'a>>,
}

/// A word of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    /// In characters, from 1.
    pub(super) column: u32,
}

impl<'a> RuleLine<'a> {
    /// Takes a line without its end apart; `None` for a line that is blank or only a comment.
    ///
    /// The pattern ends at the first blank that no `\` escapes. A `#` that begins a word starts a
    /// comment; after the pattern, where it can be no part of a word, any `#` does. One pass over the line.
    pub(super) fn parse(line: &'a str) -> Option<Self> {
        let start = line.find(|c| !is_blank(c))?;
        let rest = &line[start..];
        if rest.starts_with('#') {
            return None;
        }
        let mut escaped = false;
        let length = rest
            .find(|c| {
                let ends = is_blank(c) && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            })
            .unwrap_or(rest.len());
        let (pattern, rest) = rest.split_at(length);
        let pattern = Token { text: pattern, column: column_after(0, &line[..start]) };
        let end = pattern.column + characters(pattern.text) - 1;
        let owners = rest.split_once('#').map_or(rest, |(owners, _)| owners);
        Some(Self { pattern, owners: words(owners, end) })
    }
}

/// The words of a text that begins after `characters_before` characters of its line; a comma is no part of a word.
pub(super) fn words_between(text: &str, characters_before: u32) -> Vec<Token<'_>> {
    split(text, characters_before, |c| is_blank(c) || c == ',')
}

/// The words of a text that begins after `characters_before` characters of its line.
fn words(text: &str, characters_before: u32) -> Vec<Token<'_>> {
    split(text, characters_before, is_blank)
}

fn split(text: &str, characters_before: u32, is_between: impl Fn(char) -> bool) -> Vec<Token<'_>> {
    let mut column = characters_before + 1;
    let mut words = Vec::new();
    for word in text.split(is_between) {
        if !word.is_empty() {
            words.push(Token { text: word, column });
        }
        column += characters(word) + 1;
    }
    words
}

fn column_after(characters_before: u32, text: &str) -> u32 {
    characters_before + characters(text) + 1
}

pub(super) fn characters(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX / 2)
}

/// A carriage return that ends no line separates words, too.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\x0b' | '\x0c')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &[(&str, u32)]) {
        let parsed = RuleLine::parse(line);
        let words: Vec<_> = parsed
            .iter()
            .flat_map(|rule| std::iter::once(&rule.pattern).chain(&rule.owners))
            .map(|token| (token.text, token.column))
            .collect();
        assert_eq!(words, expected, "{line}");
    }

    #[test]
    fn a_line_is_a_pattern_and_its_owners() {
        check("* @a @b/c", &[("*", 1), ("@a", 3), ("@b/c", 6)]);
        check("\t docs/é \t @é  x@y.z ", &[("docs/é", 3), ("@é", 12), ("x@y.z", 16)]);
        check("pattern", &[("pattern", 1)]);
    }

    #[test]
    fn comments_and_blank_lines_state_nothing() {
        check("", &[]);
        check("  \t", &[]);
        check("# * @a", &[]);
        check("   #* @a", &[]);
        check("* @a # @b", &[("*", 1), ("@a", 3)]);
        check("* @a#@b", &[("*", 1), ("@a", 3)]);
        check("* # nobody", &[("*", 1)]);
    }

    #[test]
    fn a_number_sign_inside_a_pattern_is_part_of_it() {
        check("c#/ @a", &[("c#/", 1), ("@a", 5)]);
        check(r"\#a @a", &[(r"\#a", 1), ("@a", 5)]);
    }

    #[test]
    fn an_escaped_blank_does_not_end_the_pattern() {
        check(r"a\ b/ @a", &[(r"a\ b/", 1), ("@a", 7)]);
        check(r"a\\ @a", &[(r"a\\", 1), ("@a", 5)]);
        check(r"a\ ", &[(r"a\ ", 1)]);
        check("a\r@b", &[("a", 1), ("@b", 3)]);
    }
}
