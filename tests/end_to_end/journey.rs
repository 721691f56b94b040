//! Journeys and responsibilities, asked at the terminal and over GraphQL.

use std::sync::LazyLock;

use expect_test::{Expect, expect};
use serde_json::json;

use crate::support::{Server, World, rows, schema, text};

const BANK: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: loan-gateway
  annotations: { pagerduty.com/service-id: PGATE }
spec:
  type: gateway
  lifecycle: production
  owner: infrastructure
  tier: 1
  slo: { availability: 99.9 }
  dependsOn: [component:loan-desk]
  responsibilities: { objectives: lending, breakingChanges: [architecture, user:ann] }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: loan-desk }
spec:
  type: service
  lifecycle: production
  owner: lending
  slo: { availability: 99.5 }
  consumesApis: [loan-rules]
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: { name: loan-rules }
spec: { type: openapi, lifecycle: production, owner: security, definition: '-' }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: rule-engine }
spec:
  type: service
  lifecycle: production
  owner: security
  slo: { availability: 99.99 }
  providesApis: [loan-rules]
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: lending }
spec: { type: team, children: [], profile: { email: lending@bank.example } }
";

const SETTINGS: &str = "\
[[journey]]
name = \"taking a loan\"
from = \"component:loan-gateway\"
to = \"component:rule-engine\"

[[journey]]
name = \"paying back\"
hops = [\"component:loan-gateway\", \"component:ledger\", \"component:loan-desk\"]
owner = \"lending\"
";

/// A bank whose loan gateway nobody answers for as a whole.
static WORLD: LazyLock<World> = LazyLock::new(|| {
    let world = World::new();
    world.commit("bank/loans.git", [("catalog-info.yaml", BANK)]);
    world.write("catalog.toml", SETTINGS);
    world.run("crawl bank").ends_with(0);
    world
});

#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check(question: &str, code: i32, expected: Expect) {
    let page = WORLD.run(question).ends_with(code);
    expected.assert_eq(&format!("{}{}", page.stdout, page.stderr));
}

