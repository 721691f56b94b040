//! One service of which several files speak, each in its own terms, as one entity.

use expect_test::{Expect, expect};

use crate::support::{World, rows, text};

const DESCRIPTOR: &str = "apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: core-payments
  annotations: { pagerduty.com/service-id: PABC123 }
spec:
  type: service
  lifecycle: production
  owner: payments
  tier: 1
  dependsOn: [resource:ledger-db]
";
const OPSLEVEL: &str = "version: 1
service:
  name: Core Payments
  tier: tier_2
  owner: payments_team
  aliases: [cart]
";
const DATADOG: &str = "schema-version: v2.2
dd-service: core-payments
team: billing
extensions: { catalog: { dataClass: [pii] } }
";
const COMPASS: &str = "configVersion: 1
id: ari:cloud:compass:c:component/w/1
name: shop
ownerId: ari:cloud:identity::team/5406
relationships:
  DEPENDS_ON: [ari:cloud:compass:c:component/w/2, ari:cloud:compass:c:component/w/9]
";
const COMPASS_OF_PAYMENTS: &str = "configVersion: 1
id: ari:cloud:compass:c:component/w/2
name: core-payments
ownerId: null
";
const COMPOSE: &str = "services:
  core-payments: { build: ., depends_on: [redis] }
  redis: { image: redis:7 }
";
const TEAM: &str = "apiVersion: backstage.io/v1alpha1
kind: Group
metadata:
  name: payments
  title: Payments Team
  annotations: { github.com/team-slug: acme/pay }
spec: { type: team, profile: { email: pay@acme.example }, children: [], members: [ann] }
";

fn organisation() -> World {
    let world = World::new();
    world.commit(
        "acme/pay.git",
        [
            ("catalog-info.yaml", DESCRIPTOR),
            ("opslevel.yml", OPSLEVEL),
            ("service.datadog.yaml", DATADOG),
            ("compass.yml", COMPASS_OF_PAYMENTS),
            ("compose.yaml", COMPOSE),
            ("CODEOWNERS", "* @acme/pay\n"),
        ],
    );
    world.commit("acme/shop.git", [("compass.yml", COMPASS)]);
    world.commit("acme/teams.git", [("catalog-info.yaml", TEAM)]);
    world.run("crawl acme").ends_with(0);
    world
}

#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check(world: &World, words: &str, expected: Expect) {
    let run = world.run(words).ends_with(0);
    // Commits are made anew by each test, at the time of the test.
    let lines = run.stdout.lines().map(|line| line.split(" @ ").next().unwrap_or_default().trim_end());
    expected.assert_eq(&lines.map(|line| format!("{line}\n")).collect::<String>());
}

#[test]
fn declarations_lie_side_by_side() {
    check(
        &organisation(),
        "show core-payments --declarations",
        expect![[r#"
        component:core-payments

          SAYS SO    NAME                                                               OWNER           TYPE       LIFECYCLE   TIER  TITLE          NOTE  STATED AT
          catalog    component:core-payments                                            group:payments  service    production  1     Core Payments        the strongest of the following
          backstage  component:core-payments                                            group:payments  service    production  1     –                    acme/pay:catalog-info.yaml:4
          compass    component:core-payments (ari:cloud:compass:c:component/w/2)        –               –          –           –     –                    acme/pay:compass.yml:3
          opslevel   component:core-payments (service:core_payments)                    group:payments  service    –           2     Core Payments        acme/pay:opslevel.yml:3
          datadog    component:core-payments (service:core-payments)                    group:billing   service    –           –     –                    acme/pay:service.datadog.yaml:2
          compose    component:acme.pay.f64c356e/core-payments (compose:core-payments)  –               container  –           –     –                    acme/pay:compose.yaml:2
          path-rule  –                                                                  group:payments  –          –           –     –                    acme/pay:CODEOWNERS:1
    "#]],
    );
}

#[test]
fn every_name_leads_to_the_one_entity() {
    let world = organisation();
    let expected = world.json("show component:core-payments");
    for name in [
        "core-payments",
        "component:cart",
        "core_payments",
        "component:default/ari:cloud:compass:c:component/w/2",
    ] {
        assert_eq!(world.json(&format!("show {name}"))["ref"], expected["ref"], "{name}");
    }
    let reach = world.json("blast-radius core-payments");
    assert_eq!(text(&rows(&reach, "affected")[0], "ref"), "component:default/shop", "{reach:#}");
    let field = |name: &str| expected[name].clone();
    assert_eq!(
        (field("tier"), field("lifecycle"), field("owner")),
        (1.into(), "production".into(), "group:default/payments".into(),)
    );
    assert_eq!(field("dataClasses"), serde_json::json!(["pii"]));
}

#[test]
fn files_that_disagree_about_the_owner_are_a_gap_with_both_places() {
    check(
        &organisation(),
        "gaps --code owner-conflict",
        expect![[r#"
              SEVERITY  CODE            ENTITY                   MESSAGE                                                                                                                                         PLACE
              warning   owner-conflict  component:core-payments  `component:core-payments` declares the owner `group:payments`, but `service.datadog.yaml` names `group:billing`, and no manifest declares them  acme/pay:catalog-info.yaml:9

            1 gap: 1 warning

              3 repositories: 3 with a catalog manifest, 0 without, and all could be read
              owned 2 of 2 entities (100%), 1 of them by somebody declared; 0 by nobody
        "#]],
    );
}

#[test]
fn the_identity_table_says_what_no_file_can() {
    let world = organisation();
    let owner = |world: &World, of: &str| world.json(&format!("owner {of}"))["owner"].clone();
    assert_eq!(owner(&world, "shop"), "group:default/ari:cloud:identity::team/5406");
    world.write(
        "catalog.toml",
        "[[identity]]\nentity = \"group:payments\"\nnames = [\"ari:cloud:identity::team/5406\", \"billing\"]\n",
    );
    assert_eq!(owner(&world, "shop"), "group:default/payments");
    let gaps = world.json("gaps --code owner-conflict");
    assert_eq!(rows(&gaps, "gaps").len(), 0, "{gaps:#}");
    world.write("catalog.toml", "[[identity]]\nentity = \"payments\"\nnames = []\n");
    world.run("owner shop").ends_with(64).says(&["`payments`", "the kind is missing"]);
}

#[test]
fn what_runs_is_seen_and_never_asked_for_an_owner() {
    let world = organisation();
    let show = world.json("show core-payments");
    let runs = rows(&show, "relations").iter().find(|row| row["class"] == "deployed");
    let redis = text(runs.expect("compose says what it needs"), "ref").to_owned();
    assert!(redis.starts_with("resource:acme.pay."), "{redis}");
    assert_eq!(world.json(&format!("show {redis}"))["standing"], "evidence");
    assert_eq!(world.json(&format!("blast-radius {redis}"))["total"], 0);
    let gaps = world.json("gaps");
    assert!(rows(&gaps, "gaps").iter().all(|gap| !text(gap, "ref").contains("redis")), "{gaps:#}");
}
