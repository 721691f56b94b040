//! Every case in `test_data/cortex`, as a person reads it, and files that are made to be misleading.

use catalog_core::model::{Field, FoundBy, ManifestFormat};
use expect_test::{Expect, expect};

use super::has_manifest_name;
use crate::manifest::{
    ManifestReading, format_by_path,
    reading::trials::{check_cases, check_damaged, codes_of, read_as, with_list},
};

const GOOD: &str = include_str!("../../../test_data/cortex/service/cortex.yaml");
const HEAD: &str = "openapi: 3.0.1\ninfo:\n  title: a\n  x-cortex-tag: a\n";

fn read(text: &str) -> ManifestReading {
    read_as(ManifestFormat::Cortex, "cortex.yaml", text.as_bytes(), FoundBy::Name)
}

#[test]
fn every_case_reads_as_expected() {
    check_cases(ManifestFormat::Cortex);
}

#[test]
fn descriptors_are_found_by_their_names() {
    for path in ["cortex.yaml", "a/b/cortex.yml", ".cortex/domains/a.yaml", ".cortex/teams/x/b.yml"] {
        assert_eq!(format_by_path(path), Some(ManifestFormat::Cortex), "{path}");
    }
    for path in ["cortex.json", "my-cortex.yaml", "a/.cortex/b.yaml", ".cortex/readme.md", "Cortex.yaml"] {
        assert!(!has_manifest_name(path), "{path}");
    }
}

#[test]
fn files_that_only_share_the_name_are_foreign() {
    let check = |text: &str, expected: &[&str]| {
        assert_eq!(codes_of(ManifestFormat::Cortex, "cortex.yaml", text), expected, "{text:?}");
    };
    check("", &["foreign"]);
    check("# nothing\n", &["foreign"]);
    check("- a\n- b\n", &["foreign"]);
    check("text", &["foreign"]);
    check("info: x-cortex-tag", &["foreign"]);
    check("info: { x-cortex-tag: }", &["foreign"]);
    check("a: [unclosed", &["foreign"]);
    check("info:\n  x-cortex-tag: [unclosed", &["yaml-syntax"]);
    check("a: \0", &["foreign"]);
    check("x-cortex-tag: \0", &["not-utf8"]);
    check("version https://git-lfs.github.com/spec/v1\noid sha256:00\n", &["manifest-is-pointer"]);
    check("<<<<<<< HEAD\ninfo: { x-cortex-tag: a }\n>>>>>>> topic\n", &["merge-conflict"]);
    check("info: { title: {{ title }} }\n", &["foreign"]);
}

#[test]
fn long_lists_are_refused_whole() {
    let check = |name: &str, item: &str, count: usize, field: Field| {
        let reading = read(&with_list(&format!("{HEAD}  {name}:\n"), item, count));
        let declaration = reading.documents[0].declaration.as_ref().expect("the entity is declared");
        assert_eq!(declaration.unread, [field], "{name}");
        assert_eq!(declaration.relations.len(), 0, "{name}");
        assert!(reading.diagnostics.iter().any(|of| of.code.name() == "list-too-long"), "{name}");
    };
    check("x-cortex-owners", "    - { type: group, name: g# }", 1_001, Field::Owner);
    check("x-cortex-dependency", "    - tag: t#", 1_001, Field::DependsOn);
    check("x-cortex-groups", "    - g#", 257, Field::Tags);
    check("x-cortex-link", "    - url: https://example.com/#", 257, Field::Links);
    check("x-cortex-custom-metadata", "    k#: v", 257, Field::Annotations);
}

#[test]
fn relations_of_several_lists_are_counted_together() {
    let owners = with_list("  x-cortex-owners:\n", "    - { type: group, name: g# }", 600);
    let needs = with_list("  x-cortex-dependency:\n", "    - tag: t#", 600);
    let reading = read(&format!("{HEAD}{owners}{needs}"));
    let declaration = reading.documents[0].declaration.as_ref().expect("the entity is declared");
    assert_eq!(declaration.relations.len(), 1_000);
    assert_eq!(declaration.unread, [Field::DependsOn]);
    let messages: Vec<&str> = reading.diagnostics.iter().map(|of| &*of.message).collect();
    expect!["with `info.x-cortex-dependency[400].tag` the document has more relations than the limit `entity.relations_max` of 1,000; the rest is not read"]
        .assert_eq(&messages.join("\n"));
}

#[test]
fn groups_of_both_names_are_counted_together() {
    let old = with_list("  x-cortex-service-groups:\n", "    - old#", 200);
    let reading = read(&with_list(&format!("{HEAD}{old}  x-cortex-groups:\n"), "    - new#", 200));
    let declaration = reading.documents[0].declaration.as_ref().expect("the entity is declared");
    assert_eq!(declaration.tags.len(), 256);
    assert_eq!(declaration.unread, [Field::Tags]);
    let messages: Vec<&str> = reading.diagnostics.iter().map(|of| &*of.message).collect();
    expect!["with `tags` the document has more items than the limit `entity.labels_max` of 256; the rest is not read"].assert_eq(&messages.join("\n"));
}

#[test]
fn no_token_of_an_address_is_kept() {
    let secret = "https://u:ghp_token@example.com";
    let text = format!(
        "openapi: 3.0.1\ninfo:\n  title: {secret}\n  description: {secret}\n  x-cortex-tag: {secret}\n  x-cortex-type: {secret}\n  \
         x-cortex-owners: [{{ type: group, name: \"{secret}\" }}, \"{secret}\"]\n  x-cortex-groups: [\"{secret}\"]\n  \
         x-cortex-oncall: {{ \"{secret}\": {{ id: \"{secret}\" }} }}\n  x-cortex-git: {{ \"{secret}\": {{ repository: \"{secret}\" }} }}\n  \
         x-cortex-link: [{{ url: \"{secret}\", name: \"{secret}\" }}]\n  x-cortex-dependency: [{{ tag: \"{secret}\", path: \"{secret}\" }}]\n  \
         x-cortex-slos: {{ \"{secret}\": [{{ slo: \"{secret}\" }}] }}\n  x-cortex-custom-metadata: {{ \"{secret}\": \"{secret}\", b: {{ c: d }} }}\n  \
         \"{secret}\": 1\n"
    );
    let reading = read(&text);
    assert!(reading.documents[0].declaration.is_some());
    assert!(!format!("{reading:?}").contains("ghp_token"), "{reading:#?}");
}

#[test]
fn deep_and_entangled_documents_are_refused_alone() {
    fn check(text: &str, expected: &Expect) {
        let reading = read(&format!("{text}\n---\n{HEAD}"));
        let declared = reading.documents.iter().filter(|document| document.declaration.is_some()).count();
        assert_eq!(declared, 1);
        let messages: Vec<&str> = reading.diagnostics.iter().map(|of| &*of.message).collect();
        expected.assert_eq(&messages.join("\n"));
    }
    check(
        &format!("info: {}", "[".repeat(10_000)),
        &expect!["the document is nested more deeply than the limit `yaml.depth_max` of 64"],
    );
    let bomb = (1..30).fold("a0: &a0 [x, x]\n".to_owned(), |text, level| {
        let last = level - 1;
        text + &format!("a{level}: &a{level} [*a{last}, *a{last}]\n")
    });
    check(
        &bomb,
        &expect![
            "the aliases of the document stand for more nodes than the limit `yaml.expanded_nodes_max` of 10,000"
        ],
    );
}

#[test]
fn no_bytes_make_it_panic() {
    check_damaged(ManifestFormat::Cortex, "cortex.yaml", GOOD);
}
