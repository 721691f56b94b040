//! Which names mean one entity, across formats.

use expect_test::expect;
use proptest::prelude::*;

use super::*;
use crate::model::{IdentityEntry, IdentityName, IdentityTable};

/// Every entity with its owner and what the declarations behind it call it.
fn identities(graph: &CatalogGraph) -> String {
    let mut text = String::new();
    for entity in graph.entities() {
        text += &format!("{} {}", entity.name().short(), entity.standing().name());
        if let Some(owner) = entity.owner() {
            text += &format!(" owner {}", owner.name().short());
        }
        let aliases: Vec<String> = entity.aliases().map(EntityRef::short).collect();
        if !aliases.is_empty() {
            text += &format!(" also {}", aliases.join(" "));
        }
        text += "\n";
        for declaration in entity.declarations() {
            let counts = if declaration.counts() { "" } else { ", does not count" };
            let named = declaration.named().expect("it names an entity").short();
            text += &format!("  {} {named}{counts}\n", declaration.format().name());
        }
        for relation in entity.outgoing() {
            let class = relation.class().name();
            text += &format!("  {} {} {class}\n", relation.kind().name(), relation.to().name().short());
        }
        for alias in entity.aliases() {
            assert_eq!(graph.entity(alias), Some(entity), "the other name `{alias}` leads to it");
        }
    }
    for diagnostic in graph.diagnostics() {
        text += &format!("{}: {}\n", diagnostic.diagnostic.code.name(), diagnostic.diagnostic.message);
    }
    text
}

