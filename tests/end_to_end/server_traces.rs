//! Traces of a server: what a collector is told, and that nobody waits for it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{Server, World, rows, text};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
/// One that whoever begins it does not keep.
const UNWANTED: &str = "4bf92f3577b34da6a3ce929d0e0e4737";
/// How long something may take that happens soon.
const SOON: Duration = Duration::from_secs(30);

/// A collector, and the heads and bodies of what it is sent.
fn collector() -> (String, Receiver<(String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let (sender, received) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.expect("a connection"));
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                assert!(reader.read_line(&mut head).expect("a line") > 0, "{head}");
            }
            let small = head.to_ascii_lowercase();
            let length = small.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
            let length = length.and_then(|length| length.parse().ok()).expect("a length");
            let mut body = vec![0; length];
            reader.read_exact(&mut body).expect("a body");
            let answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
            reader.into_inner().write_all(answer.as_bytes()).expect("it is answered");
            let body = serde_json::from_slice(&body).expect("JSON");
            if sender.send((head, body)).is_err() {
                return;
            }
        }
    });
    (format!("http://{address}"), received)
}

fn spans(document: &Value) -> Vec<Value> {
    let of_resources = rows(document, "resourceSpans").iter();
    let of_scopes = of_resources.flat_map(|of| rows(of, "scopeSpans"));
    of_scopes.flat_map(|of| rows(of, "spans")).cloned().collect()
}

/// What is said of a span or a resource by a key.
fn attribute<'v>(of: &'v Value, key: &str) -> &'v Value {
    let found = rows(of, "attributes").iter().find(|attribute| attribute["key"] == key);
    let value = found.map_or(&Value::Null, |attribute| &attribute["value"]);
    value.as_object().and_then(|value| value.values().next()).unwrap_or(&Value::Null)
}

/// The figure of spans that came to an end.
fn count(server: &Server, outcome: &str) -> u64 {
    let (status, figures) = server.request("GET", "/metrics", "");
    let line = format!("catalog_trace_spans_total{{outcome=\"{outcome}\"}} ");
    let counted = figures.lines().find_map(|figure| figure.strip_prefix(&line)?.parse().ok());
    counted.unwrap_or_else(|| panic!("{status} {figures}"))
}

#[track_caller]
fn soon(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < SOON, "{what}");
        thread::yield_now();
    }
}

