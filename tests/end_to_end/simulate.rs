//! What fails where something fails, as it is asked in the terminal and over GraphQL.

use std::{fmt::Write as _, io::Write as _, process::Stdio};

use serde_json::json;

use crate::support::{Server, World, rows, text};

/// A shop with a vendor, a spare one, two regions, a team and a soft need.
const SHOP: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: checkout }
spec:
  type: service
  lifecycle: production
  owner: group:shop
  system: system:store
  tier: 1
  needs:
    - anyOf: [resource:stripe, resource:adyen]
    - { ref: component:rates, strength: soft }
  deployedTo: [resource:eu, resource:us]
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: rates }
spec: { type: service, lifecycle: production, owner: group:shop, dependsOn: [resource:rates-feed] }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: web }
spec: { type: website, lifecycle: production, owner: group:front, dependsOn: [component:checkout, component:web] }
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: { name: store }
spec: { owner: group:shop }
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: { name: stripe }
spec: { type: saas, owner: group:shop }
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: { name: adyen }
spec: { type: saas, owner: group:shop }
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: { name: eu }
spec: { type: region, owner: group:shop }
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: { name: us }
spec: { type: region, owner: group:shop }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: shop, annotations: { pagerduty.com/service-id: PSHOP } }
spec: { type: team, children: [], members: [ann] }
";

fn shop() -> World {
    let world = World::new();
    world.commit("acme/shop.git", [("catalog-info.yaml", SHOP)]);
    world.run("crawl acme").ends_with(0);
    world
}

/// What the terminal shows holds a text.
#[track_caller]
fn shows(world: &World, question: &str, expected: &str) {
    let run = world.run(question).ends_with(0);
    assert!(run.stdout.contains(expected), "`{expected}` is not shown:\n{run}");
}

/// Each affected entity as `name state`.
fn states(world: &World, question: &str) -> Vec<String> {
    let answer = world.json(question);
    let short = |name: &str| name.rsplit('/').next().unwrap_or(name).to_owned();
    rows(&answer, "affected")
        .iter()
        .map(|row| format!("{} {}", short(text(row, "ref")), text(row, "health")))
        .collect()
}

#[test]
fn spares_and_soft_needs_hold_and_what_has_neither_falls() {
    let world = shop();
    assert_eq!(states(&world, "simulate --fail stripe"), ["checkout at-risk"]);
    assert_eq!(states(&world, "simulate --fail stripe adyen"), ["checkout down", "web down"]);
    assert_eq!(states(&world, "simulate --fail rates"), ["checkout degraded", "web degraded"]);
    assert_eq!(states(&world, "simulate --degrade rates"), [""; 0]);
    assert_eq!(states(&world, "simulate --fail eu"), ["checkout at-risk"]);
    // A placeholder can fail like anything else.
    assert_eq!(
        states(&world, "simulate --fail resource:rates-feed"),
        ["rates down", "checkout degraded", "web degraded"]
    );
}

