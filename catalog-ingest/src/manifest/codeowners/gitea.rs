//! Lines as Gitea and Forgejo read them: a regular expression and owners.

use catalog_core::model::{DiagnosticCode, PathRule, Position, Severity};

use super::{
    dialect::repeats_by_mistake,
    line::{Token, characters, is_blank},
    reader::{Line, Reader},
    remarks::shown,
};

/// Reads one line. A line without an owner, or with a pattern that is no expression, is skipped; of
/// several owners those that are none are left out.
pub(super) fn read_line(reader: &mut Reader<'_>, line: Line<'_>) {
    let words = words(line.text);
    let Some((pattern, names)) = words.split_first() else { return };
    if !reader.count_rule() {
        return;
    }
    if names.is_empty() {
        let message = format!(
            "the rule `{}` has no owner, so the line is skipped: rules do not override each other here",
            shown(pattern.text)
        );
        let code = DiagnosticCode::CodeownersNoOwner;
        reader.remark(code, Severity::Warning, *pattern, line, message, None);
        return;
    }
    if !reader.pattern_is_taken(*pattern, line) {
        return;
    }
    remark_on_glob(reader, *pattern, line);
    let owners = reader.owners_taken(names, line);
    if owners.is_empty() {
        let message =
            format!("the rule `{}` is left with no owner, so the line is skipped", shown(pattern.text));
        reader.report(DiagnosticCode::CodeownersOwner, *pattern, line, message, None);
        return;
    }
    reader.rules.push(PathRule::new(pattern.text, owners, Position::new(line.number, pattern.column)));
}

/// Says that a pattern looks like a glob, and what it would be as an expression.
fn remark_on_glob(reader: &mut Reader<'_>, pattern: Token<'_>, line: Line<'_>) {
    let text = pattern.text.strip_prefix('!').unwrap_or(pattern.text);
    let negation = &pattern.text[..pattern.text.len() - text.len()];
    let (column, message, mended) = if text.starts_with('/') {
        let mended =
            format!("{}{}", text.trim_start_matches('/'), if text.ends_with('/') { ".*" } else { "" });
        (pattern.column, "no path begins with a `/`, so the pattern never matches".to_owned(), mended)
    } else if text.ends_with('/') {
        let column = pattern.column + characters(pattern.text) - 1;
        let message = "no path of a file ends with a `/`, so the pattern never matches".to_owned();
        (column, message, format!("{text}.*"))
    } else if let Some(place) = repeats_by_mistake(text).filter(|place| *place > 0) {
        let column = pattern.column + characters(negation) + characters(&text[..place]);
        let before = text[..place].chars().next_back().unwrap_or_default();
        let message = format!("`*` repeats the `{before}` before it and stands for no text of its own");
        (column, message, text.replace(".*", "*").replace('*', ".*"))
    } else {
        return;
    };
    let token = Token { text: "*", column };
    let suggestion = format!("`{negation}{}`", shown(&mended));
    let code = DiagnosticCode::CodeownersPattern;
    reader.remark(code, Severity::Warning, token, line, message, Some(suggestion));
}

/// The words of a line as they are written: a `\` takes the next character as it is, an unescaped `#`
/// ends the line wherever it stands.
fn words(line: &str) -> Vec<Token<'_>> {
    let mut words = Vec::new();
    let (mut start, mut escaped) = (None, false);
    let mut column = 0;
    let mut end = line.len();
    for (index, c) in line.char_indices() {
        column += 1;
        let (was_escaped, was_start) = (escaped, start);
        escaped = c == '\\' && !escaped;
        if !was_escaped && c == '#' {
            end = index;
            break;
        }
        if !was_escaped && is_blank(c) {
            if let Some((from, at)) = was_start {
                words.push(Token { text: &line[from..index], column: at });
            }
            start = None;
        } else if start.is_none() {
            start = Some((index, column));
        }
    }
    if let Some((from, at)) = start {
        words.push(Token { text: &line[from..end], column: at });
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &[(&str, u32)]) {
        let found: Vec<_> = words(line).iter().map(|word| (word.text, word.column)).collect();
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn a_number_sign_ends_the_line_anywhere() {
        check("a/.* @a # b", &[("a/.*", 1), ("@a", 6)]);
        check("a#b @a", &[("a", 1)]);
        check(r"a\#b\ c @a", &[(r"a\#b\ c", 1), ("@a", 9)]);
        check("# a", &[]);
        check("\té\t@b", &[("é", 2), ("@b", 4)]);
    }
}
