//! A text that some fields of an entity contain.

use catalog_core::graph::Entity;

use super::key::{Key, is_folded};

/// Where is searched if nothing says where, and nothing orders the answer.
const FIELDS: [&str; 3] = ["metadata.name", "metadata.title", "metadata.uid"];

/// A text to search for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FullText {
    /// In lower case, trimmed, and not empty.
    term: String,
    keys: Vec<Key>,
}

impl FullText {
    /// A search; nothing where the term says nothing. Without fields that to order by is searched, as in Backstage.
    pub(super) fn new(term: &str, fields: &[String], ordered_by: Option<&str>) -> Option<Self> {
        let term = term.trim().to_lowercase();
        if term.is_empty() {
            return None;
        }
        let keys = match (fields, ordered_by) {
            ([], Some(field)) => vec![Key::new(field)],
            ([], None) => FIELDS.into_iter().map(Key::new).collect(),
            (fields, _) => fields.iter().map(|field| Key::new(field)).collect(),
        };
        Some(Self { term, keys })
    }

    /// Whether one of the fields contains the text.
    pub(super) fn matches(&self, entity: Entity<'_>) -> bool {
        self.keys.iter().any(|key| {
            let mut found = false;
            key.each(entity, &mut |value| found |= value.is_some_and(|value| contains(value, &self.term)));
            found
        })
    }
}

fn contains(text: &str, lower: &str) -> bool {
    if !text.is_ascii() {
        return text.to_lowercase().contains(lower);
    }
    text.len() >= lower.len()
        && text.as_bytes().windows(lower.len()).any(|part| part.eq_ignore_ascii_case(lower.as_bytes()))
        || is_folded(text, lower)
}
