//! Which rules of an ownership file decide about no path, and why.

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
/// that lie above each other on one path.
pub(super) fn dead_rules<P: AsRef<[u8]>>(rules: &PathRules, matcher: &PathMatcher, paths: &[P]) -> DeadRules {
    let mut decides = vec![false; rules.rules.len()];
    for path in paths {
        if let Some(rule) = matcher.deciding_rule(path) {
            decides[rule] = true;
        }
    }
    let mut silent: Vec<usize> = (0..decides.len()).filter(|rule| !decides[*rule]).collect();
    let mut always_overridden = Vec::new();
    while !silent.is_empty() {
        let asked = PathRules {
            dialect: rules.dialect,
            rules: silent.iter().map(|rule| rules.rules[*rule].clone()).collect(),
        };
        let matcher = PathMatcher::new(&asked);
        let mut matches = vec![false; silent.len()];
        for path in paths {
            if let Some(rule) = matcher.deciding_rule(path) {
                matches[rule] = true;
            }
        }
        let before = silent.len();
        let found = silent.iter().zip(&matches).filter(|(_, matches)| **matches);
        always_overridden.extend(found.map(|(rule, _)| *rule));
        let mut matches = matches.into_iter();
        silent.retain(|_| !matches.next().unwrap_or_default());
        if silent.len() == before {
            break;
        }
    }
    always_overridden.sort_unstable();
    DeadRules { matches_nothing: silent, always_overridden }
}
