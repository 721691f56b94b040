//! CODEOWNERS files of other hosts than GitHub, and which host is meant.

use std::fmt::Write as _;

use catalog_core::model::{FoundBy, OwnerName, PathDialect, Position, RepositoryId, RuleEffect};
use catalog_core::path_rules::PathMatcher;
use expect_test::{Expect, expect};

use super::read;
use crate::{
    limits::ManifestLimits,
    manifest::{ManifestFile, reading::trials::Dice},
};

#[expect(clippy::needless_pass_by_value, reason = "so that tests read as input and expectation")]
fn check(place: &str, text: &str, expected: Expect) {
    let limits = ManifestLimits {
        host_dialects: [("git.example".into(), PathDialect::Gitlab)].into(),
        ..ManifestLimits::default()
    };
    let (repository, path) = place.split_once(' ').expect("a repository and a path");
    let repository = RepositoryId::new(repository).expect("a valid id");
    let file =
        ManifestFile { repository: &repository, path, bytes: text.as_bytes(), found_by: FoundBy::Name };
    let reading = read(&file, &limits);
    let mut out = String::new();
    match &reading.path_rules {
        None => out.push_str("no rules\n"),
        Some(rules) => {
            writeln!(out, "{}", rules.dialect.name()).expect("text");
            for rule in &rules.rules {
                let Position { line, column } = rule.position;
                let owners: Vec<_> = rule.owners.iter().map(OwnerName::as_str).collect();
                let not = if rule.effect == RuleEffect::Exclusion { "!" } else { "" };
                write!(out, "{line}:{column} {not}{} [{}]", rule.pattern, owners.join(" ")).expect("text");
                if let Some(section) = rules.sections.get(rule.section as usize) {
                    let optional = if section.optional { "^" } else { "" };
                    write!(out, " in {optional}[{}][{}]", section.name, section.approvals).expect("text");
                }
                out.push('\n');
            }
        }
    }
    for diagnostic in &reading.diagnostics {
        let Position { line, column } = diagnostic.position;
        let (severity, code) = (diagnostic.severity.name(), diagnostic.code.name());
        writeln!(out, "{severity}[{code}] {line}:{column} {}", diagnostic.message).expect("text");
        if let Some(suggestion) = &diagnostic.suggestion {
            writeln!(out, "  = {suggestion}").expect("text");
        }
    }
    expected.assert_eq(&out);
}

const GITLAB: &str = "gitlab.com/a/b CODEOWNERS";
const GITEA: &str = "codeberg.org/a/b CODEOWNERS";
const BITBUCKET: &str = "bitbucket.org/a/b .bitbucket/CODEOWNERS";

