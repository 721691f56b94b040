//! The faces of `catalog check`: a comment, annotations and documents for other programs, from one answer.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use serde_json::Value;

use crate::support::{LEDGER, World, rows, text};

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

const BOOKS: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: books }
spec: { type: team, children: [], members: [ann], profile: { email: books@example.com } }
";

const POLICY: &str = "\
[check.effect]
cycle-opened = 'block'
dangling-reference = { require-approval-of = 'group:books' }
";

/// A catalog of `ledger` and of `shop`, which needs it, and a commit that turns that into a circle and names
/// something that is not there.
fn changed() -> World {
    let world = World::new();
    world.commit(
        "acme/ledger",
        [("catalog-info.yaml", LEDGER), ("CODEOWNERS", "*.yaml @acme/architects\n"), ("src/main.rs", "1")],
    );
    world.commit("acme/shop", [("catalog-info.yaml", SHOP)]);
    world.commit("acme/org", [("catalog-info.yaml", BOOKS)]);
    world.run("crawl acme").ends_with(0);
    world.write("catalog.toml", POLICY);
    let needs = format!("{LEDGER}  dependsOn: [component:shop, resource:gone]\n");
    world.commit("acme/ledger", [("catalog-info.yaml", needs.as_str())]);
    world
}

/// The answer without what differs from run to run.
fn masked(text: &str) -> String {
    let is_commit = |word: &&str| word.len() == 12 && word.chars().all(|c| c.is_ascii_hexdigit());
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(is_commit).fold(text.to_owned(), |text, commit| text.replace(commit, "COMMIT"))
}

#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check(words: &str, code: i32, expected: Expect) {
    let run = changed().run_in("acme/ledger", &format!("check --base HEAD~1 {words}")).ends_with(code);
    expected.assert_eq(&masked(&run.stdout));
}

