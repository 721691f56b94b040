//! A small fixed organisation, and every question that can be asked of it.

use std::sync::LazyLock;

use expect_test::Expect;

use crate::support::{World, rows, text};

/// A payment team's catalog: three repositories that show a little of everything.
const PAYMENTS: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: payments
  title: Payments
  description: Takes the money
  tags: [rust, pci]
  annotations:
    pagerduty.com/service-id: PPAY01
spec:
  type: service
  lifecycle: production
  tier: 1
  owner: group:payments
  system: money
  dependsOn: [component:ledger]
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata:
  name: payments
spec:
  type: team
  profile:
    email: payments@example.com
  children: []
  members: [ada]
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata:
  name: ada
spec:
  memberOf: [payments]
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata:
  name: money
spec:
  owner: payments
";

const LEDGER: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ledger
spec:
  type: service
  lifecycle: production
  owner: group:payments
";

const SHOP: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop
spec:
  type: website
  lifecycle: production
  needs:
    - ref: component:payments
      strength: soft
  dependsOn: [resource:cdn]
";

/// Crawled once for all tests, which only ask.
pub(crate) static WORLD: LazyLock<World> = LazyLock::new(world);

pub(crate) fn world() -> World {
    let world = World::new();
    world.commit(
        "acme/payments.git",
        [("catalog-info.yaml", PAYMENTS), (".github/CODEOWNERS", "* @acme/payments\n/docs/ @ada\n")],
    );
    world.commit("acme/ledger.git", [("catalog-info.yaml", LEDGER)]);
    world.commit("acme/shop.git", [("catalog-info.yaml", SHOP)]);
    world.commit("acme/scratch.git", [("README.md", "nothing here")]);
    world.run("crawl acme").ends_with(0);
    world
}

/// The questions that can be asked of the world, with the schema of each answer.
pub(crate) const QUESTIONS: [(&str, &str); 14] = [
    ("show", "show payments"),
    ("list", "list --kind component"),
    ("search", "search pay"),
    ("owner", "owner payments"),
    ("owner-path", "owner --repository acme/payments docs/a.md"),
    ("owner-all-paths", "owner --repository acme/payments --all-paths"),
    ("blast-radius", "blast-radius ledger"),
    ("need-path", "blast-radius ledger --path-to shop"),
    ("slo", "slo shop"),
    ("rank", "rank"),
    ("rollout", "rollout ledger"),
    ("gaps", "gaps"),
    ("diagnostics", "diagnostics"),
    ("status", "status"),
];

#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
pub(crate) fn check(question: &str, expected: Expect) {
    let page = WORLD.run(question).ends_with(0);
    let mut shown = format!("$ catalog {question}\n\n{}", page.stdout);
    // Times are those of the test.
    for row in rows(&WORLD.json("status"), "repositories") {
        shown = shown.replace(text(row, "observedAt"), "<now>");
    }
    expected.assert_eq(&shown);
}
