//! The structure of the graph of needs.

use expect_test::expect;

use super::*;

const RING: &str = "
component:web tier 1 owner group:shop -> component:api
component:api -> component:cart resource:db
component:cart -> component:price
component:price -> component:cart resource:tax-office
resource:tax-office type partner
resource:db in resource:north
resource:north type region
";

#[expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]
fn check_ring(query: &str, expected: Expect) {
    let answer = ask(RING, query);
    assert_eq!(answer.get("errors"), None, "{answer:#}");
    let mut text = String::new();
    show(&answer["data"], 0, &mut text);
    expected.assert_eq(&text);
}

#[test]
fn a_cycle_shows_its_witness() {
    check_ring(
        r#"{ structure { cycles(first: 10) { totalCount nodes {
               members { totalCount nodes { ref } } hardMembers critical smallest owners { totalCount }
               witness { totalCount nodes { from { ref } to { ref } relations { name } } } } } } }"#,
        expect![[r#"
            structure:
              cycles:
                nodes:
                  -
                    critical: 0
                    hardMembers: 2
                    members:
                      nodes: [{ref:component:default/cart},{ref:component:default/price}]
                      totalCount: 2
                    owners: {totalCount:0}
                    smallest: true
                    witness:
                      nodes:
                        -
                          from: {ref:component:default/cart}
                          relations: [{name:dependsOn}]
                          to: {ref:component:default/price}
                        -
                          from: {ref:component:default/price}
                          relations: [{name:dependsOn}]
                          to: {ref:component:default/cart}
                      totalCount: 2
                totalCount: 1
        "#]],
    );
}

#[test]
fn a_single_point_says_what_it_takes_down() {
    check_ring(
        r#"{ structure {
               singlePoints { from rootCount reached points(first: 2) { totalCount nodes {
                 entity { ref } hanging hangingCritical takesDown { entities critical degraded }
                 withoutSpare { nodes { ref } } } } }
               named: singlePoints(from: ENTRY_POINTS, refs: ["web", "wbe"]) {
                 unknown { text } points { nodes { entity { ref } hanging } } }
               none: singlePoints(refs: []) { rootCount points { totalCount } } } }"#,
        expect![[r#"
            structure:
              named:
                points:
                  nodes:
                    - {entity:{ref:component:default/api}, hanging:5}
                    - {entity:{ref:component:default/cart}, hanging:2}
                    - {entity:{ref:component:default/price}, hanging:1}
                    - {entity:{ref:resource:default/db}, hanging:1}
                unknown: [{text:wbe}]
              none: {points:{totalCount:0}, rootCount:0}
              singlePoints:
                from: FAILURE_DOMAINS
                points:
                  nodes:
                    -
                      entity: {ref:component:default/api}
                      hanging: 1
                      hangingCritical: 1
                      takesDown: {critical:1, degraded:0, entities:1}
                      withoutSpare: {nodes:[{ref:component:default/web}]}
                    -
                      entity: {ref:resource:default/tax-office}
                      hanging: 2
                      hangingCritical: 0
                      takesDown: {critical:1, degraded:0, entities:4}
                      withoutSpare: {nodes:[{ref:component:default/price}]}
                  totalCount: 4
                reached: 7
                rootCount: 2
        "#]],
    );
}

#[test]
fn bridges_joints_and_chains_come_in_order() {
    check_ring(
        r#"{ structure {
               bridges(first: 2) { totalCount nodes { need { from { ref } to { ref } } cutOff fromSide toSide } }
               joints(first: 2) { totalCount nodes { entity { ref } parts cutOff } }
               longestChains(first: 1) { longest chains { length ownerCount steps(first: 2) { totalCount nodes { from { ref } to { ref } } } } } } }"#,
        expect![[r#"
            structure:
              bridges:
                nodes:
                  -
                    cutOff: 3
                    fromSide: 4
                    need: {from:{ref:component:default/api}, to:{ref:component:default/cart}}
                    toSide: 3
                  -
                    cutOff: 2
                    fromSide: 5
                    need: {from:{ref:component:default/api}, to:{ref:resource:default/db}}
                    toSide: 2
                totalCount: 5
              joints:
                nodes:
                  - {cutOff:3, entity:{ref:component:default/api}, parts:3}
                  - {cutOff:2, entity:{ref:component:default/cart}, parts:2}
                totalCount: 4
              longestChains:
                chains:
                  -
                    length: 3
                    ownerCount: 1
                    steps:
                      nodes:
                        - {from:{ref:component:default/web}, to:{ref:component:default/api}}
                        - {from:{ref:component:default/api}, to:{ref:component:default/cart}}
                      totalCount: 4
                longest: 3
        "#]],
    );
}

#[test]
fn what_is_asked_for_in_too_large_numbers_is_refused() {
    check_error("{ structure { longestChains(first: 0) { longest } } }", "ARGUMENT_INVALID");
    check_error(
        "{ structure { longestChains(first: 101) { longest } } }",
        "LIMIT_EXCEEDED graphql.page_rows_max",
    );
    check_error(
        "{ structure { cycles(first: 101) { totalCount } } }",
        "LIMIT_EXCEEDED graphql.page_rows_max",
    );
}