#[test]
fn manifests_of_several_formats_make_one_entity() {
    check(
        "
        component:core-payments owner group:payments tier 2 -> resource:ledger
        group:payments slug acme/pay title \"Payments Team\"
        resource:ledger owner group:payments
        manifest opslevel.yml format opslevel
        component:Core-Payments alias component:core_payments component:cart owner group:payments_team
        manifest service.datadog.yaml format datadog
        component:core-payments owner group:default/acme/pay type web -> component:cart_db
        manifest z/catalog-info.yaml
        component:cart-db
        ",
        identities,
        &expect![[r#"
            component:cart-db declared also component:cart_db
              backstage component:cart-db
            component:core-payments declared owner group:payments also component:cart component:core_payments
              backstage component:core-payments
              opslevel component:core-payments
              datadog component:core-payments
              dependsOn component:cart-db declared
              dependsOn resource:ledger declared
              ownedBy group:payments declared
            group:payments declared also group:default/acme/pay group:payments_team
              backstage group:payments
            resource:ledger declared owner group:payments
              backstage resource:ledger
              ownedBy group:payments declared
            resource:repository/example/catalog repository
        "#]],
    );
}

#[test]
fn the_strongest_statement_of_each_field_counts() {
    let graph = sketch::graph(
        "
        component:web title Web tag a
        manifest a.yml format opslevel
        component:web title Other tier 3 lifecycle production tag b slo 99.5
        manifest b.yaml format datadog
        component:web tier 1 description \"Sells.\" lifecycle deprecated tag a,c
        ",
    );
    let web = entity(&graph, "component:web");
    assert_eq!(web.title(), Some("Web"));
    assert_eq!(web.description(), Some("Sells."));
    // Of two formats with the same authority the first by path counts.
    assert_eq!(web.tier().map(crate::model::Tier::number), Some(3));
    assert_eq!(web.lifecycle(), Some("production"));
    assert_eq!(web.tags().join(" "), "a b c");
    assert_eq!(web.objectives().len(), 1);
}

#[test]
fn two_entities_of_one_format_stay_apart_whatever_an_alias_says() {
    check(
        "
        component:web
        component:shop alias component:web
        manifest opslevel.yml format opslevel
        component:store alias component:web component:shop
        ",
        identities,
        &expect![[r#"
            component:shop declared
              backstage component:shop
            component:web declared also component:store
              backstage component:web
              opslevel component:store
            resource:repository/example/catalog repository
            alias-conflict: `component:shop` states the other name `component:web`, but manifests of one format declare these to be two entities; they stay apart
            alias-conflict: `component:store` states the other name `component:shop`, but manifests of one format declare these to be two entities; they stay apart
        "#]],
    );
}

#[test]
fn what_the_catalogs_own_format_names_is_taken_at_its_word() {
    check(
        "
        component:cart-db
        component:web -> component:cart_db
        manifest opslevel.yml format opslevel
        component:web -> component:cart_db component:Cart.DB
        ",
        identities,
        &expect![[r#"
            component:cart-db declared also component:cart.db
              backstage component:cart-db
            component:cart_db placeholder
            component:web declared
              backstage component:web
              opslevel component:web
              dependsOn component:cart-db declared
              dependsOn component:cart_db declared
            resource:repository/example/catalog repository
            unknown-ref: `dependsOn` names `component:cart_db`, which no manifest declares
            unknown-ref: `dependsOn` names `component:cart_db`, which no manifest declares
        "#]],
    );
}

#[test]
fn a_loose_reference_that_can_mean_two_things_is_left_alone() {
    check(
        "
        component:cart-db
        component:cart_db
        resource:carts
        manifest opslevel.yml format opslevel
        component:web alias component:shop -> component:cart.db component:Carts system system:shop
        ",
        identities,
        &expect![[r#"
            component:cart-db declared
              backstage component:cart-db
            component:cart.db placeholder
            component:cart_db declared
              backstage component:cart_db
            component:web declared also component:shop
              opslevel component:web
              dependsOn component:cart.db declared
              dependsOn resource:carts declared
              partOf system:shop declared
            resource:carts declared also component:carts
              backstage resource:carts
            resource:repository/example/catalog repository
            system:shop placeholder
            unknown-ref: `dependsOn` names `component:cart.db`, which no manifest declares
            unknown-ref: `partOf` names `system:shop`, which no manifest declares
        "#]],
    );
}

#[test]
fn what_runs_joins_what_its_own_repository_declares() {
    check(
        "
        repository acme/shop
        component:web owner group:shop
        manifest compose.yaml format compose
        component:acme.shop/web -> component:acme.shop/redis
        component:acme.shop/worker -> component:acme.shop/redis
        component:acme.shop/lonely
        component:acme.shop/island -> component:acme.shop/islet
        repository acme/other
        manifest compose.yaml format compose
        component:acme.other/web -> component:acme.other/redis
        ",
        identities,
        &expect![[r#"
            component:acme.shop/redis placeholder
            component:acme.shop/worker evidence
              compose component:acme.shop/worker
              dependsOn component:acme.shop/redis deployed
            component:web declared owner group:shop
              backstage component:web
              compose component:acme.shop/web
              dependsOn component:acme.shop/redis deployed
              ownedBy group:shop declared
            group:shop placeholder
            resource:repository/acme/other repository
            resource:repository/acme/shop repository
        "#]],
    );
}

#[test]
fn what_runs_is_no_need_and_adds_no_type() {
    let graph = sketch::graph(
        "
        component:web type service -> resource:db
        manifest compose.yaml format compose
        component:example.catalog/web type container -> component:example.catalog/cache
        component:example.catalog/cache
        ",
    );
    let web = entity(&graph, "component:web");
    assert_eq!(web.entity_type(), Some("service"));
    assert_eq!(
        reached(&graph, "component:web", Direction::Dependencies, None),
        "resource:db 1 via component:web hard\n"
    );
    assert_eq!(entity(&graph, "component:example.catalog/cache").standing(), EntityStanding::Evidence);
}

#[test]
fn an_owner_of_what_runs_comes_after_the_rules_of_paths() {
    check(
        "
        codeowners
          * @acme/platform
        component:web
        component:api owner group:shop
        manifest Chart.yaml format helm
        component:example.catalog/web owner user:mia
        component:example.catalog/api owner user:mia
        ",
        |graph| {
            ["component:web", "component:api"]
                .map(|name| {
                    let claims = entity(graph, name).ownership_claims();
                    let claims: Vec<String> = claims
                        .iter()
                        .map(|claim| format!("{} {}", claim.ground.name(), claim.owner.short()))
                        .collect();
                    format!("{name}: {}\n", claims.join(", "))
                })
                .concat()
        },
        &expect![[r#"
            component:web: path-rule group:platform, evidence user:mia
            component:api: declared group:shop, path-rule group:platform, evidence user:mia
        "#]],
    );
}

#[test]
fn the_identity_table_holds_whatever_files_say() {
    let entity_of = |text: &str| entity_ref(text);
    let entry = |text: &str, names: &[&str]| IdentityEntry {
        entity: entity_of(text),
        names: names
            .iter()
            .map(|name| IdentityName::parse(name, &entity_of(text)).expect("a name"))
            .collect(),
    };
    let table = IdentityTable {
        entries: vec![
            entry("group:payments", &["@acme/pay", "pay@example.com", "ari:cloud:identity::team/1"]),
            entry("component:ledger", &["component:book-keeping"]),
        ],
    };
    let mut builder = GraphBuilder::new().with_identity(table);
    let drawn = "
        codeowners
          * @acme/pay
        component:a
        component:book-keeping owner user:pay@example.com
        component:ledger owner group:payments
        group:payments
        manifest compass.yml format compass
        component:b owner group:default/ari:cloud:identity::team/1
        component:c owner user:pay@example.com
        ";
    sketch::repositories(drawn).into_iter().for_each(|repository| builder.add(repository));
    let graph = builder.build(Revision(1));
    expect![[r#"
        component:a declared owner group:payments
          backstage component:a
        component:b declared owner group:payments
          compass component:b
          ownedBy group:payments declared
        component:c declared owner group:payments
          compass component:c
          ownedBy group:payments declared
        component:ledger declared owner group:payments also component:book-keeping
          backstage component:book-keeping
          backstage component:ledger, does not count
          ownedBy group:payments declared
        group:payments declared also group:acme/pay group:default/acme/pay group:default/ari:cloud:identity::team/1 group:pay@example.com user:pay@example.com
          backstage group:payments
        resource:repository/example/catalog repository owner group:payments
        duplicate-entity: entity `component:ledger` is declared here and in example/catalog:catalog-info.yaml:5; the latter stands, being the first by repository and path
    "#]].assert_eq(&identities(&graph));
}

#[test]
fn second_declarations_of_one_format_are_kept_as_evidence() {
    let graph = sketch::graph(
        "
        component:web -> component:api
        manifest z.yaml
        component:web -> component:other
        component:web owner group:z
        ",
    );
    let web = entity(&graph, "component:web");
    let second = web.declarations().nth(1).expect("there are two");
    assert!(!second.counts());
    assert_eq!(second.left_out().len(), 2);
    assert_eq!(second.owners(), [entity_ref("group:z")]);
    assert!(graph.entity(&entity_ref("component:other")).is_none());
    assert!(web.owner().is_none());
}

proptest! {
    #[test]
    fn what_names_mean_does_not_depend_on_the_order_of_reading(order in Just((0..6).collect::<Vec<usize>>()).prop_shuffle()) {
        let drawn = "
            repository a/web
            component:web owner group:shop -> component:core-payments
            manifest compose.yaml format compose
            component:a.web/web -> component:a.web/redis
            repository b/pay
            component:core-payments owner group:payments
            manifest opslevel.yml format opslevel
            component:core_payments alias component:cart component:pay owner group:payments_team
            repository c/other
            manifest service.datadog.yaml format datadog
            component:pay owner group:default/acme/pay -> component:Cart component:web.db
            repository d/teams
            group:payments slug acme/pay title \"Payments Team\"
            repository e/db
            component:web-db
            resource:web_db
            repository f/again
            manifest opslevel.yml format opslevel
            component:pay alias component:web
            ";
        let repositories = sketch::repositories(drawn);
        let expected = identities(&sketch::graph_of(repositories.clone()));
        let shuffled = order.iter().map(|index| repositories[*index].clone());
        prop_assert_eq!(identities(&sketch::graph_of(shuffled)), expected);
    }
}
