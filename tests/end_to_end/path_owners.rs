//! Who owns a path, in every dialect of ownership files: which rules decide, and which they override.

use expect_test::{Expect, expect};

use crate::support::{World, rows, text};

const PROW: &str = "approvers:\n- Leads\nreviewers:\n- '@Rita'\n";
const ALIASES: &str = "aliases:\n  leads:\n  - ann\n  - bob\n";

fn world() -> World {
    let world = World::new();
    world.commit(
        "acme/lab.git",
        [
            (
                ".gitlab/CODEOWNERS",
                "* @acme/all\n[Docs][2] @writers\n*.md\n!gen/\n^[Build]\nbuild/ @@maintainers\nbuild/*.md @acme/build/ci\n",
            ),
            ("build/a.md", ""),
            ("gen/a.md", ""),
        ],
    );
    world.commit(
        "acme/tea.git",
        [(".forgejo/CODEOWNERS", ".*\\\\.go @gophers\nsrc/.* @acme/src\nsrc/** @lost\n"), ("src/a.go", "")],
    );
    world.commit(
        "acme/prow.git",
        [
            ("OWNERS", PROW),
            ("OWNERS_ALIASES", ALIASES),
            ("CODEOWNERS", "* @acme/prow\n"),
            ("cmd/OWNERS", "filters:\n  '\\.go$':\n    approvers: [gopher]\n"),
            ("cmd/own/OWNERS", "options:\n  no_parent_owners: true\napprovers: [carl]\n"),
            ("cmd/own/main.go", ""),
            ("sig/OWNERS", "reviewers:\n\t- ann\n"),
            ("sig/a.md", ""),
        ],
    );
    world.commit("acme/broken.git", [("OWNERS", "approvers:\n- ann\t# since 2018\n"), ("a", "")]);
    world.run("crawl acme").ends_with(0);
    world
}

fn pages(questions: &[&str]) -> String {
    let world = world();
    let mut pages = String::new();
    for question in questions {
        pages += &format!("$ catalog {question}\n\n{}\n", world.run(question).ends_with(0).stdout);
    }
    // Every page of a folder in git ends in a commit, which is no matter here.
    pages
}

#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check(questions: &[&str], expected: Expect) {
    expected.assert_eq(&pages(questions));
}

