//! Which rules of an ownership file decide about no path, and why.

use std::collections::HashSet;

use catalog_core::{model::PathRules, path_rules::PathMatcher};

/// The rules that decide about no path, by their indexes, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DeadRules {
    /// Rules that match no path.
    pub(super) matches_nothing: Vec<usize>,
    /// Rules that match some, all of which another rule decides about.
    pub(super) always_overridden: Vec<usize>,
}

/// Finds the rules that decide about none of the paths.
///
/// Each round asks only the rules that have matched nothing yet, so there are as many rounds as rules
/// with different patterns that lie above each other on one path.
pub(super) fn dead_rules<'p>(
    rules: &PathRules,
    matcher: &PathMatcher,
    paths: impl Iterator<Item = &'p [u8]>,
) -> DeadRules {
    let paths: Vec<&[u8]> = paths.collect();
    let decides = met(matcher, rules.rules.len(), &paths);
    let mut silent: Vec<usize> = (0..decides.len()).filter(|rule| !decides[*rule]).collect();
    let mut matching: HashSet<&str> = HashSet::new();
    let mut always_overridden = Vec::new();
    let pattern = |rule: usize| &*rules.rules[rule].pattern;
    matching.extend((0..decides.len()).filter(|rule| decides[*rule]).map(pattern));
    loop {
        let (overridden, rest) = silent.into_iter().partition(|rule| matching.contains(pattern(*rule)));
        let overridden: Vec<usize> = overridden;
        silent = rest;
        always_overridden.extend(overridden);
        let asked = PathRules {
            dialect: rules.dialect,
            rules: silent.iter().map(|rule| rules.rules[*rule].clone()).collect(),
        };
        let found = met(&PathMatcher::new(&asked), silent.len(), &paths);
        if !found.contains(&true) {
            break;
        }
        matching.extend(silent.iter().zip(found).filter(|(_, found)| *found).map(|(rule, _)| pattern(*rule)));
    }
    always_overridden.sort_unstable();
    DeadRules { matches_nothing: silent, always_overridden }
}

/// Which rules decide about some path.
fn met(matcher: &PathMatcher, count: usize, paths: &[&[u8]]) -> Vec<bool> {
    let mut met = vec![false; count];
    for path in paths {
        if let Some(rule) = matcher.deciding_rule(path) {
            met[rule] = true;
        }
    }
    met
}
