//! A real server on a loopback port, asked by raw requests.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{Arc, mpsc},
    thread::JoinHandle,
    time::Duration,
};

use catalog_core::{catalog::CurrentGraph, graph::CatalogGraph, sketch};
use tokio::sync::oneshot;

use super::{exposure::check_exposure, *};
use crate::{
    access::{AccessControl, AccessRules, Scope},
    graphql::GraphqlLimits,
};

pub(super) const SHOP: &str = "component:web -> component:api\ncomponent:api -> resource:db";

/// A server that runs until it is dropped.
pub(super) struct TestServer {
    pub(super) address: SocketAddr,
    pub(super) catalog: Arc<CurrentGraph>,
    readiness: Arc<Readiness>,
    pub(super) access: Arc<AccessControl>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<Result<(), ServeError>>>,
}

impl TestServer {
    pub(super) fn start() -> Self {
        Self::start_with(HttpLimits::default(), Readiness::ready())
    }

    pub(super) fn start_with(limits: HttpLimits, readiness: Readiness) -> Self {
        Self::start_all(limits, readiness, AccessControl::local())
    }

    pub(super) fn start_guarded(access: AccessControl) -> Self {
        Self::start_all(HttpLimits::default(), Readiness::ready(), access)
    }

    /// A server whose state is seen to before it runs.
    pub(super) fn start_by(
        limits: HttpLimits,
        graphql: GraphqlLimits,
        readiness: Readiness,
        see_to: impl FnOnce(&ServerState),
    ) -> Self {
        let graph = Arc::new(CurrentGraph::new(sketch::graph(SHOP)));
        let state = ServerState::with_limits(graph, Arc::new(readiness), limits, graphql);
        see_to(&state);
        Self::start_state(state)
    }

    fn start_all(limits: HttpLimits, readiness: Readiness, access: AccessControl) -> Self {
        let state = ServerState::with_limits(
            Arc::new(CurrentGraph::new(sketch::graph(SHOP))),
            Arc::new(readiness),
            limits,
            GraphqlLimits::default(),
        )
        .with_access(Arc::new(access));
        Self::start_state(state)
    }

    /// A server that answers from a state.
    pub(super) fn start_state(state: ServerState) -> Self {
        let (catalog, readiness) = (state.current(), Arc::clone(&state.readiness));
        let access = Arc::clone(&state.access);
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
            let on_listening = |address| tell.send(address).expect("the test waits for the address");
            run(any_port, state, on_listening, async {
                let _ = stopped.await;
            })
        });
        let address = told.recv().expect("the server listens");
        Self { address, catalog, readiness, access, stop: Some(stop), thread: Some(thread) }
    }

    pub(super) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("the server accepts");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time limit can be set");
        stream
    }

    /// Sends bytes and reads until the server closes.
    pub(super) fn exchange(&self, request: &[u8]) -> String {
        let mut stream = self.connect();
        // A server that refuses early may close before everything is written.
        let _ = stream.write_all(request);
        read_to_end(&mut stream)
    }

    pub(super) fn get(&self, path: &str) -> String {
        self.exchange(
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").as_bytes(),
        )
    }

    pub(super) fn post(&self, headers: &str, body: &str) -> String {
        self.exchange(post_request(headers, body).as_bytes())
    }

    pub(super) fn ask(&self, query: &str) -> String {
        self.post("Content-Type: application/json\r\n", &serde_json::json!({"query": query}).to_string())
    }

    pub(super) fn stop(&mut self) -> Result<(), ServeError> {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        self.thread.take().map_or(Ok(()), |thread| thread.join().expect("the server does not panic"))
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}