#[test]
fn each_section_of_gitlab_decides() {
    check(
        &[
            "owner --repository acme/lab build/a.md --explain",
            "owner --repository acme/lab gen/a.md --explain",
        ],
        expect![[r#"
            $ catalog owner --repository acme/lab build/a.md --explain

            acme/lab:build/a.md is owned by @acme/all, @writers, @acme/build/ci

              decided by `*` at .gitlab/CODEOWNERS:1 (gitlab, before any section) names @acme/all
              decided by `*.md` at .gitlab/CODEOWNERS:3 (gitlab, Docs, 2 approvals) names @writers
              decided by `build/*.md` at .gitlab/CODEOWNERS:7 (gitlab, Build, optional) names @acme/build/ci
              overrides `build/` at .gitlab/CODEOWNERS:6 (gitlab, Build, optional) names @@maintainers
              path-rule group:all (written `@acme/all`) at acme/lab:.gitlab/CODEOWNERS:1 @ 37fd7e798478, committed some time ago, read some time ago
              path-rule user:writers (written `@writers`) at acme/lab:.gitlab/CODEOWNERS:3 @ 37fd7e798478, committed some time ago, read some time ago
              path-rule group:ci (written `@acme/build/ci`) at acme/lab:.gitlab/CODEOWNERS:7 @ 37fd7e798478, committed some time ago, read some time ago

              CALL       WHY                HOW
              group:all  owner of the path  no manifest declares it; nobody is next

            $ catalog owner --repository acme/lab gen/a.md --explain

            acme/lab:gen/a.md is owned by @acme/all

              decided by `*` at .gitlab/CODEOWNERS:1 (gitlab, before any section) names @acme/all
              decided by `gen/` at .gitlab/CODEOWNERS:4 (gitlab, Docs, 2 approvals) takes it out of the section
              overrides `*.md` at .gitlab/CODEOWNERS:3 (gitlab, Docs, 2 approvals) names @writers
              path-rule group:all (written `@acme/all`) at acme/lab:.gitlab/CODEOWNERS:1 @ 37fd7e798478, committed some time ago, read some time ago

              CALL       WHY                HOW
              group:all  owner of the path  no manifest declares it; nobody is next

        "#]],
    );
}

#[test]
fn every_expression_of_forgejo_adds() {
    check(
        &["owner --repository acme/tea src/a.go --explain"],
        expect![[r#"
            $ catalog owner --repository acme/tea src/a.go --explain

            acme/tea:src/a.go is owned by @gophers, @acme/src

              decided by `.*\\.go` at .forgejo/CODEOWNERS:1 (gitea) names @gophers
              decided by `src/.*` at .forgejo/CODEOWNERS:2 (gitea) names @acme/src
              path-rule user:gophers (written `@gophers`) at acme/tea:.forgejo/CODEOWNERS:1 @ 7fa804bd6bad, committed some time ago, read some time ago
              path-rule group:src (written `@acme/src`) at acme/tea:.forgejo/CODEOWNERS:2 @ 7fa804bd6bad, committed some time ago, read some time ago

        "#]],
    );
}

#[test]
fn the_climb_of_prow_is_shown_where_it_is_asked_for() {
    check(
        &[
            "owner --repository acme/prow cmd/a.go --explain",
            "owner --repository acme/prow cmd/own/main.go --rules owners --explain",
            "owner --repository acme/prow cmd/a.go --rules owners",
        ],
        expect![[r#"
            $ catalog owner --repository acme/prow cmd/a.go --explain

            acme/prow:cmd/a.go is owned by @acme/prow

              decided by `*` at CODEOWNERS:1 (github) names @acme/prow
              not asked: the owners files of the repository; `--rules owners` asks them
              path-rule group:prow (written `@acme/prow`) at acme/prow:CODEOWNERS:1 @ 7baf04d7dd12, committed some time ago, read some time ago

              CALL        WHY                HOW
              group:prow  owner of the path  no manifest declares it; nobody is next

            $ catalog owner --repository acme/prow cmd/own/main.go --rules owners --explain

            acme/prow:cmd/own/main.go is owned by carl

              decided by `.*` at cmd/own/OWNERS:3 (prow) names carl
              overrides `\.go$` at cmd/OWNERS:2 (prow) names gopher
              overrides `.*` at OWNERS:1 (prow) names ann, bob, reviewed by rita
              not asked: the codeowners files of the repository; `--rules codeowners` asks them
              path-rule user:carl (written `carl`) at acme/prow:cmd/own/OWNERS:3 @ 7baf04d7dd12, committed some time ago, read some time ago

            $ catalog owner --repository acme/prow cmd/a.go --rules owners

            acme/prow:cmd/a.go is owned by gopher, ann, bob

              decided by `\.go$` at acme/prow:cmd/OWNERS:2
              decided by `.*` at acme/prow:OWNERS:1
              path-rule user:gopher (written `gopher`) at acme/prow:cmd/OWNERS:2 @ 7baf04d7dd12, committed some time ago, read some time ago
              path-rule user:ann (written `ann`) at acme/prow:OWNERS:1 @ 7baf04d7dd12, committed some time ago, read some time ago
              path-rule user:bob (written `bob`) at acme/prow:OWNERS:1 @ 7baf04d7dd12, committed some time ago, read some time ago

        "#]],
    );
}

#[test]
fn a_file_that_cannot_be_read_leaves_the_folders_above_as_owners() {
    check(
        &[
            "owner --repository acme/prow sig/a.md --rules owners --explain",
            "owner --repository acme/broken a",
        ],
        expect![[r#"
            $ catalog owner --repository acme/prow sig/a.md --rules owners --explain

            acme/prow:sig/a.md is owned by ann, bob

              decided by `.*` at OWNERS:1 (prow) names ann, bob, reviewed by rita
              not asked: the codeowners files of the repository; `--rules codeowners` asks them
              path-rule user:ann (written `ann`) at acme/prow:OWNERS:1 @ 7baf04d7dd12, committed some time ago, read some time ago
              path-rule user:bob (written `bob`) at acme/prow:OWNERS:1 @ 7baf04d7dd12, committed some time ago, read some time ago
              sig/OWNERS cannot be read, and may name others

            $ catalog owner --repository acme/broken a

            whether somebody owns acme/broken:a is not known: OWNERS cannot be read

        "#]],
    );
}

#[test]
fn all_paths_say_the_dialect() {
    let world = world();
    let run =
        world.run("owner --repository acme/prow --rules owners --all-paths --format ndjson").ends_with(0);
    let shown: String = run.json_lines().iter().map(|row| format!("{row}\n")).collect();
    expect![[r#"
        {"dialect":"prow","owners":["ann","bob"],"path":"CODEOWNERS","rule":{"line":1,"path":"OWNERS","pattern":".*"}}
        {"dialect":"prow","owners":["ann","bob"],"path":"OWNERS","rule":{"line":1,"path":"OWNERS","pattern":".*"}}
        {"dialect":"prow","owners":["ann","bob"],"path":"OWNERS_ALIASES","rule":{"line":1,"path":"OWNERS","pattern":".*"}}
        {"dialect":"prow","owners":["ann","bob"],"path":"cmd/OWNERS","rule":{"line":1,"path":"OWNERS","pattern":".*"}}
        {"dialect":"prow","owners":["carl"],"path":"cmd/own/OWNERS","rule":{"line":3,"path":"cmd/own/OWNERS","pattern":".*"}}
        {"dialect":"prow","owners":["carl"],"path":"cmd/own/main.go","rule":{"line":3,"path":"cmd/own/OWNERS","pattern":".*"}}
        {"dialect":"prow","owners":["ann","bob"],"path":"sig/OWNERS","rule":{"line":1,"path":"OWNERS","pattern":".*"}}
        {"dialect":"prow","owners":["ann","bob"],"path":"sig/a.md","rule":{"line":1,"path":"OWNERS","pattern":".*"}}
    "#]].assert_eq(&shown);
    let report = world.json("owner --repository acme/lab build/a.md");
    let deciding: Vec<&str> = rows(&report, "decidedBy").iter().map(|rule| text(rule, "pattern")).collect();
    assert_eq!(deciding, ["*", "*.md", "build/*.md"]);
    assert_eq!(text(&report, "dialect"), "gitlab");
}