#[test]
fn the_loan_gateway_is_followed_hop_by_hop() {
    check(
        "journey loan-gateway rule-engine",
        0,
        expect![[r#"
            4 hops, 3 teams, 2 handovers; nobody answers for the whole: no single accountable owner

              HOP  ENTITY                  TYPE     TIER  OWNER                 NEED  PROMISES            REACHED BY
              0    component:loan-gateway  gateway  1     group:infrastructure  –     availability 99.9   on-call PGATE
              1    component:loan-desk     service  –     ⇒ group:lending       hard  availability 99.5   email lending@bank.example
              2    api:loan-rules          openapi  –     ⇒ group:security      hard  –                   –
              3    component:rule-engine   service  –     group:security        hard  availability 99.99  –

              TEAM                  HOPS
              group:security        2
              group:infrastructure  1
              group:lending         1

            as promised, 99.3906 percent available: the product of 3 promises

            owned because

              component:loan-gateway: declared group:infrastructure at bank/loans:catalog-info.yaml:9 @ 46280ae77b33
              component:loan-desk: declared group:lending at bank/loans:catalog-info.yaml:21 @ 46280ae77b33
              api:loan-rules: declared group:security at bank/loans:catalog-info.yaml:28 @ 46280ae77b33
              component:rule-engine: declared group:security at bank/loans:catalog-info.yaml:36 @ 46280ae77b33

            ⇒ a handover: another team answers than for the hop before
        "#]],
    );
    check(
        "journey loan-gateway rule-engine --format markdown",
        0,
        expect![[r#"
            ## 4 hops, 3 teams, 2 handovers; nobody answers for the whole: no single accountable owner

            | hop | entity | type | tier | owner | need | promises | reached by |
            | --- | --- | --- | --- | --- | --- | --- | --- |
            | 0 | component:loan-gateway | gateway | 1 | group:infrastructure | – | availability 99.9 | on-call PGATE |
            | 1 | component:loan-desk | service | – | ⇒ group:lending | hard | availability 99.5 | email lending@bank.example |
            | 2 | api:loan-rules | openapi | – | ⇒ group:security | hard | – | – |
            | 3 | component:rule-engine | service | – | group:security | hard | availability 99.99 | – |

            | team | hops |
            | --- | --- |
            | group:security | 2 |
            | group:infrastructure | 1 |
            | group:lending | 1 |

            as promised, 99.3906 percent available: the product of 3 promises

            owned because

            - component:loan-gateway: declared group:infrastructure at bank/loans:catalog-info.yaml:9 @ 46280ae77b33
            - component:loan-desk: declared group:lending at bank/loans:catalog-info.yaml:21 @ 46280ae77b33
            - api:loan-rules: declared group:security at bank/loans:catalog-info.yaml:28 @ 46280ae77b33
            - component:rule-engine: declared group:security at bank/loans:catalog-info.yaml:36 @ 46280ae77b33

            ⇒ a handover: another team answers than for the hop before
        "#]],
    );
}

#[test]
fn declared_journeys_are_listed_and_looked_into() {
    check(
        "journey",
        0,
        expect![[r#"
          JOURNEY        HOPS  TEAMS  ACCOUNTABLE    WHY                          DECLARED AT
          taking a loan  4     3      nobody         no single accountable owner  settings
          paying back    3     2      group:lending  owns the journey itself      settings

        2 journeys, 1 without a single accountable owner
    "#]],
    );
    check(
        "journey paying-off",
        2,
        expect![[r#"
        error: no journey is called `paying-off`, and entity `paying-off` is not in the catalog
        hint: the journeys are: `taking a loan`, `paying back`
        hint: for a way between entities name two or more, as in `catalog journey component:a resource:z`
    "#]],
    );
    check(
        "journey loan-desk",
        2,
        expect![[r#"
        error: `component:loan-desk` declares no `spec.journey`
        hint: the journeys are: `taking a loan`, `paying back`
        hint: for a way between entities name two or more, as in `catalog journey component:a resource:z`
    "#]],
    );
    let found = WORLD.run_with(["journey", "Paying back", "--format", "csv"]).ends_with(0);
    assert_eq!(WORLD.run("journey paying-back --format csv").ends_with(0).stdout, found.stdout);
    expect![[r#"
        hop,entity,type,tier,owner,need,promises,reached_by
        0,component:loan-gateway,gateway,1,group:infrastructure,–,availability 99.9,on-call PGATE
        1,component:ledger,–,–,not known,unknown,–,–
        2,component:loan-desk,service,–,group:lending,unknown,availability 99.5,email lending@bank.example
    "#]]
    .assert_eq(&found.stdout);
}

#[test]
fn everything_behind_an_api_is_listed_by_distance() {
    check(
        "journey --behind api:loan-rules --max-depth 3",
        0,
        expect![[r#"
            2 hops, 1 team, 0 handovers; group:security answers for the whole: it owns every hop

              HOP  ENTITY                 TYPE     TIER  OWNER           NEED  PROMISES            REACHED BY
              0    api:loan-rules         openapi  –     group:security  –     –                   –
              1    component:rule-engine  service  –     group:security  hard  availability 99.99  –

              TEAM            HOPS
              group:security  2

            as promised, 99.9900 percent available: the product of 1 promise

            owned because

              api:loan-rules: declared group:security at bank/loans:catalog-info.yaml:28 @ 46280ae77b33
              component:rule-engine: declared group:security at bank/loans:catalog-info.yaml:36 @ 46280ae77b33
        "#]],
    );
}

#[test]
fn what_one_fails_on_sets_the_exit_code() {
    let check = |question: &str, code: i32| {
        WORLD.run(question).ends_with(code);
    };
    check("journey loan-gateway rule-engine --fail-on unaccountable", 1);
    check("journey loan-gateway rule-engine --fail-on unowned,no-way", 0);
    check("journey rule-engine loan-gateway --fail-on no-way", 1);
    check("journey --fail-on unaccountable", 1);
    check("journey --fail-on unowned", 1);
    check("journey --behind api:loan-rules --fail-on unaccountable", 0);
    check("journey no-such-thing loan-desk", 2);
    check("journey --max-depth 3", 64);
    check("journey a --behind b", 64);
}

#[test]
fn a_journey_that_nobody_answers_for_is_a_gap() {
    check(
        "gaps --code journey-unowned --fail-on error",
        1,
        expect![[r#"
              SEVERITY  CODE             ENTITY                 MESSAGE                                                                                                                                          PLACE
              error     journey-unowned  journey:taking-a-loan  journey `taking a loan` of 4 hops has no single accountable owner: `group:infrastructure`, `group:lending` and `group:security` each own a part

            1 gap: 1 error

              1 repository: 1 with a catalog manifest, 0 without, and all could be read
              owned 4 of 4 entities (100%), 1 of them by somebody declared; 0 by nobody
        "#]],
    );
}

#[test]
fn a_journey_that_makes_no_sense_is_said_with_its_place() {
    let world = World::new();
    world.write("catalog.toml", "[[journey]]\nname = \"round\"\nhops = [\"component:a\", \"component:a\"]\n");
    let run = world.run("journey").ends_with(64);
    run.says(&["line 1, column 1", "passes through `component:a` twice"]);
}

#[test]
fn responsibilities_come_with_their_reasons() {
    check(
        "owner loan-gateway --for all",
        0,
        expect![[r#"
        who is responsible for what of component:loan-gateway

          FOR              WHO                                                                 HOW                         WHY
          monitoring       group:infrastructure (declared nowhere)                             on-call PGATE               by default its own on-call
          objectives       group:lending                                                       email lending@bank.example  named in `responsibilities` at bank/loans:catalog-info.yaml:13 @ 46280ae77b33
          breaking-change  group:architecture (declared nowhere), user:ann (declared nowhere)  no contact is known         named in `responsibilities` at bank/loans:catalog-info.yaml:13 @ 46280ae77b33
          service-level    group:infrastructure (declared nowhere)                             no contact is known         by default its owner
    "#]],
    );
    check(
        "owner loan-rules --for breaking-change",
        0,
        expect![[r#"
        api:loan-rules: group:security (declared nowhere) decides on breaking changes

          FOR              WHO                                HOW                  WHY
          breaking-change  group:security (declared nowhere)  no contact is known  by default its owner
    "#]],
    );
    check(
        "owner loan-gatway --for monitoring",
        0,
        expect![[r#"
        read `loan-gatway` as component:loan-gateway

        component:loan-gateway: group:infrastructure (declared nowhere) watches it

          FOR         WHO                                      HOW            WHY
          monitoring  group:infrastructure (declared nowhere)  on-call PGATE  by default its own on-call
    "#]],
    );
    check(
        "owner nobody-knows --for monitoring",
        2,
        expect![[r#"
        error: entity `nobody-knows` is not in the catalog
        hint: look for it with `catalog search nobody-knows`
    "#]],
    );
    check(
        "owner bank/loans:README.md --for monitoring",
        64,
        expect![[r#"
            error: `README.md` is a path, and responsibilities are those of entities
            hint: `catalog owner bank/loans:README.md` tells the entity that it belongs to
        "#]],
    );
    let answer = WORLD.json("owner loan-gateway");
    assert_eq!(rows(&answer, "responsibilities").len(), 4);
}

#[test]
fn json_is_as_its_schema_promises() {
    for (report, question) in [
        ("journey", "journey loan-gateway rule-engine"),
        ("journey", "journey --behind api:loan-rules"),
        ("journeys", "journey"),
        ("owner-for", "owner loan-gateway --for all"),
        ("owner", "owner loan-gateway"),
    ] {
        assert_eq!(schema::breaches(report, &WORLD.json(question)), Vec::<String>::new(), "{question}");
    }
}

#[test]
fn graphql_answers_the_same() {
    let server = Server::start(&WORLD, "catalog.redb");
    let asked = server.ask(
        "{ journey(from: \"loan-gateway\", to: \"rule-engine\") { ... on Journey { ways handovers availabilityPercent \
           accountable { ground owner { ref } } hops { nodes { ref link strength handover owner { ref } } } } } \
           journeyBehind(ref: \"api:loan-rules\") { ... on Journey { hops { totalCount } } } \
           declaredJourney(name: \"taking a loan\") { name teams { totalCount } } \
           journeys { totalCount nodes { ref declaredBy accountable { ground } } } \
           nowhere: journey(from: \"loan-gateway\", to: \"x\") { ... on EntityNotFound { text } } \
           entity(ref: \"loan-gateway\") { responsibilities(for: BREAKING_CHANGE) { ground holders { entity { ref } } } } \
           ownershipGaps(filter: { codes: [\"journey-unowned\"] }) { nodes { subject } } }",
    );
    let told = WORLD.json("journey loan-gateway rule-engine");
    let journey = &asked["journey"];
    assert_eq!(journey["ways"], told["ways"].to_string());
    assert_eq!(journey["availabilityPercent"], told["availability"]["percent"]);
    let refs =
        |hops: &[serde_json::Value]| hops.iter().map(|hop| text(hop, "ref").to_owned()).collect::<Vec<_>>();
    assert_eq!(refs(rows(&journey["hops"], "nodes")), refs(rows(&told, "hops")));
    assert_eq!(journey["accountable"], json!({"ground": "NOBODY", "owner": null}));
    assert_eq!(asked["journeyBehind"]["hops"]["totalCount"], 2);
    assert_eq!(asked["declaredJourney"], json!({"name": "taking a loan", "teams": {"totalCount": 3}}));
    assert_eq!(asked["journeys"]["totalCount"], 2);
    assert_eq!(asked["nowhere"]["text"], "x");
    let holders = &asked["entity"]["responsibilities"][0]["holders"];
    assert_eq!(holders[0]["entity"]["ref"], "group:default/architecture");
    assert_eq!(asked["ownershipGaps"]["nodes"][0]["subject"], "journey:default/taking-a-loan");
}
