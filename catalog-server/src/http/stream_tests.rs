//! Subscriptions over a real server: what is told, and what hostile clients are told.

use catalog_core::{
    graph::{CatalogGraph, GraphBuilder},
    model::Revision,
    sketch,
};
use serde_json::{Value, json};

use super::tests::TestServer;

#[path = "../../../tests/support/event_source.rs"]
mod event_source;
#[path = "../../../tests/support/web_socket.rs"]
mod web_socket;

use event_source::EventSource;
use web_socket::{Received, WebSocket};

const CHANGED: &str = "subscription Changes($filter: CatalogChangedFilter) { catalogChanged(filter: $filter) {
    revision previousRevision missedRevisions added { ref } changed { ref owner ownerBefore fields { field after } }
    addedCount removedCount changedCount complete } }";

fn graph(revision: u64, sketch: &str) -> CatalogGraph {
    let mut builder = GraphBuilder::new();
    sketch::repositories(sketch).into_iter().for_each(|repository| builder.add(repository));
    builder.build(Revision(revision))
}

fn subscribe(id: &str, query: &str) -> String {
    json!({"type": "subscribe", "id": id, "payload": {"query": query}}).to_string()
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn what_changes_is_told_as_events_and_only_what_the_filter_lets_through() {
    let mut server = TestServer::start();
    let body = json!({"query": CHANGED, "variables": {"filter": {"kinds": ["component"], "owners": ["b"]}}});
    let mut events = EventSource::open(server.address, "/graphql", &body.to_string());
    let mut next = || {
        let (event, data) = events.next().expect("an event");
        assert_eq!(event, "next");
        json_of(&data)["data"]["catalogChanged"].take()
    };
    let first = next();
    assert_eq!((&first["revision"], &first["changedCount"]), (&json!(1), &json!(0)));
    let groups = "group:a\ngroup:b\n";
    server
        .catalog
        .replace(graph(2, &format!("{groups}component:web owner group:a\nresource:x owner group:b")));
    // Only who owns it now, or did, is told.
    server.catalog.replace(graph(3, &format!("{groups}component:web owner group:b\nresource:x")));
    let change = next();
    assert_eq!(change["revision"], json!(3));
    let last = change["changed"].as_array().and_then(|rows| rows.last()).cloned().unwrap_or_default();
    assert_eq!(last["owner"], json!("group:default/b"), "{change:#}");
    server.stop().expect("it ends");
    let (event, _) = events.next().expect("an event");
    assert_eq!(event, "complete");
}

#[test]
fn a_query_over_events_is_answered_once_and_a_fault_is_told() {
    let server = TestServer::start();
    let all = |query: &str| {
        let body = json!({"query": query}).to_string();
        let mut events = EventSource::open(server.address, "/graphql/stream", &body);
        std::iter::from_fn(|| events.next()).take(2).collect::<Vec<_>>()
    };
    let answer = all("{ catalog { revision } }");
    assert_eq!(answer[0], ("next".to_owned(), r#"{"data":{"catalog":{"revision":1}}}"#.to_owned()));
    assert_eq!(answer[1], ("complete".to_owned(), String::new()));
    for (query, code) in [
        ("subscription { nothing }", "QUERY_INVALID"),
        ("subscription { a: catalogChanged { revision } b: catalogChanged { revision } }", "QUERY_INVALID"),
        ("subscription { ... { catalogChanged { revision } } }", "QUERY_INVALID"),
        ("subscription {", "QUERY_SYNTAX"),
        ("subscription { catalogChanged(first: 1000) { revision } }", "LIMIT_EXCEEDED"),
        ("subscription { catalogChanged(filter: {refs: [\"::\"]}) { revision } }", "ARGUMENT_INVALID"),
        ("subscription { crawlProgress { id } }", "ARGUMENT_INVALID"),
    ] {
        let answer = all(query);
        assert!(answer[0].1.contains(code), "{query}: {answer:?}");
        assert_eq!(answer[1].0, "complete", "{query}");
    }
    let bomb = format!("subscription {{ {} }}", "a ".repeat(100_000));
    assert!(all(&bomb)[0].1.contains("LIMIT_EXCEEDED"));
}

#[test]
fn what_changes_is_told_over_a_web_socket_until_it_is_completed() {
    let mut server = TestServer::start();
    let mut socket = WebSocket::begun(server.address);
    socket.send(&subscribe("1", "subscription { catalogChanged { revision addedCount } }"));
    let told = |revision: u64, added: u64| {
        let change = json!({"revision": revision, "addedCount": added});
        json!({"type": "next", "id": "1", "payload": {"data": {"catalogChanged": change}}})
    };
    assert_eq!(json_of(&socket.text()), told(1, 0));
    server.catalog.replace(graph(2, "component:new"));
    assert_eq!(json_of(&socket.text()), told(2, 1));
    socket.send(&subscribe("2", "{ catalog { revision } }"));
    assert_eq!(json_of(&socket.text())["payload"]["data"]["catalog"]["revision"], json!(2));
    assert_eq!(json_of(&socket.text()), json!({"type": "complete", "id": "2"}));
    socket.send(&subscribe("3", "{ nothing }"));
    let error = json_of(&socket.text());
    assert_eq!(
        (&error["type"], &error["payload"][0]["extensions"]["code"]),
        (&json!("error"), &json!("QUERY_INVALID"))
    );
    socket.send(r#"{"type":"complete","id":"1"}"#);
    socket.send(r#"{"type":"ping","payload":{"x":1}}"#);
    assert_eq!(socket.text(), r#"{"type":"pong"}"#);
    server.catalog.replace(graph(3, "component:newer"));
    server.stop().expect("it ends");
    assert_eq!(socket.receive(), Received::Close(1001));
}

#[test]
fn who_breaks_the_protocol_is_told_by_its_codes() {
    let server = TestServer::start();
    let protocol = "Sec-WebSocket-Protocol: graphql-transport-ws\r\n";
    let check = |messages: &[&str], code: u16| {
        let mut socket =
            WebSocket::open(server.address, protocol).unwrap_or_else(|answer| panic!("{answer}"));
        messages.iter().for_each(|message| socket.send(message));
        let end = std::iter::from_fn(|| Some(socket.receive())).find(|of| !matches!(of, Received::Text(_)));
        assert_eq!(end, Some(Received::Close(code)), "{messages:?}");
    };
    let init = r#"{"type":"connection_init"}"#;
    let told = subscribe("1", "subscription { catalogChanged { revision } }");
    check(&[&told], 4401);
    check(&[init, init], 4429);
    check(&[init, &told, &told], 4409);
    check(&["{"], 4400);
    check(&[r#"{"type":"start"}"#], 4400);
    check(&[init, &subscribe("", "{ catalog { revision } }")], 4400);
    check(&[init, &subscribe(&"x".repeat(1_000), "{ catalog { revision } }")], 4400);
}

#[test]
fn one_socket_holds_no_more_subscriptions_than_the_limit() {
    let server = TestServer::start();
    let mut socket = WebSocket::begun(server.address);
    for number in 0..=20 {
        socket.send(&subscribe(&number.to_string(), "subscription { catalogChanged { revision } }"));
    }
    let texts: Vec<String> = (0..=20).map(|_| socket.text()).collect();
    let refused: Vec<_> = texts.iter().filter(|text| text.contains("LIMIT_EXCEEDED")).collect();
    assert_eq!(refused.len(), 1, "{texts:?}");
    assert!(refused[0].contains("graphql.socket_subscriptions_max") && refused[0].contains("\"id\":\"20\""));
}

#[test]
fn pages_of_other_sites_open_no_web_socket() {
    let server = TestServer::start();
    let open = |headers: &str| WebSocket::open(server.address, headers).err().unwrap_or_default();
    let protocol = "Sec-WebSocket-Protocol: graphql-transport-ws\r\n";
    for origin in ["https://evil.example", "null", "http://localhost:1"] {
        let answer = open(&format!("{protocol}Origin: {origin}\r\n"));
        assert!(answer.starts_with("HTTP/1.1 403 "), "{origin}: {answer}");
    }
    assert_eq!(open(&format!("{protocol}Origin: http://{}\r\n", server.address)), "");
    assert!(open("").starts_with("HTTP/1.1 400 "));
    assert!(open("Sec-WebSocket-Protocol: graphql-ws\r\n").starts_with("HTTP/1.1 400 "));
}

#[test]
fn a_subscription_by_a_plain_request_is_refused() {
    let server = TestServer::start();
    let body = json!({"query": "subscription { catalogChanged { revision } }"}).to_string();
    let answer = server.post("Content-Type: application/json\r\n", &body);
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("Accept: text/event-stream"), "{answer}");
    let answer = server.post("Accept: text/event-stream\r\nContent-Type: text/plain\r\n", &body);
    assert!(answer.starts_with("HTTP/1.1 415 "), "{answer}");
}
