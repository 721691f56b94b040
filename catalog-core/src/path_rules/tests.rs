//! Which rules decide, by example, for each dialect.

use proptest::prelude::*;

use super::{
    PathMatcher, PatternError, RuleFiles, check_pattern, dead_rules, pattern_index::INDEXED_RULES_MIN,
};
use crate::model::{OwnerName, PathDialect, PathRule, PathRules, PathSection, Position, RuleEffect};

const GITHUB: PathDialect = PathDialect::Github;

fn rules<'a>(dialect: PathDialect, patterns: impl IntoIterator<Item = &'a str>) -> PathRules {
    let rule = |pattern: &str| PathRule::new(pattern, Vec::new(), Position::START);
    PathRules::new(dialect, patterns.into_iter().map(rule).collect())
}

fn check(pattern: &str, matching: &[&str], others: &[&str]) {
    let alone = PathMatcher::new(&rules(GITHUB, [pattern]));
    let indexed = PathMatcher::new(&rules(GITHUB, [pattern; INDEXED_RULES_MIN]));
    for (paths, expected) in [(matching, true), (others, false)] {
        for path in paths {
            assert_eq!(alone.deciding_rule(path).is_some(), expected, "`{pattern}` on `{path}`");
            assert_eq!(indexed.deciding_rule(path).is_some(), expected, "`{pattern}` on `{path}`, indexed");
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
        assert_eq!(check_pattern(GITHUB, pattern), Err(error), "{pattern}");
    }
    assert_eq!(check_pattern(GITHUB, r"\***"), Ok(()));
}

#[test]
fn the_last_rule_that_matches_decides() {
    let matcher = PathMatcher::new(&rules(GITHUB, ["*", "/apps/", "/apps/github", "*.md"]));
    let decided = |path: &str| matcher.deciding_rule(path);
    assert_eq!(decided("x"), Some(0));
    assert_eq!(decided("apps/x"), Some(1));
    assert_eq!(decided("apps/github/x"), Some(2));
    assert_eq!(decided("apps/github/x.md"), Some(3));
    assert_eq!(matcher.all_matching("apps/github/x.md"), [0, 1, 2, 3]);
    assert_eq!(decided(""), None);
    assert_eq!(decided("/apps"), None);
    assert_eq!(PathMatcher::new(&rules(GITHUB, [])).deciding_rule("x"), None);
}

#[test]
fn paths_need_not_be_utf_8() {
    let matcher = PathMatcher::new(&rules(GITHUB, ["/a?b"]));
    assert_eq!(matcher.deciding_rule(b"a\xFFb"), Some(0));
    assert_eq!(matcher.deciding_rule("aéb".as_bytes()), Some(0));
    assert_eq!(matcher.deciding_rule(b"a\xFF\xFFb"), None);
}

#[test]
fn many_wildcards_take_no_exponential_time() {
    let stars = "a*".repeat(250) + "b";
    let folders = "**/a/".repeat(100) + "b";
    let matcher = PathMatcher::new(&rules(GITHUB, [stars.as_str(), folders.as_str()]));
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
        let matcher = PathMatcher::new(&rules(GITHUB, patterns.iter().map(String::as_str)));
        for path in paths {
            prop_assert_eq!(matcher.deciding_rule(&path), matcher.all_matching(&path).last().copied());
        }
    }
}

/// The table of the design: what each host makes of the same pattern.
#[test]
fn hosts_read_the_same_pattern_differently() {
    for (pattern, path, github, gitlab, gitea) in [
        ("*", "a/b.c", true, true, true),
        ("*.js", "src/x.js", true, true, true),
        ("*.js", "src/xQjs", false, false, true),
        ("docs/*", "docs/a.md", true, true, false),
        ("docs/*", "docs/x/a.md", false, false, false),
        ("docs/*", "pkg/docs/a.md", false, true, false),
        ("/apps/", "apps/x", true, true, false),
        ("apps/", "x/apps/y", true, true, false),
        ("internal/R.md", "pkg/internal/R.md", false, true, false),
        ("src/**", "src/a/b", true, true, false),
        ("a|b/.*", "xb/c", false, false, true),
        ("src", "src/a.c", true, false, false),
    ] {
        for (dialect, expected) in [
            (GITHUB, github),
            (PathDialect::Gitlab, gitlab),
            (PathDialect::Gitea, gitea),
            (PathDialect::Bitbucket, github),
        ] {
            let found = PathMatcher::new(&rules(dialect, [pattern])).deciding_rule(path).is_some();
            assert_eq!(found, expected, "`{pattern}` on `{path}` in {}", dialect.name());
        }
    }
    assert_eq!(check_pattern(PathDialect::Gitea, "src/**"), Err(PatternError::NestedRepetition));
}