#[test]
fn sections_merge_and_lend_their_owners() {
    check(
        GITLAB,
        "* @all\n[Docs][2] @writers @@maintainers\n*.md\ndocs/ @group/sub/docs\n^[Optional]\nx @x\n[DOCS]\ny @y\n[Optional] @o\nz\n",
        expect![[r#"
            gitlab
            1:1 * [@all] in [][1]
            3:1 *.md [@writers @@maintainers] in [Docs][2]
            4:1 docs/ [@group/sub/docs] in [Docs][2]
            6:1 x [@x] in [Optional][1]
            8:1 y [@y] in [Docs][2]
            10:1 z [@o] in [Optional][1]
        "#]],
    );
}

#[test]
fn exclusions_and_escapes() {
    check(
        GITLAB,
        "[Code] @dev\n*\n!gen/\n\\#odd\nmy\\ docs/ @a\n",
        expect![[r#"
        gitlab
        2:1 * [@dev] in [Code][1]
        3:1 !gen/ [] in [Code][1]
        4:1 \#odd [@dev] in [Code][1]
        5:1 my\ docs/ [@a] in [Code][1]
    "#]],
    );
}

#[test]
fn a_rule_without_owners_is_approved_by_itself() {
    check(
        GITLAB,
        "[Docs]\n*.md\n*.txt nobody\n",
        expect![[r#"
        gitlab
        2:1 *.md [] in [Docs][1]
        3:1 *.txt [] in [Docs][1]
        warning[codeowners-auto-approved] 2:1 the rule `*.md` has no owner, and neither has its section: GitLab counts what it matches as approved
          = `*.md @group/team`
        warning[codeowners-owner] 3:7 `nobody` is no owner and is left out: expected `@user`, `@group`, `@group/subgroup`, `@@developer`, `@@maintainer`, `@@owner` or an e-mail address
          = `@nobody`
        warning[codeowners-auto-approved] 3:1 the rule `*.txt` has no owner, and neither has its section: GitLab counts what it matches as approved
          = `*.txt @group/team`
    "#]],
    );
}

#[test]
fn a_comment_behind_a_rule_names_owners() {
    check(
        GITLAB,
        "* @a # not @b, ask @c/d\nx @a # plain\n",
        expect![[r#"
        gitlab
        1:1 * [@a @b @c/d] in [][1]
        2:1 x [@a] in [][1]
        warning[codeowners-comment] 1:6 GitLab knows no comment behind a rule: `@b`, `@c/d` in it own what the rule matches
          = put the comment on a line of its own
        note[codeowners-comment] 2:6 GitLab knows no comment behind a rule; it finds no owner in this one
          = put the comment on a line of its own
    "#]],
    );
}

#[test]
fn a_header_that_is_none_joins_the_section_before() {
    check(
        GITLAB,
        "[A] @a\nx\n[B @b\n[] @c\n[C]x @d\n[D][0] @d\ny\n[E][999999999999] @e\nz\n[F][x]\nw @w\n",
        expect![[r#"
            gitlab
            2:1 x [@a] in [A][1]
            3:1 [B [@b] in [A][1]
            4:1 [] [@c] in [A][1]
            5:1 [C]x [@d] in [A][1]
            7:1 y [@d] in [D][1]
            9:1 z [@e] in [E][100]
            11:1 w [@w] in [F][1]
            warning[codeowners-section] 3:1 `[B` is no section header, so it is read as a rule of the section before; expected `[Name]`, `[Name][2]` or `^[Name]`
            warning[codeowners-section] 4:1 `[]` is no section header, so it is read as a rule of the section before; expected `[Name]`, `[Name][2]` or `^[Name]`
            warning[codeowners-section] 5:1 `[C]x` is no section header, so it is read as a rule of the section before; expected `[Name]`, `[Name][2]` or `^[Name]`
            warning[codeowners-section] 6:5 `0` is no number of approvals, so one is required
              = `[1]`
            warning[codeowners-section] 8:5 `999999999999` is more approvals than the 100 that can be required
              = `[100]`
            warning[codeowners-section] 10:5 `x` is no number of approvals, so one is required
              = `[1]`
        "#]],
    );
}

#[test]
fn expressions_lose_their_backslashes_and_add_up() {
    check(
        GITEA,
        "docs/.* @a/b.c d # e\nx\\.js @a\n!docs/.* @b\na|b/.* @gcc/Maintainers.AArch64\n",
        expect![[r#"
            gitea
            1:1 docs/.* [@a/b.c d]
            2:1 x\.js [@a]
            3:1 !docs/.* [@b]
            4:1 a|b/.* [@gcc/Maintainers.AArch64]
        "#]],
    );
}

#[test]
fn what_is_no_expression_is_left_out() {
    check(
        GITEA,
        "src/** @a\n(?!a).* @a\n[a @a\n.* a@b.c @a\nx.* a@b.c\n.*\n(a+)+ @a\n((a{1000}){1000}){10} @a\n",
        expect![[r#"
            gitea
            4:1 .* [@a]
            7:1 (a+)+ [@a]
            error[codeowners-pattern] 1:1 a repetition of a repetition, as in `**`, is not accepted by Go's regular expressions
              = `src/.*`
            error[codeowners-pattern] 2:1 look-around and atomic groups are not supported here: no linear-time engine knows them; its host may take the rule, so what it matches may have more owners than are shown
              = write one rule for each case, or a rule that begins with `!`
            error[codeowners-pattern] 3:1 the regular expression is not valid: a `[` is never closed
            warning[codeowners-owner] 4:4 `a@b.c` is no owner and is left out: expected `@user` or `@organisation/team`
            warning[codeowners-owner] 5:5 `a@b.c` is no owner and is left out: expected `@user` or `@organisation/team`
            error[codeowners-owner] 5:1 the rule `x.*` is left with no owner, so the line is skipped
            warning[codeowners-no-owner] 6:1 the rule `.*` has no owner, so the line is skipped: rules do not override each other here
            error[codeowners-pattern] 8:1 the regular expression is larger or nested deeper than one may be once compiled; its host may take the rule, so what it matches may have more owners than are shown
              = write smaller counts, or several rules
        "#]],
    );
}

#[test]
fn globs_in_the_place_of_expressions_are_named() {
    check(
        GITEA,
        "libavcodec/mediacodec* @a\nlibavfilter/.*_amf* @a\nlibavcodec/.* @a\nlibavutil/.* @b\nlibswscale/.* @b\nintern/ghost/intern/GHOST_ContextVK* @c\n/docs/ @d\ntests/ @d\n",
        expect![[r#"
            gitea
            1:1 libavcodec/mediacodec* [@a]
            2:1 libavfilter/.*_amf* [@a]
            3:1 libavcodec/.* [@a]
            4:1 libavutil/.* [@b]
            5:1 libswscale/.* [@b]
            6:1 intern/ghost/intern/GHOST_ContextVK* [@c]
            7:1 /docs/ [@d]
            8:1 tests/ [@d]
            warning[codeowners-pattern] 1:22 `*` repeats the `c` before it and stands for no text of its own
              = `libavcodec/mediacodec.*`
            warning[codeowners-pattern] 2:19 `*` repeats the `f` before it and stands for no text of its own
              = `libavfilter/.*_amf.*`
            warning[codeowners-pattern] 6:36 `*` repeats the `K` before it and stands for no text of its own
              = `intern/ghost/intern/GHOST_ContextVK.*`
            warning[codeowners-pattern] 7:1 no path begins with a `/`, so the pattern never matches
              = `docs/.*`
            warning[codeowners-pattern] 8:6 no path of a file ends with a `/`, so the pattern never matches
              = `tests/.*`
        "#]],
    );
    check(
        "codeberg.org/a/b .forgejo/CODEOWNERS",
        "/android/ @a\n/iphone/ @b\n/data/*.txt\n",
        expect![[r#"
            gitea
            1:1 /android/ [@a]
            2:1 /iphone/ [@b]
            warning[codeowners-dialect] 0:0 the file is read as Gitea or Forgejo reads it, but looks written for GitHub, as globs
              = write it for Gitea or Forgejo
            warning[codeowners-pattern] 1:1 no path begins with a `/`, so the pattern never matches
              = `android/.*`
            warning[codeowners-pattern] 2:1 no path begins with a `/`, so the pattern never matches
              = `iphone/.*`
            warning[codeowners-no-owner] 3:1 the rule `/data/*.txt` has no owner, so the line is skipped: rules do not override each other here
        "#]],
    );
}

#[test]
fn bitbucket_knows_teams_and_no_app() {
    check(
        BITBUCKET,
        "* @teams/ourteam:all @ws/group a@b.c\n@@@Web @a @b\n*.js @\"Ann Example\"\nCheck(x)\nCODEOWNERS.toplevel x\nx @teams/a:most(2)\n",
        expect![[r#"
            bitbucket
            1:1 * [@teams/ourteam:all @ws/group a@b.c]
            warning[codeowners-dialect] 2:1 the line is skipped: it defines a group, in the language of an app that Bitbucket itself does not read
            warning[codeowners-dialect] 3:1 the line is skipped: it quotes a name, in the language of an app that Bitbucket itself does not read
            warning[codeowners-dialect] 4:1 the line is skipped: it is a check, in the language of an app that Bitbucket itself does not read
            warning[codeowners-dialect] 5:1 the line is skipped: it is a setting, in the language of an app that Bitbucket itself does not read
            error[codeowners-owner] 6:3 `@teams/a:most(2)` is no owner, so the line is skipped: expected `@user`, `@workspace/group`, `@teams/name` or an e-mail address
            note[codeowners-owner] 1:1 `@teams/ourteam:all` stays a name: the members that `.bitbucket/teams.yaml` gives it are not read
              = declare the team as a group in a manifest, to see its members
        "#]],
    );
}

#[test]
fn the_place_decides_before_the_host_and_that_before_the_content() {
    check(
        "a/b .gitlab/CODEOWNERS",
        "x @a",
        expect![[r#"
        gitlab
        1:1 x [@a] in [][1]
    "#]],
    );
    check(
        "github.com/a/b .gitlab/CODEOWNERS",
        "^[Code]\n* @a",
        expect![[r#"
        no rules
        warning[codeowners-place] 0:0 GitHub does not read `.gitlab/CODEOWNERS`, so its rules count for nothing here; expected `.github/CODEOWNERS`, `CODEOWNERS`, `docs/CODEOWNERS`
    "#]],
    );
    check(
        "git.example/a/b CODEOWNERS",
        "a/b @a",
        expect![[r#"
        gitlab
        1:1 a/b [@a] in [][1]
    "#]],
    );
    check(
        "a/b CODEOWNERS",
        "[Docs]\n* @a/b/c",
        expect![[r#"
        gitlab
        2:1 * [@a/b/c] in [Docs][1]
    "#]],
    );
    check(
        "a/b CODEOWNERS",
        ".*\\\\.md @a",
        expect![[r#"
        gitea
        1:1 .*\\.md [@a]
    "#]],
    );
    check(
        "github.com/a/b CODEOWNERS",
        "[Docs]\n* @a",
        expect![[r#"
            github
            1:1 [Docs] []
            2:1 * [@a]
            warning[codeowners-dialect] 0:0 the file is read as GitHub reads it, but looks written for GitLab, with sections or roles
              = write it for GitHub, or name the dialect of its host in `catalog.toml`, as in `hosts."git.example.com".dialect = "gitlab"`
            warning[codeowners-pattern] 1:1 `[` and `]` in `[Docs]` stand for themselves: ranges of characters are not supported
              = write one rule for each, or `?` for one character of any kind
            note[codeowners-no-owner] 1:1 the rule `[Docs]` has no owner
        "#]],
    );
    check(
        "a/b src/CODEOWNERS",
        "* @a",
        expect![[r#"
            no rules
            note[codeowners-place] 0:0 no host reads `src/CODEOWNERS`, so its rules count for nothing; expected the root, `docs/` or the folder of a host, as in `.github/CODEOWNERS`
              = move its rules to `.github/CODEOWNERS`
        "#]],
    );
}

#[test]
fn many_sections_are_held_to_the_limit_on_rules() {
    let mut text = String::new();
    for number in 0..20_001 {
        writeln!(text, "[s{number}]").expect("text");
    }
    check(
        GITLAB,
        &text,
        expect![[r#"
            no rules
            error[list-too-long] 0:0 the file has 20,001 rules and section headers, over the limit `codeowners.rules_max` of 20,000
        "#]],
    );
}

#[test]
fn no_bytes_make_it_panic_in_any_dialect() {
    let pieces: [&[u8]; 22] = [
        b" ",
        b"\\",
        b"#",
        b"\n",
        b"\r",
        b"@",
        b"/",
        b"*",
        b"[",
        b"]",
        b"!",
        b"\xFF",
        b"\xC3\xA9",
        b"\0",
        b"a.b",
        b"^",
        b"(",
        b")",
        b"?",
        b"|",
        b"{2}",
        b"@@@a \"",
    ];
    let mut dice = Dice::default();
    for (host, dialect) in [
        ("gitlab.com/a/b", PathDialect::Gitlab),
        ("codeberg.org/a/b", PathDialect::Gitea),
        ("a/b", PathDialect::Github),
    ] {
        let repository = RepositoryId::new(host).expect("a valid id");
        for _ in 0..2_000 {
            let mut bytes = Vec::new();
            for _ in 0..30 {
                bytes.extend_from_slice(pieces[dice.below(pieces.len())]);
            }
            let file = ManifestFile {
                repository: &repository,
                path: "CODEOWNERS",
                bytes: &bytes,
                found_by: FoundBy::Name,
            };
            let rules = read(&file, &ManifestLimits::default()).path_rules.expect("nothing is over a limit");
            assert!(rules.dialect == dialect || host == "a/b");
            let matcher = PathMatcher::new(&rules);
            for path in [&b"a.b/a.b"[..], b"\xFF", b""] {
                let deciding = matcher.deciding_rules(path);
                assert!(deciding.iter().all(|rule| *rule < rules.rules.len()));
            }
        }
    }
}
