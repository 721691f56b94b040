//! `catalog check`: what a change is said to do, and that nothing is ever called fine that could not be known.

use std::io::Write as _;

use expect_test::{Expect, expect};
use git2::{Oid, Repository};

use crate::support::{Commit, Run, World, schema, text};

const LEDGER: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ledger
spec:
  type: service
  lifecycle: production
  owner: group:books
  tier: 1
";

const BOOKS: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata:
  name: books
  annotations: { pagerduty.com/integration-key: 'abc' }
spec:
  type: team
  children: []
  profile: { email: books@example.com }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: ann }
spec: { memberOf: [books] }
";

const SHOP: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop
spec:
  type: website
  lifecycle: production
  owner: group:books
  tier: 0
  dependsOn: [component:ledger]
";

/// Two repositories: `ledger`, and `shop` that needs it; both are read.
fn crawled() -> World {
    let world = World::new();
    world.commit("acme/ledger", [("catalog-info.yaml", LEDGER), ("src/main.rs", "1"), ("README.md", "1")]);
    world.commit("acme/shop", [("catalog-info.yaml", SHOP)]);
    world.commit("acme/org", [("catalog-info.yaml", BOOKS)]);
    world.run("crawl acme").ends_with(0);
    world
}

/// Runs the command in the folder of `ledger`.
#[track_caller]
fn check(world: &World, words: &str) -> Run {
    world.run_in("acme/ledger", &format!("check {words}"))
}

#[track_caller]
fn check_table(world: &World, words: &str, code: i32, expected: &Expect) {
    expected.assert_eq(&masked(&check(world, words).ends_with(code).stdout));
}

/// The same with commits shown as `COMMIT`.
fn masked(text: &str) -> String {
    let is_digit = |c: char| c.is_ascii_hexdigit();
    let mut shown = String::new();
    for part in text.split_inclusive(|c: char| !is_digit(c)) {
        let word = part.trim_end_matches(|c: char| !is_digit(c));
        if word.len() == 12 {
            shown.push_str("COMMIT");
            shown.push_str(&part[word.len()..]);
        } else {
            shown.push_str(part);
        }
    }
    shown
}

