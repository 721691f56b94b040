//! CODEOWNERS files and what is read out of them, hostile ones included.

use std::fmt::Write as _;

use catalog_core::model::{FoundBy, PathRule, Position, RepositoryId};
use expect_test::{Expect, expect};

use super::read;
use crate::{
    limits::ManifestLimits,
    manifest::{ManifestFile, ManifestReading, reading::trials::Dice},
};

fn read_bytes(bytes: &[u8], limits: &ManifestLimits) -> ManifestReading {
    let repository = RepositoryId::new("github.com/acme/shop").expect("a valid id");
    let file = ManifestFile { repository: &repository, path: "CODEOWNERS", bytes, found_by: FoundBy::Name };
    read(&file, limits)
}

fn check_with(limits: &ManifestLimits, bytes: impl AsRef<[u8]>, expected: &Expect) {
    let reading = read_bytes(bytes.as_ref(), limits);
    let mut text = String::new();
    match &reading.path_rules {
        None => text.push_str("no rules\n"),
        Some(rules) => {
            for PathRule { pattern, owners, position, .. } in &rules.rules {
                let Position { line, column } = position;
                writeln!(text, "{line}:{column} {pattern} {owners:?}").expect("a string takes any text");
            }
        }
    }
    for diagnostic in &reading.diagnostics {
        let Position { line, column } = diagnostic.position;
        let (severity, code) = (diagnostic.severity.name(), diagnostic.code.name());
        writeln!(text, "{severity}[{code}] {line}:{column} {}", diagnostic.message)
            .expect("a string takes any text");
        if let Some(suggestion) = &diagnostic.suggestion {
            writeln!(text, "  = {suggestion}").expect("a string takes any text");
        }
    }
    expected.assert_eq(&text);
}

#[expect(clippy::needless_pass_by_value, reason = "so that tests read as input and expectation")]
fn check(bytes: impl AsRef<[u8]>, expected: Expect) {
    check_with(&ManifestLimits::default(), bytes, &expected);
}

