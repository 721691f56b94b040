//! OWNERS files and what is read out of them, hostile ones included.

use std::{collections::BTreeMap, fmt::Write as _};

use catalog_core::model::{ContentId, FoundBy, OwnerName, PathRule, Position, RuleEffect};
use expect_test::{Expect, expect};

use super::read;
use crate::{
    limits::ManifestLimits,
    manifest::{
        ManifestFile, ManifestReading, Siblings,
        reading::trials::{self, Dice},
    },
};

/// The other files of a commit.
#[derive(Default)]
struct Files(BTreeMap<&'static str, &'static str>);

impl Siblings for Files {
    fn read(&self, path: &str) -> Option<(ContentId, Vec<u8>)> {
        Some((ContentId([1; 20]), self.0.get(path)?.as_bytes().to_vec()))
    }
}

fn read_with(path: &str, text: &str, files: &[(&'static str, &'static str)]) -> ManifestReading {
    let repository = trials::repository();
    let file =
        ManifestFile { repository: &repository, path, bytes: text.as_bytes(), found_by: FoundBy::Name };
    read(&file, &Files(files.iter().copied().collect()), &ManifestLimits::default())
}

fn rendered(reading: &ManifestReading) -> String {
    let mut text = String::new();
    let names = |names: &[OwnerName]| names.iter().map(OwnerName::as_str).collect::<Vec<_>>().join(" ");
    match &reading.path_rules {
        None => text.push_str("no rules\n"),
        Some(rules) => {
            let closed = if rules.no_parent_owners { " without parents" } else { "" };
            writeln!(text, "{} for `{}`{closed}", rules.dialect.name(), rules.folder).expect("text");
            for PathRule { pattern, owners, position, effect, reviewers, .. } in &rules.rules {
                let effect = if *effect == RuleEffect::NoParent { " without parents" } else { "" };
                let Position { line, column } = position;
                write!(text, "{line}:{column} {pattern}{effect} [{}]", names(owners)).expect("text");
                if let Some(reviewers) = reviewers {
                    let (asked, required) = (names(&reviewers.asked), names(&reviewers.required));
                    write!(text, " reviewed by [{asked}], required [{required}]").expect("text");
                }
                text.push('\n');
            }
        }
    }
    for input in &reading.inputs {
        let missing = if input.content.is_none() { ", missing" } else { "" };
        writeln!(text, "reads {}{missing}", input.path).expect("text");
    }
    for diagnostic in &reading.diagnostics {
        let Position { line, column } = diagnostic.position;
        let (severity, code) = (diagnostic.severity.name(), diagnostic.code.name());
        let path = diagnostic.path.as_deref().unwrap_or("?");
        writeln!(text, "{severity}[{code}] {path}:{line}:{column} {}", diagnostic.message).expect("text");
        if let Some(suggestion) = &diagnostic.suggestion {
            writeln!(text, "  = {suggestion}").expect("text");
        }
    }
    text
}

#[expect(clippy::needless_pass_by_value, reason = "so that tests read as input and expectation")]
fn check(path: &str, text: &str, files: &[(&'static str, &'static str)], expected: Expect) {
    expected.assert_eq(&rendered(&read_with(path, text, files)));
}