#[test]
fn a_change_that_nobody_needs_is_one_line() {
    let world = crawled();
    world.commit("acme/shop", [("src/index.html", "2")]);
    let run = world.run_in("acme/shop", "check --base HEAD~1").ends_with(0);
    expect![[r#"
        nothing that anyone needs changes: 1 file, 1 entity
    "#]]
    .assert_eq(&run.stdout);
    let run = world.run_in("acme/shop", "check --base HEAD").ends_with(0);
    expect![[r#"
        nothing changes: no file differs
    "#]]
    .assert_eq(&run.stdout.lines().take(1).map(|line| format!("{line}\n")).collect::<String>());
}

#[test]
fn a_change_is_told_with_what_needs_it_and_whose_it_is() {
    let world = crawled();
    world.commit("acme/ledger", [("src/main.rs", "2")]);
    check_table(
        &world,
        "--base HEAD~1",
        0,
        &expect![[r#"
        passes: 1 entity changes; 1 entity needs that, 1 critical, of 1 owner; nothing is found

        acme/ledger: HEAD (COMMIT) against HEAD~1 (COMMIT), 1 file

          CHANGED ENTITY    TYPE     TIER  OWNER        WHY
          component:ledger  service  1     group:books  its manifest is the nearest to these files

          DISTANCE  NEEDS IT        TYPE     TIER  OWNER        NEED  VIA
          1         component:shop  website  0     group:books  hard  component:ledger

          TELL         CHANGES  AFFECTED  CRITICAL  REACHED BY
          group:books  1        1         2         on-call a PagerDuty service, known by its integration key alone (not shown)
    "#]],
    );
}

#[test]
fn what_manifests_say_otherwise_is_told() {
    let world = crawled();
    let changed = LEDGER.replace("tier: 1", "tier: 3\n  dependsOn: [component:shop, component:gone]");
    world.commit("acme/ledger", [("catalog-info.yaml", changed.as_str())]);
    check_table(
        &world,
        "--base HEAD~1",
        0,
        &expect![[r#"
            passes with warnings: 1 entity changes; 1 entity needs that, 1 critical, of 1 owner; 2 findings

            acme/ledger: HEAD (COMMIT) against HEAD~1 (COMMIT), 1 file

              EFFECT  RULE                ABOUT             WHAT                                                                                         PLACE
              warn    cycle-opened        component:ledger  `component:ledger` → `component:shop` → `component:ledger` hard-need each other in a circle  catalog-info.yaml:10
              warn    dangling-reference  component:ledger  `component:ledger` names `component:gone` (dependsOn), which nothing declares                catalog-info.yaml:10

              cycle-opened: let one of them work without the next, as `component:ledger` without `component:shop`: `strength: soft`

              CHANGED ENTITY    TYPE     TIER  OWNER        WHY
              component:ledger  service  3     group:books  something else is said of it

              CHANGE          OF                                         BEFORE  AFTER
              entity named    component:gone                             –       –
              tier            component:ledger                           1       3
              relation added  component:ledger dependsOn component:gone  –       hard
              relation added  component:ledger dependsOn component:shop  –       hard

              DISTANCE  NEEDS IT        TYPE     TIER  OWNER        NEED  VIA
              1         component:shop  website  0     group:books  hard  component:ledger

              TELL         CHANGES  AFFECTED  CRITICAL  REACHED BY
              group:books  1        1         1         on-call a PagerDuty service, known by its integration key alone (not shown)
        "#]],
    );
}

#[test]
fn json_is_what_its_schema_says() {
    let world = crawled();
    let changed = LEDGER.replace("tier: 1", "dependsOn: [component:shop]");
    world.commit("acme/ledger", [("catalog-info.yaml", changed.as_str()), ("a \"b\"\n\u{e9}", "x")]);
    Commit::default().submodule("vendor/lib").remove("README.md").write(&world.path("acme/ledger"));
    let document = check(&world, "--base HEAD~3 --format json").ends_with(0).json();
    assert_eq!(schema::breaches("check", &document), [""; 0]);
    assert_eq!(text(&document, "verdict"), "warn");
    let paths: Vec<&str> =
        document["paths"].as_array().expect("a list").iter().map(|path| text(path, "path")).collect();
    assert_eq!(paths, ["README.md", "a \"b\"\n\u{e9}", "catalog-info.yaml", "vendor/lib"]);
    assert_eq!(document["unknown"]["submodules"], 1);
    let rules: Vec<&str> =
        document["findings"].as_array().expect("a list").iter().map(|of| text(of, "rule")).collect();
    assert!(rules.contains(&"cycle-opened"), "{rules:?}");
    assert!(check(&world, "--base HEAD~3 --format ndjson").ends_with(0).json_lines().len() == rules.len());
    check(&world, "--base HEAD~3 --fail-on warn").ends_with(1);
}

#[test]
fn a_policy_blocks_and_asks() {
    let world = crawled();
    let changed = LEDGER.replace("tier: 1", "dependsOn: [component:shop]");
    world.commit("acme/ledger", [("catalog-info.yaml", changed.as_str())]);
    let with = |policy: &str, words: &str| {
        world.write("policy.toml", policy);
        let config = world.text("policy.toml");
        check(&world, &format!("--base HEAD~1 --config {config} {words}"))
    };
    with("[check.effect]\ncycle-opened = \"block\"", "").ends_with(1);
    with("[check.effect]\ncycle-opened = \"block\"", "--fail-on never").ends_with(0);
    let asks = "[check.effect]\ncycle-opened = { require-approval-of = \"books\" }";
    let run = with(asks, "").ends_with(1);
    assert!(run.stdout.starts_with("1 approval is missing"), "{run}");
    with(asks, "--approved-by group:books").ends_with(0);
    with(asks, "--approved-by nobody").ends_with(1).says(&["`nobody` of `--approved-by` is no group"]);
    let rule =
        "[[check.rule]]\nname = \"wide\"\nmeasure = \"critical-entities\"\nover = 0\neffect = \"block\"";
    let run = with(rule, "").ends_with(1);
    assert!(run.stdout.contains("policy:wide"), "{run}");
    with("[check.effect]\nnothing = \"block\"", "")
        .ends_with(64)
        .says(&["no rule of the check has the code"]);
}

#[test]
fn a_manifest_that_breaks_is_a_finding_and_one_that_is_repaired_is_none() {
    let world = crawled();
    world.commit("acme/ledger", [("catalog-info.yaml", "kind: [")]);
    let document = check(&world, "--base HEAD~1 --format json").ends_with(0).json();
    assert_eq!(document["findings"][0]["rule"], "manifest-broken", "{document:#}");
    assert_eq!(document["facts"]["entities"]["removed"], serde_json::json!([]));
    world.commit("acme/ledger", [("catalog-info.yaml", LEDGER)]);
    let document = check(&world, "--base HEAD~1 --format json").ends_with(0).json();
    let rules: Vec<&str> =
        document["findings"].as_array().expect("a list").iter().map(|of| text(of, "rule")).collect();
    assert!(!rules.contains(&"manifest-broken"), "{rules:?}");
}

#[test]
fn a_manifest_that_is_deleted_leaves_others_without_it() {
    let world = crawled();
    Commit::default().remove("catalog-info.yaml").write(&world.path("acme/ledger"));
    let document = check(&world, "--base HEAD~1 --format json").ends_with(0).json();
    assert_eq!(document["findings"][0]["rule"], "entity-removed-in-use", "{document:#}");
}

#[test]
fn a_catalog_of_another_commit_answers_and_says_so() {
    let world = crawled();
    world.commit("acme/ledger", [("src/main.rs", "2")]);
    world.commit("acme/ledger", [("src/main.rs", "3")]);
    let run = check(&world, "--base HEAD~1").ends_with(0);
    let last = masked(run.stdout.trim_end().lines().last().unwrap_or_default());
    expect!["the catalog is older than the base: it knows COMMIT of acme/ledger, read some time ago; what others need of it may be other by now"]
        .assert_eq(&last);
    world.run("crawl acme").ends_with(0);
    let run = check(&world, "--base HEAD~1").ends_with(0);
    assert!(run.stdout.contains("the catalog is newer than the base"), "{run}");
}

#[test]
fn what_could_not_be_known_is_never_fine() {
    let world = crawled();
    world.commit("acme/ledger", [("src/main.rs", "2")]);
    check(&world, "--base nothing").ends_with(2).says(&["`nothing` is not known", "hint: fetch it first"]);
    check(&world, "--base main..x").ends_with(2).says(&["is a range", "--base main --head topic"]);
    check(&world, "--base HEAD --head HEAD~7").ends_with(2).says(&["goes back beyond the first commit"]);
    check(&world, "--base HEAD --store /nowhere.redb").ends_with(2);
    check(&world, "--base HEAD --repository acme/other").ends_with(2).says(&["acme/other"]);
    world.run_in(".", "check --base HEAD").ends_with(2).says(&["lies in no git repository"]);
    world.commit("acme/new", [("a", "1")]);
    let words = "--base HEAD";
    let run = world.run_in("acme/new", &format!("check {words}")).ends_with(2);
    run.says(&["the catalog has not read the repository `acme/new`", "hint: read it with `catalog crawl"]);
    let run = world.run_in("acme/new", "check --base HEAD --on-error=pass").ends_with(0);
    run.says(&["error: the catalog has not read", "passes because of `--on-error=pass`"]);
    check(&world, "").ends_with(64);
    check(&world, "--base HEAD --format sarif --on-error=pass").says(&[]);
}

#[test]
fn unrelated_histories_are_not_compared() {
    let world = crawled();
    let repository = Repository::open(world.path("acme/ledger")).expect("the repository opens");
    let tree = repository.head().and_then(|head| head.peel_to_tree()).expect("a tree");
    let author = git2::Signature::now("a", "a@b").expect("a signature");
    let other = repository.commit(None, &author, &author, "m", &tree, &[]).expect("a commit");
    check(&world, &format!("--base {other}")).ends_with(2).says(&["share no commit"]);
    // The same in a shallow copy, of which nobody knows where it ends: the base itself is taken.
    let head = repository.head().and_then(|head| head.peel_to_commit()).expect("a commit").id();
    world.write("acme/ledger/.git/shallow", format!("{other}\n{head}\n"));
    let run = check(&world, &format!("--base {other}")).ends_with(0);
    assert!(run.stdout.contains("this shallow copy does not go back to where base and head meet"), "{run}");
    let missing = Oid::from_bytes(&[7; 20]).expect("an id");
    check(&world, &format!("--base {missing}")).ends_with(2).says(&["fetch-depth: 0"]);
}

#[test]
fn a_list_of_files_comes_from_standard_input() {
    let world = crawled();
    world.write("acme/ledger/catalog-info.yaml", LEDGER);
    world.write("acme/ledger/src/main.rs", "2");
    let run = |list: &[u8]| {
        let store = world.text("catalog.redb");
        let mut command = world.command(["check", "--files", "-", "--format", "json"]);
        command.current_dir(world.path("acme/ledger")).env("CATALOG_STORE", store);
        let mut child = command
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("the program starts");
        child.stdin.take().expect("it is a pipe").write_all(list).expect("the list is written");
        child.wait_with_output().expect("the program ends")
    };
    let output = run(b"src/main.rs\n");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(document["paths"][0]["path"], "src/main.rs");
    assert_eq!(document["changed"][0]["ref"], "component:default/ledger");
    assert_eq!(document["counts"]["affected"], 1);
    assert_eq!(run(b"a\0not\xffutf8\0").status.code(), Some(0));
    assert_eq!(run(b"../etc\n").status.code(), Some(2));
    assert_eq!(run(b"").status.code(), Some(0));
}

#[test]
fn what_is_not_committed_is_checked_where_it_is_asked_for() {
    let world = crawled();
    world.write("acme/ledger/catalog-info.yaml", LEDGER.replace("tier: 1", "tier: 2"));
    world.write("acme/ledger/src/main.rs", "1");
    world.write("acme/ledger/README.md", "1");
    let document = check(&world, "--base HEAD --working-tree --format json").ends_with(0).json();
    assert_eq!(document["paths"].as_array().map(Vec::len), Some(1), "{document:#}");
    assert_eq!(document["facts"]["entities"]["changed"][0]["fields"][0]["field"], "tier");
}

#[test]
fn a_graph_file_answers_like_its_store() {
    let world = crawled();
    world.run("export --graph all.graph").ends_with(0);
    let changed = LEDGER.replace("tier: 1", "dependsOn: [component:shop]");
    world.commit("acme/ledger", [("catalog-info.yaml", changed.as_str()), ("src/main.rs", "2")]);
    let graph = world.text("all.graph");
    let words = "--base HEAD~1 --format json";
    let of_store = check(&world, words).ends_with(0).json();
    let of_graph = check(&world, &format!("{words} --store {graph}")).ends_with(0).json();
    assert_eq!(of_store, of_graph);
}

#[test]
fn the_same_change_is_told_from_a_folder_below() {
    let world = crawled();
    world.commit("acme/ledger", [("src/main.rs", "2")]);
    world.write("acme/ledger/src/main.rs", "2");
    let words = "--base HEAD~1 --format json";
    let above = check(&world, words).ends_with(0).stdout;
    assert_eq!(above, world.run_in("acme/ledger/src", &format!("check {words}")).ends_with(0).stdout);
}
