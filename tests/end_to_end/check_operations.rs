//! `catalog check`: operations of APIs that a change removes or alters, and who calls them.

use expect_test::{Expect, expect};
use serde_json::Value;

use crate::support::World;

const ORDERS: &str = "\
apiVersion: backstage.io/v1alpha1
kind: API
metadata: { name: orders }
spec:
  type: openapi
  lifecycle: production
  owner: group:shop
  definition: { $text: ./openapi.yaml }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: shop }
spec: { type: team, children: [] }
";

/// Three consumers: one says that it reads single orders, one that it lists them, one does not say.
const CONSUMERS: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: reader }
spec:
  type: service
  lifecycle: production
  owner: group:shop
  consumesApis: [orders]
  needs: [{ ref: api:orders, endpoint: 'GET /orders/{id}' }]
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: lister }
spec:
  type: service
  lifecycle: production
  owner: group:shop
  consumesApis: [orders]
  needs: [{ ref: api:orders, endpoint: 'GET /orders' }]
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: silent }
spec: { type: service, lifecycle: production, owner: group:shop, consumesApis: [orders] }
";

const OPENAPI: &str = "\
openapi: 3.0.3
info: { title: Orders, version: '1' }
paths:
  /orders:
    get:
      responses: { '200': { description: all } }
  /orders/{id}:
    get:
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: one } }
";

/// What the check finds about operations after the definition became another one.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &Expect) {
    let world = World::new();
    world.commit("acme/orders", [("catalog-info.yaml", ORDERS), ("openapi.yaml", OPENAPI)]);
    world.commit("acme/use", [("catalog-info.yaml", CONSUMERS)]);
    world.run("crawl acme").ends_with(0);
    world.commit("acme/orders", files.iter().copied());
    let store = world.text("catalog.redb");
    let mut command = world.command("check --base HEAD~1 --format json".split_whitespace());
    let run = world.finish(command.current_dir(world.path("acme/orders")).env("CATALOG_STORE", store));
    let report = run.ends_with(0).json();
    let mut shown = String::new();
    for finding in report["findings"].as_array().expect("there is a list") {
        let rule = finding["rule"].as_str().unwrap_or_default();
        if rule.starts_with("operation") || rule == "diagnostic-opened" {
            let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
            let line = &finding["place"]["line"];
            let concerns: Vec<&str> = finding["concerns"]
                .as_array()
                .map(|all| all.iter().filter_map(Value::as_str).collect())
                .unwrap_or_default();
            shown.push_str(&format!(
                "{} {rule} {} at line {line}: {concerns:?}\n",
                text("effect"),
                text("message")
            ));
        }
    }
    expected.assert_eq(&shown);
}

#[test]
fn an_operation_that_is_removed_concerns_who_may_call_it() {
    let without = OPENAPI.split("  /orders/{id}:").next().expect("there is a beginning");
    check(
        &[("openapi.yaml", without)],
        &expect![[r#"
            warn operation-removed `GET /orders/{id}` of `api:orders` is removed; `component:reader` says that it calls it; `component:silent` may call it, since it does not say what it calls at line 9: ["component:default/reader", "component:default/silent"]
        "#]],
    );
}

#[test]
fn a_required_parameter_breaks_who_calls_the_operation() {
    let demanding = OPENAPI.replace(
        "    get:\n      responses: { '200': { description: all } }",
        "    get:\n      parameters: [{ name: page, in: query, required: true, schema: { type: integer } }]\n      responses: { '200': { description: all } }",
    );
    check(
        &[("openapi.yaml", &demanding)],
        &expect![[r#"
            inform operation-changed `GET /orders` of `api:orders` breaks who calls it: the required query parameter `page` was added to `GET /orders`; `component:lister` says that it calls it; `component:silent` may call it, since it does not say what it calls at line 6: ["component:default/lister", "component:default/silent"]
        "#]],
    );
}

#[test]
fn what_is_added_or_has_moved_breaks_nobody() {
    let more =
        format!("{OPENAPI}  /refunds:\n    get:\n      responses: {{ '200': {{ description: all }} }}\n");
    check(&[("openapi.yaml", &more)], &expect![[""]]);
    let moved = ORDERS.replace("./openapi.yaml", "./api/v1.yaml");
    check(
        &[("catalog-info.yaml", &moved), ("api/v1.yaml", OPENAPI), ("openapi.yaml", "nothing: here\n")],
        &expect![[""]],
    );
}

#[test]
fn a_definition_that_cannot_be_read_is_never_called_fine() {
    check(
        &[("openapi.yaml", "openapi: 3.0.3\npaths: [\n")],
        &expect![[r#"
            inform diagnostic-opened not all operations could be compared: unclosed bracket '[' at line 2: []
        "#]],
    );
}