#[test]
fn what_has_failed_already_is_told_apart() {
    let world = shop();
    let answer = world.json("simulate --fail adyen --already-down stripe");
    assert_eq!(answer["before"]["all"]["atRisk"], 1);
    assert_eq!(answer["after"]["all"]["down"], 4);
    let checkout = &rows(&answer, "affected")[0];
    assert_eq!((text(checkout, "before"), text(checkout, "health")), ("at-risk", "down"));
    assert_eq!(checkout["remedies"][0]["needed"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_team_that_cannot_act_brings_nothing_down() {
    let world = shop();
    let answer = world.json("simulate --fail group:shop");
    assert_eq!((&answer["total"], &answer["failing"][0]["meaning"]), (&json!(0), &json!("cannot-act")));
    assert!(rows(&answer, "unattended").contains(&json!("component:default/checkout")));
    shows(&world, "simulate --fail group:shop", "where group:shop cannot act, 7 entities have nobody");
}

#[test]
fn a_system_and_a_repository_fail_with_all_that_is_in_them() {
    let world = shop();
    assert_eq!(states(&world, "simulate --fail system:store"), ["web down"]);
    let answer = world.json("simulate --fail resource:repository/acme/shop");
    assert_eq!(answer["failing"][0]["meaning"], "repository");
    assert_eq!(answer["failing"][0]["down"].as_array().map(Vec::len), Some(9), "all but the group");
}

#[test]
fn what_would_keep_it_up_is_the_fewest_needs() {
    let world = shop();
    let question = "simulate --fail rates-feed --keep rates";
    shows(&world, question, "to keep component:rates up, soften or double 1 need, the fewest");
    shows(&world, question, "component:rates → resource:rates-feed");
    shows(&world, "simulate --fail stripe --keep web", "component:web is unaffected");
}

#[test]
fn questions_that_cannot_be_answered_say_why() {
    let world = shop();
    world.run("simulate").ends_with(64);
    world.run("simulate --fail nobody").ends_with(2).says(&["entity `nobody` is not in the catalog"]);
    shows(&world, "simulate --fail group:front", "where group:front cannot act, 1 entity has nobody");
    world.run("blast-radius web --max-depth 0").ends_with(64);
    world.run("blast-radius web --path-to checkout --max-paths 0").ends_with(64);
}

#[test]
fn an_expression_says_what_fails() {
    let world = shop();
    let ask = |expression: &str| world.run_with(["simulate", "--fail-where", expression]);
    let run = ask("type == 'saas'").ends_with(0);
    assert!(run.stdout.contains("where resource:adyen, resource:stripe fail: 2 down"), "{run}");
    ask("type == 'nothing'").ends_with(2).says(&["no entity is one of which `type == 'nothing'` is true"]);
    ask("type ==").ends_with(64).says(&["`type ==` is no expression", "Common Expression Language"]);
    ask("colour == 1").ends_with(64).says(&["names `colour`, expected one of `annotations`"]);
    ask("name").ends_with(2).says(&["expected true or false"]);
}

#[test]
fn a_hundred_thousand_roots_come_on_standard_input() {
    let world = shop();
    let mut names = String::from("# what changed\n\ncomponent:checkout\n");
    for _ in 0..100_000 {
        writeln!(names, "resource:stripe").expect("memory takes it");
    }
    let mut command = world.command("blast-radius - --format json".split(' '));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program starts");
    child.stdin.take().expect("it has an input").write_all(names.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the answer is JSON");
    assert_eq!(answer["roots"], json!(["component:default/checkout", "resource:default/stripe"]));
    assert_eq!(answer["total"], 1);
    world.run("blast-radius -").ends_with(64).says(&["standard input names no entity"]);
}

#[test]
fn graphql_gives_the_same_answer() {
    let world = shop();
    let server = Server::start(&world, "catalog.redb");
    let query = "{ impact(fail: [\"adyen\", \"gone\"], alreadyDown: [\"stripe\"]) {
        unknown { text } before { all { atRisk } } after { all { down } critical { down } }
        affected { totalCount nodes { entity { ref } health before byAlternatives
            remedies { needy { ref } needed { ref } } } }
        sparesLost { nodes { entity { ref } working lost { ref } } }
        owners { nodes { owner { ref } failed affected { all { down } } contacts { value } } } } }";
    let answer = &server.ask(query)["impact"];
    let terminal = world.json("simulate --fail adyen --already-down stripe");
    assert_eq!(answer["unknown"][0]["text"], "gone");
    assert_eq!(answer["affected"]["totalCount"], terminal["total"]);
    assert_eq!(answer["after"]["all"]["down"], terminal["after"]["all"]["down"]);
    assert_eq!(answer["after"]["critical"]["down"], terminal["after"]["critical"]["down"]);
    let refs = |list: &serde_json::Value| -> Vec<String> {
        list.as_array().into_iter().flatten().map(|row| text(&row["entity"], "ref").to_owned()).collect()
    };
    let of_terminal: Vec<String> =
        rows(&terminal, "affected").iter().map(|row| text(row, "ref").to_owned()).collect();
    assert_eq!(refs(&answer["affected"]["nodes"]), of_terminal);
    assert_eq!(answer["owners"]["nodes"][0]["contacts"][0]["value"], "PSHOP");
    assert_eq!(answer["sparesLost"]["nodes"][0]["lost"][0]["ref"], "resource:default/adyen");
}

#[test]
fn graphql_takes_an_expression_and_tells_what_keeps_an_entity_up() {
    let world = shop();
    let server = Server::start(&world, "catalog.redb");
    let query = "{ impact(failWhere: \"name == 'stripe' || name == 'adyen'\", keep: \"checkout\") {
        failing { entity { ref } }
        keep { entity { ref } health smallestRemedy { needy { ref } needed { ref } } } } }";
    let answer = &server.ask(query)["impact"];
    let terminal = world.json("simulate --fail stripe adyen --keep checkout");
    let failing: Vec<&str> = rows(answer, "failing").iter().map(|row| text(&row["entity"], "ref")).collect();
    assert_eq!(failing, ["resource:default/adyen", "resource:default/stripe"]);
    assert_eq!(answer["keep"]["entity"]["ref"], terminal["keep"]["ref"]);
    assert_eq!(
        answer["keep"]["health"].as_str().map(str::to_lowercase).as_deref(),
        terminal["keep"]["health"].as_str()
    );
    assert_eq!(answer["keep"]["smallestRemedy"].is_null(), terminal["keep"]["smallestRemedy"].is_null());
    let wrong = json!({ "query": "{ impact(failWhere: \"name ==\") { revision } }" });
    let (_, refused) = server.request("POST", "/graphql", &wrong.to_string());
    assert!(refused.contains("ARGUMENT_INVALID"), "{refused}");
}
