//! Every case in `test_data/opslevel`, as a person reads it, and files that are made to be misleading.

use catalog_core::model::{Field, FoundBy, ManifestFormat};

use super::has_manifest_name;
use crate::manifest::{
    ManifestReading, format_by_path,
    reading::trials::{check_cases, check_damaged, codes_of, read_as, with_list},
};

const GOOD: &str = include_str!("../../../test_data/opslevel/service/opslevel.yml");
const HEAD: &str = "version: 1\nservice:\n  name: a\n";

fn read(text: &str) -> ManifestReading {
    read_as(ManifestFormat::Opslevel, "opslevel.yml", text.as_bytes(), FoundBy::Name)
}

#[test]
fn every_case_reads_as_expected() {
    check_cases(ManifestFormat::Opslevel);
}

#[test]
fn files_are_found_by_their_names() {
    for path in ["opslevel.yml", "services/a/opslevel.yml", "opslevel.yaml", "a/opslevel.yaml"] {
        assert_eq!(format_by_path(path), Some(ManifestFormat::Opslevel), "{path}");
    }
    for path in ["my-opslevel.yml", "opslevel.json", "OpsLevel.yml", ".opslevel.yaml"] {
        assert!(!has_manifest_name(path), "{path}");
    }
}

#[test]
fn what_is_no_mapping_is_said() {
    let check = |path: &str, text: &str, expected: &[&str]| {
        assert_eq!(codes_of(ManifestFormat::Opslevel, path, text), expected, "{path} {text:?}");
    };
    check("opslevel.yml", "", &["empty-manifest"]);
    check("opslevel.yml", "- a\n", &["document-not-mapping"]);
    check("opslevel.yml", "text", &["document-not-mapping"]);
    check("opslevel.yml", "a: [unclosed", &["yaml-syntax"]);
    check("opslevel.yml", "a: \0", &["not-utf8"]);
    check("opslevel.yml", "a: b", &["foreign"]);
    check("opslevel.yml", "version: 1", &["missing-field"]);
    check("opslevel.yml", "version: 1\nservice: { name: {{ name }} }", &["template-skeleton"]);
    check("opslevel.yaml", "", &["manifest-misnamed", "foreign"]);
    check("opslevel.yaml", "a: [unclosed", &["manifest-misnamed", "foreign"]);
    check("opslevel.yaml", "a: b", &["foreign"]);
}

#[test]
fn long_lists_are_refused_whole() {
    let check = |name: &str, item: &str, count: usize, field: Field| {
        let reading = read(&with_list(&format!("{HEAD}  {name}:\n"), item, count));
        let declaration = reading.documents[0].declaration.as_ref().expect("the entity is declared");
        assert_eq!(declaration.unread, [field], "{name}");
        assert!(reading.diagnostics.iter().any(|of| of.code.name() == "list-too-long"), "{name}");
    };
    check("dependencies", "    - alias: t#", 1_001, Field::DependsOn);
    check("aliases", "    - t#", 257, Field::Aliases);
    check("tags", "    - { key: t#, value: a }", 257, Field::Tags);
    check("tools", "    - { name: a, url: https://example.com/# }", 257, Field::Links);
    check("repositories", "    - { name: a/b, path: p# }", 257, Field::CodeLocations);
    check("alert_sources", "    - { type: datadog, external_id: p# }", 257, Field::Annotations);
    check("properties", "    p#: 1", 257, Field::Annotations);
}

#[test]
fn no_token_of_an_address_is_kept() {
    let secret = "https://u:ghp_token@example.com";
    let text = format!(
        "version: \"{secret}\"\n\"{secret}\": 1\nservice:\n  name: \"{secret}\"\n  type: \"{secret}\"\n  owner: \"{secret}\"\n  \
         system: \"{secret}\"\n  product: \"{secret}\"\n  \"{secret}\": 1\n  lifecycle: \"{secret}\"\n  tier: \"{secret}\"\n  \
         aliases: [\"{secret}\"]\n  tags: [\"{secret}\", {{ key: \"{secret}\", value: \"{secret}\" }}]\n  \
         repositories: [{{ name: \"{secret}\", path: \"{secret}\" }}]\n  tools: [{{ name: \"{secret}\", url: \"{secret}\" }}, {{ url: \"x {secret}\" }}]\n  \
         dependencies: [{{ alias: \"{secret}\" }}]\n  alert_sources: [{{ type: \"{secret}\", external_id: \"{secret}\" }}]\n  \
         properties: {{ \"{secret}\": \"{secret}\" }}\n"
    );
    let reading = read(&text);
    assert!(reading.documents[0].declaration.is_some());
    assert!(!format!("{reading:?}").contains("ghp_token"), "{reading:#?}");
}

#[test]
fn no_bytes_make_it_panic() {
    check_damaged(ManifestFormat::Opslevel, "opslevel.yml", GOOD);
}
