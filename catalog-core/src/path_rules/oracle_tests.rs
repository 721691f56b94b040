//! Each dialect against a reading that is slow and obvious.

use proptest::prelude::*;

use super::{PathMatcher, RuleFiles, catch_all_rules, go_regex};
use crate::model::{OwnerName, PathDialect, PathRule, PathRules, PathSection, Position, RuleEffect};

/// One step of a pattern that is written out.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    /// One part that fits a glob.
    Part(String),
    /// Any number of parts.
    AnyDepth,
}

fn fits(steps: &[Step], path: &[&str]) -> bool {
    match (steps, path) {
        ([], []) => true,
        ([Step::AnyDepth, rest @ ..], _) => fits(rest, path) || !path.is_empty() && fits(steps, &path[1..]),
        ([Step::Part(glob), rest @ ..], [first, others @ ..]) => {
            let (glob, text): (Vec<char>, Vec<char>) = (glob.chars().collect(), first.chars().collect());
            part_fits(&glob, &text) && fits(rest, others)
        }
        _ => false,
    }
}

fn part_fits(glob: &[char], text: &[char]) -> bool {
    match (glob, text) {
        ([], []) => true,
        (['*', rest @ ..], _) => part_fits(rest, text) || !text.is_empty() && part_fits(glob, &text[1..]),
        (['?', rest @ ..], [_, others @ ..]) => part_fits(rest, others),
        ([c, rest @ ..], [d, others @ ..]) => c == d && part_fits(rest, others),
        _ => false,
    }
}

fn step(part: &str) -> Step {
    if part == "**" { Step::AnyDepth } else { Step::Part(part.into()) }
}

fn something_below() -> [Step; 2] {
    [Step::AnyDepth, Step::Part("*".into())]
}

fn github_fits(pattern: &str, path: &[&str]) -> bool {
    let inner = pattern.trim_end_matches('/').trim_start_matches('/');
    let anchored = pattern.starts_with('/') || inner.contains('/');
    let mut steps: Vec<Step> = if anchored { Vec::new() } else { vec![Step::AnyDepth] };
    steps.extend(inner.split('/').map(step));
    if pattern.ends_with('/') || inner.ends_with("**") && steps.last() == Some(&Step::AnyDepth) {
        steps.extend(something_below());
        return fits(&steps, path);
    }
    let whole = fits(&steps, path);
    if inner == "*" || inner.ends_with("/*") {
        return whole;
    }
    steps.extend(something_below());
    whole || fits(&steps, path)
}

fn gitlab_fits(pattern: &str, path: &[&str]) -> bool {
    if pattern == "*" {
        return true;
    }
    let mut steps: Vec<Step> = if pattern.starts_with('/') { Vec::new() } else { vec![Step::AnyDepth] };
    let inner = pattern.trim_end_matches('/').trim_start_matches('/');
    steps.extend(inner.split('/').map(step));
    if pattern.ends_with('/') || steps.last() == Some(&Step::AnyDepth) {
        steps.extend(something_below());
    }
    fits(&steps, path)
}

fn rule(pattern: &str) -> PathRule {
    PathRule::new(pattern, Vec::new(), Position::START)
}

const GLOB: &str = "/?([ab.*?]{1,2}|\\*\\*)(/([ab.*]{1,2}|\\*\\*)){0,3}/?";
const PATH: &str = "[ab.]{1,2}(/[ab.]{1,2}){0,3}";

/// A regular expression of a language so small that it can be read by hand.
#[derive(Clone, Debug)]
enum Expression {
    Character(char),
    AnyCharacter,
    Many(Box<Expression>),
    Optional(Box<Expression>),
    Sequence(Vec<Expression>),
    Either(Box<Expression>, Box<Expression>),
}

impl Expression {
    fn written(&self) -> String {
        match self {
            Self::Character(c) => c.to_string(),
            Self::AnyCharacter => ".".into(),
            Self::Many(inner) => format!("({})*", inner.written()),
            Self::Optional(inner) => format!("({})?", inner.written()),
            Self::Sequence(inner) => inner.iter().map(Self::written).collect(),
            Self::Either(one, other) => format!("({}|{})", one.written(), other.written()),
        }
    }

    /// Where a match that begins at a place may end.
    fn ends(&self, text: &[char], from: usize) -> Vec<usize> {
        match self {
            Self::Character(c) => {
                text.get(from).filter(|found| *found == c).map(|_| from + 1).into_iter().collect()
            }
            Self::AnyCharacter => text.get(from).map(|_| from + 1).into_iter().collect(),
            Self::Many(inner) => {
                let mut ends = vec![from];
                let mut next = 0;
                while next < ends.len() {
                    for end in inner.ends(text, ends[next]) {
                        if !ends.contains(&end) {
                            ends.push(end);
                        }
                    }
                    next += 1;
                }
                ends
            }
            Self::Optional(inner) => std::iter::once(from).chain(inner.ends(text, from)).collect(),
            Self::Sequence(inner) => inner.iter().fold(vec![from], |starts, next| {
                let mut ends: Vec<usize> = starts.iter().flat_map(|start| next.ends(text, *start)).collect();
                ends.sort_unstable();
                ends.dedup();
                ends
            }),
            Self::Either(one, other) => [one.ends(text, from), other.ends(text, from)].concat(),
        }
    }
}

