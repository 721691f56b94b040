//! Texts of strangers inside documents. Markup is escaped by what writes the document; this is the rest.

use std::borrow::Cow;

use crate::report::printable;

/// A text that no reader obeys, of characters that XML has a place for.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    let text = printable(text);
    if text.contains(['\u{fffe}', '\u{ffff}']) {
        return Cow::Owned(text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}"));
    }
    text
}

/// A text for a cell of a workbook. What looks like `_x0041_` there is read as the character of that number,
/// unless its first sign is written in that way itself.
pub(super) fn cell(text: &str) -> Cow<'_, str> {
    let text = shown(text);
    let is_code = |rest: &str| {
        let digits = rest.strip_prefix("_x").and_then(|rest| rest.get(..5));
        digits.is_some_and(|it| it.ends_with('_') && it[..4].bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    if !text.contains("_x") {
        return text;
    }
    let mut written = String::with_capacity(text.len() + 8);
    for (position, c) in text.char_indices() {
        if is_code(&text[position..]) {
            written.push_str("_x005F");
        }
        written.push(c);
    }
    Cow::Owned(written)
}

/// A text of at most so many units of UTF-16, as workbooks count, and how many it had where it was cut.
pub(super) fn cut(text: Cow<'_, str>, units_max: usize) -> (Cow<'_, str>, Option<usize>) {
    if text.len() <= units_max {
        return (text, None);
    }
    let units = text.encode_utf16().count();
    if units <= units_max {
        return (text, None);
    }
    let mut kept = String::new();
    let mut left = units_max.saturating_sub(1);
    for c in text.chars() {
        let Some(rest) = left.checked_sub(c.len_utf16()) else { break };
        left = rest;
        kept.push(c);
    }
    kept.push('…');
    (Cow::Owned(kept), Some(units))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_read_as_a_number_of_a_character_stays_a_text() {
        assert_eq!(cell("_x0041_"), "_x005F_x0041_");
        assert_eq!(cell("a_x000D__x000d_"), "a_x005F_x000D__x005F_x000d_");
        assert_eq!(cell("_x41_ _xé000_ _x0041"), "_x41_ _xé000_ _x0041");
        assert_eq!(cell("\u{fffe}\u{1b}"), "\u{fffd}\\u{1b}");
    }

    #[test]
    fn long_texts_are_cut_by_units_and_never_within_a_character() {
        assert_eq!(cut("abc".into(), 3), ("abc".into(), None));
        assert_eq!(cut("abcd".into(), 3), ("ab…".into(), Some(4)));
        assert_eq!(cut("😀😀".into(), 4), ("😀😀".into(), None));
        assert_eq!(cut("😀😀".into(), 3), ("😀…".into(), Some(4)));
    }
}
