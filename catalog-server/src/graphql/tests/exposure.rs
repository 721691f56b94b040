//! What the shape of the needs says, as GraphQL tells it.

use expect_test::expect;

use super::*;

const EXPOSED: &str = "
component:web tier 0 in resource:north resource:south
component:web -> timeout 500 component:pay
component:web -> resource:mailer component:batch
component:batch tier 3
component:pay tier 1 -> timeout 400 retries 2 resource:bank
component:bot -> retries 1 component:web
resource:north type region -> resource:cloud
resource:south type region -> resource:cloud
resource:cloud type cloud
resource:mailer type saas -> resource:cloud
resource:bank type partner
component:ping -> retries 1 component:pong
component:pong -> component:ping
";

#[expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]
fn check_exposed(query: &str, expected: Expect) {
    let answer = ask(EXPOSED, query);
    assert_eq!(answer.get("errors"), None, "{answer:#}");
    let mut text = String::new();
    show(&answer["data"]["structure"], 0, &mut text);
    expected.assert_eq(&text);
}

#[test]
fn concentration_comes_in_pages_the_worst_first() {
    check_exposed(
        "{ structure { concentration(class: EXTERNAL_PARTY, first: 2) { totalCount pageInfo { hasNextPage }
             nodes { ref class affected { down degraded atRisk } critical { down } criticalDownShare } } } }",
        expect![[r#"
            concentration:
              nodes:
                -
                  affected: {atRisk:0, degraded:0, down:3}
                  class: EXTERNAL_PARTY
                  critical: {down:2}
                  criticalDownShare: 1.0
                  ref: resource:default/bank
                -
                  affected: {atRisk:0, degraded:0, down:5}
                  class: EXTERNAL_PARTY
                  critical: {down:1}
                  criticalDownShare: 0.5
                  ref: resource:default/cloud
              pageInfo: {hasNextPage:true}
              totalCount: 3
        "#]],
    );
    let first = ask(EXPOSED, "{ structure { concentration(first: 1) { pageInfo { endCursor } } } }");
    let cursor = first["data"]["structure"]["concentration"]["pageInfo"]["endCursor"].clone();
    let rest = ask(
        EXPOSED,
        &format!("{{ structure {{ concentration(after: {cursor}) {{ totalCount nodes {{ ref }} }} }} }}"),
    );
    let rest = &rest["data"]["structure"]["concentration"];
    assert_eq!(rest["totalCount"], 5);
    assert_eq!(rest["nodes"].as_array().map(Vec::len), Some(4), "{rest:#}");
}

#[test]
fn every_question_about_the_structure_is_answered() {
    check_exposed(
        "{ structure {
             tierInversions { nodes { severity entity { ref } needed { ref tier } through { ref }
               origins { line } } }
             unknownTiers { nodes { entity { ref } critical neededBy { totalCount } } }
             isolationBreaches(first: 5) { nodes { domainType domains { ref } common { entity { ref }
               ways { of { ref } way } } commonTotal } }
             spuriousRedundancies(first: 5) { nodes { severity strength critical commonTotal
               members { nodes { ref } } neededBy { nodes { ref } } common { entity { ref } } } }
             timeoutInversions { nodes { severity timeoutMs allowedMs callee { ref }
               call { from { ref } retries { value } timeoutMs { value origin { line } contradictedBy { value } } } } }
             retryChains(first: 5) { nodes { amplification links { nodes { to { ref } attempts origin { line } } } } }
             retryCircles { nodes { amplificationEachRound links { totalCount } } } } }",
        expect![[r#"
            isolationBreaches:
              nodes:
                -
                  common:
                    -
                      entity: {ref:resource:default/cloud}
                      ways:
                        -
                          of: {ref:resource:default/north}
                          way: [resource:default/north, resource:default/cloud]
                        -
                          of: {ref:resource:default/south}
                          way: [resource:default/south, resource:default/cloud]
                  commonTotal: 1
                  domainType: region
                  domains: [{ref:resource:default/north},{ref:resource:default/south}]
            retryChains:
              nodes:
                -
                  amplification: 6
                  links:
                    nodes:
                      - {attempts:2, origin:{line:7}, to:{ref:component:default/web}}
                      - {attempts:1, origin:null, to:{ref:component:default/pay}}
                      - {attempts:3, origin:{line:6}, to:{ref:resource:default/bank}}
            retryCircles: {nodes:[{amplificationEachRound:2, links:{totalCount:2}}]}
            spuriousRedundancies:
              nodes:
                -
                  common: [{entity:{ref:resource:default/cloud}}]
                  commonTotal: 1
                  critical: 1
                  members: {nodes:[{ref:resource:default/north},{ref:resource:default/south}]}
                  neededBy: {nodes:[{ref:component:default/web}]}
                  severity: ERROR
                  strength: HARD
            tierInversions:
              nodes:
                -
                  entity: {ref:component:default/web}
                  needed: [{ref:component:default/batch, tier:3}]
                  origins: [{line:4}]
                  severity: ERROR
                  through: null
                -
                  entity: {ref:component:default/web}
                  needed: [{ref:component:default/pay, tier:1}]
                  origins: [{line:3}]
                  severity: ERROR
                  through: null
            timeoutInversions:
              nodes:
                -
                  allowedMs: 1200
                  call:
                    from: {ref:component:default/web}
                    retries: null
                    timeoutMs: {contradictedBy:[], origin:{line:3}, value:500}
                  callee: {ref:component:default/pay}
                  severity: ERROR
                  timeoutMs: 500
            unknownTiers:
              nodes:
                - {critical:1, entity:{ref:resource:default/bank}, neededBy:{totalCount:1}}
                - {critical:1, entity:{ref:resource:default/mailer}, neededBy:{totalCount:1}}
        "#]],
    );
}
