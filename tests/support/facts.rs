//! `FACTS.md` of an organisation, read: its headings with the text and the tables below each.

use std::collections::BTreeSet;

/// A page of facts.
pub(crate) struct Facts {
    sections: Vec<Section>,
}

/// What stands below one heading.
#[derive(Default)]
pub(crate) struct Section {
    /// The heading.
    pub(crate) title: String,
    /// Everything that is no table, in one line.
    pub(crate) text: String,
    /// The rows of the table, without its head; empty where there is none.
    pub(crate) rows: Vec<Vec<String>>,
}

impl Facts {
    /// Reads the page of an organisation among the fixtures.
    pub(crate) fn of(organization: &str) -> Self {
        let file =
            super::workspace().join("tests/fixtures/organizations").join(organization).join("FACTS.md");
        let page = std::fs::read_to_string(file).expect("the organisation has a page of facts");
        let mut sections = vec![Section::default()];
        let mut after_head = false;
        for line in page.lines() {
            let section = sections.last_mut().expect("there is always one");
            if line.starts_with('#') {
                let title = line.trim_start_matches('#').trim().to_owned();
                sections.push(Section { title, ..Section::default() });
            } else if let Some(row) = line.strip_prefix('|') {
                if after_head {
                    let cells = row.trim_end().trim_end_matches('|').split('|');
                    section.rows.push(cells.map(|cell| cell.trim().to_owned()).collect());
                }
                after_head |= row.starts_with("---");
                continue;
            } else {
                section.text += line;
                section.text.push(' ');
            }
            after_head = false;
        }
        Self { sections }
    }

    /// The sections whose heading holds a text; there is at least one.
    #[track_caller]
    pub(crate) fn sections(&self, title: &str) -> Vec<&Section> {
        let found: Vec<_> = self.sections.iter().filter(|section| section.title.contains(title)).collect();
        assert!(!found.is_empty(), "no section is called `{title}`");
        found
    }

    /// The one section whose heading holds a text.
    #[track_caller]
    pub(crate) fn section(&self, title: &str) -> &Section {
        let found = self.sections(title);
        assert_eq!(found.len(), 1, "sections called `{title}`");
        found[0]
    }

    /// The text before the first table.
    pub(crate) fn opening(&self) -> &str {
        &self.sections[1].text
    }
}

/// The texts between backticks.
pub(crate) fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The entity refs between backticks, in canonical form.
pub(crate) fn refs(cell: &str) -> BTreeSet<String> {
    let is_ref = |text: &&str| {
        let kind = text.split_once(':').map_or("", |(kind, _)| kind);
        ["component", "api", "resource", "system", "domain", "group", "user"].contains(&kind)
    };
    quoted(cell).into_iter().filter(is_ref).map(canonical).collect()
}

/// The places between backticks: `repository/path:line`.
pub(crate) fn places(cell: &str) -> BTreeSet<String> {
    let is_place = |text: &&str| {
        text.rsplit_once(':').is_some_and(|(path, line)| path.contains('/') && line.parse::<u32>().is_ok())
    };
    quoted(cell).into_iter().filter(is_place).map(str::to_owned).collect()
}

/// A ref in canonical form: the page leaves the default namespace out.
pub(crate) fn canonical(text: &str) -> String {
    match text.split_once(':') {
        Some((kind, name)) if !name.contains('/') => format!("{kind}:default/{name}"),
        _ => text.to_owned(),
    }
}

/// The number before a word, as in `28 components`.
#[track_caller]
pub(crate) fn number_before(text: &str, word: &str) -> usize {
    let words: Vec<&str> = text.split_whitespace().collect();
    let fits = |pair: &&[&str]| {
        pair[1].trim_end_matches([',', '.', ':']) == word && pair[0].parse::<usize>().is_ok()
    };
    let pair = words.windows(2).find(fits).unwrap_or_else(|| panic!("no number stands before `{word}`"));
    pair[0].parse().expect("it was just parsed")
}
