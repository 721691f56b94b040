//! Lists and objects that are written at once are what the library would have made of them.

use async_graphql::Value as Answered;

use super::*;
use crate::graphql::documents::Documents;

/// What brings a query back to the library's way: somewhere a key is there twice.
const TWICE: &str = "again: catalog { revision revision }";

/// Checks that a question is answered the same both ways, and which way it goes by itself.
fn check(question: &str, is_written: bool) {
    let (query, slow) = (format!("{{ {question} }}"), format!("{{ {question} {TWICE} }}"));
    assert_eq!(has_written(&query), is_written, "{query}");
    assert!(!has_written(&slow), "{slow}");
    let text = |query: String| {
        let runtime = Runtime::new().expect("a runtime can be built");
        let body = json!({ "query": query }).to_string().into_bytes();
        let graph = Arc::new(sketch::graph(SHOP));
        let answer = runtime.block_on(service(GraphqlLimits::default()).answer(body, graph, anybody()));
        String::from_utf8(answer.body.to_vec()).expect("JSON is UTF-8")
    };
    let (ours, theirs) = (text(query), text(slow));
    if ours.contains("\"errors\"") {
        let message = |answer: &str| {
            let answer: Value = serde_json::from_str(answer).expect("an answer is JSON");
            answer["errors"].clone()
        };
        assert_eq!(message(&ours), message(&theirs));
        return;
    }
    let start = ours.strip_suffix("}}").expect("data ends");
    assert!(theirs.starts_with(start), "{ours}\n{theirs}");
}

/// Whether a part of the answer was written without the library.
fn has_written(query: &str) -> bool {
    fn is_in(value: &Answered) -> bool {
        match value {
            Answered::Binary(_) => true,
            Answered::List(values) => values.iter().any(is_in),
            Answered::Object(fields) => fields.values().any(is_in),
            _ => false,
        }
    }
    let service = service(GraphqlLimits::default());
    let body = json!({ "query": query }).to_string().into_bytes();
    let vetted = service.engine.vetted(&body.into(), &Documents::default()).expect("the query passes");
    let request = vetted.request().data(Arc::new(sketch::graph(SHOP)));
    let runtime = Runtime::new().expect("a runtime can be built");
    is_in(&runtime.block_on(service.engine.schema.execute(request)).data)
}

#[test]
fn an_entity_is_written_where_all_of_it_is_plain() {
    check("entity(ref: \"web\") { ref owner { ref } relations(first: 1) { nodes { name } } }", true);
    check("a: entity(ref: \"web\") { ref } b: entity(ref: \"web\") { ref dependents { totalCount } }", true);
    check("entity(ref: \"nobody\") { ref }", false);
    check("entity(ref: \"web\") { ref dependents { totalCount } }", false);
}

#[test]
fn entities_are_written_with_every_plain_field() {
    check(
        "entities(first: 100, filter: {placeholders: true}) { totalCount nodes {
            __typename id ref kind namespace name title description type lifecycle tier critical standing
            owner { ref title owner { ref } } system { ref name } } }",
        true,
    );
    check(
        "entities(first: 2) { nodes { a: ref b: name } pageInfo { endCursor hasNextPage startCursor } }",
        true,
    );
    check("entities(last: 1) { nodes { ref } pageInfo { endCursor hasPreviousPage startCursor } }", true);
    check("entities(refs: []) { nodes { ref } }", true);
    check(
        "entity(ref: \"api\") { dependents { nodes { ref } } dependencies { totalCount nodes { ref } } }",
        true,
    );
}

#[test]
fn relations_are_written_within_entities() {
    check(
        "entities { nodes { ref relations { totalCount nodes {
            __typename name class entity { ref owner { ref } } } } } }",
        true,
    );
    check("entities { nodes { relations(first: 1) { nodes { name entity { ref } } } } }", true);
    check("entity(ref: \"web\") { relations(names: [ownedBy]) { nodes { name entity { ref } } } }", true);
    // The list around them is not written, they are.
    check("entities { nodes { relations(first: 1, direction: INCOMING) { nodes { name } } } }", true);
    check("entities { nodes { relations(first: 1) { nodes { sources { own } } } } }", false);
    check("entities { nodes { relations(first: 0) { nodes { name } } } }", false);
    check("entities(first: 1) { nodes { relations(first: 1000) { nodes { name } } } }", false);
    check("entities { nodes { relations { revision } } }", false);
}

#[test]
fn what_a_change_can_break_is_written() {
    check(
        "blastRadius(refs: [\"resource:db\"]) { total affected { totalCount nodes {
            __typename ref distance strength entity { ref owner { ref } } via { ref name } } } }",
        true,
    );
    check("blastRadius(refs: [\"web\"]) { affected { nodes { ref } } owners { nodes { affected } } }", true);
}

#[test]
fn whatever_is_not_plain_goes_the_librarys_way() {
    check("entities { nodes { ref tags } }", false);
    check("entities { nodes { owner { links { url } } } }", false);
    check("entities { edges { cursor node { ref } } }", false);
    check("entities { edges { cursor } nodes { ref } }", false);
    check("entities { totalCount }", false);
    check("a: entities { x: nodes { ref } y: nodes { name } }", false);
}

#[test]
fn fragments_and_conditions_are_looked_into() {
    check("entities { ...on EntityConnection { nodes { ... on Node { id } ... { ref } } } }", true);
    check("entities { nodes { ref @skip(if: true) name @include(if: true) } }", true);
    check("entities { nodes { ref @skip(if: true) } }", false);
}
