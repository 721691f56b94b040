//! Texts of strangers inside pictures: made harmless, cut, and escaped for each format.

use crate::report::printable;

/// A text of one line that nothing obeys, of at most so many columns.
pub(super) fn cut(text: &str, columns_max: usize) -> String {
    let shown = printable(text);
    let mut columns = 0;
    let mut kept = String::with_capacity(shown.len().min(columns_max * 4));
    for c in shown.chars() {
        columns += columns_of(c);
        if columns > columns_max {
            // The sign for what is missing takes the place of what does not fit beside it.
            while kept.chars().map(columns_of).sum::<usize>() > columns_max.saturating_sub(1) {
                kept.pop();
            }
            kept.push('…');
            return kept;
        }
        kept.push(c);
    }
    kept
}

/// How wide a character is, roughly: scripts of square characters and pictographs take two columns.
pub(super) fn columns_of(c: char) -> usize {
    if matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..)
    {
        2
    } else {
        1
    }
}

/// A text between tags or inside quotes of XML. What XML 1.0 has no place for is gone already, or
/// becomes U+FFFD.
pub(super) fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in printable(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A text inside quotes of DOT, where Graphviz knows escapes of its own and HTML's entities.
pub(super) fn dot(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in printable(text).chars() {
        match c {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A text inside quotes of Mermaid, which takes markup, Markdown and entities there: every sign of ASCII
/// that could be one of those becomes an entity by its number.
pub(super) fn mermaid(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in printable(text).chars() {
        if c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, ' ' | '-' | '.' | '/' | ':' | ',') {
            escaped += &format!("#{};", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}
