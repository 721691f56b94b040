//! What each question is answered with.

use expect_test::expect;

use super::*;

#[test]
fn an_entity_is_found_by_its_ref_and_absent_is_null() {
    check(
        r#"{ a: entity(ref: "web") { ref kind name namespace title type tier critical tags standing
               owner { ref standing } system { ref } repository { name }
               origin { repository path line format } }
             b: entity(ref: "Component:Default/WEB") { ref }
             c: entity(ref: "component:nobody") { ref }
             d: entity(ref: "") { ref } }"#,
        expect![[r#"
            a:
              critical: true
              kind: Component
              name: web
              namespace: default
              origin: {format:backstage, line:6, path:catalog-info.yaml, repository:shop/web}
              owner: {ref:group:default/shop, standing:DECLARED}
              ref: component:default/web
              repository: {name:shop/web}
              standing: DECLARED
              system: {ref:system:default/store}
              tags: [front]
              tier: 1
              title: The web
              type: service
            b: {ref:component:default/web}
            c: null
            d: null
        "#]],
    );
}

#[test]
fn an_id_leads_back_to_what_it_is_of() {
    let answer = ask(SHOP, r#"{ entity(ref: "web") { id repository { id } } }"#);
    for (pointer, type_name) in [("/data/entity/id", "Entity"), ("/data/entity/repository/id", "Repository")]
    {
        let id = answer.pointer(pointer).and_then(Value::as_str).expect("an id is a text");
        let again = ask(SHOP, &format!("{{ node(id: \"{id}\") {{ __typename id }} }}"));
        assert_eq!(again["data"]["node"], json!({"__typename": type_name, "id": id}));
    }
    for id in ["", "x", "ZW50aXR5Og", "ZW50aXR5Om5vYm9keQ", "!!!"] {
        let answer = ask(SHOP, &format!("{{ node(id: \"{id}\") {{ id }} }}"));
        assert_eq!(answer["data"]["node"], Value::Null, "{id}");
    }
}

#[test]
fn relations_are_named_as_seen_from_the_entity() {
    check(
        r#"{ entity(ref: "api") {
               relations { totalCount nodes { name entity { ref } class strength sources { own origin { line } } } }
               incoming: relations(names: [dependencyOf], direction: INCOMING, first: 1) {
                 totalCount pageInfo { hasNextPage } nodes { entity { ref } } }
               dependencies { nodes { ref } } dependents { nodes { ref } } } }"#,
        expect![[r#"
            entity:
              dependencies: {nodes:[{ref:resource:default/cache},{ref:resource:default/db}]}
              dependents: {nodes:[{ref:component:default/batch},{ref:component:default/web}]}
              incoming:
                nodes: [{entity:{ref:component:default/batch}}]
                pageInfo: {hasNextPage:true}
                totalCount: 2
              relations:
                nodes:
                  -
                    class: DECLARED
                    entity: {ref:resource:default/cache}
                    name: dependsOn
                    sources: [{origin:{line:9}, own:true}]
                    strength: SOFT
                  -
                    class: DECLARED
                    entity: {ref:resource:default/db}
                    name: dependsOn
                    sources: [{origin:{line:8}, own:true}]
                    strength: HARD
                  -
                    class: DECLARED
                    entity: {ref:group:default/nobody}
                    name: ownedBy
                    sources: [{origin:{line:10}, own:true}]
                    strength: null
                  -
                    class: DECLARED
                    entity: {ref:component:default/batch}
                    name: dependencyOf
                    sources: [{origin:{line:11}, own:false}]
                    strength: HARD
                  -
                    class: DECLARED
                    entity: {ref:component:default/web}
                    name: dependencyOf
                    sources: [{origin:{line:6}, own:false}]
                    strength: HARD
                totalCount: 5
        "#]],
    );
}

#[test]
fn a_blast_radius_says_distance_way_strength_and_owners() {
    check(
        r#"{ blastRadius(refs: ["resource:db", "resource:cache"]) {
               revision direction total truncated truncatedReason unowned critical
               roots { ref } unknown { text }
               affected(first: 2) { totalCount pageInfo { hasNextPage }
                 nodes { ref distance via { ref } strength entity { owner { ref } } } }
               owners { nodes { owner { ref } affected } }
               pathTo(ref: "web") { steps { from { ref } to { ref } relations { name sources { origin { line } } } } }
               none: pathTo(ref: "group:all") { steps { from { ref } } } } }"#,
        expect![[r#"
            blastRadius:
              affected:
                nodes:
                  -
                    distance: 1
                    entity: {owner:{ref:group:default/nobody}}
                    ref: component:default/api
                    strength: HARD
                    via: {ref:resource:default/cache}
                  -
                    distance: 2
                    entity: {owner:{ref:group:default/all}}
                    ref: component:default/batch
                    strength: HARD
                    via: {ref:component:default/api}
                pageInfo: {hasNextPage:true}
                totalCount: 3
              critical: 1
              direction: DEPENDENTS
              none: null
              owners:
                nodes:
                  - {affected:1, owner:{ref:group:default/all}}
                  - {affected:1, owner:{ref:group:default/nobody}}
                  - {affected:1, owner:{ref:group:default/shop}}
              pathTo:
                steps:
                  -
                    from: {ref:component:default/web}
                    relations: [{name:dependsOn, sources:[{origin:{line:6}}]}]
                    to: {ref:component:default/api}
                  -
                    from: {ref:component:default/api}
                    relations: [{name:dependsOn, sources:[{origin:{line:9}}]}]
                    to: {ref:resource:default/cache}
              revision: 1
              roots: [{ref:resource:default/cache},{ref:resource:default/db}]
              total: 3
              truncated: false
              truncatedReason: null
              unknown: []
              unowned: 0
        "#]],
    );
}

#[test]
fn a_ranking_counts_what_needs_each_entity() {
    check(
        r#"{ rank(by: CRITICAL, filter: { kinds: ["resource", "component"] }) {
               revision direction by exact standardError withoutReach
               entities(first: 2) { totalCount pageInfo { hasNextPage }
                 nodes { ref entities critical teams entity { tier } } } } }"#,
        expect![[r#"
            rank:
              by: CRITICAL
              direction: DEPENDENTS
              entities:
                nodes:
                  -
                    critical: 1
                    entities: 3
                    entity: {tier:null}
                    ref: resource:default/cache
                    teams: 3
                  -
                    critical: 1
                    entities: 3
                    entity: {tier:null}
                    ref: resource:default/db
                    teams: 3
                pageInfo: {hasNextPage:true}
                totalCount: 3
              exact: true
              revision: 1
              standardError: null
              withoutReach: 3
        "#]],
    );
}

#[test]
fn an_unknown_name_in_a_blast_radius_is_said_and_not_passed_over() {
    check(
        r#"{ blastRadius(refs: ["component:wbe", "resource:db"], maxDepth: 1) {
               total truncated truncatedReason unknown { text message candidates } } }"#,
        expect![[r#"
            blastRadius:
              total: 1
              truncated: true
              truncatedReason: UNKNOWN_REF
              unknown:
                -
                  candidates: [component:default/web]
                  message: entity `component:wbe` is not in the catalog
                  text: component:wbe
        "#]],
    );
    check(
        r#"{ blastRadius(refs: ["resource:db"], maxDepth: 1) { total truncated truncatedReason } }"#,
        expect![[r#"
            blastRadius: {total:1, truncated:true, truncatedReason:MAX_DEPTH}
        "#]],
    );
}

#[test]
fn the_owner_of_an_entity_comes_with_claims_and_escalation() {
    check(
        r#"{ owner(ref: "web") { __typename ... on EntityOwnership { revision owner { ref }
               claims { owner written ground origin { path line } }
               escalation { entity { ref } reason contacts { kind value source } } } } }"#,
        expect![[r#"
            owner:
              __typename: EntityOwnership
              claims:
                -
                  ground: DECLARED
                  origin: {line:7, path:catalog-info.yaml}
                  owner: group:default/shop
                  written: null
                -
                  ground: PATH_RULE
                  origin: {line:4, path:CODEOWNERS}
                  owner: group:default/all
                  written: @acme/all
              escalation:
                -
                  contacts: [{kind:EMAIL, source:spec.profile.email, value:shop@example.com}]
                  entity: {ref:group:default/shop}
                  reason: owner
                - {contacts:[], entity:{ref:group:default/all}, reason:parent of group:shop}
              owner: {ref:group:default/shop}
              revision: 1
        "#]],
    );
}

#[test]
fn the_owner_of_a_path_comes_with_the_rule_and_those_it_overrides() {
    check(
        r#"{ owner(repository: "web", path: "services/a.rs") { __typename ... on PathOwnership {
               path file dialect decidedBy { pattern dialect effect section { name } } rule { pattern owners origin { line } } claims { owner written ground }
               overridden { pattern } nearestEntity { ref } repository { name } } } }"#,
        expect![[r#"
            owner:
              __typename: PathOwnership
              claims: [{ground:PATH_RULE, owner:group:default/shop, written:@acme/shop}]
              decidedBy: [{dialect:GITHUB, effect:GRANT, pattern:/services/, section:null}]
              dialect: GITHUB
              file: CODEOWNERS
              nearestEntity: {ref:component:default/web}
              overridden: [{pattern:*}]
              path: services/a.rs
              repository: {name:shop/web}
              rule: {origin:{line:5}, owners:[@acme/shop], pattern:/services/}
        "#]],
    );
}

#[test]
fn an_owner_of_nothing_known_is_a_typed_answer() {
    check(
        r#"{ a: owner(ref: "wbe") { __typename ... on EntityNotFound { message candidates } }
             b: owner(repository: "x", path: "y") { __typename ... on RepositoryNotFound { message } } }"#,
        expect![[r#"
            a:
              __typename: EntityNotFound
              candidates: [component:default/web]
              message: entity `wbe` is not in the catalog
            b: {__typename:RepositoryNotFound, message:repository `x` is not in the catalog}
        "#]],
    );
    check_error(r#"{ owner(path: "x") { __typename } }"#, "ARGUMENT_INVALID");
    check_error(r#"{ owner { __typename } }"#, "ARGUMENT_INVALID");
}

#[test]
fn the_catalog_says_what_it_holds_and_how_old_that_is() {
    check(
        "{ catalog { revision asOf asOfOldest counts { repositories manifests entities placeholders relations }
             coverage { repositories readable entitiesOwnable entitiesOwned entitiesOwnedByKnown } } }",
        expect![[r#"
            catalog:
              asOf: 2026-01-01T00:00:00Z
              asOfOldest: 2026-01-01T00:00:00Z
              counts: {entities:9, manifests:2, placeholders:1, relations:10, repositories:1}
              coverage:
                entitiesOwnable: 6
                entitiesOwned: 6
                entitiesOwnedByKnown: 5
                readable: 1
                repositories: 1
              revision: 1
        "#]],
    );
}

#[test]
fn lists_are_filtered() {
    check(
        r#"{ entities(filter: {kinds: ["component"], owners: ["shop"]}) { revision totalCount nodes { ref } }
             search(text: "btach") { nodes { entity { ref } matched } }
             ownershipGaps(filter: {codes: ["owner-unknown"]}) { nodes {
               code severity subject message rule { remedy } origins { line } related } }
             repositories { nodes { name readable manifestCount ownershipFile observedAt } }
             diagnostics(filter: {severity: WARNING}) { totalCount nodes { code } } }"#,
        expect![[r#"
            diagnostics: {nodes:[], totalCount:0}
            entities: {nodes:[{ref:component:default/web}], revision:1, totalCount:1}
            ownershipGaps:
              nodes:
                -
                  code: owner-unknown
                  message: `component:api` is owned by `group:nobody`, which no manifest declares
                  origins: [{line:10}]
                  related: [group:default/nobody]
                  rule: {remedy:Declare the group or person, or name one that is declared.}
                  severity: WARNING
                  subject: component:default/api
            repositories:
              nodes:
                -
                  manifestCount: 2
                  name: shop/web
                  observedAt: 2026-01-01T00:00:00Z
                  ownershipFile: CODEOWNERS
                  readable: true
            search: {nodes:[{entity:{ref:component:default/batch}, matched:SIMILAR_NAME}]}
        "#]],
    );
    check_error(r#"{ ownershipGaps(filter: {codes: ["x"]}) { totalCount } }"#, "ARGUMENT_INVALID");
    check_error(r#"{ diagnostics(filter: {repository: "x"}) { totalCount } }"#, "ARGUMENT_INVALID");
}

const PROMISES: &str = "
component:web slo 99.95 tier 1 -> component:api resource:mail
component:web any> resource:stripe resource:adyen
component:api slo 99.9
resource:mail type saas slo 99.9
resource:stripe type saas slo 99.9
resource:adyen type saas slo 99.5
";

#[test]
fn promises_are_held_against_what_needs_allow() {
    let answer = ask(
        PROMISES,
        r#"{ availability(refs: ["web", "nobody"]) {
               promised inexact unknown { text }
               entities(first: 1) { totalCount nodes {
                 ref promise { availability minutes stated origin { line } }
                 lower { availability exact method } upper { availability }
                 needed unknown
                 external { nodes { party { ref } ofBudget } }
                 findings(first: 1) { totalCount nodes { code severity message related origins { line } } } } } }
             availabilityArithmetic(ref: "component:default/web") {
               required { nodes { entity { ref } direct countsForUpper promise { stated } } }
               alternatives { nodes { neededBy { ref } members { entity { ref } availability }
                 any { availability method } } } } }"#,
    );
    assert_eq!(answer.get("errors"), None, "{answer:#}");
    let mut text = String::new();
    show(&answer["data"], 0, &mut text);
    expect![[r#"
        availability:
          entities:
            nodes:
              -
                external: {nodes:[{ofBudget:2.0, party:{ref:resource:default/mail}}]}
                findings:
                  nodes:
                    -
                      code: promise-over-bound
                      message: promises 99.95, and what it hard-needs allows at most 99.7996
                      origins: [{line:2}]
                      related: []
                      severity: ERROR
                  totalCount: 3
                lower: {availability:99.7996009995, exact:true, method:PRODUCT}
                needed: 4
                promise: {availability:99.95, minutes:21.6, origin:{line:2}, stated:99.95}
                ref: component:default/web
                unknown: 0
                upper: {availability:99.7996009995}
            totalCount: 1
          inexact: 0
          promised: 5
          unknown: [{text:nobody}]
        availabilityArithmetic:
          alternatives:
            nodes:
              -
                any: {availability:99.9995, method:PRODUCT}
                members:
                  - {availability:99.5, entity:{ref:resource:default/adyen}}
                  - {availability:99.9, entity:{ref:resource:default/stripe}}
                neededBy: {ref:component:default/web}
          required:
            nodes:
              -
                countsForUpper: true
                direct: true
                entity: {ref:component:default/api}
                promise: {stated:99.9}
              -
                countsForUpper: true
                direct: true
                entity: {ref:resource:default/mail}
                promise: {stated:99.9}
    "#]]
    .assert_eq(&text);
}

#[test]
fn all_promises_come_in_pages_with_the_worst_first() {
    let page = |after: &str| {
        let query = format!(
            "{{ availability {{ entities(first: 2{after}) {{ totalCount nodes {{ ref }} pageInfo {{ endCursor }} }} }} }}"
        );
        ask(PROMISES, &query)["data"]["availability"]["entities"].clone()
    };
    let refs = |page: &Value| -> Vec<String> {
        let nodes = page["nodes"].as_array().expect("a page has rows").iter();
        nodes.map(|node| node["ref"].as_str().expect("a ref").to_owned()).collect()
    };
    let first = page("");
    assert_eq!(first["totalCount"], 5);
    let second = page(&format!(", after: {}", first["pageInfo"]["endCursor"]));
    assert_eq!(refs(&first), ["component:default/web", "component:default/api"]);
    assert_eq!(refs(&second), ["resource:default/adyen", "resource:default/mail"]);
}

#[test]
fn a_limit_of_factoring_that_is_none_is_refused() {
    check_error("{ availability(factoringEntitiesMax: 21) { promised } }", "ARGUMENT_INVALID");
    check_error("{ availability(factoringEntitiesMax: -1) { promised } }", "ARGUMENT_INVALID");
}

#[test]
fn data_reach_lists_what_is_in_question_first() {
    let sketch = "resource:db data pii owner group:x\ncomponent:a !> resource:db for audit\n\
                  component:b -> resource:db\ncomponent:c ~> component:b\n";
    let query = r#"{ dataReach(class: "PII") { class total direct undeclared behindUndeclared unowned
        holders { nodes { ref } }
        accessors(first: 2) { totalCount nodes { ref distance path strength purpose purposes } }
        owners { nodes { affected } } }
        none: dataReach(class: "health") { total } }"#;
    let answer = ask(sketch, query);
    assert_eq!(answer.get("errors"), None, "{answer:#}");
    let mut text = String::new();
    show(&answer["data"], 0, &mut text);
    expect![[r#"
        dataReach:
          accessors:
            nodes:
              -
                distance: 1
                path: [component:default/b, resource:default/db]
                purpose: UNDECLARED
                purposes: []
                ref: component:default/b
                strength: HARD
              -
                distance: 2
                path: [component:default/c, component:default/b, resource:default/db]
                purpose: BEHIND_UNDECLARED
                purposes: []
                ref: component:default/c
                strength: SOFT
            totalCount: 3
          behindUndeclared: 1
          class: pii
          direct: 2
          holders: {nodes:[{ref:resource:default/db}]}
          owners: {nodes:[]}
          total: 3
          undeclared: 1
          unowned: 3
        none: null
    "#]]
    .assert_eq(&text);
}
