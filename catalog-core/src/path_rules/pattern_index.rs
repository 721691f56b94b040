//! Many compiled globs, found by a text that the paths they match must have.

use super::{
    key_index::KeyIndex,
    patterns::{Key, Patterns},
};

/// Below this number of rules, trying each is faster than looking for candidates.
pub(super) const INDEXED_RULES_MIN: usize = 12;

/// Where more rules than this begin alike, each is looked up by another part of its pattern if it has one.
const RULES_OF_PREFIX_MAX: usize = 16;

/// Compiled patterns with an index over them.
#[derive(Clone, Debug)]
pub(super) struct PatternIndex {
    patterns: Patterns,
    by_path_prefix: KeyIndex,
    by_part: KeyIndex,
    by_extension: KeyIndex,
    by_part_prefix: KeyIndex,
    /// Rules without a key, ascending.
    others: Vec<u32>,
}

impl PatternIndex {
    /// Sorts patterns by a text that what they match must have. `n log n` steps.
    pub(super) fn new(patterns: Patterns) -> Self {
        let few = patterns.len() < INDEXED_RULES_MIN;
        let mut keys: Vec<Key> =
            (0..patterns.len()).map(|rule| if few { Key::Any } else { patterns.key(rule) }).collect();
        let path_prefixes =
            |keys: &[Key]| {
                KeyIndex::new(&patterns, keys, |key| {
                    if let Key::PathPrefix(text) = key { Some(text) } else { None }
                })
            };
        for rule in path_prefixes(&keys).crowded(RULES_OF_PREFIX_MAX) {
            let second = patterns.second_key(rule as usize);
            if second != Key::Any {
                keys[rule as usize] = second;
            }
        }
        let others =
            (0_u32..).zip(&keys).filter(|(_, key)| **key == Key::Any).map(|(rule, _)| rule).collect();
        Self {
            by_path_prefix: path_prefixes(&keys),
            by_part: KeyIndex::new(&patterns, &keys, |key| {
                if let Key::Part(text) = key { Some(text) } else { None }
            }),
            by_extension: KeyIndex::new(&patterns, &keys, |key| {
                if let Key::Extension(text) = key { Some(text) } else { None }
            }),
            by_part_prefix: KeyIndex::new(&patterns, &keys, |key| {
                if let Key::PartPrefix(text) = key { Some(text) } else { None }
            }),
            others,
            patterns,
        }
    }

    /// How many patterns there are.
    pub(super) fn len(&self) -> usize {
        self.patterns.len()
    }

    /// The last pattern that matches a path, given also by its parts.
    pub(super) fn last(&self, path: &[u8], parts: &[&[u8]]) -> Option<u32> {
        let mut search = Search { patterns: &self.patterns, parts, best: None };
        self.candidates(path, parts, |rules| search.try_rules(rules));
        search.best
    }

    /// Tells `met` of each pattern that matches a path and is not known already, in no particular order; a
    /// pattern may be met twice.
    pub(super) fn each_matching(
        &self,
        path: &[u8],
        parts: &[&[u8]],
        is_known: &dyn Fn(u32) -> bool,
        met: &mut dyn FnMut(u32),
    ) {
        self.candidates(path, parts, |rules| {
            for rule in rules {
                if !is_known(*rule) && self.patterns.matches(*rule as usize, parts) {
                    met(*rule);
                }
            }
        });
    }

    /// Every pattern that matches a path, ascending. Tries each one.
    pub(super) fn all_matching(&self, parts: &[&[u8]]) -> impl Iterator<Item = usize> {
        (0..self.patterns.len()).filter(|rule| self.patterns.matches(*rule, parts))
    }

    /// The rules that may match a path, in ascending runs.
    fn candidates(&self, path: &[u8], parts: &[&[u8]], mut take: impl FnMut(&[u32])) {
        take(&self.others);
        for rules in self.by_path_prefix.prefixes(&self.patterns, path) {
            take(rules);
        }
        for part in parts {
            if !self.by_part.is_empty() {
                take(self.by_part.exact(&self.patterns, part));
            }
            if !self.by_extension.is_empty()
                && let Some(dot) = part.iter().rposition(|byte| *byte == b'.')
            {
                take(self.by_extension.exact(&self.patterns, &part[dot..]));
            }
            for rules in self.by_part_prefix.prefixes(&self.patterns, part) {
                take(rules);
            }
        }
    }
}

struct Search<'a> {
    patterns: &'a Patterns,
    parts: &'a [&'a [u8]],
    best: Option<u32>,
}

impl Search<'_> {
    /// Tries ascending rules from the last one down to the best one found so far.
    fn try_rules(&mut self, rules: &[u32]) {
        let better = rules.iter().rev().take_while(|rule| self.best.is_none_or(|best| **rule > best));
        let found = better.copied().find(|rule| self.patterns.matches(*rule as usize, self.parts));
        self.best = found.or(self.best);
    }
}
