//! What entities promise, against what their needs allow, asked at the terminal.

use std::sync::LazyLock;

use expect_test::{Expect, expect};

use crate::support::{World, rows, text};

const SHOP: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: shop }
spec:
  type: service
  lifecycle: production
  owner: group:shop
  slo: { availability: 99.95 }
  dependsOn: [component:cart]
  needs:
    - ref: component:search
      strength: soft
      expects: { availability: 99.99 }
    - anyOf: [resource:stripe, resource:adyen]
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: cart }
spec:
  type: service
  lifecycle: production
  owner: group:shop
  slo: { availability: 99.99 }
  dependsOn: [resource:mail, resource:disk]
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: search }
spec:
  type: service
  lifecycle: production
  owner: group:shop
  slo: { availability: 99.9 }
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: { name: stripe }
spec: { type: saas, owner: group:shop, slo: { availability: 99.9 } }
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: { name: adyen }
spec: { type: saas, owner: group:shop, slo: { availability: 99.5 } }
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: { name: mail }
spec: { type: saas, owner: group:shop, slo: { availability: 99.96 } }
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: { name: disk }
spec: { type: disk, owner: group:shop }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: shop }
spec: { type: team, children: [], members: [] }
";

/// One shop, whose commit is always the same.
static WORLD: LazyLock<World> = LazyLock::new(|| {
    let world = World::new();
    world.commit("acme/shop.git", [("catalog-info.yaml", SHOP)]);
    world.run("crawl acme").ends_with(0);
    world
});

#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check(question: &str, code: i32, expected: Expect) {
    let page = WORLD.run(question).ends_with(code);
    expected.assert_eq(&format!("$ catalog {question}\n\n{}", page.stdout));
}

