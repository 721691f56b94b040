//! Rules of an ownership file that decide about no path of a tree.

use super::PathMatcher;
use crate::model::PathRules;

/// Rules that could be deleted without a change for any path, by their index in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeadRules {
    /// Rules that match no path, ascending.
    pub matches_nothing: Vec<usize>,
    /// Rules that match some paths, and are overridden on each of them, ascending.
    pub always_overridden: Vec<usize>,
}

/// Finds the rules that decide about none of the paths: `rules` of a file with their `matcher`, and all
/// paths of the tree.
///
/// Takes about twice the time of [`PathMatcher::deciding_rules`] for each path: a rule that was met once is
/// not tried again.
pub fn dead_rules<'p>(
    rules: &PathRules,
    matcher: &PathMatcher,
    paths: impl Iterator<Item = &'p [u8]>,
) -> DeadRules {
    let count = matcher.rules().min(rules.rules.len());
    let mut matches = vec![false; count];
    let mut decides = vec![false; count];
    let mut met = Vec::new();
    for path in paths {
        for rule in matcher.deciding_rules(path) {
            matches[rule] = true;
            decides[rule] = true;
        }
        matcher.each_matching(path, &|rule| matches[rule], &mut |rule| met.push(rule));
        for rule in met.drain(..) {
            matches[rule] = true;
        }
    }
    let which = |is_dead: &dyn Fn(usize) -> bool| (0..count).filter(|rule| is_dead(*rule)).collect();
    DeadRules {
        matches_nothing: which(&|rule| !matches[rule]),
        always_overridden: which(&|rule| matches[rule] && !decides[rule]),
    }
}
