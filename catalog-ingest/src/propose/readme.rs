//! The title and the first paragraph of a README.

use super::folder::Folder;

/// The names that are looked for, in this order and any case.
const NAMES: [&str; 6] =
    ["README.md", "README.markdown", "README.rst", "README.adoc", "README.txt", "README"];
/// How many lines are looked at.
const LINES_MAX: usize = 200;
/// The longest title that is proposed, in characters.
const TITLE_CHARS_MAX: usize = 80;
/// The longest description that is proposed, in characters.
const DESCRIPTION_CHARS_MAX: usize = 240;

/// What a README says, each text with its place.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Readme {
    pub(super) title: Option<(String, String)>,
    pub(super) description: Option<(String, String)>,
}

pub(super) fn of(folder: &Folder<'_>) -> Readme {
    let Some(path) = folder.file(&NAMES) else { return Readme::default() };
    folder.tree().text(path).map(|text| read(path, &text)).unwrap_or_default()
}

fn read(path: &str, text: &str) -> Readme {
    let mut readme = Readme::default();
    let mut paragraph: Vec<String> = Vec::new();
    let mut paragraph_line = 0;
    let mut is_code = false;
    let lines: Vec<&str> = text.lines().take(LINES_MAX).map(str::trim).collect();
    for (index, line) in lines.iter().enumerate() {
        if line.starts_with("```") || line.starts_with("~~~") {
            is_code = !is_code;
        }
        let is_underlined = lines.get(index + 1).is_some_and(|next| is_underline(next)) && !line.is_empty();
        let heading =
            line.strip_prefix('#').or_else(|| line.strip_prefix("= ")).or(is_underlined.then_some(*line));
        if let Some(heading) = heading.filter(|_| !is_code) {
            if !paragraph.is_empty() {
                break;
            }
            let heading = cut(&plain(heading.trim_matches('#').trim()), TITLE_CHARS_MAX);
            if readme.title.is_none() && !heading.is_empty() {
                readme.title = Some((heading, format!("{path}:{}", index + 1)));
            }
            continue;
        }
        let is_text = !is_code && !is_underline(line) && is_prose(line);
        let words = if is_text { plain(line) } else { String::new() };
        match (words.is_empty(), paragraph.is_empty()) {
            (true, true) => {}
            (true, false) => break,
            (false, is_first) => {
                if is_first {
                    paragraph_line = index + 1;
                }
                paragraph.push(words);
            }
        }
    }
    if !paragraph.is_empty() {
        let description = cut(&paragraph.join(" "), DESCRIPTION_CHARS_MAX);
        readme.description = Some((description, format!("{path}:{paragraph_line}")));
    }
    readme
}

/// The line below a title, in Markdown and reStructuredText.
fn is_underline(line: &str) -> bool {
    line.len() >= 3 && (line.bytes().all(|byte| byte == b'=') || line.bytes().all(|byte| byte == b'-'))
}

/// Whether a line is neither a badge, a table, a list, a quotation, markup nor a directive.
fn is_prose(line: &str) -> bool {
    const OTHERS: [&str; 13] =
        ["![", "[![", "<", "|", "- ", "* ", "+ ", ">", "```", "~~~", "..", ":", "image::"];
    !OTHERS.iter().any(|other| line.starts_with(other)) && line.chars().any(char::is_alphabetic)
}

/// A text without the marks of Markdown and control characters: links become their words, images nothing.
fn plain(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let is_image = rest[..open].ends_with('!');
        let before = if is_image { &rest[..open - 1] } else { &rest[..open] };
        words.push_str(before);
        let after = &rest[open + 1..];
        let Some((label, behind)) = after.split_once("](") else {
            rest = after;
            words.push('[');
            continue;
        };
        if label.contains('[') {
            // A link around an image: what matters of it is nothing.
            rest = behind.split_once(')').map_or("", |(_, rest)| rest);
            rest =
                rest.strip_prefix("](").and_then(|rest| rest.split_once(')')).map_or(rest, |(_, rest)| rest);
            continue;
        }
        if !is_image {
            words.push_str(label);
        }
        rest = behind.split_once(')').map_or("", |(_, rest)| rest);
    }
    words.push_str(rest);
    let words: String =
        words.chars().filter(|c| !matches!(c, '*' | '`') && (!c.is_control() || *c == '\t')).collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text of at most so many characters, cut behind a sentence where one ends in time, else at a word.
fn cut(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    let start: String = text.chars().take(chars_max).collect();
    let sentence = start.rfind(". ").map(|end| &start[..=end]);
    let words = || start.rsplit_once(' ').map_or(start.as_str(), |(words, _)| words);
    sentence.map_or_else(|| format!("{}…", words()), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, title: Option<(&str, &str)>, description: Option<(&str, &str)>) {
        let found = read("README.md", text);
        let shown = |found: &Option<(String, String)>| {
            found.as_ref().map(|(text, place)| (text.clone(), place.replace("README.md:", "")))
        };
        let owned = |expected: Option<(&str, &str)>| expected.map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!((shown(&found.title), shown(&found.description)), (owned(title), owned(description)));
    }

    #[test]
    fn the_first_heading_and_the_first_paragraph_are_taken() {
        check(
            "\n# The *Shop*\n\n[![build](x)](y)\n![logo](z)\n\nSells [things](https://x) and `more`.\nDaily.\n\n## Use\n",
            Some(("The Shop", "2")),
            Some(("Sells things and more. Daily.", "7")),
        );
        check("Shop\n====\n\nSells.\n", Some(("Shop", "1")), Some(("Sells.", "4")));
        check("Sells things.\n\n# Later\n", None, Some(("Sells things.", "1")));
    }

    #[test]
    fn what_is_no_prose_is_passed_over() {
        check(
            "# A\n\n- one\n\n| a |\n\n> said\n\n```\ncode\n```\n\nText.\n",
            Some(("A", "1")),
            Some(("Text.", "13")),
        );
        check("# A\n## B\n", Some(("A", "1")), None);
        check("", None, None);
        check("# [\n[[[](\n", Some(("[", "1")), None);
    }

    #[test]
    fn long_paragraphs_end_with_a_sentence() {
        let text = format!("One. Two. {}", "word ".repeat(100));
        check(&text, None, Some(("One. Two.", "1")));
        let found = read("r", &"word ".repeat(100)).description.expect("there is one").0;
        assert!(found.ends_with("word…") && found.chars().count() <= 241, "{found}");
    }
}
