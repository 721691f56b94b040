//! Texts that are broken, larger than the limits, or made to cost much.

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::{Files, read, shown};
use crate::{
    api_change::{Definition, DefinitionFormat, compare, read_definition},
    limits::DefinitionLimits,
};

fn unread(path: &str, text: &[u8]) -> Definition {
    let definition = read_definition(path, text, &Files::default(), &DefinitionLimits::default());
    definition.expect("the text is a broken definition")
}

/// A text that cannot be taken apart: what is said of it, and that nothing is said to be removed.
fn check_broken(path: &str, text: &[u8], expected: &Expect) {
    let definition = unread(path, text);
    assert!(definition.is_broken);
    let before = match definition.format {
        DefinitionFormat::OpenApi => read("openapi.yaml", "openapi: 3.0.0\npaths: {/a: {get: {}}}\n"),
        DefinitionFormat::AsyncApi => {
            read("asyncapi.yaml", "asyncapi: 2.0.0\nchannels: {a: {publish: {}}}\n")
        }
        DefinitionFormat::GraphQl => read("a.graphql", "type Query { a: Int }"),
        DefinitionFormat::Protobuf => read("a.proto", "service S { rpc M(A) returns (A); }"),
    };
    let change = compare(&before, &definition, &DefinitionLimits::default());
    assert!(change.operations.is_empty() && change.changes.is_empty());
    expected.assert_eq(&shown(&change));
}