fn expression() -> impl Strategy<Value = Expression> {
    let leaf = prop_oneof![
        prop::sample::select(vec!['a', 'b', '/']).prop_map(Expression::Character),
        Just(Expression::AnyCharacter),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| Expression::Many(Box::new(inner))),
            inner.clone().prop_map(|inner| Expression::Optional(Box::new(inner))),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Expression::Sequence),
            (inner.clone(), inner)
                .prop_map(|(one, other)| Expression::Either(Box::new(one), Box::new(other))),
        ]
    })
}

/// An expression of alternatives without a group around them: `^` belongs to the first, `$` to the last.
fn gitea_fits(alternatives: &[Expression], negated: bool, path: &str) -> bool {
    let text: Vec<char> = path.chars().collect();
    let last = alternatives.len() - 1;
    let found = alternatives.iter().enumerate().any(|(number, alternative)| {
        let starts = if number == 0 { 0..=0 } else { 0..=text.len() };
        starts.into_iter().any(|start| {
            let ends = alternative.ends(&text, start);
            if number == last { ends.contains(&text.len()) } else { !ends.is_empty() }
        })
    });
    found != negated
}

/// What a file of a folder says in a test: a grant with a filter by ending, and whether it closes the climb.
type FolderFile = (String, Vec<(bool, u8)>, bool);

fn folder_files() -> impl Strategy<Value = Vec<FolderFile>> {
    let grants = prop::collection::vec((any::<bool>(), 0_u8..5), 0..3);
    let folder = prop::sample::select(vec!["", "a", "a/b", "b", "a/b/a", "ab"]);
    let file = (folder.prop_map(str::to_owned), grants, any::<bool>());
    prop::collection::vec(file, 0..5).prop_map(|mut files| {
        files.sort();
        files.dedup_by(|next, before| next.0 == before.0);
        files
    })
}

fn compiled(dialect: PathDialect, files: &[FolderFile]) -> RuleFiles {
    let (all, some, at) = if dialect == PathDialect::Prow { (".*", "a$", "") } else { ("*", "*a", "@x.y") };
    let rules = |(folder, grants, closes): &FolderFile| {
        let rule = |(is_filtered, owner): &(bool, u8)| {
            let name = (*owner > 0).then(|| format!("o{owner}{at}"));
            let owners = name.iter().filter_map(|name| OwnerName::new(name)).collect();
            PathRule::new(if *is_filtered { some } else { all }, owners, Position::START)
        };
        PathRules {
            folder: folder.as_str().into(),
            no_parent_owners: *closes,
            ..PathRules::new(dialect, grants.iter().map(rule).collect())
        }
    };
    RuleFiles::new(files.iter().map(rules))
}

fn owners_by_climbing(dialect: PathDialect, files: &[FolderFile], path: &str) -> Vec<u8> {
    let mut owners = Vec::new();
    let parts: Vec<&str> = path.split('/').collect();
    for depth in (0..parts.len()).rev() {
        let folder = parts[..depth].join("/");
        let Some((_, grants, closes)) = files.iter().find(|(of, ..)| *of == folder) else { continue };
        for (is_filtered, owner) in grants {
            if *owner > 0 && (!is_filtered || path.ends_with('a')) {
                owners.push(*owner);
            }
        }
        if *closes && (dialect == PathDialect::Gerrit || !owners.is_empty()) {
            break;
        }
    }
    owners.sort_unstable();
    owners
}

/// Cases that the property below has found.
#[test]
fn what_quotes_nothing_is_nothing_that_could_be_repeated() {
    for pattern in ["\\E*", "\\Q\\E*", "(\\E+)", "a*\\E*", "a|\\E?"] {
        assert!(go_regex::translate(pattern).is_err(), "{pattern}");
    }
    for pattern in ["a\\E*", "\\Qa\\E*", "\\Ea", "a*\\Eb"] {
        let text = go_regex::translate(pattern).expect("it is taken");
        assert!(regex::Regex::new(&text).is_ok(), "{text} of {pattern}");
    }
}

