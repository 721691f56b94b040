//! Hostile GraphQL requests to a real server, one test to a row Q01 to Q14 of the table of hostile input.
//!
//! Whatever is sent, the answer is short, says which limit was met, and the next honest question is answered.

use std::{
    fmt::Write as _,
    io::Write as _,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{
    HttpLimits, Readiness,
    tests::{TestServer, check_status},
};
use crate::graphql::{GraphqlLimits, tests::INTROSPECTION};

const JSON: &str = "Content-Type: application/json\r\n";
/// How long a refusal may take in a build without optimisation on a busy machine; 50 ms are meant.
const REFUSED_WITHIN: Duration = Duration::from_secs(8);
const ANSWER_BYTES_MAX: usize = 16 * 1024;

/// Sends a body; checks the status and that the answer is short, comes soon and holds a word.
#[track_caller]
fn check_body(server: &TestServer, body: &str, status: u16, part: &str) -> String {
    let begun = Instant::now();
    let answer = server.post(JSON, body);
    assert!(begun.elapsed() < REFUSED_WITHIN, "it took {:?}", begun.elapsed());
    let start: String = answer.chars().take(600).collect();
    check_status(&start, status);
    assert!(answer.len() < ANSWER_BYTES_MAX, "{} bytes: {start}", answer.len());
    assert!(answer.contains(part), "{part} in {start}");
    answer
}

/// The same for a query; one that is longer than a body may be is refused as that.
#[track_caller]
fn check(server: &TestServer, query: &str, status: u16, part: &str) -> String {
    let body = json!({"query": query}).to_string();
    if body.len() > HttpLimits::default().body_bytes_max {
        return check_body(server, &body, 413, "http.body_bytes_max");
    }
    check_body(server, &body, status, part)
}

#[track_caller]
fn check_alive(server: &TestServer) {
    check(server, r#"{ entity(ref: "web") { ref } }"#, 200, "component:default/web");
}

/// Fragments of which each uses the next one `width` times.
fn fragment_tower(levels: usize, width: usize) -> String {
    let mut query = "{ ...f0 }".to_owned();
    for level in 0..levels {
        let spreads = format!("...f{} ", level + 1).repeat(width);
        let _written = write!(query, " fragment f{level} on Query {{ {spreads} }}");
    }
    query + &format!(" fragment f{levels} on Query {{ catalog {{ revision }} }}")
}

#[test]
fn q01_fragments_that_double_are_refused_before_they_are_expanded() {
    let server = TestServer::start();
    for (levels, width) in [(16, 2), (22, 2), (30, 2), (6, 100)] {
        check(&server, &fragment_tower(levels, width), 400, "graphql.selections_max");
    }
    check_alive(&server);
}

#[test]
fn q02_many_of_them_at_once_keep_nobody_waiting() {
    let server = TestServer::start();
    std::thread::scope(|threads| {
        for _ in 0..16 {
            threads.spawn(|| {
                (0..10).for_each(|_| {
                    check(&server, &fragment_tower(30, 2), 400, "graphql.selections_max");
                });
            });
        }
        (0..10).for_each(|_| check_alive(&server));
    });
}

#[test]
fn q03_fragments_that_contain_themselves_or_are_too_many_are_refused() {
    let server = TestServer::start();
    let ring = |length: usize| -> String {
        let fragments =
            (0..length).map(|n| format!(" fragment f{n} on Query {{ ...f{} }}", (n + 1) % length));
        fragments.collect()
    };
    check(&server, &format!("{{ ...f0 }}{}", ring(1)), 400, "FRAGMENT_CYCLE");
    check(&server, &format!("{{ ...f0 }}{}", ring(2)), 400, "FRAGMENT_CYCLE");
    check(&server, &format!("{{ ...f0 }}{}", ring(1_000)), 400, "LIMIT_EXCEEDED");
    check(&server, &format!("{{ __typename }}{}", ring(2)), 400, "FRAGMENT_CYCLE");
    let unused: String = (0..20_000).map(|n| format!("fragment f{n} on Query{{a}}")).collect();
    check(&server, &format!("{{ a }} {unused}"), 400, "LIMIT_EXCEEDED");
    let spreads = "...f ".repeat(200_000);
    check(&server, &format!("{{ {spreads} }} fragment f on Query {{ a }}"), 400, "LIMIT_EXCEEDED");
    check_alive(&server);
}

#[test]
fn q04_nesting_is_refused_with_its_place_and_without_being_sent_back() {
    let server = TestServer::start();
    let forms =
        [("{a", "}"), ("{... on Query", "}"), ("[", "]"), ("{a(b:[", "])}"), ("{a(b:{c:", "})}"), ("(", ")")];
    for (open, close) in forms {
        for depth in [1_000, 6_000, 100_000] {
            let query = format!("{{ q {}{} }}", open.repeat(depth), close.repeat(depth));
            let answer = check(&server, &query, 400, "LIMIT_EXCEEDED");
            if query.len() < 64 * 1024 {
                assert!(answer.contains(r#""locations":[{"column":"#), "{answer}");
            }
            assert!(!answer.contains(&open.repeat(30)), "the query is not sent back: {answer}");
        }
    }
    for query in [
        format!("query ($a: {}Int{}) {{ a }}", "[".repeat(20_000), "]".repeat(20_000)),
        format!("query ($a: Int = {}1{}) {{ a }}", "[".repeat(20_000), "]".repeat(20_000)),
        "{".repeat(60_000),
    ] {
        check(&server, &query, 400, "LIMIT_EXCEEDED");
    }
    check_body(&server, &json!({"query": "{".repeat(1_100_000)}).to_string(), 413, "http.body_bytes_max");
    check_alive(&server);
}

#[test]
fn q05_aliases_are_counted_and_heavy_ones_are_dear() {
    let server = TestServer::start();
    let aliases =
        |count: usize, field: &str| -> String { (0..count).map(|n| format!("a{n}: {field} ")).collect() };
    for (count, field) in [(1_000, "__typename"), (100_000, "__typename"), (2_000, "catalog { revision }")] {
        check(&server, &format!("{{ {} }}", aliases(count, field)), 400, "LIMIT_EXCEEDED");
    }
    let heavy = r#"blastRadius(refs: ["a"]) { affected(first: 100) { nodes { entity { relations(first: 100) { nodes { name } } } } } }"#;
    check(&server, &format!("{{ {} }}", aliases(500, heavy)), 400, "LIMIT_EXCEEDED");
    check(&server, &format!("{{ {} }}", aliases(20, heavy)), 400, "graphql.cost_max");
    check(&server, &format!("{{ {} }}", aliases(20, "catalog { revision }")), 200, "\"a19\"");
    check_alive(&server);
}

#[test]
fn q06_floods_end_in_short_answers() {
    let server = TestServer::start();
    let many = |text: &str, count: usize| text.repeat(count);
    let numbered = |form: &str, count: usize| -> String {
        (0..count).map(|n| form.replace('#', &n.to_string())).collect()
    };
    let body = |query: String| json!({"query": query}).to_string();
    for flood in [
        body(format!("{{ {} }}", many("__typename ", 500_000))),
        body(format!("{{ a {} }}", many("@a ", 100_000))),
        body(format!("{{ a({}) }}", numbered("a#: 1 ", 50_000))),
        body(numbered("query q# { a } ", 50_000)),
        body(format!("query ({}) {{ a }}", numbered("$v#: Int ", 50_000))),
        body(format!("{{ {} }}", numbered("nobody# ", 20_000))),
        body(format!("{{ {} }}", many("a", 200_000))),
    ] {
        let (status, part) =
            if flood.len() > 1024 * 1024 { (413, "body_bytes_max") } else { (400, "LIMIT_EXCEEDED") };
        check_body(&server, &flood, status, part);
    }
    // As many as the limits let through are still answered briefly.
    for query in [
        format!("{{ {} }}", many("__typename ", 1_900)),
        format!("{{ {} }}", numbered("nobody# ", 1_900)),
        format!("{{ {} }}", numbered("entity(ref: \"#\") { ref } ", 300)),
        format!("{{ entity({}) {{ ref }} }}", numbered("a#: 1 ", 900)),
    ] {
        let answer = server.post(JSON, &body(query));
        assert!(answer.len() < ANSWER_BYTES_MAX, "{} bytes", answer.len());
        let json = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
        let errors =
            serde_json::from_str::<Value>(json).map(|of| of["errors"].as_array().map_or(0, Vec::len));
        assert!(errors.is_ok_and(|errors| errors <= 20), "{answer}");
    }
    check_alive(&server);
}

#[test]
fn q07_the_schema_is_told_and_told_only_so_deep() {
    let server = TestServer::start();
    let answer = server.post(JSON, &json!({"query": INTROSPECTION}).to_string());
    check_status(&answer, 200);
    for levels in [4, 8] {
        let open = "fields { type { ".repeat(levels);
        let query = format!("{{ __schema {{ types {{ {open} name {} }} }} }}", "} } ".repeat(levels));
        check(&server, &query, 400, "graphql.introspection_lists_max");
    }
}

#[test]
fn q08_a_circle_of_types_is_refused_by_what_it_would_cost() {
    let server = TestServer::start();
    let circle = |levels: usize, first: usize| {
        let open = format!("dependencies(first: {first}) {{ nodes {{ ").repeat(levels);
        format!("{{ entity(ref: \"web\") {{ {open} ref {} }} }}", "} } ".repeat(levels))
    };
    check(&server, &circle(4, 5), 200, r#""nodes":[]"#);
    let answer = check(&server, &circle(6, 10), 400, "graphql.cost_max");
    assert!(answer.contains(r#""met":"#) && answer.contains(r#""value":20000"#), "{answer}");
    for levels in [8, 12, 25] {
        check(&server, &circle(levels, 10), 400, "LIMIT_EXCEEDED");
    }
    check_alive(&server);
}

#[test]
fn q09_one_body_is_one_request() {
    let server = TestServer::start();
    let one = r#"{"query":"{ __typename }"}"#;
    for body in [
        "[]".to_owned(),
        format!("[{one}]"),
        format!("[{}]", vec![one; 1_000].join(",")),
        format!("[[{one}]]"),
        format!("[{one}, 1, null]"),
        format!(" \n\t[{one}"),
    ] {
        check_body(&server, &body, 400, "BATCH_NOT_ALLOWED");
    }
    check_body(&server, &format!("[{}]", vec![one; 50_000].join(",")), 413, "http.body_bytes_max");
    check_alive(&server);
}

#[test]
fn q10_long_tokens_and_great_numbers_are_refused() {
    let server = TestServer::start();
    for query in [
        format!("{{ search(text: \"{}\") {{ totalCount }} }}", "x".repeat(10_000_000)),
        format!("# {}\n{{ __typename }}", "x".repeat(10_000_000)),
        format!("{{ __typename {} }}", ",".repeat(10_000_000)),
        format!("{{ search(text: \"\"\"{}\"\"\") {{ totalCount }} }}", "x".repeat(10_000_000)),
    ] {
        check(&server, &query, 413, "http.body_bytes_max");
    }
    for query in [
        format!("{{ entities(first: {}) {{ totalCount }} }}", "9".repeat(900_000)),
        format!("{{ search(text: \"{}\") {{ totalCount }} }}", "\\u0041".repeat(150_000)),
        "{ entities(first: 1e400) { totalCount } }".to_owned(),
    ] {
        let answer = check(&server, &query, 400, "\"errors\"");
        assert!(!answer.contains("99999999999"), "{answer}");
    }
    check_body(&server, r#"{"query": "{ a }", "variables": {"a": 1e400}}"#, 400, "BODY_INVALID");
    // Within the limits, the answer is an error of the argument.
    check(
        &server,
        &format!("{{ entities(first: {}) {{ totalCount }} }}", "9".repeat(300)),
        400,
        "\"errors\"",
    );
    check_alive(&server);
}

#[test]
fn q11_what_is_no_text_is_refused() {
    let server = TestServer::start();
    let utf_16: Vec<u8> = r#"{"query":"{a}"}"#.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bodies: [&[u8]; 6] = [
        b"{\"query\": \"\xff\"}",
        b"{\"query\": \"\xc0\xaf\"}",
        b"{\"query\": \"\\ud800\"}",
        b"{\"query\": \"{a}\"\0}",
        &utf_16,
        b"\xef\xbb\xbf{\"query\": \"{a}\"}",
    ];
    for body in bodies {
        let head = format!(
            "POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{JSON}Content-Length: {}\r\n\r\n",
            body.len()
        );
        let answer = server.exchange(&[head.as_bytes(), body].concat());
        check_status(&answer, 400);
        assert!(answer.contains("BODY_INVALID"), "{answer}");
    }
    check(&server, "{ a\u{0} }", 400, "QUERY_SYNTAX");
    check_alive(&server);
}

#[test]
fn q12_malformed_bodies_and_endless_variables_are_refused() {
    let server = TestServer::start();
    for body in [
        "",
        "{",
        "}",
        "null",
        "true",
        "1",
        "\"{a}\"",
        "{}",
        "{\"query\"}",
        "{\"query\":}",
        "{\"query\":1}",
        "{\"query\":[\"{a}\"]}",
        "{'query':'{a}'}",
        "{\"query\":\"{a}\",}",
        "{\"query\":\"{a}\"} x",
        "{\"query\":\"{a}\",\"query\":\"{b}\"}",
        "{\"query\":\"{a}\",\"variables\":{\"a\":NaN}}",
        "{\"query\":\"{a}\",\"variables\":\"{}\"}",
        "{\"query\":\"{a}\",\"operationName\":1}",
        "{\"query\":\"{a}\",\"extensions\":{\"revision\":-1}}",
    ] {
        check_body(&server, body, 400, "BODY_INVALID");
    }
    let keys = |count: usize| -> String {
        let keys: Vec<String> = (0..count).map(|n| format!("\"k{n}\":1")).collect();
        format!("{{\"query\":\"{{a}}\",\"variables\":{{{}}}}}", keys.join(","))
    };
    check_body(&server, &keys(50_000), 400, "graphql.variables_max");
    check_body(&server, &keys(500_000), 413, "http.body_bytes_max");
    let long = format!("{{\"query\":\"{{a}}\",\"variables\":{{\"a\":\"{}\"}}}}", "x".repeat(10_000_000));
    check_body(&server, &long, 413, "http.body_bytes_max");
    let deep =
        format!("{{\"query\":\"{{a}}\",\"variables\":{}{}}}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    check_body(&server, &deep, 400, "BODY_INVALID");
    check_alive(&server);
}

#[test]
fn q13_a_fault_of_ours_and_an_answer_without_an_end_harm_nobody_else() {
    let server = TestServer::start();
    check(&server, "{ panics_in_a_test: catalog { revision } }", 500, "INTERNAL");
    check(
        &server,
        "{ entity(ref: \"component:web\") { panics_in_a_test: dependents { totalCount } } }",
        500,
        "INTERNAL",
    );
    check_alive(&server);
    let limits = GraphqlLimits { deadline: Duration::from_secs(2), ..GraphqlLimits::default() };
    let server = TestServer::start_by(HttpLimits::default(), limits, Readiness::ready(), |_| {});
    check(&server, "{ never_ends_in_a_test: catalog { revision } }", 503, "DEADLINE_EXCEEDED");
    check_alive(&server);
}

#[test]
fn q14_work_for_who_has_left_stops() {
    let server = TestServer::start();
    let body = json!({"query": "{ never_ends_in_a_test: catalog { revision } }"}).to_string();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\n{JSON}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    // More than may run at once, each gone as soon as it has asked.
    for _ in 0..5 {
        let streams: Vec<_> = (0..10).map(|_| server.connect()).collect();
        for mut stream in streams {
            stream.write_all(request.as_bytes()).expect("a request can be sent");
        }
    }
    let begun = Instant::now();
    while !server.ask(r#"{ entity(ref: "web") { ref } }"#).starts_with("HTTP/1.1 200") {
        assert!(begun.elapsed() < Duration::from_secs(5), "the work goes on");
    }
}
