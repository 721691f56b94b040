//! Texts of strangers, made harmless for the place where they are shown.

use std::borrow::Cow;

/// A text that a terminal shows and never obeys: control characters and marks that turn the direction
/// of writing become `\u{…}`, tabs and line breaks a blank.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\t' | '\n' | '\r' => shown.push(' '),
            c if is_obeyed(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// A JSON document as a terminal may show it: what it would obey, and JSON leaves as it is, becomes an
/// escape of the same meaning. Such characters only stand inside strings.
pub(super) fn json_text(document: &str) -> Cow<'_, str> {
    let is_left = |c: char| !c.is_ascii_control() && is_obeyed(c) || c == '\u{7f}';
    if !document.chars().any(is_left) {
        return Cow::Borrowed(document);
    }
    let mut shown = String::with_capacity(document.len() + 16);
    for c in document.chars() {
        if is_left(c) {
            shown += &format!("\\u{:04x}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A text as one cell or paragraph of Markdown: what would be markup is escaped.
pub(super) fn markdown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 8);
    for c in printable(text).chars() {
        if matches!(c, '\\' | '|' | '<' | '>' | '*' | '_' | '`' | '[' | ']' | '#') {
            shown.push('\\');
        }
        shown.push(c);
    }
    shown
}

/// How many characters of one text a comment shows.
const SHOWN_CHARS_MAX: usize = 400;

/// A text, cut where it is long.
fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// A name as code in Markdown, also within a table: nothing in it is obeyed, and no host takes it for a
/// mention or a reference.
pub(super) fn code(text: &str) -> String {
    let text = cut(text);
    let shown = printable(&text);
    let mut longest = 0;
    let mut run = 0;
    for c in shown.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    // A blank on both sides keeps a backtick or a blank at an end; readers take both away again.
    let needs_blank = shown.is_empty() || shown.starts_with(['`', ' ']) || shown.ends_with(['`', ' ', '\\']);
    let blank = if needs_blank { " " } else { "" };
    // Within a table no way of writing this sign is safe after a backslash.
    format!("{fence}{blank}{}{blank}{fence}", shown.replace('|', "\u{a6}"))
}

/// A sentence of ours in Markdown, for a comment: what stands between backticks in it is code, and in the rest
/// neither markup nor mentions (`@name`) nor references (`#1`) nor formulas are obeyed.
pub(super) fn prose(text: &str) -> String {
    let text = cut(text);
    let parts: Vec<&str> = text.split('`').collect();
    // An odd number of backticks cannot be ours.
    if parts.len().is_multiple_of(2) {
        return plain(&text);
    }
    let part = |(at, part): (usize, &&str)| match at % 2 {
        1 => code(part),
        _ => plain(part),
    };
    parts.iter().enumerate().map(part).collect()
}

fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 8);
    for c in markdown(text).chars() {
        match c {
            '&' => shown += "&amp;",
            '~' | '$' | '!' => shown.extend(['\\', c]),
            // A blank without width, since hosts look for these after markup is done with.
            '@' | '#' => shown.extend([c, '\u{200b}']),
            c => shown.push(c),
        }
    }
    shown
}

/// A cell that no spreadsheet takes for a formula: one that begins like one gets a leading `'`.
pub(super) fn spreadsheet(text: &str) -> String {
    let text = printable(text);
    if begins_a_formula(&text) { format!("'{text}") } else { text.into_owned() }
}

/// Whether a spreadsheet may take a cell for a formula or a command: after blanks, tabs and line breaks, too,
/// and by the wide forms of the signs.
pub fn begins_a_formula(text: &str) -> bool {
    const SIGNS: [char; 10] = ['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠'];
    text.trim_start().starts_with(SIGNS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_are_not_given_orders() {
        assert_eq!(printable("plain – ünïcode"), "plain – ünïcode");
        assert_eq!(printable("a\u{1b}[31mb\nc"), "a\\u{1b}[31mb c");
        assert_eq!(printable("\u{202e}evil"), "\\u{202e}evil");
    }

    #[test]
    fn json_keeps_its_meaning() {
        let document = "{\"a\": \"\u{9b}2J\u{7f}\u{202e}\"}\n";
        assert_eq!(json_text(document), "{\"a\": \"\\u009b2J\\u007f\\u202e\"}\n");
        let value: serde_json::Value = serde_json::from_str(&json_text(document)).expect("it is JSON");
        assert_eq!(value["a"], "\u{9b}2J\u{7f}\u{202e}");
    }

    #[test]
    fn spreadsheets_are_not_given_formulas() {
        assert_eq!(spreadsheet("=1+1"), "'=1+1");
        assert_eq!(spreadsheet("@acme/shop"), "'@acme/shop");
        assert_eq!(spreadsheet("payments"), "payments");
        assert_eq!(spreadsheet("\t=1+1"), "' =1+1");
        assert_eq!(spreadsheet("\r+1"), "' +1");
        assert_eq!(spreadsheet("＝1"), "'＝1");
    }

    #[test]
    fn comments_obey_no_name() {
        assert_eq!(code("component:shop"), "`component:shop`");
        assert_eq!(code("a`b|c\nd"), "``a`b\u{a6}c d``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code(""), "`  `");
        assert_eq!(code("a\\"), "` a\\ `");
        assert_eq!(prose("`group:x` must agree, 99.9 % <b>"), "`group:x` must agree, 99.9 % \\<b\\>");
        assert_eq!(prose("@acme/shop fixes #1 & $x$"), "@\u{200b}acme/shop fixes \\#\u{200b}1 &amp; \\$x\\$");
        assert_eq!(prose("odd ` @all"), "odd \\` @\u{200b}all");
        assert_eq!(prose(&"x".repeat(500)).chars().count(), SHOWN_CHARS_MAX + 1);
    }

    #[test]
    fn markdown_shows_markup_as_text() {
        assert_eq!(markdown("a|b <script>"), "a\\|b \\<script\\>");
    }
}
