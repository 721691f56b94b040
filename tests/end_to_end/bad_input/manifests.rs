//! Documents that say what they must not.

use expect_test::expect;

use super::{check, component, known_world, manifest};
use crate::support::{Commit, rows, text};

/// The manifest of a component with one line put in place of another.
fn edited(line: &str, by: &str) -> Commit {
    let text = component("known");
    assert!(text.contains(line));
    manifest(&text.replace(line, by))
}

#[test]
fn one_document_of_several_does_not_parse() {
    let text =
        format!("{}---\nkind: [unclosed\nmetadata: {{\n---\n{}", component("known"), component("other"));
    check(
        manifest(&text),
        expect![[r#"
            exit code 0

            error[yaml-syntax]: illegal placement of ':' indicator
              --> acme/broken:catalog-info.yaml:11:9
               |
            11 | metadata: {
               |         ^
               |
               = help: mend the YAML in this line or the one before: check the indentation, and quote a value that holds `: `, ` #` or a bracket

            component:default/known from acme/broken
            component:default/other from acme/broken
            component:default/shop from acme/shop
        "#]],
    );
}

#[test]
fn the_only_document_does_not_parse() {
    check(
        manifest("apiVersion: backstage.io/v1alpha1\nkind: Component\n\tmetadata: x\n"),
        expect![[r#"
            exit code 0

            error[yaml-syntax]: while scanning a plain scalar, found a tab
             --> acme/broken:catalog-info.yaml:2:7
              |
            2 | kind: Component
              |       ^
              |
              = help: mend the YAML in this line or the one before: check the indentation, and quote a value that holds `: `, ` #` or a bracket

            warning[manifest-stale]: the file cannot be read any more; what commit 31d2db0b19c7 said is kept
            --> acme/broken:catalog-info.yaml
             = help: mend the file and crawl again

            component:default/known from acme/broken, stale
            component:default/shop from acme/shop
        "#]],
    );
}

#[test]
fn a_document_is_a_list() {
    check(
        manifest("- apiVersion: backstage.io/v1alpha1\n- kind: Component\n"),
        expect![[r#"
            exit code 0

            error[document-not-mapping]: the document is a list, expected a mapping
             --> acme/broken:catalog-info.yaml:1:1
              |
            1 | - apiVersion: backstage.io/v1alpha1
              | ^
              |
              = help: write `key: value` pairs, beginning with `apiVersion`, `kind` and `metadata`

            warning[manifest-stale]: the file cannot be read any more; what commit 31d2db0b19c7 said is kept
            --> acme/broken:catalog-info.yaml
             = help: mend the file and crawl again

            component:default/known from acme/broken, stale
            component:default/shop from acme/shop
        "#]],
    );
}

#[test]
fn a_document_is_a_word() {
    check(
        manifest(&format!("hello\n---\n{}", component("known"))),
        expect![[r#"
            exit code 0

            error[document-not-mapping]: the document is a text, expected a mapping
             --> acme/broken:catalog-info.yaml:1:1
              |
            1 | hello
              | ^^^^^
              |
              = help: write `key: value` pairs, beginning with `apiVersion`, `kind` and `metadata`

            component:default/known from acme/broken
            component:default/shop from acme/shop
        "#]],
    );
}

#[test]
fn the_api_version_is_unknown() {
    check(
        edited("backstage.io/v1alpha1", "backstage.io/v9"),
        expect![[r#"
        exit code 0

        warning[unknown-api-version]: `backstage.io/v9` is not a version of kind `Component`, expected `backstage.io/v1alpha1` or `backstage.io/v1beta1`
         --> acme/broken:catalog-info.yaml:1:13
          |
        1 | apiVersion: backstage.io/v9
          |             ^^^^^^^^^^^^^^^
          |
          = help: write `apiVersion: backstage.io/v1alpha1`

        component:default/known from acme/broken
        component:default/shop from acme/shop
    "#]],
    );
}

#[test]
fn the_name_is_missing() {
    check(
        edited("  name: known\n", "  title: Known\n"),
        expect![[r#"
            exit code 0

            error[missing-field]: `metadata.name` is missing
             --> acme/broken:catalog-info.yaml:4:3
              |
            4 |   title: Known
              |   ^
              |
              = help: add `name: …`

            warning[manifest-stale]: the file cannot be read any more; what commit 31d2db0b19c7 said is kept
            --> acme/broken:catalog-info.yaml
             = help: mend the file and crawl again

            component:default/known from acme/broken, stale
            component:default/shop from acme/shop
        "#]],
    );
}

#[test]
fn the_name_is_a_list() {
    check(
        edited("name: known", "name: [known]"),
        expect![[r#"
            exit code 0

            error[wrong-type]: `metadata.name` is a list, expected a text
             --> acme/broken:catalog-info.yaml:4:9
              |
            4 |   name: [known]
              |         ^
              |
              = help: write a value of the expected type

            warning[manifest-stale]: the file cannot be read any more; what commit 31d2db0b19c7 said is kept
            --> acme/broken:catalog-info.yaml
             = help: mend the file and crawl again

            component:default/known from acme/broken, stale
            component:default/shop from acme/shop
        "#]],
    );
}

#[test]
fn the_name_breaks_the_rule() {
    check(
        edited("name: known", "name: not known!"),
        expect![[r#"
            exit code 0

            error[field-format]: `metadata.name` is `not known!`, expected 1 to 63 of `a-z A-Z 0-9 - _ .`, beginning and ending with a letter or digit
             --> acme/broken:catalog-info.yaml:4:9
              |
            4 |   name: not known!
              |         ^^^^^^^^^^
              |
              = help: write `name: not-known`

            warning[manifest-stale]: the file cannot be read any more; what commit 31d2db0b19c7 said is kept
            --> acme/broken:catalog-info.yaml
             = help: mend the file and crawl again

            component:default/known from acme/broken, stale
            component:default/shop from acme/shop
        "#]],
    );
}

#[test]
fn the_namespace_breaks_the_rule() {
    check(
        edited("name: known", "name: known\n  namespace: Team A"),
        expect![[r#"
            exit code 0

            error[field-format]: `metadata.namespace` is `Team A`, expected 1 to 63 of `a-z 0-9 -`, beginning and ending with a letter or digit
             --> acme/broken:catalog-info.yaml:5:14
              |
            5 |   namespace: Team A
              |              ^^^^^^
              |
              = help: write `namespace: team-a`

            warning[manifest-stale]: the file cannot be read any more; what commit 31d2db0b19c7 said is kept
            --> acme/broken:catalog-info.yaml
             = help: mend the file and crawl again

            component:default/known from acme/broken, stale
            component:default/shop from acme/shop
        "#]],
    );
}

#[test]
fn a_label_and_a_tag_break_the_rule() {
    check(
        edited("name: known", "name: known\n  labels:\n    tier: one two\n  tags: [fine, Not Fine]"),
        expect![[r#"
            exit code 0

            error[field-format]: the label `tier` is `one two`, expected nothing or 1 to 63 of `a-z A-Z 0-9 - _ .`, beginning and ending with a letter or digit
             --> acme/broken:catalog-info.yaml:6:11
              |
            6 |     tier: one two
              |           ^^^^^^^
              |
              = help: write `tier: one-two`, or make it an annotation

            error[field-format]: the tag is `Not Fine`, expected 1 to 63 of `a-z 0-9 : + #`, with single `-` between them
             --> acme/broken:catalog-info.yaml:7:16
              |
            7 |   tags: [fine, Not Fine]
              |                ^^^^^^^^
              |
              = help: write `not-fine`

            component:default/known from acme/broken
            component:default/shop from acme/shop
        "#]],
    );
}

#[test]
fn a_ref_cannot_be_parsed() {
    check(
        edited("owner: group:shop", "owner: 'group:'"),
        expect![[r#"
            exit code 0

            error[ref-syntax]: `spec.owner` is `group:`: a reference has the form `[kind:][namespace/]name`, and its name is empty here
             --> acme/broken:catalog-info.yaml:8:10
              |
            8 |   owner: 'group:'
              |          ^^^^^^^^
              |
              = help: write `kind:namespace/name`, `kind:name` or just the name

            warning[manifest-stale]: a part of the file cannot be read any more; what was read earlier of `component:default/known` is kept
            --> acme/broken:catalog-info.yaml
             = help: mend the file and crawl again

            component:default/known from acme/broken, stale
            component:default/shop from acme/shop
        "#]],
    );
}

#[test]
fn a_relation_cannot_be_parsed() {
    check(
        edited("owner: group:shop", "owner: group:shop\n  dependsOn: ['component:', {}, component:fine]"),
        expect![[r#"
            exit code 0

            error[ref-syntax]: `spec.dependsOn[0]` is `component:`: a reference has the form `[kind:][namespace/]name`, and its name is empty here
             --> acme/broken:catalog-info.yaml:9:15
              |
            9 |   dependsOn: ['component:', {}, component:fine]
              |               ^^^^^^^^^^^^
              |
              = help: write `kind:namespace/name`, `kind:name` or just the name

            error[wrong-type]: `spec.dependsOn[1]` is a mapping, expected a text
             --> acme/broken:catalog-info.yaml:9:29
              |
            9 |   dependsOn: ['component:', {}, component:fine]
              |                             ^
              |
              = help: write a value of the expected type

            component:default/known from acme/broken
            component:default/shop from acme/shop
        "#]],
    );
}

#[test]
fn two_repositories_declare_one_entity() {
    let world = known_world();
    world.commit("acme/broken.git", [("other/catalog-info.yaml", &*component("shop"))]);
    world.run("crawl acme").ends_with(0);
    let answer = world.json("diagnostics");
    let [duplicate] = rows(&answer, "diagnostics") else { panic!("{answer:#}") };
    // The first by repository stands; the other is told, with both places.
    assert_eq!(text(duplicate, "code"), "duplicate-entity");
    assert_eq!((text(duplicate, "repository"), text(duplicate, "path")), ("acme/shop", "catalog-info.yaml"));
    assert_eq!(duplicate["line"], 4);
    assert!(text(duplicate, "message").contains("acme/broken:other/catalog-info.yaml:4"), "{duplicate:#}");
    let shop = world.json("show component:shop");
    assert_eq!(rows(&shop, "declarations").len(), 2);
    assert_eq!(text(&shop, "repository"), "acme/broken");
    world.run("crawl acme --fail-on error").ends_with(1);
}

#[test]
fn an_alias_bomb() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let before = format!("*a{}", level - 1);
        text += &format!("a{level}: &a{level} [{}]\n", vec![before; 10].join(", "));
    }
    check(
        manifest(&format!("{text}---\n{}", component("other"))),
        expect![[r#"
            exit code 0

            error[yaml-limit]: the aliases of the document stand for more nodes than the limit `yaml.expanded_nodes_max` of 10,000
             --> acme/broken:catalog-info.yaml:4:45
              |
            4 | a3: &a3 [*a2, *a2, *a2, *a2, *a2, *a2, *a2, *a2, *a2, *a2]
              |                                             ^
              |
              = help: simplify the document, or raise the limit in `catalog.toml`

            warning[manifest-stale]: a part of the file cannot be read any more; what was read earlier of `component:default/known` is kept
            --> acme/broken:catalog-info.yaml
             = help: mend the file and crawl again

            component:default/known from acme/broken, stale
            component:default/other from acme/broken
            component:default/shop from acme/shop
        "#]],
    );
}

#[test]
fn nesting_ten_thousand_deep() {
    let text = format!("{}{}\n", "[".repeat(10_000), "]".repeat(10_000));
    check(
        manifest(&format!("x: {text}---\n{}", component("other"))),
        expect![[r#"
            exit code 0

            error[yaml-limit]: the document is nested more deeply than the limit `yaml.depth_max` of 64
             --> acme/broken:catalog-info.yaml:1:68
              |
            1 | x: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[...
              |                                                                    ^
              |
              = help: simplify the document, or raise the limit in `catalog.toml`

            warning[manifest-stale]: a part of the file cannot be read any more; what was read earlier of `component:default/known` is kept
            --> acme/broken:catalog-info.yaml
             = help: mend the file and crawl again

            component:default/known from acme/broken, stale
            component:default/other from acme/broken
            component:default/shop from acme/shop
        "#]],
    );
}
