//! Paths for which neither an ownership file nor an entity answers.

use super::*;

fn check_paths(drawn: &str, expected: &Expect) {
    check_rule("path-unowned", drawn, expected);
}

#[test]
fn rules_about_everything_and_entities_at_the_root_answer() {
    check_paths("codeowners\n  * @acme/shop", &expect![""]);
    check_paths("codeowners\n  /docs/ @acme/shop\ncomponent:web", &expect![""]);
    check_paths("component:web", &expect![""]);
    check_paths("repository acme/bare", &expect![""]);
}

#[test]
fn what_no_rule_speaks_about_is_told_once_a_repository() {
    check_paths(
        "
        repository acme/by-rule
        codeowners
          /docs/ @acme/shop
          *.sql  @acme/data
        repository acme/by-entity
        manifest services/a/catalog-info.yaml
        component:a tier 1
        manifest services/b/catalog-info.yaml
        component:b
        repository acme/people
        group:g
        ",
        &expect![[r#"
            warning[path-unowned] in repository `acme/by-entity` nobody answers for what lies outside of `services/a`, `services/b`, of which no ownership file speaks; no entity lies above it
            note[path-unowned] in repository `acme/by-rule` nobody answers for what no rule of `CODEOWNERS` gives to anybody; no entity lies above it
            note[path-unowned] in repository `acme/people` nobody answers for its files, of which no ownership file speaks; no entity lies above it
        "#]],
    );
}

#[test]
fn rules_that_leave_paths_to_nobody_are_named_with_their_places() {
    check_paths(
        "
        codeowners
          *          @acme/shop
          /legacy/
          /a/
          /a/        @acme/shop
          /kept/
          *.bin
          /[ab]/
          /old/**
          /one/
        manifest kept/catalog-info.yaml
        component:kept
        ",
        &expect![[r#"
            note[path-unowned] in repository `example/catalog` nobody answers for what `/legacy/`, `*.bin`, `/old/**` and 1 more of `CODEOWNERS` leave to nobody; no entity lies above it
              at example/catalog:CODEOWNERS:4 at example/catalog:CODEOWNERS:8 at example/catalog:CODEOWNERS:10
        "#]],
    );
}

#[test]
fn what_could_not_be_read_is_said() {
    check_paths(
        "
        repository acme/lost unreadable
        codeowners
          /docs/ @acme/shop
        repository acme/never unreadable
        ",
        &expect![[r#"
            note[path-unowned] in repository `acme/lost` nobody answers for what no rule of `CODEOWNERS` gives to anybody; no entity lies above it (as last read: the repository cannot be read now)
        "#]],
    );
}