#[test]
fn all_promises_worst_first() {
    check(
        "slo",
        0,
        expect![[r#"
        $ catalog slo

        6 entities of 6 promises in the catalog: 1 over what direct promises allow, 1 over what everything behind allows

          ENTITY            PROMISE  MINUTES  AT MOST    IF ALL COUNT  TAKEN  NEEDS  UNKNOWN  FINDINGS
          component:cart    99.99    4.3      ≤ 99.96    ≤ 99.96       400 %  2      1        promise-over-bound, external-eats-budget, need-without-extra-nine
          component:shop    99.95    21.6     ≤ 99.9895  ≤ 99.9495     21 %   5      1        expectation-over-promise, external-eats-budget, promise-over-closure, need-without-extra-nine
          component:search  99.9     43.2     –          –             0 %    0      0
          resource:adyen    99.5     216.0    –          –             0 %    0      0
          resource:mail     99.96    17.3     –          –             0 %    0      0
          resource:stripe   99.9     43.2     –          –             0 %    0      0

          SEVERITY  CODE                      ENTITY          MESSAGE                                                                                                        PLACE
          error     promise-over-bound        component:cart  promises 99.99, and what it hard-needs allows at most 99.96                                                    acme/shop:catalog-info.yaml:23
          warning   external-eats-budget      component:cart  `resource:default/mail` promises 99.96 and alone may take 400 % of the error budget of 4.3 minutes in 30 days  acme/shop:catalog-info.yaml:48
          warning   expectation-over-promise  component:shop  expects 99.99 of `component:default/search`, which promises 99.9                                               acme/shop:catalog-info.yaml:11
          warning   external-eats-budget      component:shop  `resource:default/mail` promises 99.96 and alone may take 80 % of the error budget of 21.6 minutes in 30 days  acme/shop:catalog-info.yaml:48
          warning   promise-over-closure      component:shop  promises 99.95, and what it hard-needs allows 99.9495 if each entity behind it counts                          acme/shop:catalog-info.yaml:8
          note      need-without-extra-nine   component:cart  1 of 1 direct promise that it rests on is below 99.999, one nine more than its own 99.99                       acme/shop:catalog-info.yaml:48
          note      need-without-extra-nine   component:shop  1 of 1 direct promise that it rests on is below 99.995, one nine more than its own 99.95                       acme/shop:catalog-info.yaml:23

        ≤: what promises nothing counts as perfect, so that it may be less
    "#]],
    );
}

#[test]
fn the_arithmetic_of_one_entity() {
    check(
        "slo shop",
        0,
        expect![[r#"
        $ catalog slo shop

        1 entity of 6 promises in the catalog: 0 over what direct promises allow, 1 over what everything behind allows

          ENTITY          PROMISE  MINUTES  AT MOST    IF ALL COUNT  TAKEN  NEEDS  UNKNOWN  FINDINGS
          component:shop  99.95    21.6     ≤ 99.9895  ≤ 99.9495     21 %   5      1        expectation-over-promise, external-eats-budget, promise-over-closure, need-without-extra-nine

          SEVERITY  CODE                      ENTITY          MESSAGE                                                                                                        PLACE
          warning   expectation-over-promise  component:shop  expects 99.99 of `component:default/search`, which promises 99.9                                               acme/shop:catalog-info.yaml:11
          warning   external-eats-budget      component:shop  `resource:default/mail` promises 99.96 and alone may take 80 % of the error budget of 21.6 minutes in 30 days  acme/shop:catalog-info.yaml:48
          warning   promise-over-closure      component:shop  promises 99.95, and what it hard-needs allows 99.9495 if each entity behind it counts                          acme/shop:catalog-info.yaml:8
          note      need-without-extra-nine   component:shop  1 of 1 direct promise that it rests on is below 99.995, one nine more than its own 99.95                       acme/shop:catalog-info.yaml:23

          component:shop promises 99.95   acme/shop:catalog-info.yaml:8 @ b5909708cb1e
            × 99.99     component:cart   acme/shop:catalog-info.yaml:23 @ b5909708cb1e
            × 99.96     resource:mail (behind, not if direct promises cover it)   acme/shop:catalog-info.yaml:48 @ b5909708cb1e
            × 100       1 that promises nothing: resource:disk
            × 99.9995   any of resource:adyen 99.5, resource:stripe 99.9, for component:shop
            = 99.9495   if each entity behind it counts (product), 99.9895 if only direct promises count (product)
            ! resource:mail alone: 17.3 minutes in 30 days, 80 % of the error budget

        ≤: what promises nothing counts as perfect, so that it may be less
    "#]],
    );
}

#[test]
fn a_gate_fails_where_a_promise_cannot_be_kept() {
    WORLD.run("slo --fail-on error").ends_with(1);
    WORLD.run("slo shop --fail-on warning").ends_with(1);
    WORLD.run("slo search --fail-on note").ends_with(0);
    WORLD.run("slo disk --fail-on note").ends_with(0);
}

#[test]
fn every_format_carries_the_same_rows() {
    let answer = WORLD.json("slo");
    let lines = WORLD.run("slo --format ndjson").ends_with(0).json_lines();
    assert_eq!(rows(&answer, "entities"), lines);
    let csv = WORLD.run("slo --format csv").ends_with(0);
    assert_eq!(csv.stdout.lines().count(), lines.len() + 1);
    assert_eq!(answer["promised"], 6);
    assert!(rows(&answer, "arithmetic").is_empty());
    let one = WORLD.json("slo shop");
    let required = rows(&rows(&one, "arithmetic")[0], "required");
    let mail = required.iter().find(|factor| factor["ref"] == "resource:default/mail").expect("it is needed");
    assert_eq!(mail["countsForUpper"], false);
    assert_eq!(text(&mail["promise"]["place"], "path"), "catalog-info.yaml");
}

#[test]
fn what_is_asked_wrongly_is_said() {
    WORLD.run("slo shpo").ends_with(2).says(&["entity `shpo` is not in the catalog", "`component:shop`"]);
    WORLD.run("slo --factoring-entities-max 21").ends_with(64).says(&["0..=20"]);
    WORLD.run("slo --fail-on sometimes").ends_with(64);
    let inexact = WORLD.json("slo --factoring-entities-max 0");
    assert_eq!(inexact["inexact"], 0, "nothing is shared here");
}