#[test]
fn names_lose_their_case_and_their_at_sign() {
    check(
        "cmd/OWNERS",
        "approvers:\n- '@Ann'\n- bob\n- ann\nreviewers: [Carl]\nrequired_reviewers:\n- dora\n",
        &[],
        expect![[r#"
            prow for `cmd`
            1:1 .* [ann bob] reviewed by [carl], required [dora]
            reads OWNERS_ALIASES, missing
        "#]],
    );
}

#[test]
fn filters_are_rules_of_their_own() {
    check(
        "OWNERS",
        "filters:\n  \".*\":\n    approvers: [a]\n  '\\.go$':\n    reviewers: [b]\n  'x**':\n    approvers: [c]\n  '(?!a)':\n    approvers: [c]\n  docs:\n    labels: [area/docs]\n",
        &[],
        expect![[r#"
            prow for ``
            2:3 .* [a]
            4:3 \.go$ [] reviewed by [b], required []
            reads OWNERS_ALIASES, missing
            error[owners-filter] OWNERS:6:3 the filter `x**` is left out: a repetition of a repetition, as in `**`, is not accepted by Go's regular expressions
              = `x.*`
            error[owners-filter] OWNERS:8:3 the filter `(?!a)` is left out: look-around and atomic groups are not supported here: no linear-time engine knows them
        "#]],
    );
}

#[test]
fn filters_beside_names_count_for_nothing() {
    check(
        "OWNERS",
        "labels: [x]\napprovers: [a]\nfilters:\n  .*:\n    approvers: [b]\n",
        &[],
        expect![[r#"
        prow for ``
        2:1 .* [a]
        reads OWNERS_ALIASES, missing
        warning[owners-filters-ignored] OWNERS:3:1 the filters count for nothing, because names or labels stand beside them
    "#]],
    );
    check(
        "OWNERS",
        "approvers: []\nfilters:\n  .*:\n    approvers: [b]\n",
        &[],
        expect![[r#"
        prow for ``
        3:3 .* [b]
        reads OWNERS_ALIASES, missing
    "#]],
    );
}

#[test]
fn aliases_are_resolved_once() {
    check(
        "OWNERS",
        "approvers:\n- Leads\n- empty\n- text\n- zed\nreviewers:\n- loop-a\n",
        &[(
            "OWNERS_ALIASES",
            "aliases:\n  leads:\n  - '@Ann'\n  - bob\n  - zed\n  empty:\n  text: someone\n  loop-a: [loop-b]\n  loop-b: [loop-a]\n",
        )],
        expect![[r#"
            prow for ``
            1:1 .* [ann bob zed empty text] reviewed by [loop-b], required []
            reads OWNERS_ALIASES
            warning[owners-alias] OWNERS:3:3 the alias `empty` of `OWNERS_ALIASES` has no members, so it stays a login
            warning[owners-alias] OWNERS:4:3 the alias `text` of `OWNERS_ALIASES` cannot be read, so it stays a login
            warning[owners-alias] OWNERS:7:3 the alias `loop-a` holds the alias `loop-b`, which is not resolved again and stays a login
            warning[owners-alias] OWNERS_ALIASES:6:3 the alias `empty` has no members
            error[owners-alias] OWNERS_ALIASES:7:9 the alias `text` is a text, expected a list
              = `text: [someone]`
        "#]],
    );
    check(
        "cmd/OWNERS",
        "approvers: [leads]",
        &[("OWNERS_ALIASES", "aliases:\n\t- x")],
        expect![[r#"
        prow for `cmd`
        1:1 .* [leads]
        reads OWNERS_ALIASES
    "#]],
    );
}

#[test]
fn options_are_truth_values() {
    check(
        "a/OWNERS",
        "options:\n  no_parent_owners: true\napprovers: [a]\n",
        &[],
        expect![[r#"
        prow for `a` without parents
        3:1 .* [a]
        reads OWNERS_ALIASES, missing
    "#]],
    );
    check(
        "a/OWNERS",
        "options: {no_parent_owners: perhaps}\napprover: [a]\n",
        &[],
        expect![[r#"
        prow for `a`
        reads OWNERS_ALIASES, missing
        warning[unknown-root-field] a/OWNERS:2:1 `approver` is ignored: Prow knows no such key
          = `approvers`
        error[wrong-type] a/OWNERS:1:29 `options.no_parent_owners` is a text, expected a truth value
          = `no_parent_owners: true`
    "#]],
    );
}

#[test]
fn a_list_that_is_none_breaks_the_file() {
    check(
        "OWNERS",
        "approvers: ann\n",
        &[],
        expect![[r#"
        no rules
        reads OWNERS_ALIASES, missing
        error[wrong-type] OWNERS:1:12 `approvers` is a text, expected a list; Prow drops the names of the file
          = `approvers: [ann]`
    "#]],
    );
    check(
        "OWNERS",
        "approvers:\n- {a: b}\n",
        &[],
        expect![[r#"
        no rules
        reads OWNERS_ALIASES, missing
        error[wrong-type] OWNERS:2:3 an item of `approvers` is a mapping, expected a login
    "#]],
    );
    check(
        "OWNERS",
        "approvers: [a]\nfilters: [b]\n",
        &[],
        expect![[r#"
        prow for ``
        1:1 .* [a]
        reads OWNERS_ALIASES, missing
    "#]],
    );
    check(
        "OWNERS",
        "reviewers:\n\t- ann\n",
        &[],
        expect![[r#"
        no rules
        reads OWNERS_ALIASES, missing
        error[yaml-syntax] OWNERS:2:2 tabs disallowed within this context (block indentation)
          = indent with spaces
    "#]],
    );
    check(
        "OWNERS",
        "approvers:\n- ann\t# since 2018\n",
        &[],
        expect![[r#"
        no rules
        reads OWNERS_ALIASES, missing
        error[yaml-syntax] OWNERS:2:6 a tab stands between words, which not every reader of YAML takes; expected blanks
          = write blanks in the place of the tab
    "#]],
    );
}

#[test]
fn a_file_in_neither_form_names_nobody() {
    check(
        "OWNERS",
        "- ann\n- bob\n",
        &[],
        expect![[r#"
        no rules
        warning[owners-dialect] OWNERS:1:1 the file is neither in the form of Prow, a mapping with `approvers` or `reviewers`, nor in that of Gerrit, one address on a line
    "#]],
    );
    check(
        "OWNERS",
        "# nobody\n",
        &[],
        expect![[r#"
        prow for ``
        note[empty-manifest] OWNERS:0:0 the file names nobody, so the folders above it stay the owners
    "#]],
    );
}

#[test]
fn gerrit_names_addresses_and_single_files() {
    check(
        "src/OWNERS",
        "# team\na@example.com # lead\nb@example.com\nset noparent\n*\nper-file *.c,*.h=c@example.com\nper-file BUILD=set noparent\nper-file BUILD=d@example.com,*\nper-file *.{md,txt}=e@example.com\n",
        &[],
        expect![[r#"
            gerrit for `src` without parents
            2:1 * [a@example.com b@example.com *]
            6:1 *.c [c@example.com]
            6:1 *.h [c@example.com]
            7:1 BUILD without parents []
            8:1 BUILD [d@example.com *]
            9:1 *.md [e@example.com]
            9:1 *.txt [e@example.com]
        "#]],
    );
}

#[test]
fn lines_that_gerrit_does_not_know_are_named() {
    check(
        "OWNERS",
        "a@example.com\nAnn Example\nper-file a, b=c@example.com\nper-file x=ann\nset parent\n",
        &[],
        expect![[r#"
            gerrit for ``
            1:1 * [a@example.com]
            3:1 a [c@example.com]
            3:1 b [c@example.com]
            warning[owners-dialect] OWNERS:2:1 `Ann Example` is in no form that an OWNERS file of Gerrit has; expected an e-mail address, `*`, `set noparent`, `per-file`, `file:` or `include`
            warning[owners-dialect] OWNERS:3:1 the patterns `a, b` hold blanks, which Gerrit does not take
              = `per-file a,b=c@example.com`
            warning[owners-dialect] OWNERS:4:1 `ann` is nothing that `per-file` can grant; expected an e-mail address, `*`, `set noparent` or `file:`
            warning[owners-dialect] OWNERS:5:1 `set parent` is in no form that an OWNERS file of Gerrit has; expected an e-mail address, `*`, `set noparent`, `per-file`, `file:` or `include`
        "#]],
    );
}

#[test]
fn owners_of_other_files_are_taken_over() {
    check(
        "src/OWNERS",
        "file:/TEAM_OWNERS\nfile:local/OWNERS\nper-file *.md=file:/DOC_OWNERS\ninclude ../INCLUDED\na@example.com\n",
        &[
            ("TEAM_OWNERS", "t@example.com\nset noparent\nper-file x=no@example.com\nfile:src/MORE\n"),
            ("src/MORE", "m@example.com\nfile:/TEAM_OWNERS\n"),
            ("DOC_OWNERS", "d@example.com"),
            ("INCLUDED", "i@example.com\nset noparent\nper-file y=y@example.com"),
        ],
        expect![[r#"
            gerrit for `src` without parents
            1:1 * [t@example.com m@example.com]
            3:1 *.md [d@example.com]
            4:1 y [y@example.com]
            4:1 * [i@example.com]
            5:1 * [a@example.com]
            reads DOC_OWNERS
            reads INCLUDED
            reads TEAM_OWNERS
            reads src/MORE
            reads src/local/OWNERS, missing
            warning[owners-include] src/OWNERS:2:1 there is no file `src/local/OWNERS` to take owners from, which Gerrit ignores silently
        "#]],
    );
}

#[test]
fn what_cannot_be_taken_over_is_named() {
    check(
        "src/OWNERS",
        "a@example.com\nfile:/../../etc/passwd\nfile:../../../etc/passwd\nfile:/none\nfile:project:main:/OWNERS\ninclude /.git/config\n",
        &[],
        expect![[r#"
            gerrit for `src`
            1:1 * [a@example.com]
            reads none, missing
            warning[owners-include] src/OWNERS:2:1 `/../../etc/passwd` leads out of the repository
            warning[owners-include] src/OWNERS:3:1 `../../../etc/passwd` leads out of the repository
            warning[owners-include] src/OWNERS:4:1 there is no file `none` to take owners from, which Gerrit ignores silently
            note[owners-include] src/OWNERS:5:1 `project:main:/OWNERS` lies in another project or on another branch, and is never fetched
            warning[owners-include] src/OWNERS:6:1 `/.git/config` leads out of the repository
        "#]],
    );
}

#[test]
fn many_names_are_cut_at_the_limit() {
    let names: String = (0..100_000).map(|number| format!("- n{number}\n")).collect();
    let reading = read_with("OWNERS", &format!("approvers:\n{names}"), &[]);
    // More nodes than one document may have: the file is refused as a whole.
    assert!(reading.broken && reading.path_rules.is_none());
    let names: String = (0..2_000).map(|number| format!("- n{number}\n")).collect();
    let reading = read_with("OWNERS", &format!("approvers:\n{names}"), &[]);
    assert_eq!(reading.path_rules.map(|rules| rules.rules[0].owners.len()), Some(1_000));
    assert_eq!(reading.diagnostics[0].code.name(), "list-too-long");
    let names: String = (0..2_000).map(|number| format!("n{number}@example.com\n")).collect();
    let reading = read_with("OWNERS", &names, &[]);
    assert_eq!(reading.path_rules.map(|rules| rules.rules[0].owners.len()), Some(1_000));
    assert_eq!(reading.diagnostics.len(), 1);
}

#[test]
fn braces_stand_for_few_patterns() {
    let many = "{a,b}".repeat(20);
    let deep = "{".repeat(5_000) + &"}".repeat(5_000);
    for globs in [many, deep] {
        let reading = read_with("OWNERS", &format!("per-file {globs}=a@example.com\nb@example.com\n"), &[]);
        let owners: Vec<usize> =
            reading.path_rules.iter().flat_map(|rules| &rules.rules).map(|rule| rule.owners.len()).collect();
        assert_eq!(owners, [1], "{:?}", reading.diagnostics);
        assert_eq!(reading.diagnostics[0].code.name(), "codeowners-pattern");
    }
}

#[test]
fn no_bytes_make_it_panic() {
    let pieces = [
        "approvers",
        ":",
        "\n",
        " ",
        "- ",
        "a",
        "@",
        "*",
        "per-file ",
        "=",
        "{",
        "}",
        ",",
        "file:",
        "include ",
        "/",
        "..",
        "#",
        "é",
        "\u{0}",
        "filters",
        "set noparent",
        "\t",
        "'",
    ];
    let mut dice = Dice::default();
    for _ in 0..3_000 {
        let mut text = String::new();
        for _ in 0..24 {
            text.push_str(pieces[dice.below(pieces.len())]);
        }
        let reading = read_with("a/OWNERS", &text, &[("OWNERS_ALIASES", "aliases: {a: [b]}")]);
        assert!(reading.diagnostics.len() <= 101);
    }
}

#[test]
fn files_are_included_a_limited_number_of_times() {
    let text = "file:/A\n".repeat(10_000) + "b@example.com\n";
    let reading = read_with("OWNERS", &text, &[("A", "a@example.com\nfile:/A\nfile:B\n"), ("B", "file:A")]);
    let imports = reading.path_rules.map_or(0, |rules| rules.rules.len() - 1);
    assert_eq!(imports, 25);
    assert!(reading.diagnostics[0].message.contains("`owners.includes_max` of 50"));
}
