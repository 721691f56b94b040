//! The rules about everything that has no rule of its own: what an ownership file says of its repository.

use super::regexes::without_escapes;
use crate::model::{PathDialect, PathRule, PathRules, RuleEffect};

/// The rules that decide about a path of which nothing else is said, by index: whose pattern covers
/// every path of the repository. They tell who owns the repository as a whole.
pub fn catch_all_rules(rules: &PathRules) -> Vec<usize> {
    if !rules.folder.is_empty() {
        return Vec::new();
    }
    let covering = || {
        let covers = |rule: &PathRule| {
            rule.effect == RuleEffect::Grant && covers_everything(rules.dialect, &rule.pattern)
        };
        rules.rules.iter().enumerate().filter(move |(_, rule)| covers(rule))
    };
    match rules.dialect {
        PathDialect::Github | PathDialect::Bitbucket => {
            covering().next_back().map(|(index, _)| index).into_iter().collect()
        }
        PathDialect::Gitlab => {
            let mut last_of_section: Vec<Option<usize>> = vec![None; rules.sections.len().max(1)];
            for (index, rule) in covering() {
                if let Some(last) = last_of_section.get_mut(rule.section as usize) {
                    *last = Some(index);
                }
            }
            last_of_section.into_iter().flatten().collect()
        }
        PathDialect::Gitea | PathDialect::Prow | PathDialect::Gerrit => {
            covering().filter(|(_, rule)| !rule.owners.is_empty()).map(|(index, _)| index).collect()
        }
    }
}

fn covers_everything(dialect: PathDialect, pattern: &str) -> bool {
    match dialect {
        PathDialect::Github | PathDialect::Bitbucket => {
            matches!(pattern, "*" | "**" | "/**" | "**/*" | "/**/*" | "**/**")
        }
        PathDialect::Gitlab => matches!(pattern, "*" | "/" | "**" | "/**" | "**/*" | "/**/*" | "**/**"),
        PathDialect::Gitea => matches!(without_escapes(pattern).as_str(), ".*" | ".+" | "*" | ".*?"),
        PathDialect::Prow => pattern == ".*",
        PathDialect::Gerrit => pattern == "*",
    }
}
