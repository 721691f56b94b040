//! A text as one value of YAML, whatever is in it.

use std::{borrow::Cow, fmt::Write};

/// A scalar of YAML 1.2 that is read back as exactly this text: as it is where nobody could take it
/// for something else, also not a reader of YAML 1.1, and in double quotes everywhere else.
pub(super) fn yaml_scalar(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if needs_escape(c) => {
                let number = u32::from(c);
                let written = if number > 0xffff {
                    write!(quoted, "\\U{number:08x}")
                } else {
                    write!(quoted, "\\u{number:04x}")
                };
                written.expect("a text takes whatever is written to it");
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    Cow::Owned(quoted)
}

/// Whether a text needs no quotes: words of plain characters that begin with a letter.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    let is_plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ' ' | ':' | '+');
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(is_plain)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// What YAML does not take as it is, or a terminal would obey.
fn needs_escape(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{2028}'
                | '\u{2029}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{feff}'
                | '\u{fffe}'
                | '\u{ffff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_stand_as_they_are() {
        for text in ["payments", "group:default/payments", "url:https://github.com/acme/shop/", "Pays people"]
        {
            assert_eq!(yaml_scalar(text), text);
        }
    }

    #[test]
    fn everything_else_is_quoted() {
        let check = |text: &str, expected: &str| assert_eq!(yaml_scalar(text), expected);
        check("", "\"\"");
        check("yes", "\"yes\"");
        check("1.10", "\"1.10\"");
        check("a: b", "\"a: b\"");
        check("a #b", "\"a #b\"");
        check("say \"x\\y\"", "\"say \\\"x\\\\y\\\"\"");
        check("a\nb\u{1b}\u{202e}", "\"a\\nb\\u001b\\u202e\"");
        check("${{ x }}", "\"${{ x }}\"");
        check("größe", "\"größe\"");
        check("\u{1f600}", "\"\u{1f600}\"");
    }
}
