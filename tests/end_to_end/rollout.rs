//! Rollouts, asked at the terminal and over GraphQL.

use std::sync::LazyLock;

use expect_test::{Expect, expect};
use serde_json::json;

use crate::support::{Server, World, rows, schema, text};

const STORE: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: { name: north }
spec: { type: cell, owner: platform }
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: { name: south }
spec: { type: cell, owner: platform }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: till }
spec: { type: service, lifecycle: production, owner: shop, tier: 0, consumesApis: [orders], deployedTo: [resource:north, resource:south] }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: report }
spec: { type: job, lifecycle: production, owner: books, tier: 4, consumesApis: [orders] }
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: { name: orders }
spec: { type: openapi, lifecycle: production, owner: orders, definition: '-' }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: order-service }
spec: { type: service, lifecycle: production, owner: orders, tier: 2, providesApis: [orders], deployedTo: [resource:north, resource:south] }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: shop }
spec: { type: team, children: [], profile: { email: shop@store.example } }
";

/// A till in two cells, which rests on a service that is less critical than it.
static WORLD: LazyLock<World> = LazyLock::new(|| {
    let world = World::new();
    world.commit("store/orders.git", [("catalog-info.yaml", STORE)]);
    world.run("crawl store").ends_with(0);
    world
});

#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check(question: &str, code: i32, expected: Expect) {
    let page = WORLD.run(question).ends_with(code);
    expected.assert_eq(&format!("{}{}", page.stdout, page.stderr));
}

#[test]
fn the_page_of_a_rollout() {
    check("rollout order-service", 0, expect![""]);
    check("rollout order-service --order dependencies-first --format markdown", 0, expect![""]);
}

#[test]
fn the_roots_alone_are_asked_for() {
    check("rollout till report --only --max-wave 1 --format csv", 0, expect![""]);
}

#[test]
fn what_cannot_be_answered_is_said() {
    check("rollout order-servise", 2, expect![""]);
    WORLD.run("rollout").ends_with(64);
    WORLD.run("rollout till --max-wave 0").ends_with(64);
    WORLD.run("rollout till --order sideways").ends_with(64);
    WORLD.run("rollout till --format svg").ends_with(64);
}

#[test]
fn json_is_as_its_schema_promises() {
    for question in
        ["rollout order-service", "rollout till --only", "rollout orders --order dependencies-first"]
    {
        assert_eq!(schema::breaches("rollout", &WORLD.json(question)), Vec::<String>::new(), "{question}");
    }
}

#[test]
fn graphql_answers_the_same() {
    let server = Server::start(&WORLD, "catalog.redb");
    let asked = server.ask(
        "{ rollout(refs: [\"order-service\"]) { total critical unowned order exact unknown { text } \
             waves { totalCount nodes { number place { ref } atStake { ref } reasons why critical \
               owners { nodes { owner { ref } affected } } \
               entries { nodes { ref place { ref } dependents reason reasonEntity { ref } why } } } } \
             owners { nodes { owner { ref } firstWave entities contact { value } } } } \
           next: rollout(refs: [\"till\", \"nobody\"], only: true, waveMax: 1, order: DEPENDENCIES_FIRST) { \
             total unknown { text } waves(first: 1) { totalCount nodes { number } } } }",
    );
    let told = WORLD.json("rollout order-service");
    let rollout = &asked["rollout"];
    assert_eq!(rollout["total"], told["total"]);
    assert_eq!(rollout["order"], "DEPENDENTS_FIRST");
    let waves = rows(&told, "waves");
    assert_eq!(rollout["waves"]["totalCount"], waves.len());
    for (wave, told) in rows(&rollout["waves"], "nodes").iter().zip(waves) {
        assert_eq!((&wave["why"], &wave["number"]), (&told["why"], &told["number"]));
        assert_eq!(wave["atStake"]["ref"], told["atStake"]["ref"]);
        assert_eq!(wave["place"].get("ref"), told.get("place").filter(|place| !place.is_null()));
        let entries = rows(&wave["entries"], "nodes");
        assert_eq!(entries.len(), rows(told, "entries").len());
        for (entry, told) in entries.iter().zip(rows(told, "entries")) {
            assert_eq!((text(entry, "ref"), text(entry, "why")), (text(told, "ref"), text(told, "why")));
            assert_eq!(entry["dependents"], told["dependents"]);
        }
    }
    let owners = rows(&rollout["owners"], "nodes");
    assert_eq!(owners.len(), rows(&told, "owners").len());
    assert_eq!(asked["next"]["total"], 1);
    assert_eq!(asked["next"]["unknown"], json!([{"text": "nobody"}]));
    assert_eq!(asked["next"]["waves"], json!({"totalCount": 2, "nodes": [{"number": 1}]}));
}
