//! Which definitions there are, and which of them changed.

use std::fmt::Write;

use expect_test::expect;

use super::Files;
use crate::{
    api_change::{
        DefinitionFormat, DefinitionSource, definitions_changed, definitions_named, read_inline_definition,
    },
    limits::{DefinitionLimits, ManifestLimits},
};

const MANIFEST: &str = "apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: orders}
spec:
  type: openapi
  definition: {$text: ./openapi.yaml}
---
kind: API
metadata: {name: events, namespace: shop}
spec:
  type: asyncapi
  definition:
    $text: https://acme.example/events.yaml
---
kind: API
metadata: {name: Query}
spec:
  type: graphql
  definition: |
    type Query {
      order: Int
    }
---
kind: Component
metadata: {name: web}
spec: {definition: {$text: ./other.yaml}}
---
kind: API
metadata: {name: stub}
spec: {type: grpc, definition: {$text: ../../../a.proto}}
";

#[test]
fn api_entities_name_or_hold_their_definitions() {
    let mut lines = String::new();
    for it in definitions_named("orders/catalog-info.yaml", MANIFEST.as_bytes(), &ManifestLimits::default()) {
        writeln!(lines, "{} {:?} {:?}", it.api, it.format, it.source).expect("a string takes everything");
    }
    expect![[r#"
        api:default/orders Some(OpenApi) File("orders/openapi.yaml")
        api:default/query Some(GraphQl) Inline { position: Position { line: 20, column: 5 }, text: "type Query {\n  order: Int\n}\n" }
    "#]].assert_eq(&lines);
}

#[test]
fn a_text_in_a_manifest_is_read_where_it_stands() {
    let named = definitions_named("catalog-info.yaml", MANIFEST.as_bytes(), &ManifestLimits::default());
    let DefinitionSource::Inline { position, text } = &named[1].source else {
        panic!("it stands in the manifest")
    };
    let limits = DefinitionLimits::default();
    let read = |text| {
        read_inline_definition(
            "catalog-info.yaml",
            *position,
            text,
            named[1].format,
            &Files::default(),
            &limits,
        )
    };
    let definition = read(text).expect("it is a definition");
    let place = definition.operations["Query.order"].place.position;
    assert_eq!((place.line, place.column), (21, 7));
    assert_eq!(definition.format, DefinitionFormat::GraphQl);
    assert!(read("type Query {").expect("it is a broken definition").is_broken);
}

#[test]
fn changed_paths_lead_to_definitions() {
    let named =
        definitions_named("orders/catalog-info.yaml", MANIFEST.as_bytes(), &ManifestLimits::default());
    let files: [&[Box<str>]; 2] =
        [&["api/openapi.yaml".into(), "api/parts/order.yaml".into()], &["b.proto".into(), "c.proto".into()]];
    let changed =
        ["orders/openapi.yaml", "api/parts/order.yaml", "orders/catalog-info.yaml", "src/main.rs", "x.proto"];
    let mut lines = String::new();
    for it in definitions_changed(changed, &named, &files) {
        writeln!(lines, "{} {:?} {:?}", it.path, it.found_as, it.named).expect("a string takes everything");
    }
    expect![[r#"
        api/openapi.yaml RefersTo []
        api/parts/order.yaml ByPath []
        orders/catalog-info.yaml Named [1]
        orders/openapi.yaml Named [0]
        x.proto ByPath []
    "#]]
    .assert_eq(&lines);
}
