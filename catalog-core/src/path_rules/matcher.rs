//! The rules of one ownership file, compiled.

use super::{
    github::{Key, Patterns},
    key_index::KeyIndex,
};
use crate::model::{PathDialect, PathRules};

/// Below this number of rules, trying each is faster than looking for candidates.
const INDEXED_RULES_MIN: usize = 12;

/// Where more rules than this begin alike, each is looked up by another part of its pattern if it has one.
const RULES_OF_PREFIX_MAX: usize = 16;

/// The rules of one ownership file, compiled once to be asked about many paths.
///
/// The last rule that matches decides, also one without owners. Patterns that [`check_pattern`]
/// refuses never match. Case matters. Compiling takes `n log n` steps for `n` rules; asking takes time for the
/// parts of the path and the few rules that share a text with it, and for one rule never more than
/// `pattern length × path length` steps. Size: the patterns' text and about 60 bytes a rule.
///
/// [`check_pattern`]: super::check_pattern
#[derive(Clone, Debug)]
pub struct PathMatcher {
    patterns: Patterns,
    by_path_prefix: KeyIndex,
    by_part: KeyIndex,
    by_extension: KeyIndex,
    by_part_prefix: KeyIndex,
    /// Rules without a key, ascending.
    others: Vec<u32>,
}

impl PathMatcher {
    /// Compiles the rules of a file. At most `u32::MAX` rules are kept; limits on input are far below.
    pub fn new(rules: &PathRules) -> Self {
        let mut patterns = Patterns::default();
        match rules.dialect {
            PathDialect::Github => rules.rules.iter().for_each(|rule| patterns.push(&rule.pattern)),
        }
        Self::index(patterns)
    }

