//! Properties that hold whatever the texts are.

use std::{collections::BTreeSet, fmt::Write};

use proptest::prelude::*;

use super::Files;
use crate::{
    api_change::{ApiRule, OperationFate, compare, read_definition},
    limits::DefinitionLimits,
};

const TEXTS: [(&str, &str); 4] = [
    (
        "openapi.yaml",
        "openapi: 3.0.0\npaths:\n  /a/{b}:\n    get:\n      parameters: [{name: b, in: path}, {name: c, in: query, schema: {enum: [x, y]}}]\n      responses: {'200': {content: {a/b: {schema: {$ref: '#/components/schemas/A'}}}}}\ncomponents:\n  schemas:\n    A: {allOf: [{$ref: '#/components/schemas/B'}], properties: {a: {$ref: '#/components/schemas/A'}}}\n    B: {type: object, required: [n], properties: {n: {type: [string, 'null']}, l: {type: array, items: {oneOf: [{type: string}, {type: number}]}}}}\n",
    ),
    (
        "asyncapi.yaml",
        "asyncapi: 3.0.0\nchannels:\n  a: {address: b, messages: {m: {payload: {type: object, properties: {x: {type: string}}}}}}\noperations:\n  o: {action: send, channel: {$ref: '#/channels/a'}, messages: [{$ref: '#/channels/a/messages/m'}]}\n",
    ),
    (
        "a.graphql",
        "\"\"\"d\"\"\"\ntype Query { a(b: [Int!]! = [1], c: In): [A!]! @deprecated(reason: \"x\") }\ninterface N { i: ID! }\ntype A implements N & M { i: ID! e: E u: U }\nenum E { X Y }\nunion U = A | B\ninput In { x: Int = -1 }\nextend schema @link(url: \"u\", import: [\"@k\"])\n",
    ),
    (
        "a.proto",
        "syntax = \"proto3\";\npackage a.b;\nmessage M { repeated M m = 1; map<string, E> e = 2; oneof o { int32 x = 3; } enum E { Z = 0; } reserved 4 to 9; }\nservice S { rpc F(M) returns (stream M) { option x = { a: [1] }; } }\n",
    ),
];

/// A text with some of its bytes replaced, cut out or repeated.
fn bent(text: &str, edits: &[(usize, usize, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (at, length, with) in edits {
        let at = at % (bytes.len() + 1);
        let end = (at + length % 12).min(bytes.len());
        bytes.splice(at..end, with.iter().copied());
    }
    bytes
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    let words = [
        "{", "}", "[", "]", "(", ")", ":", "=", "\n", "  ", "- ", "$ref", "'", "\"", "#", "1", "type", "&a ",
        "*a", "//",
    ];
    prop_oneof![
        proptest::sample::select(words.map(|word| word.as_bytes().to_vec()).to_vec()),
        proptest::collection::vec(any::<u8>(), 0..4),
    ]
}

fn edits() -> impl Strategy<Value = Vec<(usize, usize, Vec<u8>)>> {
    proptest::collection::vec((any::<usize>(), any::<usize>(), piece()), 0..6)
}

/// A schema with a method for each of some numbers, in an order.
fn schema(numbers: &[u8]) -> String {
    let mut text = "openapi: 3.0.0\npaths:\n".to_owned();
    for number in numbers {
        writeln!(text, "  /p{number}: {{get: {{responses: {{'200': {{content: {{a/b: {{schema: {{type: object, properties: {{n{number}: {{type: string}}, m: {{type: number}}}}}}}}}}}}}}}}}}")
            .expect("a string takes everything");
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_differs_from_itself_and_none_is_a_panic(which in 0..4_usize, edits in edits(), others in edits()) {
        let (path, text) = TEXTS[which];
        let limits = DefinitionLimits { shapes_max: 40, pairs_max: 40, ..DefinitionLimits::default() };
        let read = |bytes: &[u8]| read_definition(path, bytes, &Files::default(), &limits);
        let (before, after) = (read(&bent(text, &edits)), read(&bent(text, &others)));
        let Some(before) = before else { return Ok(()) };
        let same = compare(&before, &before, &limits);
        prop_assert!(same.changes.is_empty() && same.operations.is_empty(), "{same:?}");
        let Some(after) = after else { return Ok(()) };
        let change = compare(&before, &after, &limits);
        prop_assert_eq!(&change, &compare(&before, &after, &limits));
        for operation in &change.operations {
            let worst = operation.changes.iter().map(|index| change.changes[*index].compatibility).max();
            prop_assert_eq!(worst.is_some(), !operation.changes.is_empty());
            prop_assert!(worst.is_none_or(|worst| worst == operation.compatibility));
        }
    }

    #[test]
    fn exactly_what_is_left_out_is_removed(
        before in proptest::sample::subsequence((0..20_u8).collect::<Vec<_>>(), 0..20).prop_shuffle(),
        after in proptest::sample::subsequence((0..20_u8).collect::<Vec<_>>(), 0..20).prop_shuffle(),
    ) {
        let limits = DefinitionLimits::default();
        let read = |numbers: &[u8]| {
            read_definition("openapi.yaml", schema(numbers).as_bytes(), &Files::default(), &limits)
                .expect("it is a definition")
        };
        let change = compare(&read(&before), &read(&after), &limits);
        let of = |fate| -> BTreeSet<String> {
            let operations = change.operations.iter().filter(|it| it.fate == fate);
            operations.map(|it| it.operation.to_string()).collect()
        };
        let only = |some: &[u8], others: &[u8]| -> BTreeSet<String> {
            some.iter().filter(|it| !others.contains(it)).map(|it| format!("GET /p{it}")).collect()
        };
        prop_assert_eq!(of(OperationFate::Removed), only(&before, &after));
        prop_assert_eq!(of(OperationFate::Added), only(&after, &before));
        prop_assert_eq!(of(OperationFate::Changed), BTreeSet::new());
        let rules: BTreeSet<ApiRule> = change.changes.iter().map(|it| it.rule).collect();
        prop_assert!(rules.iter().all(|it| matches!(it, ApiRule::OperationAdded | ApiRule::OperationRemoved)));
    }
}