proptest! {
    #[test]
    fn the_index_finds_what_trying_each_rule_finds(
        patterns in prop::collection::vec(GLOB, 12..120),
        paths in prop::collection::vec(PATH, 1..20),
    ) {
        let rules: Vec<PathRule> = patterns.iter().map(|pattern| rule(pattern)).collect();
        for dialect in [PathDialect::Github, PathDialect::Gitlab] {
            let matcher = PathMatcher::new(&PathRules::new(dialect, rules.clone()));
            for path in &paths {
                prop_assert_eq!(matcher.deciding_rule(path), matcher.all_matching(path).last().copied());
            }
        }
    }

    #[test]
    fn github_is_the_last_glob_that_fits(patterns in prop::collection::vec(GLOB, 1..20), path in PATH) {
        let patterns: Vec<_> = patterns.into_iter().filter(|of| !of.contains("***")).collect();
        let parts: Vec<&str> = path.split('/').collect();
        let expected = patterns.iter().rposition(|pattern| github_fits(pattern, &parts));
        for dialect in [PathDialect::Github, PathDialect::Bitbucket] {
            let rules = PathRules::new(dialect, patterns.iter().map(|pattern| rule(pattern)).collect());
            prop_assert_eq!(PathMatcher::new(&rules).deciding_rule(&path), expected, "{:?}", patterns);
            let matches: Vec<usize> = PathMatcher::new(&rules).all_matching(&path);
            prop_assert!(catch_all_rules(&rules).iter().all(|rule| matches.contains(rule)));
        }
    }

    #[test]
    fn gitlab_is_the_last_glob_of_each_section_that_excludes_nothing(
        drawn in prop::collection::vec((GLOB, 0_u32..3, 0_u8..5), 1..40),
        path in PATH,
    ) {
        let parts: Vec<&str> = path.split('/').collect();
        let section = PathSection { name: "".into(), optional: false, approvals: 1 };
        let effect = |number: u8| if number == 0 { RuleEffect::Exclusion } else { RuleEffect::Grant };
        let rules = PathRules {
            sections: vec![section; 3],
            ..PathRules::new(
                PathDialect::Gitlab,
                drawn
                    .iter()
                    .map(|(pattern, section, number)| PathRule {
                        section: *section,
                        effect: effect(*number),
                        ..rule(pattern)
                    })
                    .collect(),
            )
        };
        let expected: Vec<Option<usize>> = (0..3)
            .map(|section| {
                let last = |excludes: bool| {
                    drawn.iter().rposition(|(pattern, of, number)| {
                        *of == section && (*number == 0) == excludes && gitlab_fits(pattern, &parts)
                    })
                };
                last(false).map(|granted| last(true).unwrap_or(granted))
            })
            .collect();
        let expected: Vec<usize> = expected.into_iter().flatten().collect();
        prop_assert_eq!(PathMatcher::new(&rules).deciding_rules(&path), expected);
    }

    #[test]
    fn gitea_is_every_expression_that_fits(
        drawn in prop::collection::vec((prop::collection::vec(expression(), 1..4), any::<bool>()), 1..6),
        path in "[ab]{1,3}(/[ab]{1,3}){0,2}",
    ) {
        let written = |(alternatives, negated): &(Vec<Expression>, bool)| {
            let texts: Vec<String> = alternatives.iter().map(Expression::written).collect();
            format!("{}{}", if *negated { "!" } else { "" }, texts.join("|"))
        };
        let rules = PathRules::new(PathDialect::Gitea, drawn.iter().map(|of| rule(&written(of))).collect());
        let expected: Vec<usize> =
            (0..drawn.len()).filter(|number| gitea_fits(&drawn[*number].0, drawn[*number].1, &path)).collect();
        prop_assert_eq!(PathMatcher::new(&rules).deciding_rules(&path), expected, "{:?}", rules.rules);
    }

    #[test]
    fn what_is_translated_is_what_the_engine_takes(
        pattern in "([ab.^$|()*+?{}\\[\\],:!<>&~=#-]|\\\\[abdDwWsSzAQEpLnx01-]|[0-9]|\\(\\?[iPU]|é){1,12}",
    ) {
        match go_regex::translate(&pattern) {
            Err(_) => {}
            Ok(text) => match regex::RegexBuilder::new(&text).build() {
                Ok(_) | Err(regex::Error::CompiledTooBig(_)) => {}
                Err(error) => prop_assert!(pattern.contains("\\p") || pattern.contains("(?P"), "{error} of {pattern}"),
            },
        }
    }

    #[test]
    fn files_of_folders_are_asked_upwards(files in folder_files(), path in "[ab]{1,2}(/[ab]{1,2}){0,3}") {
        for dialect in [PathDialect::Prow, PathDialect::Gerrit] {
            let compiled = compiled(dialect, &files);
            let owner_of = |name: &OwnerName| name.as_str().as_bytes()[1] - b'0';
            let mut owners: Vec<u8> = compiled
                .deciding(&path)
                .into_iter()
                .flat_map(|at| &compiled.files()[at.file].rules.rules[at.rule].owners)
                .map(owner_of)
                .collect();
            owners.sort_unstable();
            prop_assert_eq!(owners, owners_by_climbing(dialect, &files, &path));
            let deciding = compiled.deciding(&path);
            prop_assert!(compiled.overridden(&path).iter().all(|at| !deciding.contains(at)));
        }
    }
}
