//! What policies say, as GraphQL tells it.

use std::sync::Arc;

use catalog_core::{
    readiness::{BuiltIn, Check, Demand, Level, Policy, PolicyFault, PolicySet, Scope},
    sketch,
};
use expect_test::{Expect, expect};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::{SHOP, anybody, show};
use crate::graphql::{GraphqlLimits, GraphqlService};

fn policies() -> PolicySet {
    let check = |code: &str| {
        let built_in = BuiltIn::find(code).expect("the demand is there");
        Check {
            id: code.into(),
            title: built_in.title.into(),
            why: built_in.why.into(),
            remedy: built_in.remedy.into(),
            scope: Scope::default(),
            demand: Demand::BuiltIn(built_in, Box::default()),
            place: "ready.toml:3".into(),
        }
    };
    let level = |name: &str, checks: Vec<Check>| Level { name: name.into(), checks };
    let policy = Policy {
        name: "ready".into(),
        scope: Scope { kinds: vec!["component".into()], ..Scope::default() },
        levels: vec![level("bronze", vec![check("owner")]), level("silver", vec![check("criticality")])],
        ..Policy::default()
    };
    let fault = PolicyFault {
        policy: "broken".into(),
        file: "broken.toml".into(),
        line: 3,
        column: 7,
        message: "there is no demand `x`".into(),
    };
    PolicySet { policies: vec![policy], faults: vec![fault] }
}

fn ask(query: &str) -> Value {
    let service =
        GraphqlService::with_measures(GraphqlLimits::default(), Arc::default(), Arc::new(policies()));
    let body = json!({"query": query}).to_string().into_bytes();
    let runtime = Runtime::new().expect("a runtime can be built");
    let answer = runtime.block_on(service.answer(body, Arc::new(sketch::graph(SHOP)), anybody()));
    serde_json::from_slice(&answer.body).expect("an answer is JSON")
}

#[expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]
fn check(query: &str, expected: Expect) {
    let answer = ask(query);
    let mut text = String::new();
    match answer.get("errors") {
        Some(errors) => text = errors[0]["message"].to_string(),
        None => show(&answer["data"], 0, &mut text),
    }
    expected.assert_eq(&text);
}

#[test]
fn an_entity_gives_the_verdict_of_the_gate() {
    let verdict = "outcome reached checks { id verdict reason }";
    let gate = ask(&format!("{{ gate(ref: \"component:api\", level: \"silver\") {{ {verdict} }} }}"));
    let entity = ask(&format!(
        "{{ entity(ref: \"component:api\") {{ readiness(level: \"silver\") {{ {verdict} }} }} }}"
    ));
    assert_eq!(entity["data"]["entity"]["readiness"], gate["data"]["gate"]);
    assert_eq!(gate["data"]["gate"]["outcome"], "FAILED");
    check(
        "{ entity(ref: \"component:web\") { readiness(policy: \"gold\") { outcome } } }",
        expect![[r#""there is no policy `gold`; `gates` lists them""#]],
    );
}

#[test]
fn a_gate_gives_its_verdict_with_reasons() {
    let gate = "outcome reached next missing undecided checks { level id verdict reason origins { path } }";
    check(
        &format!("{{ gate(ref: \"component:web\") {{ {gate} }} }}"),
        expect![[r#"
        gate:
          checks:
            -
              id: owner
              level: bronze
              origins: [{path:catalog-info.yaml}]
              reason: `group:shop` owns it
              verdict: PASSED
            -
              id: criticality
              level: silver
              origins: [{path:catalog-info.yaml}]
              reason: it is of tier 1
              verdict: PASSED
          missing: []
          next: null
          outcome: PASSED
          reached: silver
          undecided: null
    "#]],
    );
    check(
        &format!("{{ gate(ref: \"component:api\", level: \"silver\") {{ {gate} }} }}"),
        expect![[r#"
        gate:
          checks:
            -
              id: owner
              level: bronze
              origins: [{path:catalog-info.yaml}]
              reason: nothing that was read declares its owner `group:nobody`
              verdict: FAILED
          missing: [owner]
          next: bronze
          outcome: FAILED
          reached: null
          undecided: null
    "#]],
    );
    check(
        &format!("{{ gate(ref: \"component:gone\") {{ {gate} }} }}"),
        expect![[r#"
        gate: null
    "#]],
    );
    check(
        &format!("{{ gate(ref: \"resource:db\") {{ {gate} }} }}"),
        expect![[r#"
        gate:
          checks: []
          missing: []
          next: null
          outcome: NOT_APPLICABLE
          reached: null
          undecided: null
    "#]],
    );
}

#[test]
fn policies_and_their_faults_are_listed() {
    check(
        "{ gates { totalCount nodes { name required levels { name checks { id title } } } } gateFaults { policy line column message } }",
        expect![[r#"
            gateFaults: [{column:7, line:3, message:there is no demand `x`, policy:broken}]
            gates:
              nodes:
                -
                  levels:
                    - {checks:[{id:owner, title:a declared group owns it}], name:bronze}
                    - {checks:[{id:criticality, title:a tier is stated}], name:silver}
                  name: ready
                  required: bronze
              totalCount: 1
        "#]],
    );
}

#[test]
fn readiness_comes_in_pages() {
    check(
        "{ readiness(first: 2) { totalCount pageInfo { hasNextPage } nodes { ref outcome reached } } }",
        expect![[r#"
            readiness:
              nodes:
                - {outcome:FAILED, reached:null, ref:component:default/api}
                - {outcome:PASSED, reached:bronze, ref:component:default/batch}
              pageInfo: {hasNextPage:true}
              totalCount: 3
        "#]],
    );
    check(
        "{ readiness(policy: \"broken\") { totalCount } }",
        expect![[r#""policy `broken` is not understood: there is no demand `x`""#]],
    );
    check(
        "{ readiness(policy: \"gone\") { totalCount } }",
        expect![[r#""there is no policy `gone`; `gates` lists them""#]],
    );
    check(
        "{ readiness(level: \"gold\") { totalCount } }",
        expect![[r#""policy `ready` has no level `gold`""#]],
    );
}
