//! What entities look like.

use std::sync::Arc;

use catalog_core::{graph::Entity, model::EntityRef, sketch};
use expect_test::{Expect, expect};
use serde_json::{Value, json};

use super::{
    super::{
        BackstageLimits, Fields, GiveUp, LocationRow, batch, document::entity_json, entity_named,
        entity_of_uid, request, shown::is_shown, write_ancestry,
    },
    Collected, documents, json_of, shop,
};

#[expect(clippy::needless_pass_by_value, reason = "as expect-test is used")]
fn check(name: &str, expected: Expect) {
    let graph = shop();
    let entity = graph.entity(&sketch::entity_ref(name)).expect("it is in the sketch");
    let mut shown = json_of(&entity_json(entity, None));
    for (key, length) in [("uid", 36), ("etag", 40)] {
        let taken = shown["metadata"].as_object_mut().and_then(|metadata| metadata.remove(key));
        assert_eq!(taken.and_then(|value| value.as_str().map(str::len)), Some(length));
    }
    if let Some(annotations) = shown["metadata"]["annotations"].as_object_mut() {
        annotations.remove("example.com/long");
    }
    expected.assert_eq(&format!("{shown:#}\n"));
}

#[test]
fn a_component_shows_everything_that_is_known() {
    check(
        "component:web",
        expect![[r##"
        {
          "apiVersion": "backstage.io/v1alpha1",
          "kind": "Component",
          "metadata": {
            "annotations": {
              "backstage.io/managed-by-location": "url:https://github.com/acme/shop/blob/HEAD/services/w%C3%A9b/catalog-info.yaml",
              "backstage.io/managed-by-origin-location": "url:https://github.com/acme/shop",
              "backstage.io/source-location": "url:https://github.com/acme/shop/tree/HEAD/services/w%C3%A9b/",
              "backstage.io/view-url": "https://github.com/acme/shop/blob/HEAD/services/w%C3%A9b/catalog-info.yaml",
              "example.com/Chat": "#Shop"
            },
            "description": "Sells ÜBER things.",
            "labels": {
              "zone": "A"
            },
            "name": "web",
            "namespace": "default",
            "tags": [
              "js",
              "web"
            ],
            "title": "The Web"
          },
          "relations": [
            {
              "targetRef": "api:default/orders",
              "type": "consumesApi"
            },
            {
              "targetRef": "component:default/api",
              "type": "dependsOn"
            },
            {
              "targetRef": "resource:default/db",
              "type": "dependsOn"
            },
            {
              "targetRef": "group:default/shop",
              "type": "ownedBy"
            },
            {
              "targetRef": "component:default/site",
              "type": "partOf"
            },
            {
              "targetRef": "system:default/store",
              "type": "partOf"
            },
            {
              "targetRef": "api:default/web",
              "type": "providesApi"
            }
          ],
          "spec": {
            "consumesApis": [
              "api:default/orders"
            ],
            "dependsOn": [
              "component:default/api",
              "resource:default/db"
            ],
            "lifecycle": "production",
            "owner": "group:default/shop",
            "providesApis": [
              "api:default/web"
            ],
            "slo": {
              "availability": "99.9"
            },
            "subcomponentOf": "component:default/site",
            "system": "system:default/store",
            "tier": 1,
            "type": "Service"
          }
        }
    "##]],
    );
}

#[test]
fn a_group_has_its_children_even_where_there_are_none() {
    check(
        "group:ops",
        expect![[r#"
        {
          "apiVersion": "backstage.io/v1alpha1",
          "kind": "Group",
          "metadata": {
            "annotations": {
              "backstage.io/managed-by-location": "repository:acme/people:catalog-info.yaml",
              "backstage.io/managed-by-origin-location": "url:https://git.example.com/acme/people",
              "github.com/team-slug": "acme/ops"
            },
            "name": "ops",
            "namespace": "default"
          },
          "relations": [
            {
              "targetRef": "group:default/all",
              "type": "childOf"
            },
            {
              "targetRef": "api:default/orders",
              "type": "ownerOf"
            },
            {
              "targetRef": "component:default/site",
              "type": "ownerOf"
            },
            {
              "targetRef": "domain:default/sales",
              "type": "ownerOf"
            },
            {
              "targetRef": "resource:default/db",
              "type": "ownerOf"
            },
            {
              "targetRef": "resource:default/eu",
              "type": "ownerOf"
            },
            {
              "targetRef": "resource:repository/github.com/acme/shop",
              "type": "ownerOf"
            }
          ],
          "spec": {
            "children": [],
            "parent": "group:default/all"
          }
        }
    "#]],
    );
}

#[test]
fn an_address_that_is_a_script_is_not_passed_on() {
    check(
        "resource:db",
        expect![[r#"
        {
          "apiVersion": "backstage.io/v1alpha1",
          "kind": "Resource",
          "metadata": {
            "annotations": {
              "backstage.io/managed-by-location": "url:https://github.com/acme/shop/blob/HEAD/services/w%C3%A9b/catalog-info.yaml",
              "backstage.io/managed-by-origin-location": "url:https://github.com/acme/shop",
              "backstage.io/source-location": "url:https://github.com/acme/shop/tree/HEAD/services/w%C3%A9b/",
              "backstage.io/view-url": "https://github.com/acme/shop/blob/HEAD/services/w%C3%A9b/catalog-info.yaml"
            },
            "name": "db",
            "namespace": "default"
          },
          "relations": [
            {
              "targetRef": "component:default/api",
              "type": "dependencyOf"
            },
            {
              "targetRef": "component:default/web",
              "type": "dependencyOf"
            },
            {
              "targetRef": "resource:default/eu",
              "type": "deployedTo"
            },
            {
              "targetRef": "resource:default/us",
              "type": "deployedTo"
            },
            {
              "targetRef": "group:default/ops",
              "type": "ownedBy"
            }
          ],
          "spec": {
            "dataClass": [
              "pii",
              "payment"
            ],
            "deployedTo": [
              "resource:default/eu",
              "resource:default/us"
            ],
            "owner": "group:default/ops",
            "type": "database"
          }
        }
    "#]],
    );
}

#[test]
fn what_is_stale_says_so() {
    check(
        "component:old",
        expect![[r#"
        {
          "apiVersion": "backstage.io/v1alpha1",
          "kind": "Component",
          "metadata": {
            "annotations": {
              "backstage.io/managed-by-location": "repository:acme/old:catalog-info.yaml",
              "backstage.io/managed-by-origin-location": "url:https://git.example.com/acme/old"
            },
            "name": "old",
            "namespace": "default",
            "title": "The old"
          },
          "relations": [],
          "spec": {
            "lifecycle": "deprecated",
            "type": "service"
          },
          "status": {
            "items": [
              {
                "level": "warning",
                "message": "what is shown is what was read of commit 5e5e5e5e5e5e; since then its source is unreachable",
                "type": "catalog/stale"
              }
            ]
          }
        }
    "#]],
    );
}

#[test]
fn a_part_is_the_same_part_of_the_whole() {
    let graph = shop();
    let lists = [
        "kind",
        "metadata",
        "metadata.etag,metadata.uid",
        "kind,metadata.name,metadata.namespace",
        "metadata.annotations.example.com/Chat,metadata.labels.zone,metadata.annotations.nothing",
        "spec.owner,spec.type,spec.nothing,spec",
        "spec,spec.owner",
        "relations,status",
        "metadata.tags,spec.slo.availability,spec.profile.email",
        "nothing,metadata.nothing.more,kind.more,.,metadata.",
        " apiVersion , metadata.links",
    ];
    for list in lists {
        let fields = Fields::new([list], &BackstageLimits::default()).expect("they are fields");
        for entity in graph.entities().filter(|entity| is_shown(*entity)) {
            let whole = json_of(&entity_json(entity, None));
            let expected = fields.as_ref().map_or_else(|| whole.clone(), |fields| fields.of(&whole));
            assert_eq!(
                json_of(&entity_json(entity, fields.as_ref())),
                expected,
                "{list} of {}",
                entity.name()
            );
        }
    }
}

#[test]
fn a_field_asked_for_is_all_that_is_shown() {
    let graph = shop();
    let web = graph.entity(&sketch::entity_ref("component:web")).expect("it is in the sketch");
    let shown = |list: &str| {
        let fields = Fields::new([list], &BackstageLimits::default()).expect("they are fields");
        json_of(&entity_json(web, fields.as_ref()))
    };
    assert_eq!(
        shown("kind,metadata.annotations.example.com/Chat,spec.tier"),
        json!({"kind": "Component", "metadata": {"annotations": {"example.com/Chat": "#Shop"}}, "spec": {"tier": 1}})
    );
    assert_eq!(shown("Kind,spec.Tier"), json!({}));
}

#[test]
fn an_etag_changes_with_what_is_shown_and_with_nothing_else() {
    let etag = |sketch: &str| {
        let graph = sketch::graph(sketch);
        let web = graph.entity(&sketch::entity_ref("component:web")).expect("it is in the sketch");
        json_of(&entity_json(web, None))["metadata"]["etag"].as_str().map(str::to_owned)
    };
    let plain = etag("component:web\ncomponent:api");
    assert_eq!(plain, etag("component:web\ncomponent:api\ncomponent:more"));
    assert_ne!(plain, etag("component:web title \"Web\"\ncomponent:api"));
    assert_ne!(plain, etag("component:web\ncomponent:api -> component:web"));
}

#[test]
fn entities_are_found_by_name_ref_and_uid() {
    let graph = shop();
    let give_up = GiveUp::default();
    for document in documents(&graph) {
        let uid = document["metadata"]["uid"].as_str().expect("a text").to_uppercase();
        let found = entity_of_uid(&graph, &uid, &give_up).expect("somebody waits").expect("it is there");
        assert_eq!(json_of(&entity_json(found, None)), document);
    }
    assert!(entity_of_uid(&graph, "nothing", &give_up).expect("somebody waits").is_none());
    let name_of = |kind, namespace, name| {
        entity_named(&graph, kind, namespace, name).map(|entity| entity.name().to_string())
    };
    assert_eq!(name_of("Component", "DEFAULT", "Web").as_deref(), Some("component:default/web"));
    assert_eq!(name_of("group", "default", "nowhere"), None, "what nothing declares is no entity");
    assert_eq!(name_of("", "default", "web"), None);
    let refs = ["group:default/nowhere", "web", "API:default/Web", "component:web", ""].map(str::to_owned);
    let found: Vec<Option<&EntityRef>> =
        batch(&graph, &refs, None).into_iter().map(|entity| entity.map(Entity::name)).collect();
    let names = found.into_iter().map(|name| name.map(ToString::to_string)).collect::<Vec<_>>();
    assert_eq!(
        names,
        [None, None, Some("api:default/web".into()), Some("component:default/web".into()), None]
    );
}

#[test]
fn the_repository_led_to_an_entity() {
    let graph = shop();
    let ancestry = |name: &str| {
        let mut collected = Collected::default();
        let entity = graph.entity(&sketch::entity_ref(name)).expect("it is in the sketch");
        write_ancestry(entity, &mut collected).expect("somebody waits");
        json_of(&collected.body)
    };
    let repository = "resource:repository/github.com/acme/shop";
    let of_web = ancestry("component:web");
    assert_eq!(of_web["rootEntityRef"], "component:default/web");
    assert_eq!(of_web["items"][0]["parentEntityRefs"], json!([repository]));
    assert_eq!(of_web["items"][1]["entity"]["metadata"]["name"], "github.com/acme/shop");
    assert_eq!(ancestry(repository)["items"].as_array().map(Vec::len), Some(1));
}

#[test]
fn locations_are_repositories() {
    let graph = shop();
    let rows = LocationRow::all(&graph);
    let mut shown: Vec<String> = rows
        .iter()
        .map(|row| {
            format!("{}:{} {}", row.location_type, row.target, row.entity_ref.as_deref().unwrap_or("-"))
        })
        .collect();
    shown.sort();
    assert_eq!(
        shown,
        [
            "url:https://git.example.com/acme/old resource:repository/acme/old",
            "url:https://git.example.com/acme/people resource:repository/acme/people",
            "url:https://github.com/acme/shop resource:repository/github.com/acme/shop",
        ]
    );
    let limits = BackstageLimits::default();
    let asked = |body: &Value| {
        let query = request::locations_of_body(body.to_string().as_bytes(), &limits);
        query.expect("the question is good").answer(&graph, &limits)
    };
    let first = asked(&json!({"limit": 1, "query": {"target": {"$hasPrefix": "HTTPS://git."}}}));
    let second = asked(&json!({"cursor": first["pageInfo"]["nextCursor"]}));
    assert_eq!((&first["totalItems"], &second["pageInfo"]), (&json!(2), &json!({})));
    assert_ne!(first["items"], second["items"]);
    let none = asked(&json!({"query": {"$not": {"id": {"$exists": true}}}}));
    assert_eq!(none["totalItems"], 0);
    let unknown = request::locations_of_body(br#"{"query": {"owner": "me"}}"#, &limits);
    assert!(unknown.is_err_and(|error| error.to_string().contains("`owner`")));
}

#[test]
fn the_order_of_a_catalog_is_kept_for_as_long_as_it_is_there() {
    let orders = super::OrderCache::default();
    let give_up = GiveUp::default();
    let graph = shop();
    let first = orders.sequence(&graph, &[], &give_up).expect("somebody waits");
    let second = orders.sequence(&graph, &[], &give_up).expect("somebody waits");
    assert!(Arc::ptr_eq(&first.numbers, &second.numbers));
    let other = shop();
    let third = orders.sequence(&other, &[], &give_up).expect("somebody waits");
    assert!(!Arc::ptr_eq(&first.numbers, &third.numbers));
}
