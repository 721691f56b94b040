//! Files that are made to be slow, large or misleading.

use std::fmt::Write;

use catalog_core::model::FoundBy;
use expect_test::{Expect, expect};

use super::tests::{read, rendered};

fn check(text: &str, expected: &Expect) {
    let rendered = rendered(&read("catalog-info.yaml", text.as_bytes(), FoundBy::Name));
    // Lines of the input may be as long as an excerpt.
    let short: String = rendered
        .lines()
        .filter(|line| !line.starts_with("   |"))
        .fold(String::new(), |all, line| all + line + "\n");
    expected.assert_eq(&short);
}

fn component(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{ name: {name} }}\nspec:\n  type: service\n  lifecycle: production\n  owner: team-a\n{spec}"
    )
}

#[test]
fn an_alias_bomb_is_refused_alone() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let items = vec![format!("*a{}", level - 1); 9].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{items}]").expect("a string takes everything");
    }
    check(
        &format!("{bomb}---\n{}", component("good", "")),
        &expect![[r#"
        broken
        document 1 at 12: strict
          component:default/good at 14
          type: "service" at 16
          lifecycle: "production" at 17
          ownedBy group:default/team-a at 18
        error[yaml-limit]: the aliases of the document stand for more nodes than the limit `yaml.expanded_nodes_max` of 10,000
          --> catalog-info.yaml:5:10 in document 0
    "#]],
    );
}

#[test]
fn a_merge_key_bomb_is_refused() {
    let mut bomb = "a0: &a0 { k: v }\n".to_owned();
    for level in 1..40 {
        let last = level - 1;
        writeln!(bomb, "a{level}: &a{level} {{ <<: [*a{last}, *a{last}] }}")
            .expect("a string takes everything");
    }
    check(
        &bomb,
        &expect![[r#"
        broken
        error[yaml-limit]: the aliases of the document stand for more nodes than the limit `yaml.expanded_nodes_max` of 10,000
          --> catalog-info.yaml:11:23 in document 0
    "#]],
    );
}

#[test]
fn large_aliases_within_the_limit_are_read() {
    let items = vec!["resource:x"; 20].join(", ");
    let spec = format!("  a: &a [{items}]\n  dependsOn: *a\n");
    check(
        &component("good", &spec),
        &expect![[r#"
        document 0 at 1: strict
          component:default/good at 3
          type: "service" at 5
          lifecycle: "production" at 6
          ownedBy group:default/team-a at 7
          dependsOn resource:default/x at 8
    "#]],
    );
}

#[test]
fn a_long_text_is_not_repeated_for_ever() {
    let text = "x".repeat(500_000);
    let mut annotations = String::new();
    for number in 0..200 {
        write!(annotations, "a{number}: *text, ").expect("a string takes everything");
    }
    let manifest = component("a", "")
        .replace("{ name: a }", &format!("{{ name: a, x: &text {text}, annotations: {{ {annotations} }} }}"));
    check(
        &manifest,
        &expect![[r#"
        broken
        error[yaml-limit]: the aliases of the document stand for more nodes than the limit `yaml.expanded_nodes_max` of 10,000
          --> catalog-info.yaml:3:500063 in document 0
    "#]],
    );
}

#[test]
fn needs_are_counted() {
    let members = "r, ".repeat(2_000);
    check(
        &component("a", &format!("  needs: [{{ anyOf: [{members}] }}]\n")),
        &expect![[r#"
        document 0 at 1: strict
          component:default/a at 3
          type: "service" at 5
          lifecycle: "production" at 6
          ownedBy group:default/team-a at 7
          unread: [Needs]
        error[list-too-long]: with `spec.needs[0].anyOf` the document has 2,000 relations, over the limit `entity.relations_max` of 1,000; `spec.needs[0].anyOf` is not read
          --> catalog-info.yaml:8:20 in document 0
    "#]],
    );
    let mut needs = "  needs:\n".to_owned();
    for number in 0..2_000 {
        writeln!(needs, "    - r{number}").expect("a string takes everything");
    }
    check(
        &component("a", &needs),
        &expect![[r#"
        document 0 at 1: strict
          component:default/a at 3
          type: "service" at 5
          lifecycle: "production" at 6
          ownedBy group:default/team-a at 7
          unread: [Needs]
        error[list-too-long]: with `needs` the document has 2,000 relations, over the limit `entity.relations_max` of 1,000; `needs` is not read
          --> catalog-info.yaml:9:5 in document 0
    "#]],
    );
}

#[test]
fn deep_nesting_is_refused_alone() {
    let flow = "[".repeat(100_000);
    check(
        &format!("{flow}\n---\n{}", component("good", "")),
        &expect![[r#"
        broken
        document 1 at 3: strict
          component:default/good at 5
          type: "service" at 7
          lifecycle: "production" at 8
          ownedBy group:default/team-a at 9
        error[yaml-limit]: the document is nested more deeply than the limit `yaml.depth_max` of 64
          --> catalog-info.yaml:1:65 in document 0
    "#]],
    );
    let closed = format!("a: {}{}", "[".repeat(10_000), "]".repeat(10_000));
    check(
        &format!("{closed}\n---\n{}", component("good", "")),
        &expect![[r#"
        broken
        document 1 at 3: strict
          component:default/good at 5
          type: "service" at 7
          lifecycle: "production" at 8
          ownedBy group:default/team-a at 9
        error[yaml-limit]: the document is nested more deeply than the limit `yaml.depth_max` of 64
          --> catalog-info.yaml:1:68 in document 0
    "#]],
    );
    let mut block = String::new();
    for depth in 0..1_000 {
        writeln!(block, "{}a:", " ".repeat(depth)).expect("a string takes everything");
    }
    check(
        &format!("{block}---\n{}", component("good", "")),
        &expect![[r#"
        broken
        document 1 at 1002: strict
          component:default/good at 1004
          type: "service" at 1006
          lifecycle: "production" at 1007
          ownedBy group:default/team-a at 1008
        error[yaml-limit]: the document is nested more deeply than the limit `yaml.depth_max` of 64
          --> catalog-info.yaml:65:65 in document 0
    "#]],
    );
}

#[test]
fn nodes_are_counted() {
    check(
        &format!("[{}", "1,".repeat(500_000)),
        &expect![[r#"
        broken
        error[yaml-limit]: the document has more nodes than the limit `yaml.nodes_max` of 50,000
          --> catalog-info.yaml:1:100000 in document 0
    "#]],
    );
    let lists = format!("  x: [{}]\n", "1,".repeat(60_000));
    check(
        &format!("{}---\n{}", component("large", &lists), component("good", "")),
        &expect![[r#"
        broken
        document 1 at 10: strict
          component:default/good at 12
          type: "service" at 14
          lifecycle: "production" at 15
          ownedBy group:default/team-a at 16
        error[yaml-limit]: the document has more nodes than the limit `yaml.nodes_max` of 50,000
          --> catalog-info.yaml:8:99969 in document 0
    "#]],
    );
}

#[test]
fn documents_are_counted() {
    let reading = read("catalog-info.yaml", "---\na: 1\n".repeat(20_000).as_bytes(), FoundBy::Content);
    assert_eq!(reading.documents.len(), 1_000);
    assert!(reading.broken);
    let messages: Vec<&str> = reading.diagnostics.iter().map(|diagnostic| &*diagnostic.message).collect();
    expect!["the file has more documents than the limit `yaml.documents_max` of 1,000; the rest is not read"]
        .assert_eq(&messages.join("\n"));
}

#[test]
fn long_lists_are_refused_whole() {
    let mut depends_on = "  dependsOn:\n".to_owned();
    for number in 0..2_000 {
        writeln!(depends_on, "    - resource:r{number}").expect("a string takes everything");
    }
    check(
        &component("a", &depends_on),
        &expect![[r#"
            document 0 at 1: strict
              component:default/a at 3
              type: "service" at 5
              lifecycle: "production" at 6
              ownedBy group:default/team-a at 7
              unread: [DependsOn]
            error[list-too-long]: with `dependsOn` the document has 2,001 relations, over the limit `entity.relations_max` of 1,000; `dependsOn` is not read
              --> catalog-info.yaml:9:5 in document 0
        "#]],
    );
    let mut labels =
        "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata:\n  name: a\n  labels:\n".to_owned();
    for number in 0..300 {
        writeln!(labels, "    l{number}: v").expect("a string takes everything");
    }
    check(
        &(labels + "spec: { memberOf: [] }\n"),
        &expect![[r#"
            document 0 at 1: strict
              user:default/a at 4
              unread: [Labels]
            error[list-too-long]: with `labels` the document has 300 labels, over the limit `entity.labels_max` of 256; `labels` is not read
              --> catalog-info.yaml:6:5 in document 0
        "#]],
    );
}

#[test]
fn diagnostics_are_counted() {
    let tags = "Bad, ".repeat(20_000);
    let text = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {{ name: a, tags: [{tags}] }}\nspec: {{ memberOf: [] }}\n"
    );
    let reading = read("catalog-info.yaml", text.as_bytes(), FoundBy::Name);
    assert_eq!(reading.diagnostics.len(), 100);
    let last = reading.diagnostics.last().expect("there are diagnostics");
    expect!["the file has more diagnostics than the limit `diagnostics_max` of 100"].assert_eq(&last.message);
}

#[test]
fn a_long_description_is_cut() {
    let description = "ä".repeat(5_000);
    let text =
        component("a", "").replace("{ name: a }", &format!("{{ name: a, description: {description} }}"));
    let reading = read("catalog-info.yaml", text.as_bytes(), FoundBy::Name);
    let declaration = reading.documents[0].declaration.as_ref().expect("the entity is declared");
    let length = declaration.description.as_ref().map(|description| description.value.len());
    assert_eq!(length, Some(8_192));
    assert!(reading.documents[0].strict);
    expect![
        "the description is 10,000 bytes, over the limit `entity.description_bytes_max` of 8,192, and was cut"
    ]
    .assert_eq(&reading.diagnostics[0].message);
}

#[test]
fn unusual_line_ends_do_no_harm() {
    check(
        &component("a", "").replace("team-a", "team\u{2028}a"),
        &expect![[r#"
        document 0 at 1: strict
          component:default/a at 3
          type: "service" at 5
          lifecycle: "production" at 6
          ownedBy group:default/team a at 7
    "#]],
    );
    check(
        &component("a", "  dependsOn: x\n").replace('\n', "\r"),
        &expect![[r#"
        document 0 at 1: not strict
          problem: spec.dependsOn is not valid
          problem: spec.dependsOn has no kind
          component:default/a at 3
          type: "service" at 5
          lifecycle: "production" at 6
          ownedBy group:default/team-a at 7
          dependsOn component:default/x at 8
        error[wrong-type]: `spec.dependsOn` is a text, expected a list
          --> catalog-info.yaml:8:14 in document 0
          hint: write `dependsOn: [x]`
        warning[assumed-kind]: `spec.dependsOn` is `x` without a kind; a component is assumed
          --> catalog-info.yaml:8:14 in document 0
          hint: write `component:x`, or another kind
    "#]],
    );
    check(
        "\u{feff}\u{feff}kind: x",
        &expect![[r#"
        broken
        document 0 at 1: not strict
          problem: apiVersion is missing
          problem: metadata is not an object
          problem: kind x is not known
          no declaration
        error[missing-field]: `apiVersion` is missing
          --> catalog-info.yaml:1:1 in document 0
        error[missing-field]: `metadata` is missing
          --> catalog-info.yaml:1:1 in document 0
          hint: add `metadata: { name: … }`
        note[unknown-kind]: the kind `x` is not a built-in one
          --> catalog-info.yaml:1:7 in document 0
    "#]],
    );
    check(
        "%",
        &expect![[r#"
        broken
        error[yaml-syntax]: while scanning a directive, could not find expected directive name
          --> catalog-info.yaml:1:2 in document 0
    "#]],
    );
    check(
        "--- |\n---\n...\n...\n--- &a\n--- *a\n",
        &expect![[r#"
        broken
        document 0 at 2: not strict
          problem: the document is not a mapping
          no declaration
        error[document-not-mapping]: the document is a text, expected a mapping
          --> catalog-info.yaml:2:1 in document 0
        error[yaml-syntax]: the alias names no anchor of this document
          --> catalog-info.yaml:6:5 in document 3
    "#]],
    );
}

#[test]
fn other_formats_in_a_file_that_was_found_by_content_are_passed_over() {
    let text = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: a }}\n---\n{}",
        component("b", "")
    );
    let reading = read("deploy/all.yaml", text.as_bytes(), FoundBy::Content);
    expect![[r#"
        document 0 at 1: not strict
          problem: kind Deployment is not known
          no declaration
        document 1 at 5: strict
          component:default/b at 7
          type: "service" at 9
          lifecycle: "production" at 10
          ownedBy group:default/team-a at 11
    "#]]
    .assert_eq(&rendered(&reading));
}

#[test]
fn no_token_of_an_address_is_kept() {
    let text = component("a", "  system: x\n  https://u:ghp_token@example.com: 1\n  dependsOn: https://ghp_token@example.com\n")
        .replace("{ name: a }", "{ name: a, labels: { \"https://ghp_token@example.com\": \"https://u:ghp_token@example.com\" }, links: [{ url: \"https://ghp_token@[\" }] }")
        + "https://u:ghp_token@example.com: 1\n---\n\"https://u:ghp_token@e.com\": 1\n\"https://u:ghp_token@e.com\": 2\n";
    let reading = read("catalog-info.yaml", text.as_bytes(), FoundBy::Name);
    assert!(!format!("{reading:?}").contains("ghp_token"), "{reading:#?}");
}
