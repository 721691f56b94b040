//! Every case in `test_data/port`, as a person reads it, other mappings than the default, and files that
//! are made to be misleading.

use catalog_core::model::{Field, FoundBy, ManifestFormat};
use expect_test::{Expect, expect};

use super::has_manifest_name;
use crate::{
    limits::ManifestLimits,
    manifest::{
        ManifestFile, ManifestReading, format_by_path,
        reading::trials::{check_cases, check_damaged, codes_of, read_as, rendered, repository, with_list},
    },
    port_mapping::{PortKind, PortMapping, PortProperty, PortRelation},
};

const GOOD: &str = include_str!("../../../test_data/port/one_entity/port.yml");
const HEAD: &str = "identifier: a\nblueprint: service\n";

fn read(text: &str) -> ManifestReading {
    read_as(ManifestFormat::Port, "port.yml", text.as_bytes(), FoundBy::Name)
}

fn check_with(mapping: &PortMapping, text: &str, expected: &Expect) {
    let repository = repository();
    let bytes = text.as_bytes();
    let file = ManifestFile { repository: &repository, path: "port.yml", bytes, found_by: FoundBy::Name };
    expected.assert_eq(&rendered(&super::read(&file, mapping, &ManifestLimits::default())));
}

#[test]
fn every_case_reads_as_expected() {
    check_cases(ManifestFormat::Port);
}

#[test]
fn files_are_found_by_their_name() {
    for path in ["port.yml", "services/a/port.yml"] {
        assert_eq!(format_by_path(path), Some(ManifestFormat::Port), "{path}");
    }
    for path in ["port.yaml", "import.yml", "port.yml/x", "ports.yml"] {
        assert!(!has_manifest_name(path), "{path}");
    }
}

#[test]
fn a_mapping_says_what_the_words_of_an_organisation_mean() {
    let mut mapping = PortMapping::default();
    mapping.set_blueprint("paymentRail", PortKind::parse("resource:rail").expect("a kind"));
    mapping.set_relation(PortRelation::OwnedBy, &["squad"]);
    mapping.set_relation(PortRelation::DeployedTo, &["environments"]);
    mapping.set_relation(PortRelation::PartOf, &["product"]);
    mapping.set_property(PortProperty::Tier, &["importance"]);
    mapping.set_target("settles_with", "paymentRail");
    check_with(
        &mapping,
        "
identifier: sepa
blueprint: payment_rail
properties: { importance: 1, tier: none of ours }
relations:
  squad: money
  team: nobody of ours
  environments: [eu, us]
  product: transfers
  settlesWith: swift
",
        &expect![[r#"
            document 0 at 2: strict
              resource:default/sepa at 2
              declared as payment_rail:sepa
              type: "rail" at 3
              tier: 1 at 4
              annotation: port.io/tier="none of ours"
              ownedBy group:default/money at 6
              relatedTo group:default/nobody of ours at 7 NeedTerms { strength: None, any_of: None, expects: [], timeout_ms: None, retries: None, endpoint: None, label: Some("team"), purpose: None }
              deployedTo resource:default/eu at 8 NeedTerms { strength: None, any_of: Some(32768), expects: [], timeout_ms: None, retries: None, endpoint: None, label: None, purpose: None }
              deployedTo resource:default/us at 8 NeedTerms { strength: None, any_of: Some(32768), expects: [], timeout_ms: None, retries: None, endpoint: None, label: None, purpose: None }
              partOf system:default/transfers at 9
              relatedTo resource:default/swift at 10 NeedTerms { strength: None, any_of: None, expects: [], timeout_ms: None, retries: None, endpoint: None, label: Some("settlesWith"), purpose: None }
        "#]],
    );
}

#[test]
fn files_that_only_share_the_name_are_foreign() {
    let check = |text: &str, expected: &[&str]| {
        assert_eq!(codes_of(ManifestFormat::Port, "port.yml", text), expected, "{text:?}");
    };
    check("", &["foreign"]);
    check("- a\n- b\n", &["foreign"]);
    check("text", &["foreign"]);
    check("blueprint", &["foreign"]);
    check("blueprint:", &["foreign"]);
    check("- name: open\n  vars: { blueprint: x }\n", &["foreign"]);
    check("a: [unclosed", &["foreign"]);
    check("port: {{ port }}\n", &["foreign"]);
    check("identifier: a\nblueprint: [unclosed", &["yaml-syntax"]);
    check("identifier: a\nidentifier: b\nblueprint: c\n", &["yaml-syntax"]);
    check("blueprint: service", &["missing-field"]);
    check("blueprint: \0", &["foreign"]);
}

#[test]
fn long_lists_are_refused_whole() {
    let check = |name: &str, item: &str, count: usize, field: Field| {
        let reading = read(&with_list(&format!("{HEAD}{name}\n"), item, count));
        let declaration = reading.documents[0].declaration.as_ref().expect("the entity is declared");
        assert_eq!(declaration.unread, [field], "{name}");
        assert_eq!(declaration.relations.len(), 0, "{name}");
        assert!(reading.diagnostics.iter().any(|of| of.code.name() == "list-too-long"), "{name}");
    };
    check("team:", "  - t#", 1_001, Field::Owner);
    check("relations:\n  dependsOn:", "    - t#", 1_001, Field::DependsOn);
    check("relations:\n  knows:", "    - t#", 1_001, Field::Related);
    check("properties:\n  tags:", "    - t#", 257, Field::Tags);
    check("properties:", "  t#: a", 257, Field::Annotations);
}

#[test]
fn entities_of_one_file_are_counted() {
    let reading = read(&with_list("", "- { identifier: e#, blueprint: service }", 1_100));
    assert_eq!(reading.documents.len(), 1_000);
    assert!(reading.broken);
    let messages: Vec<&str> = reading.diagnostics.iter().map(|of| &*of.message).collect();
    expect![
        "the file declares more entities than the limit `yaml.documents_max` of 1,000; the rest is not read"
    ]
    .assert_eq(&messages.join("\n"));
}

#[test]
fn no_token_of_an_address_is_kept() {
    let secret = "https://u:ghp_token@example.com";
    let text = format!(
        "- identifier: \"{secret}\"\n  blueprint: \"{secret}\"\n  title: \"{secret}\"\n  team: [\"{secret}\"]\n  \"{secret}\": 1\n  \
         properties: {{ \"{secret}\": \"{secret}\", slack: \"{secret}\", type: \"{secret}\", pagerduty: \"{secret}\", list: [\"{secret}\"], email: \"{secret}\" }}\n  \
         relations: {{ \"{secret}\": \"{secret}\", owner: [\"{secret}\"], dependsOn: \"{secret}\" }}\n"
    );
    let reading = read(&text);
    assert!(reading.documents[0].declaration.is_some());
    assert!(!format!("{reading:?}").contains("ghp_token"), "{reading:#?}");
}

#[test]
fn no_bytes_make_it_panic() {
    check_damaged(ManifestFormat::Port, "port.yml", GOOD);
    check_damaged(ManifestFormat::Port, "port.yml", include_str!("../../../test_data/port/list/port.yml"));
}