    fn index(patterns: Patterns) -> Self {
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

    /// The rule that decides about a path, by its index in the file; `None` where none matches.
    ///
    /// The path is relative to the root of the repository, with `/` between its parts, and need not be UTF-8.
    pub fn deciding_rule(&self, path: impl AsRef<[u8]>) -> Option<usize> {
        let path = path.as_ref();
        let parts = parts_of(path)?;
        let mut search = Search { patterns: &self.patterns, parts: &parts, best: None };
        search.try_rules(&self.others);
        for rules in self.by_path_prefix.prefixes(&self.patterns, path) {
            search.try_rules(rules);
        }
        for part in &parts {
            if !self.by_part.is_empty() {
                search.try_rules(self.by_part.exact(&self.patterns, part));
            }
            if !self.by_extension.is_empty()
                && let Some(dot) = part.iter().rposition(|byte| *byte == b'.')
            {
                search.try_rules(self.by_extension.exact(&self.patterns, &part[dot..]));
            }
            for rules in self.by_part_prefix.prefixes(&self.patterns, part) {
                search.try_rules(rules);
            }
        }
        search.best.map(|rule| rule as usize)
    }

    /// Every rule that matches a path, ascending; the last one decides. Tries each rule.
    pub fn all_matching(&self, path: impl AsRef<[u8]>) -> Vec<usize> {
        let Some(parts) = parts_of(path.as_ref()) else { return Vec::new() };
        (0..self.patterns.len()).filter(|rule| self.patterns.matches(*rule, &parts)).collect()
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

/// The parts of a path; `None` for a path that no file has.
fn parts_of(path: &[u8]) -> Option<Vec<&[u8]>> {
    let parts: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
    parts.iter().all(|part| !part.is_empty()).then_some(parts)
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;

    use super::*;
    use crate::{
        model::{PathRule, Position},
        path_rules::{PatternError, check_pattern},
    };

    fn rules<'a>(patterns: impl IntoIterator<Item = &'a str>) -> PathRules {
        let rule = |pattern: &str| PathRule {
            pattern: pattern.into(),
            owners: Vec::new(),
            position: Position::START,
        };
        PathRules { dialect: PathDialect::Github, rules: patterns.into_iter().map(rule).collect() }
    }

    fn check(pattern: &str, matching: &[&str], others: &[&str]) {
        let alone = PathMatcher::new(&rules([pattern]));
        let indexed = PathMatcher::new(&rules([pattern; INDEXED_RULES_MIN]));
        for (paths, expected) in [(matching, true), (others, false)] {
            for path in paths {
                assert_eq!(alone.deciding_rule(path).is_some(), expected, "`{pattern}` on `{path}`");
                assert_eq!(
                    indexed.deciding_rule(path).is_some(),
                    expected,
                    "`{pattern}` on `{path}`, indexed"
                );
            }
        }
    }

    #[test]
    fn one_part_matches_at_any_depth_with_everything_below() {
        check("src", &["src", "src/a.c", "x/src", "x/src/a/b"], &["src.c", "asrc", "x/srcs/a"]);
        check("*.js", &["x.js", "src/x.js", "x.js/y"], &["src/xQjs", "x.jsx", "js"]);
        check("*", &["a", "a/b.c", ".hidden/x"], &[]);
        check("f*", &["f", "foo", "a/foo/bar/baz"], &["xfoo", "bar/baz"]);
        check("f?o", &["foo", "fxo/a", "féo"], &["fo", "fooo"]);
    }

    #[test]
    fn a_leading_or_inner_slash_anchors_at_the_root() {
        check("/src", &["src", "src/a", "src/a/b"], &["x/src", "srcs", "x/src/a"]);
        check("internal/R.md", &["internal/R.md", "internal/R.md/x"], &["pkg/internal/R.md"]);
        check("/f*", &["foo", "foo/bar/baz"], &["bar/foo", "xfoo"]);
    }

    #[test]
    fn a_slash_at_the_end_is_everything_below_but_no_file_of_that_name() {
        check("apps/", &["apps/x", "x/apps/y", "apps/x/y"], &["apps", "x/apps", "x/y"]);
        check("/apps/", &["apps/x", "apps/x/y"], &["apps", "x/apps/y"]);
        check("a/b/", &["a/b/c", "a/b/c/d"], &["a/b", "x/a/b/c"]);
        check("f*/", &["foo/x", "bar/foo/x"], &["foo", "bar/foo"]);
        check("/*/", &["foo/bar", "bar/foo/baz"], &["foo"]);
        check("foo/**/", &["foo/bar", "foo/bar/baz"], &["foo"]);
        check("**/", &["foo", "foo/bar"], &[]);
    }

    #[test]
    fn a_star_at_the_end_is_one_level_only() {
        check("docs/*", &["docs/a.md"], &["docs", "docs/x/a.md", "pkg/docs/a.md"]);
        check("/*", &["a"], &["a/b"]);
        check("foo/*.txt", &["foo/a.txt", "foo/a.txt/b"], &["foo/a/b.txt", "x/foo/a.txt"]);
        check("foo/*/baz", &["foo/x/baz", "foo/x/baz/qux"], &["foo/baz", "foo/x", "foo/x/y/baz"]);
        check("foo/*/*", &["foo/a/b"], &["foo/a", "foo/a/b/c"]);
    }

    #[test]
    fn two_stars_cross_folders() {
        check("src/**", &["src/a", "src/a/b"], &["src", "x/src/a"]);
        check("**/foo/bar", &["foo/bar", "q/foo/bar", "q/foo/bar/baz"], &["foo/x/bar"]);
        check("foo/**/bar", &["foo/bar", "foo/q/bar/z", "foo/q/r/bar"], &["q/foo/bar", "foo/q", "foo"]);
        check("foo/**/bar/b*", &["foo/bar/baz", "foo/q/bar/baz"], &["foo/bar/q", "foo/q/bar"]);
        check("foo/**/*", &["foo/a", "foo/a/b"], &["foo"]);
        check("a/**/b/*", &["a/b/c", "a/b/b/c", "a/x/b/c"], &["a/b", "a/b/c/d"]);
        check("**", &["a", "a/b"], &[]);
        check("**/**/x", &["x", "a/b/x"], &["y"]);
        check("**x", &["x", "ax", "b/ax"], &["xb"]);
    }

    #[test]
    fn a_backslash_takes_the_next_character_literally() {
        check(r"f\*o", &["f*o"], &["foo"]);
        check(r"f\?o*", &["f?o", "f?ox"], &["foo"]);
        check(r"a\ b", &["a b", "x/a b/c"], &["a", "b"]);
        check(r"a\\b", &[r"a\b"], &["ab"]);
        check(r"*\.js", &["x.js"], &["x.jsx"]);
        check(r"\!a", &["!a"], &["a"]);
        check(r"*\/b", &["a/b"], &["b"]);
    }

    #[test]
    fn brackets_are_ordinary_characters_and_case_matters() {
        check("/apps/[param]/file.ts", &["apps/[param]/file.ts"], &["apps/p/file.ts"]);
        check("a|b/.*", &["a|b/.x"], &["xb/c", "b/c"]);
        check("README", &["README"], &["readme"]);
    }

    #[test]
    fn what_the_host_refuses_matches_nothing() {
        for (pattern, error) in [
            ("", PatternError::Empty),
            ("/", PatternError::RootAlone),
            ("!a", PatternError::Negated),
            ("***", PatternError::ThreeStars),
            ("a/***/b", PatternError::ThreeStars),
            ("a//b", PatternError::EmptyPart),
            ("//a", PatternError::EmptyPart),
            (r"a\", PatternError::EscapeAtEnd),
        ] {
            check(pattern, &[], &["a", "a/b", "b", "***", "!a", r"a\"]);
            assert_eq!(check_pattern(PathDialect::Github, pattern), Err(error), "{pattern}");
        }
        assert_eq!(check_pattern(PathDialect::Github, r"\***"), Ok(()));
    }

    #[test]
    fn the_last_rule_that_matches_decides() {
        let matcher = PathMatcher::new(&rules(["*", "/apps/", "/apps/github", "*.md"]));
        let decided = |path: &str| matcher.deciding_rule(path);
        assert_eq!(decided("x"), Some(0));
        assert_eq!(decided("apps/x"), Some(1));
        assert_eq!(decided("apps/github/x"), Some(2));
        assert_eq!(decided("apps/github/x.md"), Some(3));
        assert_eq!(matcher.all_matching("apps/github/x.md"), [0, 1, 2, 3]);
        assert_eq!(decided(""), None);
        assert_eq!(decided("/apps"), None);
        assert_eq!(PathMatcher::new(&rules([])).deciding_rule("x"), None);
    }

    #[test]
    fn paths_need_not_be_utf_8() {
        let matcher = PathMatcher::new(&rules(["/a?b"]));
        assert_eq!(matcher.deciding_rule(b"a\xFFb"), Some(0));
        assert_eq!(matcher.deciding_rule("aéb".as_bytes()), Some(0));
        assert_eq!(matcher.deciding_rule(b"a\xFF\xFFb"), None);
    }

    #[test]
    fn many_wildcards_take_no_exponential_time() {
        let stars = "a*".repeat(250) + "b";
        let folders = "**/a/".repeat(100) + "b";
        let matcher = PathMatcher::new(&rules([stars.as_str(), folders.as_str()]));
        assert_eq!(matcher.deciding_rule("a".repeat(4_000)), None);
        assert_eq!(matcher.deciding_rule("a/".repeat(2_000) + "c"), None);
        assert_eq!(matcher.deciding_rule("a".repeat(4_000) + "b"), Some(0));
    }

    proptest! {
        #[test]
        fn the_index_finds_what_trying_each_rule_finds(
            patterns in prop::collection::vec("/?([ab.*?\\\\]{1,3}|\\*\\*)(/([ab.*]{1,3}|\\*\\*)){0,3}/?", 12..120),
            paths in prop::collection::vec("[ab.]{1,3}(/[ab.]{1,3}){0,4}", 1..20),
        ) {
            let matcher = PathMatcher::new(&rules(patterns.iter().map(String::as_str)));
            for path in paths {
                prop_assert_eq!(matcher.deciding_rule(&path), matcher.all_matching(&path).last().copied());
            }
        }
    }
}
