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
    check(
        "rollout order-service",
        0,
        expect![[r#"
            4 entities change in 5 waves: 1 critical, 3 owners to inform, 0 unowned

            a wave begins when the one before has shown that it works; what is needed changes behind what needs it, so that as little as possible rests on what changes early

              WAVE  IN              ENTITIES  CRITICAL  TIER AT STAKE  INFORM        WHY
              1     –               1         0         4              group:books   nothing has to change before these, and the least is at stake: tier 4
              2     resource:north  1         1         0              group:shop    more is at stake than in the wave before: component:till of tier 0
              3     resource:south  1         1         0              group:shop    one failure domain at a time: resource:north has changed
              4     resource:north  2         0         0              group:orders  what needs these has changed before
              5     resource:south  1         0         0              group:orders  one failure domain at a time: resource:north has changed

              WAVE  ENTITY                   IN              TIER  DEPENDENTS  OWNER         WHY
              1     component:report         –               4     0           group:books   nothing has to change before it
              2     component:till           resource:north  0     0           group:shop    waits for what has less at stake: it is of tier 0
              3     component:till           resource:south  0     0           group:shop    waits for what has less at stake: it is of tier 0; after the same in resource:north
              4     component:order-service  resource:north  2     3           group:orders  after component:till, which needs it
              4     api:orders               –               –     2           group:orders  with component:order-service, which provides it
              5     component:order-service  resource:south  2     3           group:orders  after component:till, which needs it; after the same in resource:north

              OWNER         ENTITIES  FROM WAVE  INFORM BY
              group:books   1         1          –
              group:shop    1         2          email shop@store.example
              group:orders  2         4          –
        "#]],
    );
    check(
        "rollout order-service --order dependencies-first --format markdown",
        0,
        expect![[r#"
            ## 4 entities change in 5 waves: 1 critical, 3 owners to inform, 0 unowned

            a wave begins when the one before has shown that it works; what is needed changes before what needs it, so that it is there when dependents begin to use it

            | wave | in | entities | critical | tier at stake | inform | why |
            | --- | --- | --- | --- | --- | --- | --- |
            | 1 | resource:north | 1 | 0 | 0 | group:orders | nothing has to change before these, and the least is at stake: tier 0 |
            | 2 | resource:south | 2 | 0 | 0 | group:orders | one failure domain at a time: resource:north has changed |
            | 3 | – | 1 | 0 | 4 | group:books | what these need has changed before |
            | 4 | resource:north | 1 | 1 | 0 | group:shop | more is at stake than in the wave before: component:till of tier 0 |
            | 5 | resource:south | 1 | 1 | 0 | group:shop | one failure domain at a time: resource:north has changed |

            | wave | entity | in | tier | dependents | owner | why |
            | --- | --- | --- | --- | --- | --- | --- |
            | 1 | component:order-service | resource:north | 2 | 3 | group:orders | nothing has to change before it |
            | 2 | component:order-service | resource:south | 2 | 3 | group:orders | nothing has to change before it; after the same in resource:north |
            | 2 | api:orders | – | – | 2 | group:orders | with component:order-service, which provides it |
            | 3 | component:report | – | 4 | 0 | group:books | after component:order-service, which it needs |
            | 4 | component:till | resource:north | 0 | 0 | group:shop | after component:order-service, which it needs |
            | 5 | component:till | resource:south | 0 | 0 | group:shop | after component:order-service, which it needs; after the same in resource:north |

            | owner | entities | from wave | inform by |
            | --- | --- | --- | --- |
            | group:orders | 2 | 1 | – |
            | group:books | 1 | 3 | – |
            | group:shop | 1 | 4 | email shop@store.example |
        "#]],
    );
}

#[test]
fn the_roots_alone_are_asked_for() {
    check(
        "rollout till report --only --max-wave 1 --format csv",
        0,
        expect![[r#"
        wave,entity,in,tier,dependents,owner,why
        1,component:report,–,4,0,group:books,nothing has to change before it
        2,component:till,resource:north,0,0,group:shop,waits for what has less at stake: it is of tier 0
        3,component:till,resource:south,0,0,group:shop,waits for what has less at stake: it is of tier 0; after the same in resource:north
    "#]],
    );
}

#[test]
fn what_cannot_be_answered_is_said() {
    check(
        "rollout order-servise",
        2,
        expect![[r#"
        error: entity `order-servise` is not in the catalog
        hint: did you mean `component:order-service`?
    "#]],
    );
    WORLD.run("rollout").ends_with(64);
    WORLD.run("rollout till --max-wave 0").ends_with(64);
    WORLD.run("rollout till --order sideways").ends_with(64);
    WORLD.run("rollout till --format svg").ends_with(64);
}

#[test]
fn json_is_as_its_schema_promises() {
    for question in
        ["rollout order-service", "rollout till --only", "rollout api:orders --order dependencies-first"]
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
