//! GitLab's sections: in each one the last rule that matches decides, and exclusions take out.

use super::{gitlab, pattern_index::PatternIndex, patterns::Patterns};
use crate::model::{PathRules, RuleEffect};

/// The rules of a file by section.
#[derive(Clone, Debug)]
pub(super) struct Sections {
    sections: Vec<Section>,
    rules: usize,
}

#[derive(Clone, Debug)]
struct Section {
    grants: NumberedPatterns,
    exclusions: NumberedPatterns,
}

/// Patterns with the numbers that their rules have in the file, ascending.
#[derive(Clone, Debug)]
struct NumberedPatterns {
    index: PatternIndex,
    rules: Vec<usize>,
}

impl Sections {
    pub(super) fn new(rules: &PathRules) -> Self {
        let sections = rules.sections.len().max(1);
        let mut by_section: Vec<[Vec<usize>; 2]> = vec![[Vec::new(), Vec::new()]; sections];
        for (number, rule) in rules.rules.iter().enumerate() {
            let section = (rule.section as usize).min(sections - 1);
            by_section[section][usize::from(rule.effect == RuleEffect::Exclusion)].push(number);
        }
        let numbered = |numbers: Vec<usize>| {
            let mut patterns = Patterns::default();
            numbers.iter().for_each(|number| gitlab::push(&mut patterns, &rules.rules[*number].pattern));
            NumberedPatterns { index: PatternIndex::new(patterns), rules: numbers }
        };
        let section = |[grants, exclusions]: [Vec<usize>; 2]| Section {
            grants: numbered(grants),
            exclusions: numbered(exclusions),
        };
        Self { sections: by_section.into_iter().map(section).collect(), rules: rules.rules.len() }
    }

    pub(super) fn rules(&self) -> usize {
        self.rules
    }

    /// Of each section that speaks about the path the exclusion or else the rule that decides.
    pub(super) fn deciding(&self, path: &[u8], parts: &[&[u8]]) -> Vec<usize> {
        let decides = |section: &Section| {
            let granted = section.grants.last(path, parts)?;
            Some(section.exclusions.last(path, parts).unwrap_or(granted))
        };
        self.sections.iter().filter_map(decides).collect()
    }

    /// Every rule and exclusion that matches, ascending.
    pub(super) fn all_matching(&self, parts: &[&[u8]]) -> Vec<usize> {
        let mut matching: Vec<usize> = self
            .patterns()
            .flat_map(|patterns| patterns.index.all_matching(parts).map(|place| patterns.rules[place]))
            .collect();
        matching.sort_unstable();
        matching
    }

    pub(super) fn each_matching(
        &self,
        path: &[u8],
        parts: &[&[u8]],
        is_known: &dyn Fn(usize) -> bool,
        met: &mut dyn FnMut(usize),
    ) {
        for patterns in self.patterns() {
            let number = |place: u32| patterns.rules[place as usize];
            patterns.index.each_matching(path, parts, &|place| is_known(number(place)), &mut |place| {
                met(number(place));
            });
        }
    }

    fn patterns(&self) -> impl Iterator<Item = &NumberedPatterns> {
        self.sections.iter().flat_map(|section| [&section.grants, &section.exclusions])
    }
}

impl NumberedPatterns {
    fn last(&self, path: &[u8], parts: &[&[u8]]) -> Option<usize> {
        self.index.last(path, parts).map(|place| self.rules[place as usize])
    }
}
