//! Definitions that are made to be slow, large or misleading.

use std::fmt::Write;

use catalog_core::model::{DiagnosticCode, Field, FoundBy, ManifestFormat};

use crate::manifest::{
    ManifestReading,
    reading::trials::{check_damaged, read_as},
};

fn read(text: &str) -> ManifestReading {
    read_as(ManifestFormat::Datadog, "entity.datadog.yaml", text.as_bytes(), FoundBy::Name)
}

fn entity(name: &str, rest: &str) -> String {
    format!("apiVersion: v3\nkind: service\nmetadata:\n  name: {name}\n{rest}")
}

fn codes(reading: &ManifestReading) -> Vec<DiagnosticCode> {
    reading.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

#[test]
fn every_field_of_another_type_is_said_and_nothing_else_is_lost() {
    let fields = [
        "metadata.id",
        "metadata.inheritFrom",
        "metadata.managed",
        "metadata.owner",
        "metadata.additionalOwners",
        "metadata.description",
        "metadata.displayName",
        "metadata.tags",
        "metadata.contacts",
        "metadata.links",
        "spec.tier",
        "spec.lifecycle",
        "spec.type",
        "spec.languages",
        "spec.dependsOn",
        "spec.componentOf",
        "integrations.pagerduty",
        "integrations.opsgenie",
        "integrations.sentry",
        "datadog.codeLocations",
        "datadog.pipelines",
        "datadog.logs",
        "extensions.catalog",
    ];
    for field in fields {
        let (part, name) = field.split_once('.').expect("every field has a part");
        for value in ["true", "7", "[[]]", "{ a: { b: c } }", "[{ a: [b] }, null, 3]", "\"\""] {
            let text = if part == "metadata" {
                entity("a", &format!("  {name}: {value}\n"))
            } else {
                entity("a", &format!("{part}:\n  {name}: {value}\n"))
            };
            let reading = read(&text);
            let declaration = reading.documents[0].declaration.as_ref();
            assert_eq!(declaration.map(|it| it.entity.as_str()), Some("component:default/a"), "{text}");
        }
    }
}

#[test]
fn lists_over_their_limits_are_refused_whole() {
    let refs = |count: usize| {
        (0..count).fold(String::new(), |mut list, number| {
            write!(list, "service:s{number}, ").expect("a string takes everything");
            list
        })
    };
    let reading = read(&entity("a", &format!("spec:\n  dependsOn: [{}]\n", refs(1_001))));
    let declaration = reading.documents[0].declaration.as_ref().expect("the entity is read");
    assert_eq!((declaration.relations.len(), &*declaration.unread), (0, &[Field::DependsOn][..]));
    assert_eq!(codes(&reading), [DiagnosticCode::ListTooLong]);

    let reading =
        read(&entity("a", &format!("spec:\n  dependsOn: [{}]\n  componentOf: [{}]\n", refs(600), refs(600))));
    let declaration = reading.documents[0].declaration.as_ref().expect("the entity is read");
    assert_eq!((declaration.relations.len(), &*declaration.unread), (600, &[Field::System][..]));

    let tags = "x, ".repeat(300);
    let reading = read(&entity("a", &format!("  tags: [{tags}]\n")));
    let declaration = reading.documents[0].declaration.as_ref().expect("the entity is read");
    assert_eq!((declaration.tags.len(), &*declaration.unread), (0, &[Field::Tags][..]));

    let paths = "src/**, ".repeat(200);
    let locations = format!("{{ paths: [{paths}] }}, ").repeat(200);
    let reading = read(&entity("a", &format!("datadog:\n  codeLocations: [{locations}]\n")));
    let declaration = reading.documents[0].declaration.as_ref().expect("the entity is read");
    assert_eq!(declaration.code_locations.len(), 256);
}

#[test]
fn a_long_chain_of_inheritance_ends() {
    let mut text = String::new();
    for number in 0..900 {
        let next = number + 1;
        writeln!(
            text,
            "---\n{}",
            entity(&format!("s{number}"), &format!("  inheritFrom: service:s{next}\n"))
        )
        .expect("a string takes everything");
    }
    writeln!(text, "---\n{}", entity("s900", "  owner: shop\n")).expect("a string takes everything");
    let reading = read(&text);
    assert_eq!(reading.documents.len(), 901);
    let owned = reading
        .documents
        .iter()
        .filter_map(|it| it.declaration.as_ref())
        .filter(|it| it.owners().count() == 1);
    assert_eq!(owned.count(), 901);
}

#[test]
fn deep_and_entangled_documents_are_refused_alone() {
    let flow = "[".repeat(100_000);
    let reading = read(&format!("{flow}\n---\n{}", entity("good", "")));
    assert_eq!((reading.documents.len(), reading.broken), (1, true));
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let items = vec![format!("*a{}", level - 1); 9].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{items}]").expect("a string takes everything");
    }
    let reading = read(&format!("{bomb}---\n{}", entity("good", "")));
    assert_eq!((reading.documents.len(), reading.broken), (1, true));
}

#[test]
fn many_faults_are_counted_not_kept() {
    let unknown = (0..5_000).fold(String::new(), |mut text, number| {
        writeln!(text, "x{number}: 1").expect("a string takes everything");
        text
    });
    let reading = read(&entity("a", &unknown));
    assert_eq!(reading.diagnostics.len(), 100);
    assert!(reading.documents[0].problems.len() <= 101);
}

#[test]
fn escapes_and_credentials_are_not_shown() {
    let text = entity(
        "a",
        "  owner: \"\\e[31m\\r\"\n  links: [{ name: x, type: doc, url: \"https://u:hunter2@example.com/\\e[2J\" }]\nspec:\n  tier: \"\\e[31m\"\n",
    );
    let reading = read(&text);
    for diagnostic in &reading.diagnostics {
        assert!(!diagnostic.message.contains('\u{1b}'), "{}", diagnostic.message);
    }
    assert!(!format!("{reading:?}").contains("hunter2"));
}

#[test]
fn no_damage_makes_it_panic() {
    let originals = [
        include_str!("../../../test_data/datadog/v2/service.datadog.yml"),
        include_str!("../../../test_data/datadog/v3_every_kind/entity.datadog.yaml"),
        include_str!("../../../test_data/datadog/inheritance/entity.datadog.yaml"),
    ];
    for original in originals {
        check_damaged(ManifestFormat::Datadog, "service.datadog.yaml", original);
    }
}
