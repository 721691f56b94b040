//! Which of 5,000 rules decides about each of 100,000 paths, against trying each rule in turn.
//!
//! The baseline takes a hundredth of the paths; multiply by 100 to compare.

use std::sync::LazyLock;

use catalog_core::{
    model::{PathDialect, PathRule, PathRules, Position},
    path_rules::{PathMatcher, dead_rules},
};

const RULES: usize = 5_000;
const PATHS: usize = 100_000;
const PATHS_OF_THE_BASELINE: usize = PATHS / 100;

static MATCHER: LazyLock<PathMatcher> = LazyLock::new(|| {
    let rule = |pattern: String| PathRule::new(pattern, Vec::new(), Position::START);
    let drawn = (0..RULES).map(|number| match number % 6 {
        0 => format!("/packages/p{number}/"),
        1 => format!("packages/p{number}/src/*.rs"),
        2 => format!("name_{number}"),
        3 => format!("*.ext{number}"),
        4 => format!("prefix{number}*"),
        _ => format!("packages/**/deep_{number}/*"),
    });
    let rules = std::iter::once("*".to_owned()).chain(drawn).map(rule).collect();
    PathMatcher::new(&PathRules::new(PathDialect::Github, rules))
});

static DRAWN: LazyLock<Vec<String>> = LazyLock::new(|| {
    let path =
        |number| format!("packages/p{}/src/module_{number}/file.ext{}", number % RULES, number % 7_000);
    (0..PATHS).map(path).collect()
});

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn deciding_rule() -> usize {
    DRAWN.iter().filter(|path| MATCHER.deciding_rule(path) > Some(0)).count()
}

/// The floor: every rule is tried, as a host would do it without an index.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn each_rule_in_turn() -> usize {
    let paths = DRAWN.iter().take(PATHS_OF_THE_BASELINE);
    paths.filter(|path| MATCHER.all_matching(path).last() > Some(&0)).count()
}

/// Which of 1,000 rules decide about none of 10,000 paths, as before each commit of a repository.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn dead_rules_of_a_tree(bencher: divan::Bencher) {
    let rule = |number: usize| match number % 3 {
        0 => format!("/packages/p{number}/"),
        1 => format!("*.gone{number}"),
        _ => format!("packages/**/never_{number}/*.rs"),
    };
    let rules = (0..1_000).map(|number| PathRule::new(rule(number), Vec::new(), Position::START)).collect();
    let rules = PathRules::new(PathDialect::Github, rules);
    let matcher = PathMatcher::new(&rules);
    let paths = || DRAWN.iter().take(10_000).map(String::as_bytes);
    bencher.bench_local(|| dead_rules(&rules, &matcher, paths()));
}
