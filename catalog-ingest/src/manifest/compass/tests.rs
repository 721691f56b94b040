//! Every case in `test_data/compass`, as a person reads it, and components that are made to be hostile.

use catalog_core::model::{DiagnosticCode, Field, FoundBy, ManifestFormat};

use crate::manifest::{
    ManifestReading, format_by_path,
    reading::trials::{check_cases, check_damaged, read_as},
};

fn read(text: &str) -> ManifestReading {
    read_as(ManifestFormat::Compass, "compass.yml", text.as_bytes(), FoundBy::Name)
}

fn component(rest: &str) -> String {
    format!("configVersion: 1\nname: a\nid: 'ari:cloud:compass:1:component/2/3'\n{rest}")
}

#[test]
fn every_case_reads_as_expected() {
    check_cases(ManifestFormat::Compass);
}

#[test]
fn files_are_found_by_their_whole_name() {
    for path in ["compass.yml", "services/a/compass.yaml"] {
        assert_eq!(format_by_path(path), Some(ManifestFormat::Compass), "{path}");
    }
    for path in ["my-compass.yml", "compass.json", "compass/config.rb"] {
        assert_eq!(format_by_path(path), None, "{path}");
    }
}

#[test]
fn files_that_only_share_the_name_vanish() {
    for text in ["", "http_path: /\ncss_dir: css\n", "- a\n", "just text", "a: [\n", "id: 5\nname: x\n"] {
        let reading = read(text);
        assert_eq!((reading.foreign, reading.diagnostics.len()), (true, 0), "{text:?}");
    }
}

#[test]
fn every_field_of_another_type_is_said_and_nothing_else_is_lost() {
    let fields = [
        "description",
        "typeId",
        "ownerId",
        "fields",
        "links",
        "relationships",
        "labels",
        "customFields",
        "catalog",
    ];
    for field in fields {
        for value in ["true", "7", "text", "[[]]", "{ a: { b: c } }", "[{ a: [b] }, null, 3]", "\"\""] {
            let text = component(&format!("{field}: {value}\n"));
            let reading = read(&text);
            let declaration = reading.documents[0].declaration.as_ref();
            assert_eq!(declaration.map(|it| it.entity.as_str()), Some("component:default/a"), "{text}");
        }
    }
}

#[test]
fn lists_over_their_limits_are_refused_whole() {
    let items = "ari:cloud:compass:1:component/2/4, ".repeat(1_001);
    let reading = read(&component(&format!("relationships: {{ DEPENDS_ON: [{items}] }}\n")));
    let declaration = reading.documents[0].declaration.as_ref().expect("the component is read");
    assert_eq!((declaration.relations.len(), &*declaration.unread), (0, &[Field::DependsOn][..]));
    assert_eq!(reading.diagnostics[0].code, DiagnosticCode::ListTooLong);
    let labels = "x, ".repeat(300);
    let reading = read(&component(&format!("labels: [{labels}]\n")));
    let declaration = reading.documents[0].declaration.as_ref().expect("the component is read");
    assert_eq!((declaration.tags.len(), &*declaration.unread), (0, &[Field::Tags][..]));
}

#[test]
fn deep_documents_are_refused() {
    let reading = read(&component(&format!("links: {}\n", "[".repeat(100_000))));
    assert_eq!((reading.foreign, reading.broken, reading.documents.len()), (false, true, 0));
    assert_eq!(reading.diagnostics[0].code, DiagnosticCode::YamlLimit);
}

#[test]
fn no_damage_makes_it_panic() {
    let original = include_str!("../../../test_data/compass/everything/compass.yml");
    check_damaged(ManifestFormat::Compass, "compass.yml", original);
}
