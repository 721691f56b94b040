//! Ownership files with lines that their host does not take.

use expect_test::expect;

use super::check;
use crate::support::Commit;

#[test]
fn an_ownership_file_has_a_bad_pattern_and_lines_without_owners() {
    check(
        Commit::default().files([(
            "CODEOWNERS",
            "* @acme/shop\n!/not @acme/shop\n/a[b] @acme/shop\n/empty\n/odd shop,team\n/fine @ada\n",
        )]),
        expect![[r#"
            exit code 0

            error[codeowners-pattern]: a pattern that begins with `!` is not accepted: nothing can be excluded
             --> acme/broken:CODEOWNERS:2:1
              |
            2 | !/not @acme/shop
              | ^^^^^
              |
              = help: write a later rule without owners for what is to be left out, as in `/generated/`

            error[codeowners-owner]: `shop,team` is no owner, so the line is skipped: expected `@user`, `@organisation/team` or an e-mail address
             --> acme/broken:CODEOWNERS:5:6
              |
            5 | /odd shop,team
              |      ^^^^^^^^^
              |
              = help: write `@user`, `@organisation/team` or an e-mail address

            warning[codeowners-pattern]: `[` and `]` in `/a[b]` stand for themselves: ranges of characters are not supported
             --> acme/broken:CODEOWNERS:3:3
              |
            3 | /a[b] @acme/shop
              |   ^
              |
              = help: write one rule for each, or `?` for one character of any kind

            note[codeowners-no-owner]: the rule `/empty` has no owner
             --> acme/broken:CODEOWNERS:4:1
              |
            4 | /empty
              | ^^^^^^
              |
              = help: name an owner after the pattern, unless nobody is meant

            component:default/known from acme/broken
            component:default/shop from acme/shop
        "#]],
    );
}

#[test]
fn an_ownership_file_is_not_utf8() {
    check(
        Commit::default().bytes("CODEOWNERS", b"* @acme/shop\n/caf\xe9 @acme/shop\n"),
        expect![[r#"
            exit code 0

            error[not-utf8]: the line is skipped: its byte 4 is not UTF-8
             --> acme/broken:CODEOWNERS:2:5
              |
            2 | /caf� @acme/shop
              |     ^
              |
              = help: save the file as UTF-8

            component:default/known from acme/broken
            component:default/shop from acme/shop
        "#]],
    );
}

#[test]
fn an_ownership_file_is_larger_than_its_host_reads() {
    let rules = "* @acme/shop\n".repeat(3_000_001_usize.div_ceil(13));
    check(
        Commit::default().bytes("CODEOWNERS", &rules.as_bytes()[..3_000_001]),
        expect![[r#"
        exit code 0

        error[manifest-too-large]: `CODEOWNERS` is 3,000,001 bytes, over the limit `codeowners.bytes_max` of 3,000,000
        --> acme/broken:CODEOWNERS
         = help: split the file, or raise the limit in `catalog.toml`

        warning[manifest-stale]: the file cannot be read any more; what commit 31d2db0b19c7 said is kept
        --> acme/broken:CODEOWNERS
         = help: mend the file and crawl again

        component:default/known from acme/broken
        component:default/shop from acme/shop
    "#]],
    );
}

#[test]
fn an_ownership_file_lies_where_no_host_reads_it() {
    check(
        Commit::default().files([("src/CODEOWNERS", "* @ada\n")]),
        expect![[r#"
            exit code 0

            note[codeowners-place]: no host reads `src/CODEOWNERS`, so its rules count for nothing; expected the root, `docs/` or the folder of a host, as in `.github/CODEOWNERS`
            --> acme/broken:src/CODEOWNERS
             = help: move its rules to `.github/CODEOWNERS`

            component:default/known from acme/broken
            component:default/shop from acme/shop
        "#]],
    );
}

#[test]
fn an_owners_file_is_indented_with_tabs() {
    check(
        Commit::default().files([("src/OWNERS", "approvers:\n\t- ann\n")]),
        expect![[r#"
        exit code 0

        error[yaml-syntax]: tabs disallowed within this context (block indentation)
         --> acme/broken:src/OWNERS:2:2
          |
        2 |  - ann
          |  ^
          |
          = help: indent with spaces

        component:default/known from acme/broken
        component:default/shop from acme/shop
    "#]],
    );
}