pub(super) fn post_request(headers: &str, body: &str) -> String {
    format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

pub(super) fn read_to_end(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // A connection that is reset ends what was read.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// Waits until the server has begun to read the body of a request that expects to be told so.
fn wait_for_continue(stream: &mut TcpStream) {
    let expected = b"HTTP/1.1 100 Continue\r\n\r\n";
    let mut told = vec![0_u8; expected.len()];
    stream.read_exact(&mut told).expect("the server reads the body");
    assert_eq!(told, expected);
}

#[track_caller]
pub(super) fn check_status(answer: &str, status: u16) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
}

#[test]
fn a_question_is_answered() {
    let server = TestServer::start();
    let answer = server.ask("{ blastRadius(refs: [\"resource:db\"]) { total } }");
    check_status(&answer, 200);
    assert!(answer.ends_with(r#"{"data":{"blastRadius":{"total":2}}}"#), "{answer}");
    assert!(
        answer.contains("content-type: application/graphql-response+json; charset=utf-8\r\n"),
        "{answer}"
    );
}

#[test]
fn every_answer_is_made_safe_for_browsers() {
    let server = TestServer::start();
    for answer in [server.get("/"), server.get("/healthz"), server.get("/nowhere"), server.ask("{ a }")] {
        let head = answer.split("\r\n\r\n").next().unwrap_or_default().to_lowercase();
        for header in [
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "cache-control: no-store",
            "frame-ancestors 'none'",
        ] {
            assert!(head.contains(header), "{header} in {head}");
        }
    }
}

#[test]
fn the_first_page_says_what_this_is() {
    let server = TestServer::start();
    let page = server.get("/");
    check_status(&page, 200);
    for text in ["Revision 1.", "href=\"/graphql\"", "href=\"/healthz\"", "href=\"/readyz\""] {
        assert!(page.contains(text), "{text} in {page}");
    }
    assert!(!page.contains("<script"));
}

#[test]
fn a_browser_gets_an_editor_and_nothing_else_gets_a_page() {
    let server = TestServer::start();
    let get = |accept: &str, path: &str| {
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: {accept}\r\n\r\n"
        );
        server.exchange(head.as_bytes())
    };
    let page = get("text/html,application/xhtml+xml", "/graphql");
    check_status(&page, 200);
    assert!(page.contains("GraphiQL"), "{page}");
    check_status(&get("application/json", "/graphql"), 400);
    for method in ["PUT", "DELETE", "OPTIONS", "TRACE"] {
        let head = format!("{method} /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        check_status(&server.exchange(head.as_bytes()), 405);
    }
}

#[test]
fn readiness_is_said_and_questions_wait_for_it() {
    let server =
        TestServer::start_with(HttpLimits::default(), Readiness::not_yet("the store is being opened"));
    check_status(&server.get("/healthz"), 200);
    let before = server.get("/readyz");
    check_status(&before, 503);
    assert!(before.ends_with("the store is being opened\n"), "{before}");
    let refused = server.ask("{ __typename }");
    check_status(&refused, 503);
    assert!(refused.contains("NOT_READY"), "{refused}");
    assert!(server.get("/").contains("the store is being opened"));

    server.readiness.set_ready();
    check_status(&server.get("/readyz"), 200);
    check_status(&server.ask("{ __typename }"), 200);
}

#[test]
fn a_new_graph_is_answered_from_at_once() {
    let server = TestServer::start();
    server.catalog.replace(CatalogGraph::empty());
    let answer = server.ask("{ catalog { revision counts { entities } } }");
    assert!(answer.ends_with(r#"{"data":{"catalog":{"revision":0,"counts":{"entities":0}}}}"#), "{answer}");
}

#[test]
fn only_plain_json_is_read() {
    let server = TestServer::start();
    let body = r#"{"query":"{ __typename }"}"#;
    for headers in [
        "",
        "Content-Type: text/plain\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: multipart/form-data; boundary=x\r\n",
        "Content-Type: application/jsonx\r\n",
        "Content-Type: ;\r\n",
        "Content-Type: application/json; charset=utf-16\r\n",
        "Content-Type: application/json\r\nContent-Type: text/plain\r\n",
        "Content-Type: application/json\r\nContent-Encoding: gzip\r\n",
    ] {
        let answer = server.post(headers, body);
        check_status(&answer, 415);
        assert!(answer.contains("UNSUPPORTED_MEDIA_TYPE"), "{answer}");
    }
    for content_type in
        ["application/json", "Application/JSON; charset=UTF-8", "application/json;charset=\"utf-8\""]
    {
        check_status(&server.post(&format!("Content-Type: {content_type}\r\n"), body), 200);
    }
}

#[test]
fn a_batch_is_refused() {
    let server = TestServer::start();
    let answer = server.post("Content-Type: application/json\r\n", r#"[{"query":"{ __typename }"}]"#);
    check_status(&answer, 400);
    assert!(answer.contains("BATCH_NOT_ALLOWED"), "{answer}");
}

#[test]
fn a_body_over_the_limit_is_refused_as_soon_as_that_is_known() {
    let server = TestServer::start();
    let head = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    let announced = server.exchange(format!("{head}Content-Length: 10000000000\r\n\r\n").as_bytes());
    check_status(&announced, 413);
    assert!(announced.contains("http.body_bytes_max"), "{announced}");

    let mut chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n").into_bytes();
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    (0..20).for_each(|_| chunked.extend_from_slice(chunk.as_bytes()));
    let mut stream = server.connect();
    // The server answers and closes while the rest is still being sent.
    let mut reader = stream.try_clone().expect("a connection can be shared");
    let writer = std::thread::spawn(move || {
        let _ = stream.write_all(&chunked);
    });
    let mut first = [0_u8; 12];
    reader.read_exact(&mut first).expect("an answer comes");
    assert_eq!(&first, b"HTTP/1.1 413");
    writer.join().expect("the writer does not panic");
}

#[test]
fn a_body_that_does_not_arrive_is_not_waited_for() {
    let limits = HttpLimits { body_time_max: Duration::from_millis(50), ..HttpLimits::default() };
    let server = TestServer::start_with(limits, Readiness::ready());
    let head = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    let answer = server.exchange(head.as_bytes());
    check_status(&answer, 408);
    assert!(answer.contains("BODY_TIMEOUT"), "{answer}");
}

#[test]
fn silent_slow_and_idle_connections_are_closed() {
    let limits = HttpLimits { head_time_max: Duration::from_millis(50), ..HttpLimits::default() };
    let server = TestServer::start_with(limits, Readiness::ready());
    for begun in ["", "GET / HT", "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"] {
        let mut stream = server.connect();
        stream.write_all(begun.as_bytes()).expect("a beginning can be sent");
        let mut answer = Vec::new();
        let ended = stream.read_to_end(&mut answer);
        let timed_out = |fault: &std::io::Error| {
            matches!(fault.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)
        };
        assert!(!ended.as_ref().is_err_and(timed_out), "{begun:?} is held open: {ended:?}");
    }
}

#[test]
fn connections_over_the_limit_are_closed_and_others_are_served() {
    let limits = HttpLimits { connections_max: 1, ..HttpLimits::default() };
    let server = TestServer::start_with(limits, Readiness::ready());
    let mut first = server.connect();
    let request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    first.write_all(request).expect("a request can be sent");
    let mut status = [0_u8; 12];
    first.read_exact(&mut status).expect("the first is answered");
    assert_eq!(&status, b"HTTP/1.1 200");
    assert_eq!(server.get("/healthz"), "");
    first.write_all(request).expect("the first is still open");
    first.read_exact(&mut status).expect("and still answered");
}

#[test]
fn foreign_host_names_are_refused() {
    let server = TestServer::start();
    for host in [
        "Host: example.com\r\n",
        "Host: localhost.example.com:80\r\n",
        "",
        "Host: localhost\r\nHost: example.com\r\n",
    ] {
        let head = format!("GET /healthz HTTP/1.1\r\n{host}Connection: close\r\n\r\n");
        let answer = server.exchange(head.as_bytes());
        check_status(&answer, 421);
        assert!(answer.contains("HOST_NOT_ALLOWED"), "{answer}");
    }
    let absolute = "GET http://example.com/healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    check_status(&server.exchange(absolute.as_bytes()), 421);
    check_status(
        &server.exchange(b"GET /healthz HTTP/1.1\r\nHost: [::1]:1\r\nConnection: close\r\n\r\n"),
        200,
    );
}

#[test]
fn what_is_no_request_does_no_harm() {
    let server = TestServer::start();
    let many_headers: String = (0..10_000).map(|number| format!("x{number}: y\r\n")).collect();
    let cases: Vec<Vec<u8>> = vec![
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
        format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "x".repeat(1_000_000)).into_bytes(),
        format!("GET / HTTP/1.1\r\nHost: localhost\r\n{many_headers}\r\n").into_bytes(),
        b"GET / HTTP/1.1\r\nHost: local\0host\r\n\r\n".to_vec(),
        b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}"
            .to_vec(),
        b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n".to_vec(),
    ];
    for case in cases {
        let mut stream = server.connect();
        let _ = stream.write_all(&case);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let answer = read_to_end(&mut stream);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    check_status(&server.get("/healthz"), 200);
}

#[test]
fn requests_that_are_open_when_the_server_stops_are_answered() {
    let mut server = TestServer::start();
    let mut open = server.connect();
    let headers = "Content-Type: application/json\r\nExpect: 100-continue\r\n";
    let request = post_request(headers, r#"{"query":"{ __typename }"}"#);
    let (start, end) = request.split_at(request.len() - 5);
    open.write_all(start.as_bytes()).expect("the start can be sent");
    wait_for_continue(&mut open);
    let stop = server.stop.take().expect("the server was not stopped before");
    stop.send(()).expect("the server runs");
    open.write_all(end.as_bytes()).expect("the rest can be sent");
    check_status(&read_to_end(&mut open), 200);
    server.stop().expect("the server stops without a fault");
    assert!(TcpStream::connect(server.address).is_err(), "nobody listens any more");
}

#[test]
fn what_does_not_end_is_broken_off_when_the_server_stops() {
    let limits = HttpLimits { drain_time_max: Duration::from_millis(50), ..HttpLimits::default() };
    let mut server = TestServer::start_with(limits, Readiness::ready());
    let mut open = server.connect();
    let headers = "Content-Type: application/json\r\nExpect: 100-continue\r\n";
    let request = post_request(headers, r#"{"query":"{ __typename }"}"#);
    open.write_all(&request.as_bytes()[..request.len() - 5]).expect("the start can be sent");
    wait_for_continue(&mut open);
    server.stop().expect("the server stops all the same");
}

#[test]
fn only_addresses_of_this_machine_are_listened_on() {
    let catalog = Arc::new(CurrentGraph::new(CatalogGraph::empty()));
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
        let address: SocketAddr = address.parse().expect("an address");
        let state = ServerState::new(Arc::clone(&catalog), Arc::new(Readiness::ready()));
        let served = run(address, state, |_| panic!("it listens"), std::future::ready(()));
        assert!(matches!(served, Err(ServeError::Unprotected(refused)) if refused == address));
    }
}

#[test]
fn beyond_this_machine_somebody_must_be_let_in_and_plain_http_be_wanted() {
    let rules = |beyond_loopback, anonymous: &[Scope]| AccessRules {
        beyond_loopback,
        anonymous: anonymous.iter().copied().collect(),
        ..AccessRules::default()
    };
    let check = |rules, transport, expected: &str| {
        let address: SocketAddr = "192.0.2.1:80".parse().expect("an address");
        let checked = check_exposure(address, &AccessControl::new(rules), transport);
        assert_eq!(checked.map_or_else(|error| format!("{error:?}"), |()| "fine".into()), expected);
    };
    check(rules(true, &[]), Transport::Tls, "Unprotected(192.0.2.1:80)");
    check(rules(false, &[]), Transport::Tls, "Unprotected(192.0.2.1:80)");
    check(rules(true, &[Scope::Read]), Transport::Plain, "PlainHttp(192.0.2.1:80)");
    check(rules(true, &[Scope::Read]), Transport::PlainOnPurpose, "fine");
    check(rules(true, &[Scope::Read]), Transport::Tls, "fine");
}

#[test]
fn every_answer_carries_the_name_of_its_request() {
    let server = TestServer::start();
    let id = |answer: String| {
        let lower = answer.to_lowercase();
        let line = lower.lines().find_map(|line| line.strip_prefix("x-request-id: ").map(str::to_owned));
        line.unwrap_or_else(|| panic!("{answer}"))
    };
    let (one, other) = (id(server.get("/healthz")), id(server.ask("{ a }")));
    assert_ne!(one, other);
    assert_eq!(one.len(), 16);
}

#[test]
fn an_address_that_is_taken_is_said() {
    let server = TestServer::start();
    let state = ServerState::new(Arc::clone(&server.catalog), Arc::clone(&server.readiness));
    let served = run(server.address, state, |_| panic!("it listens"), std::future::ready(()));
    assert!(matches!(served, Err(ServeError::Bind { address, .. }) if address == server.address));
}

/// The value of a header of an answer, as its beginning says it.
fn header_of<'a>(answer: &'a str, name: &str) -> &'a str {
    let head = answer.split("\r\n\r\n").next().unwrap_or_default();
    let fields = head.lines().filter_map(|line| line.split_once(": "));
    fields.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
}

#[test]
fn the_graph_file_is_sent_once_to_each_who_has_another_one() {
    let server = TestServer::start();
    let sent = server.get("/export/graph");
    check_status(&sent, 200);
    assert!(sent.contains("\r\n\r\ncatalog's graph\n"), "{sent}");
    assert_eq!(header_of(&sent, "catalog-revision"), "1");
    let tag = header_of(&sent, "etag").to_owned();
    assert!(
        tag.starts_with("\"1-") && tag.contains(&format!("-{}-", header_of(&sent, "content-length"))),
        "{tag}"
    );
    let ask = |method: &str, known: &str| {
        let head = "HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nIf-None-Match:";
        server.exchange(format!("{method} /export/graph {head} {known}\r\n\r\n").as_bytes())
    };
    for known in [tag.as_str(), "*", &format!("\"x\", W/{tag}")] {
        let known = ask("GET", known);
        check_status(&known, 304);
        assert!(known.ends_with("\r\n\r\n") && header_of(&known, "etag") == tag, "{known}");
    }
    check_status(&ask("GET", "\"x\""), 200);
    let head = ask("HEAD", "\"x\"");
    check_status(&head, 200);
    assert!(head.ends_with("\r\n\r\n") && header_of(&head, "etag") == tag, "{head}");
    server.catalog.replace(sketch::graph("component:other"));
    let changed = ask("GET", &tag);
    check_status(&changed, 200);
    assert_ne!(header_of(&changed, "etag"), tag);
}

#[test]
fn the_graph_file_waits_for_a_graph_and_measures_for_those_who_tell_them() {
    let server = TestServer::start_with(HttpLimits::default(), Readiness::not_yet("being opened"));
    check_status(&server.get("/export/graph"), 503);
    server.readiness.set_ready();
    check_status(&server.get("/export/graph"), 200);
    check_status(&server.get("/export/measures"), 503);
    let told =
        server.exchange(b"POST /export/graph HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    check_status(&told, 405);
}
