//! The rule about everything that has no rule of its own: what an ownership file says of its repository.

use crate::model::{PathDialect, PathRules};

/// The last rule whose pattern covers every path, by its index; who owns the repository as a whole.
pub fn catch_all_rule(rules: &PathRules) -> Option<usize> {
    let covers_everything = |pattern: &str| match rules.dialect {
        PathDialect::Github => matches!(pattern, "*" | "**" | "/**" | "**/*" | "/**/*" | "**/**"),
    };
    rules.rules.iter().rposition(|rule| covers_everything(&rule.pattern))
}
