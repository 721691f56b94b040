//! Who answers, in the worst hour: by a rough name, by an address, and all on one screen.

use crate::support::{World, rows, schema, text};

const SHOP: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: payment-service
  annotations:
    pagerduty.com/service-id: PPAY01
    catalog/dashboard: https://dash.example.com/pay
    pagerduty.com/integration-key: very-secret
  links:
    - {url: 'https://run.example.com/pay', title: Runbook, type: runbook}
spec: {type: service, lifecycle: production, owner: payments, tier: 1, dependsOn: [resource:ledger]}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata:
  name: ledger
  annotations: {catalog/on-call: night shift}
spec: {type: database, owner: silent}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: payments}
spec: {type: team, children: [], members: [ann], profile: {email: payments@example.com}}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: silent}
spec: {type: team, children: [], members: [ann], parent: payments}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ann}
spec: {memberOf: [], profile: {email: ann@example.com}}
";

fn shop() -> World {
    let world = World::new();
    world.commit(
        "git.example.com/acme/shop",
        [("catalog-info.yaml", SHOP), ("CODEOWNERS", "/src/ @acme/payments\n"), ("src/a.rs", "")],
    );
    world.run("crawl git.example.com/acme/shop --id git.example.com/acme/shop").ends_with(0);
    world
}

#[test]
fn everything_that_is_needed_at_night_is_on_one_screen() {
    let world = shop();
    let page = world.run("owner ledger").ends_with(0);
    for expected in [
        "resource:ledger is owned by group:silent",
        "on-call night shift",
        "no contact is known; next is group:payments, members: user:ann email ann@example.com",
        "parent of group:silent",
        "email payments@example.com",
        "needed by",
        "1 entity, 1 critical: component:payment-service (tier 1)",
        "declared group:silent at git.example.com/acme/shop:catalog-info.yaml:18",
        " ago",
    ] {
        assert!(page.stdout.contains(expected), "`{expected}` is missing:\n{page}");
    }
    assert!(page.stdout.lines().count() <= 24, "it is one screen:\n{page}");
    let answer = world.json("owner ledger");
    assert_eq!(schema::breaches("owner", &answer), [""; 0]);
    assert_eq!(rows(&answer, "escalation")[1]["fallback"], "group:default/payments");
    let markdown = world.run("owner ledger --format markdown").ends_with(0);
    assert!(markdown.stdout.starts_with("## resource:ledger is owned by group:silent"), "{markdown}");
}

#[test]
fn a_rough_name_is_taken_where_it_means_one_and_said() {
    let world = shop();
    let page = world.run("owner paymnt-service").ends_with(0);
    assert!(page.stdout.starts_with("read `paymnt-service` as component:payment-service\n"), "{page}");
    for expected in ["runbook https://run.example.com/pay", "dashboard https://dash.example.com/pay"] {
        assert!(page.stdout.contains(expected), "`{expected}` is missing:\n{page}");
    }
    assert!(!page.stdout.contains("very-secret"), "{page}");
    let answer = world.json("owner payment-service");
    assert!(answer["readFrom"].is_null());
    assert!(!answer.to_string().contains("very-secret"), "{answer:#}");
    world.run("owner quite-another-thing").ends_with(2).says(&["is not in the catalog"]);
    world.commit(
        "more",
        [(
            "catalog-info.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: payment-worker}\nspec: {type: job, lifecycle: production, owner: payments}\n",
        )],
    );
    world.run("crawl more").ends_with(0);
    world.run("owner payment").ends_with(2).says(&[
        "hint: say which: ",
        "`component:payment-service`",
        "`component:payment-worker`",
    ]);
}

#[test]
fn an_address_is_a_repository_or_a_path_of_it() {
    let world = shop();
    for address in ["https://git.example.com/acme/shop.git", "git@git.example.com:acme/shop.git"] {
        let answer = world.json(&format!("owner {address}"));
        assert_eq!(text(&answer, "ref"), "resource:repository/git.example.com/acme/shop");
        assert_eq!(text(&answer, "readFrom"), address);
    }
    let answer = world.json("owner https://git.example.com/acme/shop/blob/main/src/a.rs#L3");
    assert_eq!(schema::breaches("owner-path", &answer), [""; 0]);
    assert_eq!(text(&answer, "path"), "src/a.rs");
    assert_eq!(rows(&answer, "escalation")[0]["ref"], "group:default/payments");
    world
        .run("owner https://git.example.com/acme/other")
        .ends_with(2)
        .says(&["no repository of the catalog"]);
}
