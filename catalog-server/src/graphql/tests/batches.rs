//! Several things in one request, what is no more, and other names.

use catalog_core::model::{ManifestFormat, Position, Tombstone};
use expect_test::expect;

use super::*;

#[test]
fn several_names_are_looked_up_in_their_order() {
    check(
        r#"{ lookup(refs: ["api", "nobody:x", "wib", "system:store"]) { __typename
            ... on Entity { ref } ... on EntityNotFound { text candidates removal { path } } } }"#,
        expect![[r#"
            lookup:
              - {__typename:Entity, ref:component:default/api}
              - {__typename:EntityNotFound, candidates:[], removal:null, text:nobody:x}
              -
                __typename: EntityNotFound
                candidates: [component:default/web]
                removal: null
                text: wib
              - {__typename:Entity, ref:system:default/store}
        "#]],
    );
    check(
        r#"{ entities(refs: ["web", "component:default/api", "nothing", "web", "group:nobody"]) { totalCount nodes { ref } } }"#,
        expect![[r#"
            entities:
              nodes:
                - {ref:component:default/api}
                - {ref:component:default/web}
                - {ref:group:default/nobody}
              totalCount: 3
        "#]],
    );
    check(
        r#"{ entities(refs: ["web", "api"], filter: {owners: ["group:shop"]}) { nodes { ref } } }"#,
        expect![[r#"
            entities: {nodes:[{ref:component:default/web}]}
        "#]],
    );
    let refs = vec!["a"; 101];
    for field in ["lookup", "owners"] {
        check_error(
            &format!("{{ {field}(refs: {refs:?}) {{ __typename }} }}"),
            "LIMIT_EXCEEDED graphql.refs_max",
        );
    }
    check_error(
        &format!("{{ entities(refs: {refs:?}) {{ totalCount }} }}"),
        "LIMIT_EXCEEDED graphql.refs_max",
    );
}

#[test]
fn owners_of_several_come_in_the_order_of_the_names() {
    check(
        r#"{ owners(refs: ["batch", "web", "nothing"]) { __typename
            ... on EntityOwnership { entity { ref } owner { ref } escalation { entity { ref } } }
            ... on EntityNotFound { message } } }"#,
        expect![[r#"
            owners:
              -
                __typename: EntityOwnership
                entity: {ref:component:default/batch}
                escalation: [{entity:{ref:group:default/all}}]
                owner: {ref:group:default/all}
              -
                __typename: EntityOwnership
                entity: {ref:component:default/web}
                escalation: [{entity:{ref:group:default/shop}},{entity:{ref:group:default/all}}]
                owner: {ref:group:default/shop}
              - {__typename:EntityNotFound, message:entity `nothing` is not in the catalog}
        "#]],
    );
}

#[test]
fn owners_of_several_paths_come_with_their_rules() {
    check(
        r#"{ pathOwners(repository: "web", paths: ["services/a", "readme"]) { path rule { pattern } claims { owner } } }"#,
        expect![[r#"
            pathOwners:
              -
                claims: [{owner:group:default/shop}]
                path: services/a
                rule: {pattern:/services/}
              - {claims:[{owner:group:default/all}], path:readme, rule:{pattern:*}}
        "#]],
    );
    check(
        r#"{ pathOwners(repository: "nothing", paths: ["a"]) { path } }"#,
        expect![[r#"
        pathOwners: null
    "#]],
    );
}

#[test]
fn what_was_removed_is_told_to_who_looks_for_it() {
    let mut drawn = sketch::repositories("repository shop/web\ncomponent:web -> component:gone");
    for name in ["component:gone", "component:old"] {
        drawn[0].tombstones.push(Tombstone {
            entity: sketch::entity_ref(name),
            path: "catalog-info.yaml".into(),
            position: Position { line: 3, column: 1 },
            format: ManifestFormat::Backstage,
            last_commit: None,
            commit: None,
            removed_at: sketch::READ_AT,
        });
    }
    let mut builder = GraphBuilder::new();
    drawn.into_iter().for_each(|repository| builder.add(repository));
    let query = r#"{ removals { totalCount nodes { ref repository path } }
        one: removals(ref: "old") { nodes { ref line removedAt lastCommit } }
        lookup(refs: ["old"]) { ... on EntityNotFound { message removal { ref repository removedAt } } }
        entity(ref: "gone") { standing removals { ref } } }"#;
    let (_, answer) =
        ask_with(GraphqlLimits::default(), builder.build(Revision(1)), &json!({"query": query}));
    let mut text = String::new();
    show(&answer["data"], 0, &mut text);
    expect![[r#"
        entity: {removals:[{ref:component:default/gone}], standing:PLACEHOLDER}
        lookup:
          -
            message: entity `old` is not in the catalog
            removal:
              ref: component:default/old
              removedAt: 2026-01-01T00:00:00Z
              repository: shop/web
        one:
          nodes:
            -
              lastCommit: null
              line: 3
              ref: component:default/old
              removedAt: 2026-01-01T00:00:00Z
        removals:
          nodes:
            - {path:catalog-info.yaml, ref:component:default/gone, repository:shop/web}
            - {path:catalog-info.yaml, ref:component:default/old, repository:shop/web}
          totalCount: 2
    "#]]
    .assert_eq(&text);
}

#[test]
fn other_names_and_files_of_an_entity_are_told() {
    let answer = ask(
        "component:web alias component:shop-front\ncomponent:api -> component:shop-front",
        r#"{ entity(ref: "shop-front") { ref aliases codeLocations { path } observedAt } }"#,
    );
    assert_eq!(answer["data"]["entity"]["ref"], json!("component:default/web"), "{answer:#}");
    assert_eq!(answer["data"]["entity"]["aliases"], json!(["component:default/shop-front"]), "{answer:#}");
}

#[test]
fn rules_of_gaps_explain_themselves() {
    let answer = ask(SHOP, "{ gapRules { code summary why remedy severity severityHere off } }");
    let rules = answer["data"]["gapRules"].as_array().expect("rules are a list");
    assert_eq!(rules.len(), catalog_core::gaps::RULES.len());
    assert!(rules.iter().all(|rule| rule["why"].as_str().is_some_and(|why| why.len() > 10)));
    check(
        r#"{ gapRules(code: "unowned") { code severity severityHere off } }"#,
        expect![[r#"
        gapRules: [{code:unowned, off:false, severity:WARNING, severityHere:null}]
    "#]],
    );
    check(
        r#"{ ownershipGaps(filter: {codes: ["owner-unknown"]}) { edges { node { code rule { code off } } } } }"#,
        expect![[r#"
            ownershipGaps: {edges:[{node:{code:owner-unknown, rule:{code:owner-unknown, off:false}}}]}
        "#]],
    );
}

#[test]
fn one_repository_and_the_classes_of_data_are_asked_for() {
    check(
        r#"{ repository(name: "web") { name stale { reason } } none: repository(name: "x") { name } }"#,
        expect![[r#"
            none: null
            repository: {name:shop/web, stale:null}
        "#]],
    );
    check(
        "{ dataClasses catalog { stale } }",
        expect![[r#"
        catalog: {stale:false}
        dataClasses: []
    "#]],
    );
}

#[test]
fn who_owns_what_is_counted() {
    check(
        "{ ownershipCensus { revision standings { owned ownerUndeclared unowned unknown } critical { owned }
            gaps { errors warnings notes } gapCodes { code subjects counts { errors } }
            teams(first: 2) { totalCount nodes { team { ref } entities critical reach reachedThrough { ref } } }
            teamsWithoutEntities wholes { nodes { whole { ref } critical standings { owned } } } withoutWhole
            solePersons { nodes { owner { ref } person { ref } entities } }
            unowned { nodes { entity { ref } dependents } } exact } }",
        expect![[r#"
            ownershipCensus:
              critical: {owned:1}
              exact: true
              gapCodes:
                - {code:owner-conflict, counts:{errors:0}, subjects:1}
                - {code:owner-unknown, counts:{errors:0}, subjects:1}
                - {code:depends-on-unowned, counts:{errors:0}, subjects:0}
                - {code:exemption-expired, counts:{errors:0}, subjects:0}
                - {code:exemption-unused, counts:{errors:0}, subjects:0}
                - {code:journey-unowned, counts:{errors:0}, subjects:0}
                - {code:no-escalation, counts:{errors:0}, subjects:0}
                - {code:owner-departed, counts:{errors:0}, subjects:0}
                - {code:owner-empty, counts:{errors:0}, subjects:0}
                - {code:owner-is-person, counts:{errors:0}, subjects:0}
                - {code:path-unowned, counts:{errors:0}, subjects:0}
                - {code:repository-uncatalogued, counts:{errors:0}, subjects:0}
                - {code:review-stale, counts:{errors:0}, subjects:0}
                - {code:shared-unowned, counts:{errors:0}, subjects:0}
                - {code:unowned, counts:{errors:0}, subjects:0}
              gaps: {errors:0, notes:0, warnings:2}
              revision: 1
              solePersons:
                nodes:
                  -
                    entities: 1
                    owner: {ref:group:default/shop}
                    person: {ref:user:default/ann}
                  - {entities:4, owner:{ref:group:default/all}, person:{ref:user:default/ann}}
              standings: {owned:5, ownerUndeclared:1, unknown:0, unowned:0}
              teams:
                nodes:
                  -
                    critical: 0
                    entities: 4
                    reach: NOBODY
                    reachedThrough: null
                    team: {ref:group:default/all}
                  -
                    critical: 1
                    entities: 1
                    reach: CONTACT
                    reachedThrough: {ref:group:default/shop}
                    team: {ref:group:default/shop}
                totalCount: 3
              teamsWithoutEntities: 0
              unowned: {nodes:[]}
              wholes: {nodes:[{critical:1, standings:{owned:1}, whole:{ref:system:default/store}}]}
              withoutWhole: 4
        "#]],
    );
}
