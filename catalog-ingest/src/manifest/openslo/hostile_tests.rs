//! OpenSLO documents that are made to be slow, large or misleading.

use catalog_core::model::{Field, FoundBy, ManifestFormat};

use crate::manifest::{
    ManifestReading,
    reading::trials::{check_damaged, read_as},
};

fn read(text: &str) -> ManifestReading {
    read_as(ManifestFormat::Openslo, "openslo.yaml", text.as_bytes(), FoundBy::Name)
}

fn slo(spec: &str) -> String {
    format!("apiVersion: openslo/v1\nkind: SLO\nmetadata: {{ name: a }}\nspec:\n  service: s\n{spec}")
}

#[test]
fn every_field_of_another_type_is_said_and_nothing_else_is_lost() {
    for field in ["description", "indicator", "indicatorRef", "timeWindow", "budgetingMethod", "objectives"] {
        for value in ["true", "7", "text", "[[]]", "{ a: { b: c } }", "[{ target: [b] }, null, 3]", "\"\""] {
            let text = slo(&format!("  {field}: {value}\n"));
            let reading = read(&text);
            let declaration = reading.documents[0].declaration.as_ref();
            assert_eq!(declaration.map(|it| it.entity.as_str()), Some("component:default/s"), "{text}");
            assert!(!reading.diagnostics.is_empty(), "{text}");
        }
    }
}

#[test]
fn too_many_objectives_are_refused_whole() {
    let reading = read(&slo(&format!("  objectives: [{}]\n", "{ target: 0.9 }, ".repeat(300))));
    let declaration = reading.documents[0].declaration.as_ref().expect("the SLO is read");
    assert_eq!((declaration.objectives.len(), &*declaration.unread), (0, &[Field::Slo][..]));
}

#[test]
fn nothing_at_all_is_no_panic() {
    for text in
        ["", "---\n---\n", "[]", "x", "\u{feff}", "{", "apiVersion: openslo/v1", "apiVersion: [openslo/v1]"]
    {
        read(text);
    }
}

#[test]
fn no_damage_makes_it_panic() {
    let original = include_str!("../../../test_data/openslo/objectives/openslo.yaml");
    check_damaged(ManifestFormat::Openslo, "openslo.yaml", original);
}
