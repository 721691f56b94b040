//! `catalog gate` for code hosts and build servers.

use expect_test::{Expect, expect};
use serde_json::Value;

use crate::support::{World, rows, text};

const SHOP: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop
spec:
  type: website
  lifecycle: production
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: well
spec:
  type: service
  lifecycle: production
  owner: group:books
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: books }
spec: { type: team, children: [], members: [ann] }
";

const POLICY: &str = "\
levels = ['first', 'second']
required = 'first'
[applies]
kinds = ['component']
[[check]]
level = 'first'
demand = 'owner'
[[check]]
level = 'second'
demand = 'runbook'
";

fn crawled() -> World {
    let world = World::new();
    world.commit("acme/shop", [("catalog-info.yaml", SHOP)]);
    world.write("catalog.toml", "[policy]\nfolder = 'policies'\n");
    world.write("policies/basic.toml", POLICY);
    world.run("crawl acme").ends_with(0);
    world
}

#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check(words: &str, code: i32, expected: Expect) {
    expected.assert_eq(&crawled().run(&format!("gate {words}")).ends_with(code).stdout);
}

#[test]
fn github_is_given_annotations_at_the_manifest() {
    check(
        "--all --format github",
        1,
        expect![[r#"
            ::error file=catalog-info.yaml,line=4,col=9,title=basic/owner::`component:shop` does not pass `owner`, asked for first of `basic`: nobody owns it; help: Name a group that a manifest declares in `spec.owner`.
            ::notice file=catalog-info.yaml,line=12,col=9,title=basic/runbook::`component:well` does not pass `runbook`, asked for second of `basic`: it links to no runbook; help: Add a link to `metadata.links` with `type: runbook`.
        "#]],
    );
    check(
        "well --format github",
        0,
        expect![[r#"
        ::notice file=catalog-info.yaml,line=12,col=9,title=basic/runbook::`component:well` does not pass `runbook`, asked for second of `basic`: it links to no runbook; help: Add a link to `metadata.links` with `type: runbook`.
    "#]],
    );
}

#[test]
fn gitlab_is_given_a_code_quality_report() {
    check(
        "shop --format gitlab",
        1,
        expect![[r#"
        [
          {
            "description": "`component:shop` does not pass `owner`, asked for first of `basic`: nobody owns it; help: Name a group that a manifest declares in `spec.owner`.",
            "check_name": "basic/owner",
            "fingerprint": "175b145c1619ca5397d891e8c73f82a5",
            "severity": "major",
            "location": {
              "path": "catalog-info.yaml",
              "lines": {
                "begin": 4
              }
            }
          }
        ]
    "#]],
    );
}

#[test]
fn build_servers_see_every_entity() {
    check(
        "--all --format junit",
        1,
        expect![[r#"
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="catalog gate" tests="2" failures="1">
              <testsuite name="catalog gate" tests="2" failures="1">
                <testcase classname="basic" name="component:default/shop">
                  <failure type="basic/owner" message="`component:shop` does not pass `owner`, asked for first of `basic`: nobody owns it">
            catalog-info.yaml:4:9: error[basic/owner]: `component:shop` does not pass `owner`, asked for first of `basic`: nobody owns it; help: Name a group that a manifest declares in `spec.owner`.
                  </failure>
                </testcase>
                <testcase classname="basic" name="component:default/well">
                  <system-out>
            catalog-info.yaml:12:9: note[basic/runbook]: `component:well` does not pass `runbook`, asked for second of `basic`: it links to no runbook; help: Add a link to `metadata.links` with `type: runbook`.
                  </system-out>
                </testcase>
              </testsuite>
            </testsuites>
        "#]],
    );
}

#[test]
fn sarif_names_rules_entities_and_no_lines_in_fingerprints() {
    let world = crawled();
    let sarif = |world: &World| -> Value {
        serde_json::from_str(&world.run("gate --all --format sarif").ends_with(1).stdout).expect("it is JSON")
    };
    let document = sarif(&world);
    assert_eq!(document["version"], "2.1.0");
    let run = rows(&document, "runs").iter().find(|run| run["results"][0]["level"] == "error");
    let run = run.expect("a run with what failed");
    let rules = rows(&run["tool"]["driver"], "rules");
    for result in rows(run, "results") {
        let place = result["ruleIndex"].as_u64().and_then(|place| usize::try_from(place).ok());
        let rule = &rules[place.expect("a rule is named by its place")];
        assert_eq!(rule["id"], result["ruleId"]);
    }
    let result = &run["results"][0];
    assert_eq!(text(result, "ruleId"), "basic/owner");
    let place = &result["locations"][0];
    assert_eq!(place["physicalLocation"]["artifactLocation"]["uri"], "catalog-info.yaml");
    assert_eq!(place["logicalLocations"][0]["fullyQualifiedName"], "component:default/shop");
    let fingerprint = result["partialFingerprints"].clone();
    world.commit("acme/shop", [("catalog-info.yaml", format!("# a line more\n{SHOP}").as_str())]);
    world.run("crawl acme").ends_with(0);
    let moved = sarif(&world);
    let found = rows(&moved, "runs").iter().flat_map(|run| rows(run, "results"));
    assert!(found.clone().any(|of| of["partialFingerprints"] == fingerprint), "{moved:#}");
}

#[test]
fn a_mistake_in_a_policy_is_a_finding() {
    let world = crawled();
    world.write("policies/basic.toml", POLICY.replace("'runbook'", "'runbok'"));
    let run = world.run("gate well --format github").ends_with(2);
    assert!(run.stdout.starts_with("::error file=policies/basic.toml,line="), "{run}");
    world.run("gate --policies --format github").ends_with(64).says(&["policies alone have none"]);
    world.run("gaps --format github").ends_with(64).says(&["only `catalog lint`, `catalog check` and"]);
}
