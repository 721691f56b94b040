//! What every request passes: compression, tags, origins, headers, names, places, figures.

use std::{io::Read, sync::Arc};

use catalog_core::{catalog::CurrentGraph, sketch};
use flate2::read::GzDecoder;

use super::{
    HttpLimits, Readiness, ServerState,
    tests::{SHOP, TestServer, check_status, post_request},
};
use crate::graphql::GraphqlLimits;

const JSON: &str = "Content-Type: application/json\r\n";
const OWNER: &str =
    r#"{"query": "{ owner(ref: \"component:api\") { ... on EntityOwnership { readFrom } } }"}"#;
const TOTAL: &str = r#"{"query": "{ blastRadius(refs: [\"resource:db\"]) { total } }"}"#;

fn state(http: HttpLimits, graphql: GraphqlLimits) -> ServerState {
    let catalog = Arc::new(CurrentGraph::new(sketch::graph(SHOP)));
    ServerState::with_limits(catalog, Arc::new(Readiness::ready()), http, graphql)
}

fn usual() -> ServerState {
    state(HttpLimits::default(), GraphqlLimits::default())
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next()?;
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

/// A request of a method and path with headers.
fn send(server: &TestServer, method: &str, path: &str, headers: &str) -> String {
    let request =
        format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n");
    server.exchange(request.as_bytes())
}

#[test]
fn a_long_answer_is_sent_small_to_who_can_read_that() {
    let server = TestServer::start();
    let body = r#"{"query": "{ __schema { types { name description } } }"}"#;
    let request = |headers: &str| {
        // An answer of HTTP/1.0 is not sent in chunks.
        let request = post_request(&format!("{JSON}{headers}"), body).replace("HTTP/1.1", "HTTP/1.0");
        let mut stream = server.connect();
        std::io::Write::write_all(&mut stream, request.as_bytes()).expect("a request can be sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        let end = answer.windows(4).position(|part| part == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        (head, answer.split_off(end + 4))
    };
    let (plain_head, plain) = request("");
    let (small_head, small) = request("Accept-Encoding: br, gzip\r\n");
    assert!(!plain_head.contains("content-encoding") && plain_head.contains("vary: "), "{plain_head}");
    assert!(small_head.contains("content-encoding: gzip"), "{small_head}");
    assert!(small.len() * 2 < plain.len(), "{} of {}", small.len(), plain.len());
    let mut unpacked = Vec::new();
    GzDecoder::new(&*small).read_to_end(&mut unpacked).expect("sound gzip");
    assert_eq!(unpacked, plain);
    let tag = |head: &str| head.lines().find(|line| line.starts_with("etag: ")).map(str::to_owned);
    assert!(tag(&plain_head).is_some() && tag(&plain_head) == tag(&small_head), "{plain_head}\n{small_head}");
    assert!(!server.post(&format!("{JSON}Accept-Encoding: gzip\r\n"), TOTAL).contains("content-encoding"));
}

#[test]
fn who_has_the_answer_is_told_that_it_still_holds_until_the_graph_changes() {
    let server = TestServer::start();
    let first = server.post(JSON, TOTAL);
    let tag = header(&first, "etag").expect("a tag").to_owned();
    assert_eq!(header(&first, "cache-control"), Some("private, no-cache"));
    let again = |body: &str| server.post(&format!("{JSON}If-None-Match: {tag}\r\n"), body);
    let unchanged = again(TOTAL);
    check_status(&unchanged, 304);
    assert!(unchanged.ends_with("\r\n\r\n") && header(&unchanged, "etag") == Some(&*tag), "{unchanged}");
    check_status(&again(OWNER), 200);
    server.catalog.replace(sketch::graph(SHOP));
    let anew = again(TOTAL);
    check_status(&anew, 200);
    assert_ne!(header(&anew, "etag"), Some(&*tag));
}

#[test]
fn an_answer_that_depends_on_the_time_or_has_errors_is_not_held_for_long() {
    let server = TestServer::start();
    let gaps = server.post(JSON, r#"{"query": "{ ownershipGaps { totalCount } }"}"#);
    check_status(&gaps, 200);
    assert!(header(&gaps, "etag").is_some_and(|tag| tag.contains('.')), "{gaps}");
    let fault = server.post(JSON, r#"{"query": "{ entities(first: 1, after: \"x\") { totalCount } }"}"#);
    assert!(fault.contains("errors") && header(&fault, "etag").is_none(), "{fault}");
    assert_eq!(header(&fault, "cache-control"), Some("no-store"));
}

/// The paths that the router names, with something in the place of each parameter.
fn routes() -> Vec<String> {
    let named = include_str!("router.rs").split(".route(\"").skip(1);
    let paths = named.filter_map(|rest| rest.split('"').next());
    let filled = paths.map(|path| {
        let parts = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
        parts.collect::<Vec<_>>().join("/")
    });
    filled.chain(["/graphql", "/nowhere", "/metrics"].map(str::to_owned)).collect()
}

#[test]
fn every_answer_of_every_address_is_safe_for_browsers_and_has_a_name() {
    let server = TestServer::start();
    for path in routes() {
        for method in ["GET", "POST", "OPTIONS", "DELETE"] {
            let answer = send(&server, method, &path, "Origin: https://elsewhere.example\r\n");
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "no-referrer"),
                ("x-frame-options", "DENY"),
                ("cross-origin-opener-policy", "same-origin"),
            ] {
                assert_eq!(header(&answer, name), Some(value), "{method} {path}: {answer}");
            }
            let policy = header(&answer, "content-security-policy").unwrap_or_default();
            assert!(
                policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
                "{path}"
            );
            assert!(header(&answer, "cache-control").is_some(), "{method} {path}: {answer}");
            assert!(header(&answer, "x-request-id").is_some(), "{method} {path}: {answer}");
            assert_eq!(header(&answer, "access-control-allow-origin"), None, "{method} {path}");
            assert_eq!(header(&answer, "strict-transport-security"), None, "not without TLS");
        }
    }
}

#[test]
fn only_pages_of_origins_that_are_named_may_read() {
    let state = usual();
    state.share_with(&["https://dashboard.example".to_owned()]).expect("an origin");
    let server = TestServer::start_state(state);
    let asked = |origin: &str| {
        let headers = format!("Origin: {origin}\r\nAccess-Control-Request-Method: POST\r\n");
        send(&server, "OPTIONS", "/graphql", &headers)
    };
    let allowed = asked("https://dashboard.example");
    check_status(&allowed, 204);
    assert_eq!(header(&allowed, "access-control-allow-origin"), Some("https://dashboard.example"));
    assert!(header(&allowed, "access-control-allow-headers").is_some_and(|names| {
        let names: Vec<&str> = names.split(", ").collect();
        ["authorization", "traceparent", "tracestate"].iter().all(|name| names.contains(name))
    }));
    for origin in
        ["https://elsewhere.example", "null", "http://dashboard.example", "https://dashboard.example:1"]
    {
        let refused = asked(origin);
        check_status(&refused, 405);
        assert!(!refused.contains("access-control-allow"), "{refused}");
    }
    let read = server.post(&format!("{JSON}Origin: https://dashboard.example\r\n"), TOTAL);
    assert_eq!(header(&read, "access-control-allow-origin"), Some("https://dashboard.example"));
    assert!(!read.contains("allow-credentials"), "{read}");
}

#[test]
fn the_editor_can_be_switched_off() {
    let server = TestServer::start_state(usual().with_editor(false));
    let answer = send(&server, "GET", "/graphql", "Accept: text/html\r\n");
    check_status(&answer, 405);
    assert!(answer.contains("[server] graphiql"), "{answer}");
}

#[test]
fn a_request_keeps_its_name_and_a_refusal_tells_it() {
    let server = TestServer::start();
    let answer = server.post(&format!("{JSON}X-Request-Id: build-7\r\n"), "{");
    assert_eq!(header(&answer, "x-request-id"), Some("build-7"));
    assert!(answer.contains(r#""requestId":"build-7""#), "{answer}");
    let answer = server.post(&format!("{JSON}X-Request-Id: a b\r\n"), TOTAL);
    assert!(header(&answer, "x-request-id").is_some_and(|name| name.len() == 16), "{answer}");
}

#[test]
fn an_owner_is_told_while_dear_queries_hold_every_place() {
    let graphql = GraphqlLimits {
        concurrent_max: 0,
        patience: std::time::Duration::from_millis(20),
        ..GraphqlLimits::default()
    };
    let server = TestServer::start_state(state(HttpLimits::default(), graphql));
    let dear = server.post(JSON, TOTAL);
    check_status(&dear, 503);
    assert!(dear.contains("OVERLOADED"), "{dear}");
    check_status(&server.post(JSON, OWNER), 200);
}

#[test]
fn probes_are_answered_when_nothing_else_is() {
    let http = HttpLimits { requests_max: 0, ..HttpLimits::default() };
    let server = TestServer::start_state(state(http, GraphqlLimits::default()));
    let refused = server.post(JSON, TOTAL);
    check_status(&refused, 503);
    assert!(refused.contains("http.requests_max"), "{refused}");
    check_status(&server.get("/healthz"), 200);
    check_status(&server.get("/readyz"), 200);
}

#[test]
fn figures_count_what_was_asked_with_few_labels() {
    let server = TestServer::start();
    server.post(JSON, TOTAL);
    server.post(JSON, "{");
    for path in ["/a", "/b", "/c"] {
        send(&server, "BREW", path, "");
    }
    let figures = server.get("/metrics");
    check_status(&figures, 200);
    for line in [
        "catalog_http_requests_total{method=\"POST\",route=\"/graphql\",status=\"200\"} 1",
        "catalog_http_requests_total{method=\"other\",route=\"none\",status=\"404\"} 3",
        "catalog_http_request_duration_seconds_count{route=\"/graphql\"} 2",
        "catalog_graphql_queries_total{outcome=\"answered\"} 1",
        "catalog_graphql_queries_total{outcome=\"BODY_INVALID\"} 1",
        "catalog_entities 2",
        "catalog_repositories{status=\"read\"} ",
        "catalog_ready 1",
        "process_start_time_seconds ",
        "catalog_build_info{version=",
        "# EOF",
    ] {
        assert!(figures.contains(line), "{line}\n{figures}");
    }
    assert_eq!(
        header(&figures, "content-type"),
        Some("application/openmetrics-text; version=1.0.0; charset=utf-8")
    );
}
