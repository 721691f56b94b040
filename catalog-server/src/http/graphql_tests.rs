//! GraphQL over HTTP: methods, media types, kept documents and former revisions; and the export.

use serde_json::{Value, json};

use super::{
    HttpLimits, Readiness,
    tests::{TestServer, check_status},
};
use crate::graphql::{DocumentFile, GraphqlLimits};

const JSON: &str = "Content-Type: application/json\r\n";
const TOTAL: &str = r#"{"data":{"blastRadius":{"total":2}}}"#;
const QUESTION: &str = r#"{ blastRadius(refs: ["resource:db"]) { total } }"#;

/// What is sent in an address, with everything but letters and digits escaped.
fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

fn ask_by(server: &TestServer, method: &str, path: &str, headers: &str) -> String {
    let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n");
    server.exchange(head.as_bytes())
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next()?;
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(of, _)| of.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// Sends a body and checks status and code.
#[track_caller]
fn check_post(server: &TestServer, headers: &str, body: &Value, status: u16, part: &str) {
    let answer = server.post(&format!("{JSON}{headers}"), &body.to_string());
    check_status(&answer, status);
    assert!(answer.contains(part), "{part} in {answer}");
}

#[test]
fn a_question_can_be_asked_in_an_address() {
    let server = TestServer::start();
    let query = escaped(QUESTION);
    let answer = ask_by(&server, "GET", &format!("/graphql?query={query}"), "");
    check_status(&answer, 200);
    assert!(answer.ends_with(TOTAL), "{answer}");
    assert_eq!(header(&answer, "catalog-revision"), Some("1"));
    let head = ask_by(&server, "HEAD", &format!("/graphql?query={query}"), "");
    check_status(&head, 200);
    assert!(head.ends_with("\r\n\r\n"), "{head}");

    let with_variables = format!(
        "/graphql?query={}&variables={}&operationName=&extensions={}",
        escaped("query Q($refs: [String!]!) { blastRadius(refs: $refs) { total } }"),
        escaped(r#"{"refs": ["resource:db"]}"#),
        escaped(r#"{"revision": 1}"#)
    );
    assert!(ask_by(&server, "GET", &with_variables, "").ends_with(TOTAL));
}

#[test]
fn an_address_that_is_no_question_is_told() {
    let server = TestServer::start();
    let query = escaped("{ __typename }");
    for (parameters, part) in [
        (String::new(), "neither a `query`"),
        ("?qeury=x".to_owned(), "neither a `query`"),
        (format!("?query={query}&query={query}"), "is there twice"),
        (format!("?query={query}&documentId=x"), "exclude each other"),
        (format!("?query={query}&variables=%5B%5D"), "is no JSON object"),
        (format!("?query={query}&variables=x"), "is no JSON object"),
        (format!("?query={query}&extensions={{"), "is no JSON object"),
    ] {
        let answer = ask_by(&server, "GET", &format!("/graphql{parameters}"), "");
        check_status(&answer, 400);
        assert!(answer.contains("BODY_INVALID") && answer.contains(part), "{parameters}: {answer}");
    }
}

#[test]
fn an_address_never_changes_anything() {
    let server = TestServer::start();
    let close = r#"mutation C { closeReview(review: "a", person: "b") { userErrors { message } } }"#;
    for query in [close.to_owned(), format!("query Q {{ __typename }} {close}")] {
        let path = format!("/graphql?query={}&operationName=C", escaped(&query));
        for method in ["GET", "HEAD"] {
            let answer = ask_by(&server, method, &path, "");
            check_status(&answer, 405);
            assert_eq!(header(&answer, "allow"), Some("POST"), "{answer}");
        }
    }
    let harmless =
        format!("/graphql?query={}&operationName=Q", escaped(&format!("query Q {{ __typename }} {close}")));
    check_status(&ask_by(&server, "GET", &harmless, ""), 200);
}

#[test]
fn an_answer_comes_in_the_type_that_is_accepted() {
    let server = TestServer::start();
    let path = format!("/graphql?query={}", escaped("{ __typename }"));
    for (accept, expected) in [
        ("", "application/graphql-response+json; charset=utf-8"),
        ("Accept: */*\r\n", "application/graphql-response+json; charset=utf-8"),
        ("Accept: application/json\r\n", "application/json; charset=utf-8"),
    ] {
        let answer = ask_by(&server, "GET", &path, accept);
        check_status(&answer, 200);
        assert_eq!(header(&answer, "content-type"), Some(expected), "{accept}");
    }
    let answer = ask_by(&server, "GET", &path, "Accept: image/png\r\n");
    check_status(&answer, 406);
    assert!(answer.contains("NOT_ACCEPTABLE"), "{answer}");
}

#[test]
fn the_status_of_a_query_that_is_not_run_is_told_by_the_type() {
    let server = TestServer::start();
    let plain = "Accept: application/json\r\n";
    for (query, code) in [
        ("{", "QUERY_SYNTAX"),
        ("{ nobody }", "QUERY_INVALID"),
        ("{ ...a } fragment a on Query { ...a }", "FRAGMENT_CYCLE"),
        (
            "query ($a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[Int]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]) { a }",
            "LIMIT_EXCEEDED",
        ),
    ] {
        check_post(&server, "", &json!({"query": query}), 400, code);
        check_post(&server, plain, &json!({"query": query}), 200, code);
        let answer = server.post(JSON, &json!({"query": query}).to_string());
        assert!(!answer.contains("\"data\""), "what was not run has no data: {answer}");
    }
    // What is no request at all is refused in either type.
    for headers in ["", plain] {
        check_post(&server, headers, &json!({"qeury": "{ __typename }"}), 400, "BODY_INVALID");
        check_post(&server, headers, &json!({"query": "{ a }", "variables": [7]}), 400, "BODY_INVALID");
        check_post(&server, headers, &json!([]), 400, "BATCH_NOT_ALLOWED");
    }
    check_post(&server, plain, &json!({"query": r#"{ entity(ref: "a") { ref } }"#}), 200, r#""entity":null"#);
}

fn keep(server: &super::ServerState, only: bool) {
    let files = [("total.graphql", QUESTION), ("broken.graphql", "{ nobody }")];
    let file = |(name, text): (&str, &str)| DocumentFile { name: name.into(), text: Ok(format!("{text}\n")) };
    let faults = server.keep_documents(files.map(file).into(), only);
    let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 1);
    assert!(said[0].starts_with("broken.graphql:1:3: ") && said[0].contains("nobody"), "{said:?}");
}

/// The SHA-256 of the question, as a client makes it.
fn id_of_question() -> String {
    use sha2::Digest;
    let digits: String =
        sha2::Sha256::digest(QUESTION.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}

#[test]
fn a_document_that_is_kept_is_asked_for_by_its_name() {
    let server =
        TestServer::start_by(HttpLimits::default(), GraphqlLimits::default(), Readiness::ready(), |state| {
            keep(state, false);
        });
    for id in ["total".to_owned(), id_of_question()] {
        check_post(&server, "", &json!({"documentId": id}), 200, TOTAL);
        let path = format!("/graphql?documentId={}", escaped(&id));
        assert!(ask_by(&server, "GET", &path, "").ends_with(TOTAL));
    }
    for id in ["broken", "nobody", "sha256:", "../total"] {
        check_post(&server, "", &json!({"documentId": id}), 404, "DOCUMENT_UNKNOWN");
    }
    check_post(&server, "", &json!({"query": "{ __typename }"}), 200, "Query");
}

#[test]
fn a_document_that_is_kept_is_asked_for_by_its_hash_as_some_clients_do() {
    let server =
        TestServer::start_by(HttpLimits::default(), GraphqlLimits::default(), Readiness::ready(), |state| {
            keep(state, false);
        });
    let by_hash = |hash: &str| json!({"persistedQuery": {"version": 1, "sha256Hash": hash}});
    let id = id_of_question();
    let known = by_hash(id.trim_start_matches("sha256:"));
    check_post(&server, "", &json!({"extensions": known}), 200, TOTAL);
    let path = format!("/graphql?extensions={}", escaped(&known.to_string()));
    assert!(ask_by(&server, "GET", &path, "").ends_with(TOTAL));
    let unknown = by_hash("abc");
    check_post(&server, "", &json!({"extensions": unknown}), 404, "PERSISTED_QUERY_NOT_SUPPORTED");
    check_post(&server, "", &json!({"extensions": unknown, "query": "{ __typename }"}), 200, "Query");
    check_post(&server, "", &json!({"extensions": {"persistedQuery": {}}}), 400, "BODY_INVALID");
}

#[test]
fn where_only_kept_documents_are_allowed_nothing_else_is_answered() {
    let server =
        TestServer::start_by(HttpLimits::default(), GraphqlLimits::default(), Readiness::ready(), |state| {
            keep(state, true);
        });
    check_post(&server, "", &json!({"documentId": "total"}), 200, TOTAL);
    check_post(&server, "", &json!({"query": QUESTION}), 200, TOTAL);
    for query in ["{ __typename }", "{ __schema { types { name } } }", "{", &format!(" {QUESTION}")] {
        check_post(&server, "", &json!({"query": query}), 403, "DOCUMENT_NOT_ALLOWED");
    }
    let path = format!("/graphql?query={}", escaped("{ __typename }"));
    check_status(&ask_by(&server, "GET", &path, ""), 403);
}

#[test]
fn a_former_revision_is_answered_from_until_it_is_dropped() {
    let server = TestServer::start();
    let query = "{ catalog { revision counts { entities } } }";
    let ask = |revision: Option<u64>| {
        let body = json!({"query": query, "extensions": {"revision": revision}}).to_string();
        server.post(JSON, &body)
    };
    let first = ask(None);
    assert_eq!(header(&first, "catalog-revision"), Some("1"));
    let graph = |revision| crate::graphql::tests::graph_at(revision, "component:new");
    server.catalog.replace(graph(2));
    let now = ask(None);
    assert!(now.ends_with(r#"{"revision":2,"counts":{"entities":1}}}}"#), "{now}");
    let pinned = ask(Some(1));
    check_status(&pinned, 200);
    assert_eq!(header(&pinned, "catalog-revision"), Some("1"));
    assert_eq!(pinned.rsplit("\r\n").next(), first.rsplit("\r\n").next(), "the same answer as before");
    for revision in 3..10 {
        server.catalog.replace(graph(revision));
        check_status(&ask(None), 200);
    }
    for gone in [1, 99] {
        let answer = ask(Some(gone));
        check_status(&answer, 410);
        assert!(answer.contains("REVISION_DROPPED"), "{answer}");
    }
    let mutation = r#"mutation { closeReview(review: "a", person: "b") { userErrors { message } } }"#;
    check_post(
        &server,
        "",
        &json!({"query": mutation, "extensions": {"revision": 9}}),
        400,
        "ARGUMENT_INVALID",
    );
}

#[test]
fn an_export_is_what_the_terminal_writes() {
    let server = TestServer::start();
    let mut expected = Vec::new();
    crate::report::export_lines(&server.catalog.get(), &mut expected).expect("memory can be written to");
    let answer = server.get("/export");
    check_status(&answer, 200);
    assert_eq!(header(&answer, "catalog-revision"), Some("1"));
    assert_eq!(header(&answer, "content-type"), Some("application/x-ndjson"));
    // The body comes in chunks, whose lengths stand between the lines.
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
    let lines: String =
        body.lines().filter(|line| line.starts_with('{')).map(|line| format!("{line}\n")).collect();
    assert_eq!(lines, String::from_utf8_lossy(&expected));

    let of_types = server.get("/export?type=relation,entity");
    let types: std::collections::BTreeSet<String> = of_types
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok()?["type"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(types.into_iter().collect::<Vec<_>>(), ["entity", "relation"]);
    for wrong in ["/export?type=", "/export?type=entity,nobody", "/export?type=entity&type=relation"] {
        let answer = server.get(wrong);
        check_status(&answer, 400);
        assert!(answer.contains("ARGUMENT_INVALID"), "{answer}");
    }
    check_status(&ask_by(&server, "POST", "/export", ""), 405);
}
