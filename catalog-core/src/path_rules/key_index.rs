//! Rules by a text that the paths they match must have.
//!
//! Sorted, searched by halving, and not hashed: the keys are chosen by whoever writes the file.

use std::ops::Range;

use super::patterns::{Key, Patterns};

/// Rules by the key they share.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyIndex {
    /// Sorted by their text.
    keys: Vec<KeyRules>,
    /// The rules of all keys, ascending within each.
    rules: Vec<u32>,
}

#[derive(Clone, Debug)]
struct KeyRules {
    text: Range<u32>,
    rules: Range<u32>,
    /// The longest other key that this one begins with.
    parent: Option<u32>,
}

impl KeyIndex {
    /// Sorts the rules whose key is of the `wanted` kind; `keys` has one for each rule. `n log n` comparisons.
    pub(super) fn new(
        patterns: &Patterns,
        keys: &[Key],
        wanted: impl Fn(&Key) -> Option<&Range<u32>>,
    ) -> Self {
        let mut entries: Vec<(&Range<u32>, u32)> =
            keys.iter().zip(0_u32..).filter_map(|(key, rule)| Some((wanted(key)?, rule))).collect();
        entries.sort_by(|(text, rule), (other_text, other_rule)| {
            patterns.text(text).cmp(patterns.text(other_text)).then(rule.cmp(other_rule))
        });
        let mut index = Self::default();
        let mut open_keys: Vec<u32> = Vec::new();
        for (count, (text, rule)) in (0_u32..).zip(&entries) {
            index.rules.push(*rule);
            if let Some(last) = index.keys.last_mut()
                && patterns.text(&last.text) == patterns.text(text)
            {
                last.rules.end = count + 1;
                continue;
            }
            while let Some(open) = open_keys.last()
                && !patterns.text(text).starts_with(patterns.text(&index.keys[*open as usize].text))
            {
                open_keys.pop();
            }
            let parent = open_keys.last().copied();
            open_keys.push(u32::try_from(index.keys.len()).expect("there are fewer keys than rules"));
            index.keys.push(KeyRules { text: (*text).clone(), rules: count..count + 1, parent });
        }
        index.keys.shrink_to_fit();
        index.rules.shrink_to_fit();
        index
    }

    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The rules of keys that more than `rules_max` rules share, in no particular order.
    pub(super) fn crowded(&self, rules_max: usize) -> impl Iterator<Item = u32> {
        self.keys
            .iter()
            .map(|key| self.rules_of(key))
            .filter(move |rules| rules.len() > rules_max)
            .flatten()
            .copied()
    }

    /// The rules whose key is `text`, ascending.
    pub(super) fn exact(&self, patterns: &Patterns, text: &[u8]) -> &[u32] {
        match self.keys.binary_search_by(|key| patterns.text(&key.text).cmp(text)) {
            Ok(found) => self.rules_of(&self.keys[found]),
            Err(_) => &[],
        }
    }

    /// The rules of each key that `text` begins with, longest key first.
    pub(super) fn prefixes(&self, patterns: &Patterns, text: &[u8]) -> impl Iterator<Item = &[u32]> {
        // Every key that `text` begins with is an ancestor of the last key that is not after it.
        let after = self.keys.partition_point(|key| patterns.text(&key.text) <= text);
        let last = after.checked_sub(1).map(|last| &self.keys[last]);
        std::iter::successors(last, |key| key.parent.map(|parent| &self.keys[parent as usize]))
            .filter(move |key| text.starts_with(patterns.text(&key.text)))
            .map(|key| self.rules_of(key))
    }

    fn rules_of(&self, key: &KeyRules) -> &[u32] {
        &self.rules[key.rules.start as usize..key.rules.end as usize]
    }
}
