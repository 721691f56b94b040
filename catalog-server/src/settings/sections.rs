//! The text of a settings file in which only some of its tables are left, each at its place.
//!
//! Everything else, and every comment, is blank, so that what is told on leaves out whatever is nobody's
//! business while lines, columns and bytes stay what they are.

use std::{iter::Peekable, str::CharIndices};

/// The text with all but the tables and keys of these names blanked. O(text).
///
/// The text must be TOML: of one that is not, anything may be left.
pub(super) fn only(text: &str, wanted: &[&str]) -> String {
    let mut sections = Sections { text, chars: text.char_indices().peekable(), kept: String::new() };
    // Before the first header, each statement names its own table.
    let mut is_wanted = None;
    while let Some((start, first)) = sections.chars.peek().copied() {
        if matches!(first, ' ' | '\t' | '\r' | '\n') {
            sections.skip();
            sections.kept.push(first);
            continue;
        }
        let is_header = first == '[';
        let name = first_name(text[start..].trim_start_matches(['[', ' ', '\t']));
        let names_wanted = wanted.contains(&name);
        if is_header {
            is_wanted = Some(names_wanted);
        }
        sections.statement(is_wanted.unwrap_or(names_wanted));
    }
    sections.kept
}

/// The first part of a key, without quotes.
fn first_name(text: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(rest) = text.strip_prefix(quote) {
            return rest.split(quote).next().unwrap_or_default();
        }
    }
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    &text[..text.find(|c| !is_bare(c)).unwrap_or(text.len())]
}

struct Sections<'t> {
    text: &'t str,
    chars: Peekable<CharIndices<'t>>,
    kept: String,
}

impl Sections<'_> {
    fn skip(&mut self) {
        self.chars.next();
    }

    /// Takes characters over up to a place, or blanks in their stead.
    fn take(&mut self, from: usize, is_wanted: bool) {
        let to = self.chars.peek().map_or(self.text.len(), |(at, _)| *at);
        let text = &self.text[from..to];
        if is_wanted {
            self.kept.push_str(text);
        } else {
            let blank = |byte: u8| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' };
            self.kept.extend(text.bytes().map(blank));
        }
    }

    /// A header, a key with its value, or a comment: up to the end of the line that nothing holds open.
    fn statement(&mut self, is_wanted: bool) {
        let mut open: usize = 0;
        while let Some((at, c)) = self.chars.peek().copied() {
            match c {
                '\n' if open == 0 => return,
                '#' => {
                    while self.chars.next_if(|(_, c)| *c != '\n').is_some() {}
                    self.take(at, false);
                    continue;
                }
                '"' | '\'' => self.string(c),
                _ => {
                    match c {
                        '[' | '{' => open += 1,
                        ']' | '}' => open = open.saturating_sub(1),
                        _ => {}
                    }
                    self.skip();
                }
            }
            self.take(at, is_wanted);
        }
    }

    /// A string of one line or of several.
    fn string(&mut self, quote: char) {
        let at = self.chars.peek().map_or(self.text.len(), |(at, _)| *at);
        let three = [quote; 3].iter().collect::<String>();
        let is_long = self.text[at..].starts_with(&three);
        (0..if is_long { 3 } else { 1 }).for_each(|_| self.skip());
        while let Some((at, c)) = self.chars.next_if(|(_, c)| is_long || *c != '\n') {
            match c {
                '\\' if quote == '"' => self.skip(),
                _ if c == quote && !is_long => return,
                _ if c == quote && self.text[at..].starts_with(&three) => {
                    self.skip();
                    self.skip();
                    // Quotes of its own may stand before the last three.
                    while self.chars.next_if(|(_, c)| *c == quote).is_some() {}
                    return;
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let found = only(text, &["gaps", "gate"]);
        assert_eq!(found.len(), text.len(), "{text}");
        let shown: Vec<&str> = found.lines().map(str::trim_end).collect();
        assert_eq!(shown, expected.lines().collect::<Vec<_>>(), "{text}");
    }

    #[test]
    fn only_the_wanted_tables_are_left_at_their_places() {
        check(
            "[server]\nlisten = \"x\" # a secret\n\n[gaps] # and one\na = 1 # more\n[[gate]]\nname = 'n'\n[[gate.check]]\nid = 'c'\n[source]\nt = 1\n",
            "\n\n\n[gaps]\na = 1\n[[gate]]\nname = 'n'\n[[gate.check]]\nid = 'c'\n\n\n",
        );
    }

    #[test]
    fn keys_before_the_first_table_name_their_own() {
        check(
            "gaps.a = 1\nsecret = 'x'\n\"gate\" = [\n  {x = 1}, # no\n]\n",
            "gaps.a = 1\n\n\"gate\" = [\n  {x = 1},\n]\n",
        );
    }

    #[test]
    fn what_looks_like_a_table_within_a_string_or_a_list_is_none() {
        check("[a]\nx = \"\"\"\n[gaps]\ny = 1\n\"\"\"\nz = [\n[gaps]\n]\n", "\n\n\n\n\n\n\n\n");
        check(
            "[gaps]\nx = '''\n[server] # stays\n'''''\ny = \"\\\"#\" # no\n",
            "[gaps]\nx = '''\n[server] # stays\n'''''\ny = \"\\\"#\"\n",
        );
        check("[server]\nx = \"ü\n[gaps]\ny = 'ö'", "\n\n[gaps]\ny = 'ö'");
    }

    #[test]
    fn any_text_comes_to_an_end() {
        for text in ["", "\"", "[", "'''", "\"\"\"\\", "x = [", "#", "\\", "[gaps", "ü"] {
            only(text, &["gaps"]);
        }
    }
}
