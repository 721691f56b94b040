//! Whether an OWNERS file is Prow's or Gerrit's.

use catalog_core::model::PathDialect;

use super::gerrit_line::{GerritLine, without_comment};

/// The keys of Prow's files, lower case. Go's decoder does not mind the case.
pub(super) const KEYS: [&str; 7] =
    ["approvers", "reviewers", "required_reviewers", "labels", "options", "filters", "emeritus_approvers"];

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A file of this dialect.
    Known(PathDialect),
    /// A file that says nothing.
    Nothing,
    /// Something else; its first line.
    Unknown(u32),
}

/// Tells by the lines alone, so that a broken file is still known for what it is. Linear in the text.
pub(super) fn dialect_of(text: &str) -> Found {
    let lines = || (1_u32..).zip(text.lines()).map(|(number, line)| (number, without_comment(line)));
    let stated = || lines().filter(|(_, line)| !matches!(line.trim(), "" | "---" | "..." | "{}"));
    let Some((first, line)) = stated().next() else { return Found::Nothing };
    if stated().any(|(_, line)| has_key(line)) || line.trim_start().starts_with('{') {
        return Found::Known(PathDialect::Prow);
    }
    let is_gerrit = |line: &str| GerritLine::parse(line).is_some();
    if stated().any(|(_, line)| is_gerrit(line)) {
        return Found::Known(PathDialect::Gerrit);
    }
    Found::Unknown(first)
}

/// Whether a line without indentation begins with a key of Prow.
fn has_key(line: &str) -> bool {
    let Some((key, _)) = line.split_once(':') else { return false };
    let key = key.trim_end().trim_matches(['"', '\'']);
    KEYS.iter().any(|known| known.eq_ignore_ascii_case(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_tell_the_dialect() {
        let prow = Found::Known(PathDialect::Prow);
        let gerrit = Found::Known(PathDialect::Gerrit);
        for (text, expected) in [
            ("approvers:\n- a", prow),
            ("# see\n\"Reviewers\" :\n\t- a", prow),
            ("labels: [x]", prow),
            ("{approvers: [a]}", prow),
            ("a@example.com", gerrit),
            ("# team\n*\n", gerrit),
            ("per-file *.c=a@example.com", gerrit),
            ("set noparent", gerrit),
            ("nonsense here\na@example.com # me", gerrit),
            ("", Found::Nothing),
            ("# nobody\n---\n", Found::Nothing),
            ("\n- alice\n- bob", Found::Unknown(2)),
            ("Alice and Bob own this.", Found::Unknown(1)),
        ] {
            assert_eq!(dialect_of(text), expected, "{text}");
        }
    }
}