#[test]
fn rules_keep_their_places_and_owners() {
    check(
        "# all\n*  @a @org/team.x me@example.com # inline\n\n  /docs/ @b",
        expect![[r#"
        2:1 * [@a, @org/team.x, me@example.com]
        4:3 /docs/ [@b]
    "#]],
    );
}

#[test]
fn line_ends_may_be_mixed_and_a_byte_order_mark_is_no_text() {
    check(
        "\u{FEFF}* @a\r\n/b @b\n/c @c\r\n",
        expect![[r#"
        1:1 * [@a]
        2:1 /b [@b]
        3:1 /c [@c]
    "#]],
    );
}

#[test]
fn a_rule_without_owner_is_kept() {
    check(
        "* @a\npnpm-lock.yaml\n/x # nobody",
        expect![[r#"
        1:1 * [@a]
        2:1 pnpm-lock.yaml []
        3:1 /x []
        note[codeowners-no-owner] 2:1 the rule `pnpm-lock.yaml` has no owner
        note[codeowners-no-owner] 3:1 the rule `/x` has no owner
    "#]],
    );
}

#[test]
fn a_line_with_an_owner_that_is_none_is_skipped() {
    check(
        "* @fmvilas @derberg @github-actions[bot]\n* Jake-Shadle\n/a @@maintainer\n/b @a/b/c\n/c @ok",
        expect![[r#"
            5:1 /c [@ok]
            warning[codeowners-dialect] 0:0 the file is read as GitHub reads it, but looks written for GitLab, with sections or roles
              = write it for GitHub, or name the dialect of its host in `catalog.toml`, as in `hosts."git.example.com".dialect = "gitlab"`
            error[codeowners-owner] 1:21 `@github-actions[bot]` is no owner, so the line is skipped: expected `@user`, `@organisation/team` or an e-mail address
            error[codeowners-owner] 2:3 `Jake-Shadle` is no owner, so the line is skipped: expected `@user`, `@organisation/team` or an e-mail address
              = `@Jake-Shadle`
            error[codeowners-owner] 3:4 `@@maintainer` is no owner, so the line is skipped: expected `@user`, `@organisation/team` or an e-mail address
            error[codeowners-owner] 4:4 `@a/b/c` is no owner, so the line is skipped: expected `@user`, `@organisation/team` or an e-mail address
        "#]],
    );
}

#[test]
fn a_pattern_that_the_host_refuses_is_skipped() {
    check(
        "/ @a\n!x @a\n*** @a\na//b @a\n\\#x @a\nx\\",
        expect![[r#"
        error[codeowners-pattern] 1:1 the pattern `/` never matches anything
          = write `*` for every file of the repository
        error[codeowners-pattern] 2:1 a pattern that begins with `!` is not accepted: nothing can be excluded
          = write a later rule without owners for what is to be left out, as in `/generated/`
        error[codeowners-pattern] 3:1 three `*` in a row are not accepted
          = write `**` to match across folders
        error[codeowners-pattern] 4:1 the pattern has an empty part between two `/`, which no path has
        error[codeowners-pattern] 5:1 a pattern cannot begin with `#`, also not after a `\`
          = `?x`, which matches any first character
        error[codeowners-pattern] 6:1 the pattern ends with a `\` that escapes nothing
    "#]],
    );
}

#[test]
fn brackets_are_kept_with_a_warning() {
    check(
        "Python/ceval*.[ch] @a\n/apps/[id]/ @b\n/x[ @c",
        expect![[r#"
        1:1 Python/ceval*.[ch] [@a]
        2:1 /apps/[id]/ [@b]
        3:1 /x[ [@c]
        warning[codeowners-pattern] 1:15 `[` and `]` in `Python/ceval*.[ch]` stand for themselves: ranges of characters are not supported
          = write one rule for each, or `?` for one character of any kind
        warning[codeowners-pattern] 2:7 `[` and `]` in `/apps/[id]/` stand for themselves: ranges of characters are not supported
          = write one rule for each, or `?` for one character of any kind
    "#]],
    );
}

#[test]
fn escaped_blanks_are_part_of_the_pattern() {
    check(
        "/my\\ docs/ @a",
        expect![[r#"
        1:1 /my\ docs/ [@a]
    "#]],
    );
}

#[test]
fn a_line_that_is_not_utf_8_is_named_and_the_others_are_used() {
    check(
        b"* @a\n/caf\xE9 @b\n# caf\xE9\n/c @c",
        expect![[r#"
        1:1 * [@a]
        4:1 /c [@c]
        error[not-utf8] 2:5 the line is skipped: its byte 4 is not UTF-8
    "#]],
    );
}

#[test]
fn a_file_in_utf_16_gives_no_rules() {
    check(
        b"\xFF\xFE*\0 \0@\0a\0",
        expect![[r#"
        no rules
        error[not-utf8] 0:0 the file is UTF-16 text where UTF-8 is expected
          = save the file as UTF-8
    "#]],
    );
}

#[test]
fn a_file_without_rules_is_worth_a_note() {
    check(
        "",
        expect![[r#"
        note[empty-manifest] 0:0 the file holds no rule
    "#]],
    );
    check(
        "# nothing\n\n",
        expect![[r#"
        note[empty-manifest] 0:0 the file holds no rule
    "#]],
    );
}

#[test]
fn control_characters_reach_no_message() {
    check(
        "* \x1B[31m\0",
        expect![[r#"
        error[codeowners-owner] 1:3 `�[31m�` is no owner, so the line is skipped: expected `@user`, `@organisation/team` or an e-mail address
    "#]],
    );
}

#[test]
fn credentials_reach_no_message() {
    let file = "https://ada:hunter2@example.com/a https://ada:hunter2@example.com\n";
    let reading = read_bytes(file.as_bytes(), &ManifestLimits::default());
    assert!(!reading.diagnostics.is_empty());
    assert!(!format!("{:?}", reading.diagnostics).contains("hunter2"), "{reading:#?}");
}

#[test]
fn a_long_comment_line_is_only_a_comment() {
    check(
        "#".repeat(1 << 20) + "\n* @a",
        expect![[r#"
        2:1 * [@a]
    "#]],
    );
}

#[test]
fn a_pattern_over_the_limit_is_skipped() {
    check(
        "x".repeat(513) + " @a\n" + &"y".repeat(512),
        expect![[r#"
        2:1 yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy []
        error[codeowners-pattern] 1:1 the pattern is 513 bytes, over the limit `codeowners.pattern_bytes_max` of 512
        note[codeowners-no-owner] 2:1 the rule `yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy…` has no owner
    "#]],
    );
}

#[test]
fn owners_over_the_limit_are_left_out() {
    let limits = ManifestLimits { codeowners_owners_max: 2, ..ManifestLimits::default() };
    check_with(
        &limits,
        "* @a @b @c",
        &expect![[r#"
        1:1 * [@a, @b]
        error[list-too-long] 1:9 the rule has 3 owners, over the limit `codeowners.owners_max` of 2; the first ones are kept
    "#]],
    );
}

#[test]
fn a_file_over_the_limit_gives_no_rules_rather_than_wrong_ones() {
    let limits = ManifestLimits { codeowners_rules_max: 2, ..ManifestLimits::default() };
    check_with(
        &limits,
        "* @a\n/a @b\n/b",
        &expect![[r#"
        no rules
        error[list-too-long] 0:0 the file has 3 rules, over the limit `codeowners.rules_max` of 2
    "#]],
    );
    assert!(read_bytes(b"* @a\n/a @b\n/b", &limits).broken);
}

#[test]
fn diagnostics_over_the_limit_are_counted_in_the_last_one() {
    let limits = ManifestLimits { diagnostics_max: 2, ..ManifestLimits::default() };
    check_with(
        &limits,
        "a\nb\nc x\nd",
        &expect![[r#"
        1:1 a []
        2:1 b []
        4:1 d []
        note[codeowners-no-owner] 1:1 the rule `a` has no owner
        error[codeowners-owner] 3:3 `x` is no owner, so the line is skipped: expected `@user`, `@organisation/team` or an e-mail address (and 2 more remarks on this file, over the limit `diagnostics_max` of 2)
          = `@x`
    "#]],
    );
}

#[test]
fn no_bytes_make_it_panic() {
    let pieces: [&[u8]; 14] =
        [b" ", b"\\", b"#", b"\n", b"\r", b"@", b"/", b"*", b"[", b"!", b"\xFF", b"\xC3\xA9", b"\0", b"a.b"];
    let mut dice = Dice::default();
    for _ in 0..2_000 {
        let mut bytes = Vec::new();
        for _ in 0..24 {
            bytes.extend_from_slice(pieces[dice.below(pieces.len())]);
        }
        let reading = read_bytes(&bytes, &ManifestLimits::default());
        assert!(!reading.broken);
    }
}