fn check_gitlab(pattern: &str, matching: &[&str], others: &[&str]) {
    let matcher = PathMatcher::new(&rules(PathDialect::Gitlab, [pattern]));
    for (paths, expected) in [(matching, true), (others, false)] {
        for path in paths {
            assert_eq!(matcher.deciding_rule(path).is_some(), expected, "`{pattern}` on `{path}`");
        }
    }
}

#[test]
fn gitlab_anchors_only_what_begins_with_a_slash() {
    check_gitlab("README.md", &["README.md", "a/README.md"], &["README.md/x"]);
    check_gitlab("/docs/", &["docs/a", "docs/a/b"], &["x/docs/a", "docs"]);
    check_gitlab("a/b/", &["a/b/c", "x/a/b/c/d"], &["a/b"]);
    check_gitlab("/docs/*.md", &["docs/a.md", "docs/.md"], &["docs/x/a.md"]);
    check_gitlab("/docs/**/*.md", &["docs/a.md", "docs/x/y/a.md"], &["a.md"]);
    check_gitlab("/", &["a", "a/b"], &[]);
    check_gitlab("**", &["a", "a/b"], &[]);
    check_gitlab(r"/my\ docs/", &["my docs/a"], &["my/docs/a"]);
    check_gitlab(r"\#a", &["#a", "x/#a"], &["a"]);
    check_gitlab("*.[ch]", &["a.c", "x/a.h"], &["a.d", "a.[ch]"]);
    check_gitlab("[a-c]x/", &["bx/y"], &["dx/y"]);
}

fn in_section(section: u32, effect: RuleEffect, pattern: &str) -> PathRule {
    PathRule { section, effect, ..PathRule::new(pattern, Vec::new(), Position::START) }
}

#[test]
fn each_section_decides_for_itself_and_excludes_for_itself() {
    let section = |name: &str| PathSection { name: name.into(), optional: false, approvals: 1 };
    let rules = PathRules {
        sections: ["", "Docs", "Code"].into_iter().map(section).collect(),
        ..PathRules::new(
            PathDialect::Gitlab,
            vec![
                in_section(0, RuleEffect::Grant, "*"),
                in_section(1, RuleEffect::Grant, "docs/"),
                in_section(1, RuleEffect::Grant, "*.md"),
                in_section(2, RuleEffect::Exclusion, "gen/"),
                in_section(2, RuleEffect::Grant, "*"),
                in_section(2, RuleEffect::Grant, "gen/keep"),
            ],
        )
    };
    let matcher = PathMatcher::new(&rules);
    assert_eq!(matcher.deciding_rules("docs/a.md"), [0, 2, 4]);
    assert_eq!(matcher.overridden_rules("docs/a.md"), [1]);
    assert_eq!(matcher.deciding_rules("docs/a"), [0, 1, 4]);
    assert_eq!(matcher.deciding_rules("gen/keep"), [0, 3]);
    assert_eq!(matcher.overridden_rules("gen/keep"), [4, 5]);
    let paths = ["docs/a.md", "gen/keep"];
    let dead = dead_rules(&rules, &matcher, paths.iter().map(|path| path.as_bytes()));
    assert_eq!((dead.matches_nothing, dead.always_overridden), (vec![], vec![1, 5]));
}

#[test]
fn every_expression_that_matches_adds_its_owners() {
    let matcher = PathMatcher::new(&rules(PathDialect::Gitea, [".*", "docs/.*", "!docs/.*", "src/**"]));
    assert_eq!(matcher.deciding_rules("docs/a"), [0, 1]);
    assert_eq!(matcher.deciding_rules("src/a"), [0, 2]);
    assert_eq!(matcher.overridden_rules("src/a"), []);
    assert_eq!(matcher.deciding_rules(b"docs/\xFF"), [0, 1]);
}

fn file(dialect: PathDialect, folder: &str, patterns: &[(&str, &str)]) -> PathRules {
    let rule = |(pattern, owner): &(&str, &str)| {
        let owners = OwnerName::in_dialect(dialect, owner).into_iter().collect();
        PathRule::new(*pattern, owners, Position::START)
    };
    PathRules { folder: folder.into(), ..PathRules::new(dialect, patterns.iter().map(rule).collect()) }
}

