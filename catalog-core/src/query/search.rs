//! Free-text search over names, titles, tags and descriptions; typing errors in names are forgiven.

use crate::graph::{CatalogGraph, Entity};

/// One entity that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchHit<'g> {
    /// The entity.
    pub entity: Entity<'g>,
    /// How well it fits, from 1 to 100; the order of the hits rests on it.
    pub score: u32,
    /// Where the text was found.
    pub matched: MatchedField,
}

/// Where a search found its text; of several places, the one that counts most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchedField {
    /// In the name.
    Name,
    /// In the title.
    Title,
    /// Among the tags.
    Tag,
    /// In the description.
    Description,
    /// In the name, but for typing errors.
    SimilarName,
}

impl MatchedField {
    /// The field in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Title => "title",
            Self::Tag => "tag",
            Self::Description => "description",
            Self::SimilarName => "similar-name",
        }
    }
}

/// Finds the entities that fit a text, best first, then in the order of their refs.
///
/// Every word of the text must be found in an entity; a hit scores as its worst word does. A word
/// that is a full reference finds that entity. O(entities · text).
pub fn search<'g>(graph: &'g CatalogGraph, text: &str) -> Vec<SearchHit<'g>> {
    let lower = text.to_lowercase();
    let words: Vec<Word<'_>> = lower.split_whitespace().map(Word::new).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let mut hits: Vec<SearchHit<'g>> = graph
        .entities()
        .filter(|entity| !entity.is_placeholder())
        .filter_map(|entity| {
            let worst =
                words.iter().map(|word| word.score(entity)).reduce(|worst, next| match (worst, next) {
                    (Some(worst), Some(next)) => Some(if next.0 < worst.0 { next } else { worst }),
                    _ => None,
                });
            let (score, matched) = worst??;
            Some(SearchHit { entity, score, matched })
        })
        .collect();
    hits.sort_by_key(|hit| (std::cmp::Reverse(hit.score), hit.entity.index()));
    hits
}

/// One word of the text that is looked for, lower case.
struct Word<'t> {
    text: &'t str,
    /// How many typing errors a word of this length may hold.
    errors_max: usize,
}

impl<'t> Word<'t> {
    fn new(text: &'t str) -> Self {
        let errors_max = match text.chars().count() {
            0..=3 => 0,
            4..=7 => 1,
            _ => 2,
        };
        Self { text, errors_max }
    }

    fn score(&self, entity: Entity<'_>) -> Option<(u32, MatchedField)> {
        let name = entity.name();
        if name.as_str() == self.text || name.name() == self.text || name.short() == self.text {
            return Some((100, MatchedField::Name));
        }
        if let Some(score) = place(name.name(), self.text) {
            return Some((score, MatchedField::Name));
        }
        if let Some(score) = entity.title().and_then(|title| place(&title.to_lowercase(), self.text)) {
            return Some((score - 5, MatchedField::Title));
        }
        if entity.tags().iter().any(|tag| tag.eq_ignore_ascii_case(self.text)) {
            return Some((60, MatchedField::Tag));
        }
        if let Some(errors) = self.errors_in(name.name()) {
            return Some((
                50 - 5 * u32::try_from(errors).unwrap_or(u32::MAX).min(8),
                MatchedField::SimilarName,
            ));
        }
        if entity.description().is_some_and(|description| description.to_lowercase().contains(self.text)) {
            return Some((30, MatchedField::Description));
        }
        None
    }

    /// The fewest typing errors that make the word the name or one of the name's words.
    fn errors_in(&self, name: &str) -> Option<usize> {
        if self.errors_max == 0 {
            return None;
        }
        std::iter::once(name)
            .chain(name.split(['-', '_', '.']))
            .filter(|part| part.len().abs_diff(self.text.len()) <= self.errors_max)
            .map(|part| strsim::osa_distance(part, self.text))
            .filter(|errors| *errors <= self.errors_max)
            .min()
    }
}

/// How well a place in a text fits: at its beginning, at the beginning of a word, or anywhere.
fn place(text: &str, word: &str) -> Option<u32> {
    let position = text.find(word)?;
    let before = text[..position].chars().next_back();
    Some(match before {
        None => 90,
        Some(before) if !before.is_alphanumeric() => 80,
        Some(_) => 70,
    })
}