#[test]
fn a_collector_is_told_of_requests_and_crawls() {
    let world = World::of_ledger();
    let (url, received) = collector();
    world.write(
        "catalog.toml",
        "[crawl]\nrepositories = ['acme']\n[server.traces]\notlp_headers_env = 'KEYS'\n",
    );
    let arguments = ["--crawl", "--otlp-endpoint", &url, "-v"];
    let keys = [("KEYS", "authorization=Bearer%20hunter2")];
    let server = Server::start_among(&world, "catalog.redb", &arguments, &keys);
    let headers = format!("traceparent: 00-{TRACE}-00f067aa0ba902b7-01\r\nX-Request-Id: build-7\r\n");
    let query = json!({ "query": "{ entity(ref: \"component:ledger\") { ref } }" }).to_string();
    assert_eq!(server.request_with("POST", "/graphql", &headers, &query).0, 200);
    let unwanted = format!("traceparent: 00-{UNWANTED}-00f067aa0ba902b7-00\r\n");
    assert_eq!(server.request_with("GET", "/healthz", &unwanted, "").0, 200);
    assert_eq!(server.request("GET", "/nowhere?secret=1", "").0, 404);
    server.ask("mutation { crawl { userErrors { message } job { id } } }");
    let mut documents = Vec::new();
    while !documents.iter().flat_map(|(_, body)| spans(body)).any(|span| span["name"] == "crawl") {
        documents.push(received.recv_timeout(SOON).expect("the crawl ends, and is told of"));
    }
    soon("spans are counted", || count(&server, "exported") > 2);
    assert_eq!(count(&server, "lost"), 0);
    let (status, said) = server.stop();
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(!said.contains("hunter2") && !said.contains("http.route"), "{said}");

    let mut all = Vec::new();
    for (head, body) in documents.into_iter().chain(received.try_iter()) {
        assert!(
            head.starts_with("POST /v1/traces ") && head.contains("authorization: Bearer hunter2\r\n"),
            "{head}"
        );
        let resource = &body["resourceSpans"][0]["resource"];
        assert_eq!(attribute(resource, "service.name"), "catalog");
        assert_eq!(attribute(resource, "service.version"), env!("CARGO_PKG_VERSION"));
        all.extend(spans(&body));
    }
    let named = |name: &str| {
        let span = all.iter().find(|span| span["name"] == name);
        span.unwrap_or_else(|| panic!("{name} in {all:#?}"))
    };
    let asked = all.iter().find(|span| span["traceId"] == TRACE).expect("the trace goes on");
    assert_eq!((text(asked, "name"), text(asked, "parentSpanId")), ("POST /graphql", "00f067aa0ba902b7"));
    assert_eq!(asked["kind"], 2);
    let said = [
        "http.request.method",
        "http.route",
        "url.path",
        "url.scheme",
        "http.response.status_code",
        "request_id",
    ];
    let said = said.map(|key| attribute(asked, key).as_str().unwrap_or_default());
    assert_eq!(said, ["POST", "/graphql", "/graphql", "http", "200", "build-7"]);
    let time = |key: &str| text(asked, key).parse::<u64>().expect("nanoseconds");
    assert!(time("startTimeUnixNano") <= time("endTimeUnixNano"));

    assert!(!all.iter().any(|span| text(span, "traceId") == UNWANTED), "it was not to be kept");
    assert_eq!(
        (attribute(named("GET"), "url.path"), &named("GET")["status"]),
        (&json!("/nowhere"), &Value::Null)
    );
    assert!(!format!("{all:?}").contains("secret=1"));

    let (crawl, visit) = (named("crawl"), named("visit of a repository"));
    assert_eq!((&visit["parentSpanId"], &visit["traceId"]), (&crawl["spanId"], &crawl["traceId"]));
    assert!(attribute(visit, "catalog.repository").to_string().contains("ledger"), "{visit}");
    assert_eq!(attribute(visit, "catalog.visit.outcome"), "unchanged");
}

#[test]
fn a_server_goes_on_without_its_collector_says_so_once_and_counts_what_is_lost() {
    let world = World::of_ledger();
    let nobody = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let nobody = format!("http://{nobody}");
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", nobody.as_str())];
    let server = Server::start_among(&world, "catalog.redb", &[], &variables);
    let begun = Instant::now();
    soon("what is lost is counted", || {
        server.ask("{ __typename }");
        count(&server, "lost") > 0
    });
    let lost = count(&server, "lost");
    soon("more is lost", || count(&server, "lost") > lost);
    assert_eq!(count(&server, "exported"), 0);
    let (status, said) = server.stop();
    assert_eq!(status.code(), Some(0), "{said}");
    assert_eq!(said.matches("takes no traces").count(), 1, "{said}");
    assert!(begun.elapsed() < SOON);
}

#[test]
fn a_collector_that_is_no_address_is_told_before_anything_is_served() {
    let world = World::of_ledger();
    let run = world.run("serve --listen 127.0.0.1:0 --otlp-endpoint http://me:hunter2@collector:4318");
    let run = run.ends_with(64).says(&["the collector of traces", "http://127.0.0.1:4318"]);
    assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);
    let mut command = world.command(["config", "show", "server.traces", "--format", "json"]);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318");
    let shown = world.finish(&mut command).ends_with(0).json();
    let row = rows(&shown, "settings").iter().find(|row| row["key"] == "server.traces.otlp_endpoint");
    let row = row.unwrap_or_else(|| panic!("{shown:#}"));
    assert_eq!(
        (text(row, "value"), text(row, "name")),
        ("\"http://collector:4318/v1/traces\"", "OTEL_EXPORTER_OTLP_ENDPOINT")
    );
}
