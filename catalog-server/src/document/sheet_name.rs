//! Names of sheets, which workbooks are particular about.

use super::text::shown;

/// How many units of UTF-16 the name of a sheet has at most.
const UNITS_MAX: usize = 31;

/// A name for a sheet that no other has, as near to a title as workbooks allow: at most 31 units, none of
/// `[]:*?/\`, no `'` at either end, not `History`, and different from the others without regard to case.
pub(super) fn sheet_name(title: &str, taken: &[String]) -> String {
    let is_forbidden = |c: char| matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\');
    let plain: String = shown(title).chars().map(|c| if is_forbidden(c) { ' ' } else { c }).collect();
    let plain = plain.trim_matches(['\'', ' ']);
    let plain = if plain.is_empty() || plain.eq_ignore_ascii_case("history") { "Sheet" } else { plain };
    let is_free = |name: &str| taken.iter().all(|other| other.to_lowercase() != name.to_lowercase());
    let mut number = 1;
    loop {
        let ending = if number == 1 { String::new() } else { format!(" {number}") };
        let name = format!("{}{ending}", first_units(plain, UNITS_MAX - ending.len()));
        if is_free(&name) {
            return name;
        }
        number += 1;
    }
}

fn first_units(text: &str, units_max: usize) -> &str {
    let mut units = 0;
    let end = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > units_max
    });
    text[..end.map_or(text.len(), |(position, _)| position)].trim_end_matches(['\'', ' '])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(titles: &[&str], expected: &[&str]) {
        let mut taken = Vec::new();
        for title in titles {
            let name = sheet_name(title, &taken);
            taken.push(name);
        }
        assert_eq!(taken, expected);
    }

    #[test]
    fn names_are_allowed_and_distinct() {
        check(&["Teams", "teams", "TEAMS"], &["Teams", "teams 2", "TEAMS 3"]);
        check(&["'a/b:c'", "[]*?", "History"], &["a b c", "Sheet", "Sheet 2"]);
        check(
            &["Unowned, by how much really needs it", "Unowned, by how much really needs them"],
            &["Unowned, by how much really nee", "Unowned, by how much really n 2"],
        );
        check(&["😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"], &["😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"]);
    }
}
