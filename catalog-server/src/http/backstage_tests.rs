//! What Backstage's clients are told by a real server beside answers: refusals in their words, and tags.

use std::sync::Arc;

use catalog_core::{catalog::CurrentGraph, sketch};
use serde_json::Value;

use super::{
    HttpLimits, RateLimits, Readiness, ServerState,
    access_tests::{bearer, guarded_access, guarded_server},
    tests::{SHOP, TestServer, check_status},
};
use crate::{
    access::{AccessRules, FAILURES_PER_MINUTE, Scope},
    graphql::GraphqlLimits,
};

const ENTITIES: &str = "/api/catalog/entities?limit=1";
const JSON: &str = "Content-Type: application/json\r\n";

fn send(server: &TestServer, method: &str, path: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}");
    server.exchange(format!("{head}Content-Length: {length}\r\n\r\n{body}").as_bytes())
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next()?;
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

/// A refusal in Backstage's form, with the status and the code that it has everywhere.
#[track_caller]
fn check_refused(answer: &str, status: u16, name: &str, code: &str) {
    check_status(answer, status);
    assert_eq!(header(answer, "content-type"), Some("application/json; charset=utf-8"), "{answer}");
    let (_, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    assert_eq!(header(answer, "content-length"), Some(body.len().to_string().as_str()));
    let body: Value = serde_json::from_str(body).expect("a refusal is JSON");
    assert_eq!((&body["error"]["name"], &body["error"]["code"]), (&name.into(), &code.into()), "{body}");
    assert!(body["error"]["message"].is_string(), "{body}");
    assert_eq!((&body["request"]["method"], &body["request"]["url"]), (&"GET".into(), &ENTITIES.into()));
    assert_eq!(body["response"]["statusCode"], status);
    assert!(body["errors"].is_null(), "{body}");
}

#[test]
fn who_is_not_let_in_is_told_so_in_backstages_words() {
    let holders: [&[Scope]; 2] = [&[Scope::Crawl], &[Scope::Read]];
    let (server, tokens, _folder) = guarded_server(AccessRules::default(), &holders);
    let get = |headers: &str| send(&server, "GET", ENTITIES, headers, "");
    let unknown = get("");
    check_refused(&unknown, 401, "AuthenticationError", "UNAUTHENTICATED");
    assert_eq!(header(&unknown, "www-authenticate"), Some("Bearer"), "headers stay");
    let foreign = server.exchange(
        format!("GET {ENTITIES} HTTP/1.1\r\nHost: me@example.com\r\nConnection: close\r\n\r\n").as_bytes(),
    );
    check_refused(&foreign, 421, "MisdirectedRequestError", "HOST_NOT_ALLOWED");
    let without_scope = get(&bearer(&tokens[0]));
    check_status(&without_scope, 403);
    assert!(without_scope.contains(r#""name":"NotAllowedError""#), "{without_scope}");
    for _ in 1..FAILURES_PER_MINUTE.get() + 1 {
        check_refused(&get(&bearer("wrong")), 401, "AuthenticationError", "UNAUTHENTICATED");
    }
    let too_often = get(&bearer("wrong"));
    check_refused(&too_often, 429, "TooManyRequestsError", "RATE_LIMITED");
    assert_eq!(header(&too_often, "retry-after"), Some("60"));
    check_status(&get(&bearer(&tokens[1])), 200);
    // Elsewhere refusals are what they were.
    for path in ["/graphql", "/api/catalogs", "/api"] {
        let refused = send(&server, "GET", path, "", "");
        assert!(refused.contains(r#"{"errors":["#), "{path}: {refused}");
    }
}

#[test]
fn who_asks_too_much_is_told_so_in_backstages_words() {
    let (access, tokens, _folder) = guarded_access(AccessRules::default(), &[&[Scope::Read]]);
    let catalog = Arc::new(CurrentGraph::new(sketch::graph(SHOP)));
    let state = ServerState::new(catalog, Arc::new(Readiness::ready())).with_access(Arc::new(access));
    state.limit_rates(&RateLimits { token_cost_per_minute: 2, ..RateLimits::default() });
    let server = TestServer::start_state(state);
    let get = || send(&server, "GET", ENTITIES, &bearer(&tokens[0]), "");
    check_status(&get(), 200);
    check_status(&get(), 200);
    let refused = get();
    check_refused(&refused, 429, "TooManyRequestsError", "RATE_LIMITED");
    assert!(header(&refused, "retry-after").is_some() && header(&refused, "ratelimit").is_some());
}

#[test]
fn a_server_that_is_busy_says_so_in_backstages_words() {
    let http = HttpLimits { requests_max: 0, ..HttpLimits::default() };
    let server = TestServer::start_by(http, GraphqlLimits::default(), Readiness::ready(), |_| {});
    let refused = send(&server, "GET", ENTITIES, "", "");
    check_refused(&refused, 503, "ServiceUnavailableError", "OVERLOADED");
    assert_eq!(header(&refused, "retry-after"), Some("1"));
}

#[test]
fn a_body_over_the_limit_is_refused_in_backstages_words() {
    let server = TestServer::start();
    let head = "POST /api/catalog/entities/by-refs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    let answer = server.exchange(format!("{head}{JSON}Content-Length: 10000000000\r\n\r\n").as_bytes());
    check_status(&answer, 413);
    assert!(answer.contains(r#""name":"PayloadTooLargeError""#), "{answer}");
}

#[test]
fn backstages_clients_are_told_that_what_they_have_still_holds() {
    let server = TestServer::start();
    let by_refs = r#"{"entityRefs":["component:web"]}"#;
    for (method, path, body) in [
        ("GET", "/api/catalog/entities", ""),
        ("GET", "/api/catalog/entities/by-query?limit=1", ""),
        ("GET", "/api/catalog/entities/by-name/component/default/web", ""),
        ("GET", "/api/catalog/entity-facets?facet=kind", ""),
        ("GET", "/api/catalog/locations", ""),
        ("POST", "/api/catalog/entities/by-refs", by_refs),
    ] {
        let ask = |method: &str, path: &str, tag: &str, body: &str| {
            send(&server, method, path, &format!("{JSON}If-None-Match: {tag}\r\n"), body)
        };
        let first = ask(method, path, "\"none\"", body);
        check_status(&first, 200);
        let tag = header(&first, "etag").unwrap_or_else(|| panic!("{path}: {first}")).to_owned();
        assert_eq!(header(&first, "cache-control"), Some("private, no-cache"));
        let unchanged = ask(method, path, &tag, body);
        check_status(&unchanged, 304);
        assert!(unchanged.ends_with("\r\n\r\n") && header(&unchanged, "etag") == Some(&*tag), "{unchanged}");
        if method == "GET" {
            check_status(&ask("HEAD", path, &tag, body), 304);
            let separator = if path.contains('?') { '&' } else { '?' };
            check_status(&ask("GET", &format!("{path}{separator}fields=kind"), &tag, body), 200);
        } else {
            check_status(&ask(method, path, &tag, r#"{"entityRefs":["component:api"]}"#), 200);
        }
        server.catalog.replace(sketch::graph(SHOP));
        let anew = ask(method, path, &tag, body);
        check_status(&anew, 200);
        assert_ne!(header(&anew, "etag"), Some(&*tag), "{path}");
    }
}

#[test]
fn a_tag_of_one_is_none_of_another_and_a_refusal_has_none() {
    let (server, tokens, _folder) = guarded_server(AccessRules::default(), &[&[Scope::Read], &[Scope::Read]]);
    let get = |token: &str, path: &str, tag: &str| {
        send(&server, "GET", path, &format!("{}If-None-Match: {tag}\r\n", bearer(token)), "")
    };
    let first = get(&tokens[0], ENTITIES, "");
    let tag = header(&first, "etag").expect("a tag").to_owned();
    check_status(&get(&tokens[0], ENTITIES, &tag), 304);
    check_status(&get(&tokens[1], ENTITIES, &tag), 200);
    check_status(&get("wrong", ENTITIES, &tag), 401);
    for path in ["/api/catalog/entities/by-name/component/default/none", "/api/catalog/entities?limit=x"] {
        let refused = get(&tokens[0], path, &tag);
        assert!(!refused.starts_with("HTTP/1.1 200") && header(&refused, "etag").is_none(), "{refused}");
    }
}

#[test]
fn an_answer_is_none_of_a_catalog_that_is_not_loaded() {
    let catalog = Arc::new(CurrentGraph::new(sketch::graph(SHOP)));
    let readiness = Arc::new(Readiness::ready());
    let server = TestServer::start_state(ServerState::new(catalog, Arc::clone(&readiness)));
    let first = send(&server, "GET", ENTITIES, "", "");
    let tag = header(&first, "etag").expect("a tag").to_owned();
    readiness.set_not_ready("the store is gone");
    check_status(&send(&server, "GET", ENTITIES, &format!("If-None-Match: {tag}\r\n"), ""), 503);
}

#[test]
fn a_long_answer_for_backstages_clients_comes_in_pieces_and_whole() {
    let server = TestServer::start();
    let sketch: String = (0..2_000).map(|number| format!("component:c{number} type service\n")).collect();
    server.catalog.replace(sketch::graph(&sketch));
    let answer = server.get("/api/catalog/entities?filter=kind=component");
    check_status(&answer, 200);
    let (head, mut rest) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    assert!(head.to_lowercase().contains("transfer-encoding: chunked"), "{head}");
    let mut body = String::new();
    while let Some((length, chunk)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).expect("a length");
        body.push_str(&chunk[..length]);
        rest = &chunk[length + 2..];
    }
    let entities: Vec<Value> = serde_json::from_str(&body).expect("it is whole");
    assert_eq!(entities.len(), 2_000);
}

#[test]
fn backstages_clients_are_told_in_their_words_that_nothing_is_loaded_yet() {
    let server =
        TestServer::start_with(HttpLimits::default(), Readiness::not_yet("the store is being opened"));
    let answer = server.get("/api/catalog/entities?limit=1");
    check_status(&answer, 503);
    let error = r#""error":{"message":"the store is being opened","name":"ServiceUnavailableError"}"#;
    assert!(answer.contains(error) && answer.contains("retry-after: 1"), "{answer}");
}

#[test]
fn backstages_clients_are_told_what_they_asked_for_in_vain() {
    let server = TestServer::start();
    let check = |method: &str, path: &str, status: u16, name: &str| {
        let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let answer = server.exchange(head.as_bytes());
        check_status(&answer, status);
        let (_, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
        let body: Value = serde_json::from_str(body).expect("a refusal is JSON");
        assert_eq!((&body["error"]["name"], &body["request"]["url"]), (&name.into(), &path.into()));
        assert_eq!(
            (&body["request"]["method"], &body["response"]["statusCode"]),
            (&method.into(), &status.into())
        );
    };
    check("GET", "/api/catalog/entities/by-name/component/default/none", 404, "NotFoundError");
    check("GET", "/api/catalog/nothing?a=b", 404, "NotFoundError");
    check("GET", "/api/catalog/entities?limit=x", 400, "InputError");
    check("GET", "/api/catalog/entities/by-name/a/b/%FF", 400, "InputError");
    check("PUT", "/api/catalog/entities", 405, "MethodNotAllowedError");
    check("DELETE", "/api/catalog/locations/a", 403, "NotAllowedError");
    check("POST", "/api/catalog/analyze-location", 501, "NotImplementedError");
}