#[test]
fn a_comment_has_the_worst_first_and_counts_what_it_lists() {
    check(
        "--format markdown",
        1,
        expect![[r#"
            ### catalog check: blocked: 1 entity changes; 1 entity needs that, 1 critical, of 1 owner; 2 findings

            **Findings (2)**

            | effect | rule | about | what | place |
            | --- | --- | --- | --- | --- |
            | **block** | `cycle-opened` | `component:ledger` | `component:ledger` → `component:shop` → `component:ledger` hard-need each other in a circle. *let one of them work without the next, as `component:ledger` without `component:shop`: `strength: soft`* | `catalog-info.yaml:9` |
            | ask group:books | `dangling-reference` | `component:ledger` | `component:ledger` names `resource:gone` (dependsOn), which nothing declares | `catalog-info.yaml:9` |

            **Who must agree (2)**

            | who | state | why | reached by |
            | --- | --- | --- | --- |
            | `group:books` | missing | the policy | `email books@example.com` |
            | `group:architects` | the host asks | `*.yaml` at CODEOWNERS:1 | – |

            **What changes (1)**

            | entity | type | tier | owner | why |
            | --- | --- | --- | --- | --- |
            | `component:ledger` | service | – | `group:books` | something else is said of it |

            **What needs that (1)**

            | entity | distance | type | tier | owner | need | via |
            | --- | --- | --- | --- | --- | --- | --- |
            | `component:shop` | 1 | website | 0 | `group:books` | hard | `component:ledger` |

            **Whom to tell (1)**

            | owner | changes | affected | critical | reached by |
            | --- | --- | --- | --- | --- |
            | `group:books` | 1 | 1 | 1 | `email books@example.com` |

            <sub>HEAD (COMMIT) against HEAD\~1 (COMMIT) of acme/ledger, revision 1 of the catalog</sub>
        "#]],
    );
}

#[test]
fn github_is_given_annotations() {
    check(
        "--format github",
        1,
        expect![[r#"
            ::error file=catalog-info.yaml,line=9,col=15,title=cycle-opened::`component:ledger` → `component:shop` → `component:ledger` hard-need each other in a circle; help: let one of them work without the next, as `component:ledger` without `component:shop`: `strength: soft`
            ::error file=catalog-info.yaml,line=9,col=31,title=dangling-reference::`component:ledger` names `resource:gone` (dependsOn), which nothing declares; `group:books` has to agree; help: Correct the reference, or declare what it names.
        "#]],
    );
}

#[test]
fn gitlab_is_given_a_code_quality_report() {
    check(
        "--format gitlab",
        1,
        expect![[r#"
            [
              {
                "description": "`component:ledger` → `component:shop` → `component:ledger` hard-need each other in a circle; help: let one of them work without the next, as `component:ledger` without `component:shop`: `strength: soft`",
                "check_name": "cycle-opened",
                "fingerprint": "ae4fe4383ee551a6",
                "severity": "major",
                "location": {
                  "path": "catalog-info.yaml",
                  "lines": {
                    "begin": 9
                  }
                }
              },
              {
                "description": "`component:ledger` names `resource:gone` (dependsOn), which nothing declares; `group:books` has to agree; help: Correct the reference, or declare what it names.",
                "check_name": "dangling-reference",
                "fingerprint": "36f2a5dad1bd51ca",
                "severity": "major",
                "location": {
                  "path": "catalog-info.yaml",
                  "lines": {
                    "begin": 9
                  }
                }
              }
            ]
        "#]],
    );
}

#[test]
fn build_servers_see_every_rule() {
    check(
        "--format junit --approved-by group:books",
        1,
        expect![[r#"
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="catalog check" tests="14" failures="1">
              <testsuite name="catalog check" tests="14" failures="1">
                <testcase classname="acme/ledger" name="api-unprovided"/>
                <testcase classname="acme/ledger" name="api-version-removed"/>
                <testcase classname="acme/ledger" name="cycle-opened">
                  <failure type="cycle-opened" message="`component:ledger` → `component:shop` → `component:ledger` hard-need each other in a circle">
            catalog-info.yaml:9:15: error[cycle-opened]: `component:ledger` → `component:shop` → `component:ledger` hard-need each other in a circle; help: let one of them work without the next, as `component:ledger` without `component:shop`: `strength: soft`
                  </failure>
                </testcase>
                <testcase classname="acme/ledger" name="dangling-reference">
                  <system-out>
            catalog-info.yaml:9:31: note[dangling-reference]: `component:ledger` names `resource:gone` (dependsOn), which nothing declares; help: Correct the reference, or declare what it names.
                  </system-out>
                </testcase>
                <testcase classname="acme/ledger" name="diagnostic-opened"/>
                <testcase classname="acme/ledger" name="entity-removed-in-use"/>
                <testcase classname="acme/ledger" name="gap-opened"/>
                <testcase classname="acme/ledger" name="manifest-broken"/>
                <testcase classname="acme/ledger" name="operation-changed"/>
                <testcase classname="acme/ledger" name="operation-removed"/>
                <testcase classname="acme/ledger" name="promise-broken"/>
                <testcase classname="acme/ledger" name="single-point-opened"/>
                <testcase classname="acme/ledger" name="soft-cycle-opened"/>
                <testcase classname="acme/ledger" name="tier-inversion"/>
              </testsuite>
            </testsuites>
        "#]],
    );
}

#[test]
fn sarif_has_the_rules_and_the_fingerprints_of_the_check() {
    let world = changed();
    let words = "check --base HEAD~1 --format sarif --also json=check.json";
    let run = world.run_in("acme/ledger", words).ends_with(1);
    let document: Value = serde_json::from_str(&run.stdout).expect("it is JSON");
    let json = std::fs::read(world.path("acme/ledger/check.json")).expect("it is written");
    let json: Value = serde_json::from_slice(&json).expect("it is JSON");
    let results = rows(&document["runs"][0], "results");
    let known: Vec<&str> = rows(&json, "findings").iter().map(|of| text(of, "fingerprint")).collect();
    let said: Vec<&str> =
        results.iter().map(|of| text(&of["partialFingerprints"], "catalogFinding/v1")).collect();
    assert_eq!(known, said);
    let rules = rows(&document["runs"][0]["tool"]["driver"], "rules");
    assert!(rules.iter().any(|rule| rule["id"] == "cycle-opened"));
    for result in results {
        let place = result["ruleIndex"].as_u64().and_then(|place| usize::try_from(place).ok());
        assert_eq!(rules[place.expect("a rule is named by its place")]["id"], result["ruleId"]);
    }
}

#[test]
fn one_answer_goes_into_many_files() {
    let world = changed();
    world.write("acme/ledger/summary.md", "of another step\n");
    let also = "--also markdown=c.md --also summary=summary.md --also sarif=c.sarif --also gitlab=c.json";
    let run = world.run_in("acme/ledger", &format!("check --base HEAD~1 --format github {also}"));
    assert!(run.ends_with(1).stdout.starts_with("::error "));
    let read = |name: &str| {
        std::fs::read_to_string(world.path(&format!("acme/ledger/{name}"))).expect("it is written")
    };
    assert!(read("c.md").starts_with("### catalog check: blocked"));
    assert!(read("summary.md").starts_with("of another step\n### catalog check: blocked"));
    assert!(read("c.sarif").contains("\"version\": \"2.1.0\"") && read("c.json").starts_with('['));
    world.run_in("acme/ledger", "check --base HEAD~1 --also table=x").ends_with(64);
    world.run_in("acme/ledger", "check --base HEAD~1 --also markdown=gone/x").ends_with(2);
}

#[test]
fn what_is_not_known_is_said_in_the_comment_and_in_no_list() {
    let world = changed();
    let also = "--also markdown=c.md --also sarif=c.sarif";
    let run = world.run_in("acme/ledger", &format!("check --base nothing --format markdown {also}"));
    let run = run.ends_with(2);
    assert!(run.stdout.starts_with("### catalog check: could not decide"), "{run}");
    let comment = std::fs::read_to_string(world.path("acme/ledger/c.md")).expect("it is written");
    assert_eq!(comment, run.stdout);
    assert!(!world.path("acme/ledger/c.sarif").exists(), "an empty list would read as all is well");
}

#[test]
fn a_change_that_nobody_needs_is_posted_only_over_a_comment() {
    let world = changed();
    world.commit("acme/shop", [("README.md", "2")]);
    let run = world.run_in("acme/shop", "check --base HEAD~1 --format markdown").ends_with(0);
    expect![[r#"
        <!-- catalog:quiet -->
        **catalog check**: nothing that anyone needs changes: 1 file, 1 entity
    "#]]
    .assert_eq(&masked(&run.stdout));
}

fn thousands(number: usize) -> String {
    if number < 1_000 { number.to_string() } else { format!("{},{:03}", number / 1_000, number % 1_000) }
}

#[test]
fn ten_thousand_files_and_a_thousand_dependents_fit_into_a_comment() {
    let world = World::new();
    world.commit("acme/ledger", [("catalog-info.yaml", LEDGER)]);
    let mut manifests = [String::new(), String::new()];
    for number in 0..1_500 {
        let _infallible = write!(
            manifests[number % 2],
            "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: dependent-with-a-rather-long-name-{number}\n\
             spec:\n  type: service\n  lifecycle: production\n  owner: group:team-{number}\n  dependsOn: [component:ledger]\n"
        );
    }
    let [even, odd] = &manifests;
    world
        .commit("acme/many", [("a/catalog-info.yaml", even.as_str()), ("b/catalog-info.yaml", odd.as_str())]);
    let hostile = "name: ledger\n  title: '</details><script>`@acme/all`'";
    world.run("crawl acme").ends_with(0);
    world.write("catalog.toml", "");
    let files: Vec<(String, String)> =
        (0..10_000).map(|number| (format!("src/@all-{number}|`<b>.rs"), "1".to_owned())).collect();
    let mut files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let ledger = LEDGER.replace("name: ledger", hostile);
    files.push(("catalog-info.yaml", ledger.as_str()));
    world.commit("acme/ledger", files);
    let also = "--also summary=summary.md";
    let run =
        world.run_in("acme/ledger", &format!("check --base HEAD~1 --format markdown {also}")).ends_with(0);
    assert!(run.stdout.len() <= 65_536 - 256, "{} bytes", run.stdout.len());
    assert!(run.stdout.contains("1,500 entities need that"), "{}", &run.stdout[..400]);
    assert!(run.stdout.contains("<b>What needs that (1,500)</b>"));
    let section = run.stdout.split("What needs that (1,500)").nth(1).expect("the section");
    let section = section.split("</details>").next().expect("its end");
    let listed = section.lines().filter(|line| line.starts_with("| `")).count();
    assert!(
        section.contains(&format!("… and {} more, which", thousands(1_500 - listed))),
        "{listed} are listed"
    );
    assert!(!run.stdout.contains("<script>") && !run.stdout.contains(" @acme"));
    let summary = std::fs::read_to_string(world.path("acme/ledger/summary.md")).expect("it is written");
    assert!(summary.len() <= 1 << 20 && summary.contains("dependent-with-a-rather-long-name-1499"));
}