#[test]
fn a_broken_text_removes_nothing() {
    check_broken(
        "openapi.yaml",
        b"openapi: 3.0.0\npaths: {/a: {get: [\n",
        &expect![[r#"
        unknown definition-syntax openapi.yaml:2 unclosed bracket '['
    "#]],
    );
    check_broken(
        "asyncapi.json",
        b"{\"asyncapi\": \"2.0.0\", \"channels\": ",
        &expect![[r#"
        unknown definition-syntax asyncapi.json:1 unclosed bracket '{'
    "#]],
    );
    check_broken(
        "a.graphql",
        b"type Query { a(: Int }",
        &expect![[r#"
        unknown definition-syntax a.graphql:1 found `:`, expected a name
    "#]],
    );
    check_broken(
        "a.graphql",
        b"type Query { a: [Int }",
        &expect![[r#"
        unknown definition-syntax a.graphql:1 found `}`, expected `]`
    "#]],
    );
    check_broken(
        "a.graphql",
        b"tpye Query { a: Int }",
        &expect![[r#"
        unknown definition-syntax a.graphql:1 found `tpye`, expected `type`, `interface`, `input`, `enum`, `union`, `scalar`, `schema` or `directive`
    "#]],
    );
    check_broken(
        "a.graphql",
        b"type Query { a: Int",
        &expect![[r#"
        unknown definition-syntax a.graphql:1 the text ends, expected a name
    "#]],
    );
    check_broken(
        "a.proto",
        b"service S { rpc M(A) returns A; }",
        &expect![[r#"
        unknown definition-syntax a.proto:1 found `A`, expected `(`
    "#]],
    );
    check_broken(
        "a.proto",
        b"message A { int32 a = 0; }",
        &expect![[r#"
        unknown definition-syntax a.proto:1 found `0`, expected the number of a field, from 1 to 536,870,911
    "#]],
    );
    check_broken(
        "a.proto",
        b"message A { int32 a = 1;",
        &expect![[r#"
        unknown definition-syntax a.proto:1 the text ends, expected `}`
    "#]],
    );
    check_broken(
        "a.proto",
        b"message A { } }",
        &expect![[r#"
        unknown definition-syntax a.proto:1 found `}`, expected `syntax`, `package`, `import`, `option`, `message`, `enum` or `service`
    "#]],
    );
    check_broken(
        "a.proto",
        b"option a = { b: {",
        &expect![[r#"
        unknown definition-syntax a.proto:1 the text ends, expected a closing bracket
    "#]],
    );
    check_broken(
        "a.graphql",
        b"\xFF\xFEt\0y\0",
        &expect![[r#"
        unknown not-utf8 a.graphql:1 is UTF-16 text (a byte order mark says so), expected UTF-8
    "#]],
    );
    check_broken(
        "a.proto",
        b"<<<<<<< HEAD\nmessage A {}\n=======\n>>>>>>> b\n",
        &expect![[r#"
        unknown merge-conflict a.proto:1 line 1 begins with the conflict marker `<<<<<<<` of an unresolved merge
    "#]],
    );
}

#[test]
fn an_empty_text_removes_everything() {
    let before = read("a.proto", "service S { rpc M(A) returns (A); }\n");
    let change = compare(&before, &read("a.proto", "// nothing\n"), &DefinitionLimits::default());
    expect![[r#"
        0 breaking operation-removed - the operation `S/M` was removed
        removed S/M breaking 1:17 [0]
    "#]]
    .assert_eq(&shown(&change));
    let absent = Definition::absent("a.proto", DefinitionFormat::Protobuf);
    expect![[r#"
        0 compatible operation-added 1:17 the operation `S/M` was added
        added S/M compatible 1:17 [0]
    "#]]
    .assert_eq(&shown(&compare(&absent, &before, &DefinitionLimits::default())));
}

#[test]
fn what_is_nested_too_deeply_is_refused() {
    check_broken(
        "openapi.yaml",
        format!("openapi: 3.0.0\npaths: {}", "[".repeat(100_000)).as_bytes(),
        &expect![[r#"
            unknown definition-limit openapi.yaml:2 the document is nested more deeply than the limit `definition.depth_max` of 64
        "#]],
    );
    check_broken(
        "a.graphql",
        format!("type Query {{ a: {}", "[".repeat(100_000)).as_bytes(),
        &expect![[r#"
        unknown definition-limit a.graphql:1 lists are nested more deeply than the limit `definition.depth_max` of 64
    "#]],
    );
    check_broken(
        "a.proto",
        "message A { ".repeat(100_000).as_bytes(),
        &expect![[r#"
        unknown definition-limit a.proto:1 messages are nested more deeply than the limit `definition.depth_max` of 64
    "#]],
    );
    // What is only passed over may be as deep as it likes.
    let value = format!("option a = {{ {}{} }};", "b { ".repeat(50_000), "}".repeat(50_000));
    assert!(!read("a.proto", &format!("{value}\nmessage A {{}}\n")).is_broken);
    let value = format!("directive @d(a: [Int] = {}{}) on ENUM", "[".repeat(50_000), "]".repeat(50_000));
    assert!(!read("a.graphql", &value).is_broken);
}

#[test]
fn what_is_too_large_is_refused() {
    let limits = DefinitionLimits { bytes_max: 100, nodes_max: 10, ..DefinitionLimits::default() };
    let say = |path: &str, text: &str| {
        let definition = read_definition(path, text.as_bytes(), &Files::default(), &limits);
        definition.map(|it| it.diagnostics[0].message.to_string()).unwrap_or_default()
    };
    expect!["is 102 bytes, over the limit `definition.bytes_max` of 100"]
        .assert_eq(&say("a.proto", &"a ".repeat(51)));
    expect!["the text has more words and marks than the limit `definition.nodes_max` of 10"]
        .assert_eq(&say("a.proto", &"; ".repeat(11)));
    expect!["the document has more nodes than the limit `definition.nodes_max` of 10"]
        .assert_eq(&say("openapi.yaml", "openapi: 3.0.0\npaths: [1, 2, 3, 4, 5, 6, 7]\n"));
    expect!["is 135 bytes, over the limit `definition.bytes_max` of 100"]
        .assert_eq(&say("openapi.yaml", &format!("openapi: 3.0.0\n{}", "# ".repeat(60))));
    assert_eq!(say("values.yaml", &"a: 1 # ".repeat(60)), "");
}

#[test]
fn references_that_lead_to_each_other_end() {
    let text = "openapi: 3.0.0
paths:
  /a: {get: {responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}}}
  /b: {$ref: '#/paths/~1b'}
components:
  schemas:
    A: {$ref: '#/components/schemas/B'}
    B: {$ref: '#/components/schemas/A'}
    C: {allOf: [{$ref: '#/components/schemas/D'}]}
    D: {allOf: [{$ref: '#/components/schemas/C'}], properties: {c: {$ref: '#/components/schemas/C'}}}
    E: {oneOf: [{$ref: '#/components/schemas/E'}]}
  ";
    let before = read("openapi.yaml", text);
    let after = read("openapi.yaml", &text.replace("schemas/A'}}}}}}}", "schemas/C'}}}}}}}"));
    expect![[r#"
        unknown definition-reference openapi.yaml:3 references lead to each other and to no schema
        unknown definition-reference openapi.yaml:4 references lead to each other and to no schema
    "#]]
    .assert_eq(&shown(&compare(&before, &after, &DefinitionLimits::default())));
    let same = read("openapi.yaml", &text.replace("schemas/A'}}}}}}}", "schemas/E'}}}}}}}"));
    expect![[r#"
        unknown definition-reference openapi.yaml:4 references lead to each other and to no schema
    "#]]
    .assert_eq(&shown(&compare(&same, &same, &DefinitionLimits::default())));
}

#[test]
fn limits_that_are_met_are_said() {
    let text = |kind: &str| {
        let mut text = "openapi: 3.0.0\npaths:\n".to_owned();
        for number in 0..50 {
            writeln!(text, "  /a{number}: {{get: {{responses: {{'200': {{content: {{a/b: {{schema: {{type: object, properties: {{a: {{type: {kind}}}}}}}}}}}}}}}}}}}")
                .expect("a string takes everything");
        }
        text
    };
    let (before, after) = (read("openapi.yaml", &text("string")), read("openapi.yaml", &text("number")));
    let count = |limits: &DefinitionLimits| {
        let change = compare(&before, &after, limits);
        let said: Vec<_> = change.unknowns.iter().map(|it| it.message.to_string()).collect();
        format!("{} {} {}", change.operations.len(), change.changes.len(), said.join("; "))
    };
    let usual = DefinitionLimits::default();
    expect!["50 50 "].assert_eq(&count(&usual));
    expect!["7 7 the comparison has more differences than the limit `definition.changes_max` of 7"]
        .assert_eq(&count(&DefinitionLimits { changes_max: 7, ..usual.clone() }));
    expect![
        "0 0 the comparison has more pairs of types to compare than the limit `definition.pairs_max` of 20"
    ]
    .assert_eq(&count(&DefinitionLimits { pairs_max: 20, ..usual.clone() }));
    expect!["10 50 the comparison needs more steps than the limit `definition.steps_max` of 20"]
        .assert_eq(&count(&DefinitionLimits { steps_max: 20, ..usual.clone() }));
    let limits = DefinitionLimits { shapes_max: 10, ..usual };
    let few = read_definition("openapi.yaml", text("string").as_bytes(), &Files::default(), &limits);
    let few = few.expect("it is a definition");
    expect![[r#"
        unknown definition-limit openapi.yaml:6 the definition has more types and fields than the limit `definition.shapes_max` of 10; the rest is not read
    "#]].assert_eq(&shown(&compare(&few, &few, &limits)));
}

#[test]
fn a_large_definition_is_compared_in_linear_time() {
    // Every type leads to every other one, and every operation to all of them.
    let mut text = "type Query {\n".to_owned();
    for number in 0..1_000 {
        writeln!(text, "  q{number}: T{number}").expect("a string takes everything");
    }
    text.push_str("}\n");
    for number in 0..1_000 {
        writeln!(
            text,
            "type T{number} {{ a: Int next: T{} far: T{} }}",
            (number + 1) % 1_000,
            number * 7 % 1_000
        )
        .expect("a string takes everything");
    }
    let before = read("a.graphql", &text);
    let after = read("a.graphql", &text.replace("type T0 { a: Int", "type T0 { a: String"));
    let change = compare(&before, &after, &DefinitionLimits::default());
    assert_eq!((change.changes.len(), change.operations.len(), change.unknowns.len()), (1, 1_000, 0));
}

#[test]
fn files_that_refer_to_each_other_end() {
    let files = Files(
        [("a.proto", "import \"b.proto\";"), ("b.proto", "import \"a.proto\"; import \"../../x.proto\";")]
            .into(),
    );
    let limits = DefinitionLimits::default();
    let definition = read_definition("a.proto", b"import \"b.proto\";", &files, &limits).expect("it is one");
    assert_eq!(definition.files.len(), 2);
    let files = Files([("b.yaml", "A: {$ref: 'a.yaml#/x'}\nB: {$ref: '../b.yaml'}\n")].into());
    let text = b"openapi: 3.0.0\npaths: {/a: {$ref: 'b.yaml#/A'}}\nx: {$ref: 'b.yaml#/A'}\n";
    let definition = read_definition("a.yaml", text, &files, &limits).expect("it is one");
    expect![[r#"
        unknown definition-reference a.yaml:2 references lead to each other and to no schema
    "#]]
    .assert_eq(&shown(&compare(&definition, &definition, &limits)));
}

#[test]
fn what_could_not_be_read_is_not_removed() {
    let check = |path: &str, before: &str, after: &str| {
        let change = compare(&read(path, before), &read(path, after), &DefinitionLimits::default());
        assert!(change.operations.is_empty() && change.changes.is_empty(), "{}", shown(&change));
        assert_eq!(change.unknowns.len(), 1, "{}", shown(&change));
    };
    let paths = |path: &str| format!("openapi: 3.0.0\npaths: {{/a: {path}}}\n");
    let elsewhere = "{$ref: 'https://acme.example/x.yaml'}";
    let get = |what: &str| paths(&format!("{{get: {{{what}}}}}"));
    check("a.yaml", &get(""), &paths(elsewhere));
    check("a.yaml", &paths(elsewhere), &get(""));
    check("a.yaml", &get("responses: {'200': {}}"), &get(&format!("responses: {{'200': {elsewhere}}}")));
    check("a.yaml", &get("parameters: [{in: query, name: a}]"), &get(&format!("parameters: [{elsewhere}]")));
    let schema =
        |schema: &str| get(&format!("responses: {{'200': {{content: {{a/b: {{schema: {schema}}}}}}}}}"));
    let own = "properties: {a: {type: string}}";
    check("a.yaml", &schema(&format!("{{{own}}}")), &schema(elsewhere));
    check(
        "a.yaml",
        &schema("{properties: {a: {type: string}, b: {type: string}}}"),
        &schema(&format!("{{allOf: [{elsewhere}], {own}}}")),
    );
    let channel =
        |message: &str| format!("asyncapi: 2.0.0\nchannels: {{a: {{publish: {{message: {message}}}}}}}\n");
    check(
        "a.yaml",
        &channel("{oneOf: [{name: a}, {name: b}]}"),
        &channel(&format!("{{oneOf: [{{name: a}}, {elsewhere}]}}")),
    );
}

#[test]
fn one_large_mapping_may_be_referred_to_many_times() {
    let mut text = "openapi: 3.0.0\npaths:\n".to_owned();
    for number in 0..4_000 {
        writeln!(text, "  /a{number}: {{get: {{parameters: [{{$ref: '#/x'}}], requestBody: {{$ref: '#/x'}}, responses: {{'200': {{$ref: '#/x'}}}}}}}}")
            .expect("a string takes everything");
    }
    text.push_str("x:\n  content:\n");
    for number in 0..20_000 {
        writeln!(text, "    a/b{number}: {{}}").expect("a string takes everything");
    }
    for number in 0..20_000 {
        writeln!(text, "  k{number}: 1").expect("a string takes everything");
    }
    let definition = read("openapi.yaml", &text);
    assert!(definition.is_broken && definition.diagnostics.len() < 10, "{:?}", definition.diagnostics);
}
