//! Which rules of ownership files decide about a path.
//!
//! A [`PathMatcher`] is compiled once from the [`PathRules`](crate::model::PathRules) of one file and then
//! asked about paths; [`RuleFiles`] asks all files of a repository together, as OWNERS files of nested folders
//! want it. [`check_pattern`] says beforehand why a pattern would never match, as a [`PatternError`];
//! [`dead_rules()`] finds rules that decide about nothing.
//!
//! The languages of patterns are in `github` and `gitlab`, both compiled to `patterns` with a
//! `pattern_index` over many of them, and in `regexes` behind `go_regex`.

mod bracket;
mod catch_all;
mod dead_rules;
mod github;
mod gitlab;
mod go_regex;
mod key_index;
mod matcher;
#[cfg(test)]
mod oracle_tests;
mod pattern_error;
mod pattern_index;
mod patterns;
mod regexes;
mod rule_files;
mod sections;
#[cfg(test)]
mod tests;

pub use catch_all::catch_all_rules;
pub use dead_rules::{DeadRules, dead_rules};
pub use matcher::PathMatcher;
pub use pattern_error::{PatternError, check_pattern};
pub use rule_files::{FileRule, RuleFile, RuleFiles};