fn owners_of(files: &RuleFiles, path: &str) -> String {
    let owners =
        files.deciding(path).into_iter().flat_map(|at| &files.files()[at.file].rules.rules[at.rule].owners);
    owners.map(OwnerName::as_str).collect::<Vec<_>>().join(" ")
}

#[test]
fn approvers_of_all_folders_above_are_joined_nearest_first() {
    let prow = PathDialect::Prow;
    let mut stops = file(prow, "cmd/tool", &[("\\.md$", "writer")]);
    stops.no_parent_owners = true;
    let files = RuleFiles::new([
        file(prow, "", &[(".*", "root")]),
        file(prow, "cmd", &[(".*", "cmd"), (".*", "")]),
        stops,
        file(prow, "cmd/tool/x", &[("^a", "x")]),
    ]);
    assert_eq!(owners_of(&files, "a"), "root");
    assert_eq!(owners_of(&files, "cmd/a"), "cmd root");
    assert_eq!(owners_of(&files, "cmd.d/a"), "root");
    assert_eq!(owners_of(&files, "cmd/tool/a.md"), "writer");
    assert_eq!(owners_of(&files, "cmd/tool/a.go"), "cmd root");
    assert_eq!(owners_of(&files, "cmd/tool/x/a.md"), "x writer");
    assert_eq!(owners_of(&files, "cmd/tool/x/b.go"), "cmd root");
    assert_eq!(files.overridden("cmd/tool/a.md").len(), 3);
}

#[test]
fn gerrit_grants_to_folders_and_to_files_of_them() {
    let gerrit = PathDialect::Gerrit;
    let mut closed = file(gerrit, "b", &[("*", "b@x.y")]);
    closed.no_parent_owners = true;
    let mut alone = file(gerrit, "c", &[("*", "c@x.y"), ("*.md", "doc@x.y"), ("*.md", "")]);
    alone.rules[2].effect = RuleEffect::NoParent;
    let files = RuleFiles::new([file(gerrit, "", &[("*", "a@x.y"), ("BUILD", "*")]), closed, alone]);
    assert_eq!(owners_of(&files, "x"), "a@x.y");
    assert_eq!(owners_of(&files, "BUILD"), "a@x.y *");
    assert_eq!(owners_of(&files, "b/c"), "b@x.y");
    assert_eq!(owners_of(&files, "c/d"), "c@x.y a@x.y");
    assert_eq!(owners_of(&files, "c/d.md"), "doc@x.y");
    assert_eq!(owners_of(&files, "c/e/d.md"), "doc@x.y");
}

#[test]
fn one_deciding_rule_and_all_of_them_are_of_the_same_folder() {
    for dialect in [GITHUB, PathDialect::Gitea, PathDialect::Bitbucket] {
        let mut rules = rules(dialect, ["*.md"]);
        rules.folder = "docs".into();
        let matcher = PathMatcher::new(&rules);
        for path in ["a.md", "docs/a.md", "docs.md"] {
            let all = matcher.deciding_rules(path);
            assert_eq!(matcher.deciding_rule(path), all.last().copied(), "{path} in {}", dialect.name());
        }
    }
}

#[test]
fn a_thousand_patterns_of_many_folders_take_no_exponential_time() {
    let pattern = "**/".repeat(30) + "x";
    let deep = "a/".repeat(60) + "y";
    for dialect in [GITHUB, PathDialect::Gitlab] {
        let matcher = PathMatcher::new(&rules(dialect, std::iter::repeat_n(pattern.as_str(), 1_000)));
        assert_eq!(matcher.deciding_rule(&deep), None);
        assert_eq!(matcher.deciding_rule("a/x"), Some(999));
    }
}

#[test]
fn patterns_that_climb_match_nothing() {
    for dialect in [GITHUB, PathDialect::Gitlab, PathDialect::Gitea] {
        let matcher = PathMatcher::new(&rules(dialect, ["../x", "/../../etc/passwd", "a/../x"]));
        for path in ["x", "a/x", "etc/passwd", "../x"] {
            // A tree has no entry of such a name; one in a question is a text like any other.
            assert_eq!(matcher.deciding_rule(path).is_some(), path == "../x", "{path} in {}", dialect.name());
        }
    }
}

#[test]
fn rules_that_decide_nothing_are_found() {
    let rules = rules(GITHUB, ["/old/", "docs/", "*", "*.md", "!x"]);
    let paths = ["docs/a", "docs/b.md", "c"];
    let dead = dead_rules(&rules, &PathMatcher::new(&rules), paths.iter().map(|path| path.as_bytes()));
    assert_eq!((dead.matches_nothing, dead.always_overridden), (vec![0, 4], vec![1]));
}
