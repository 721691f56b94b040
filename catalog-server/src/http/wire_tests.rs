//! Hostile use of connections and of HTTP itself, rows H01 to H10 of the table of hostile input.
//!
//! Whatever is sent, what is no request is refused or closed, and the next honest question is answered.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    time::{Duration, Instant},
};

use catalog_core::sketch;
use flate2::{Compression, write::GzEncoder};

use super::{
    HttpLimits, Readiness,
    tests::{TestServer, check_status, post_request, read_to_end},
};

const JSON: &str = "Content-Type: application/json\r\n";
const QUESTION: &str = r#"{"query":"{ catalog { revision } }"}"#;
const PROBE: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
/// How long an honest question may take beside hostile ones in a build without optimisation on a busy machine;
/// 100 ms are meant.
const ANSWERED_WITHIN: Duration = Duration::from_secs(8);

fn with_limits(limits: HttpLimits) -> TestServer {
    TestServer::start_with(limits, Readiness::ready())
}

#[track_caller]
fn check_alive(server: &TestServer) {
    let begun = Instant::now();
    check_status(&server.post(JSON, QUESTION), 200);
    assert!(begun.elapsed() < ANSWERED_WITHIN, "it took {:?}", begun.elapsed());
}

/// How many answers there are in what came back.
fn answers(text: &str) -> usize {
    text.matches("HTTP/1.1 ").count()
}

/// Sends bytes and that nothing follows, and gives what comes back until the server closes.
fn exchange_whole(server: &TestServer, bytes: &[u8]) -> String {
    let mut stream = server.connect();
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    read_to_end(&mut stream)
}

/// Waits until the server has closed a connection.
#[track_caller]
fn check_closed(stream: &mut TcpStream) {
    let ended = stream.read_to_end(&mut Vec::new());
    let is_open = |fault: &std::io::Error| {
        matches!(fault.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)
    };
    assert!(!ended.as_ref().is_err_and(is_open), "the connection is held open");
}

#[test]
fn h01_a_body_of_endless_small_chunks_ends_at_the_limit_of_bytes_or_of_time() {
    let head =
        format!("POST /graphql HTTP/1.1\r\nHost: localhost\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n");
    let server = with_limits(HttpLimits { body_bytes_max: 10_000, ..HttpLimits::default() });
    // No chunk says that it is the last.
    let answer = server.exchange(&[head.as_bytes(), &b"1\r\nx\r\n".repeat(10_001)].concat());
    check_status(&answer, 413);
    assert!(answer.contains("http.body_bytes_max"), "{answer}");
    check_alive(&server);

    let limits = HttpLimits {
        body_bytes_max: 1 << 30,
        body_time_max: Duration::from_millis(200),
        ..HttpLimits::default()
    };
    let server = with_limits(limits);
    let mut stream = server.connect();
    stream.write_all(head.as_bytes()).expect("a head can be sent");
    // However busily it comes.
    while stream.write_all(b"1\r\nx\r\n").is_ok() {}
    let answer = read_to_end(&mut stream);
    assert!(answer.is_empty() || answer.contains("BODY_TIMEOUT"), "{answer}");
    check_alive(&server);
}

#[test]
fn h01_who_is_still_sending_a_body_that_nobody_reads_has_the_answer() {
    let server = TestServer::start();
    let check = |request: &str, status: &[u8], body: &str| {
        let mut stream = server.connect();
        let head = format!("{request} HTTP/1.1\r\nHost: localhost\r\n{JSON}Content-Length: 8000000\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("the head is taken");
        // The answer is there, and the server has ended its side, before the body begins.
        let mut first = [0; 12];
        stream.read_exact(&mut first).expect("an answer");
        stream.write_all(&vec![b' '; 8_000_000]).expect("the body is taken");
        let mut rest = String::new();
        stream.read_to_string(&mut rest).expect("the rest of the answer");
        assert!(first.ends_with(status) && rest.contains(body), "{request}: {rest}");
    };
    check("POST /graphql", b" 413", "http.body_bytes_max");
    check("POST /healthz", b" 405", "");
    check("GET /graphql?query={__typename}", b" 200", "Query");
}

#[test]
fn h02_what_is_compressed_is_not_unpacked() {
    let server = TestServer::start();
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    (0..100).for_each(|_| bomb.write_all(&[b' '; 100_000]).expect("memory takes it"));
    let bomb = bomb.finish().expect("memory takes it");
    for body in [bomb.as_slice(), b"\x1f\x8bno gzip", QUESTION.as_bytes()] {
        let head = post_request(&format!("{JSON}Content-Encoding: gzip\r\n"), "");
        let head = head.replace("Content-Length: 0", &format!("Content-Length: {}", body.len()));
        let answer = server.exchange(&[head.as_bytes(), body].concat());
        check_status(&answer, 415);
        assert!(answer.contains("UNSUPPORTED_MEDIA_TYPE"), "{answer}");
    }
    check_alive(&server);
}

#[test]
fn h03_a_form_of_many_files_is_not_read() {
    let server = TestServer::start();
    let part = "--x\r\nContent-Disposition: form-data; name=\"0\"; filename=\"a\"\r\n\r\n\r\n";
    let form = part.repeat(14_000) + "--x--\r\n";
    let answer = server.post("Content-Type: multipart/form-data; boundary=x\r\n", &form);
    check_status(&answer, 415);
    check_alive(&server);
}

#[test]
fn h05_heads_that_are_too_much_or_no_heads_are_refused() {
    let server = TestServer::start();
    let long = "x".repeat(1_000_000);
    for (head, statuses) in [
        (format!("GET /{long} HTTP/1.1\r\nHost: localhost\r\n\r\n"), "414 431"),
        (format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: {long}\r\n\r\n"), "431"),
        (format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\n{}\r\n", "a: b\r\n".repeat(10_000)), "431"),
        ("GET /healthz HTTP/1.1\r\nHost: local\0host\r\n\r\n".into(), "400"),
        ("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n".into(), "421"),
        ("GET /healthz\r\n\r\n".into(), "400"),
        ("GET /healthz HTTP/0.9\r\n\r\n".into(), "400"),
    ] {
        let answer = server.exchange(head.as_bytes());
        let status = answer.split(' ').nth(1).unwrap_or("none");
        assert!(statuses.contains(status), "{status} for {}", head.chars().take(80).collect::<String>());
        assert!(answer.len() < 4_096, "{} bytes", answer.len());
    }
    // Lines that end with a line feed alone are read: RFC 9112, section 2.2, allows it.
    check_status(&server.exchange(b"GET /healthz HTTP/1.1\nHost: localhost\nConnection: close\n\n"), 200);
    check_alive(&server);
}

#[test]
fn h06_where_a_body_ends_otherwise_for_others_nothing_behind_it_is_answered() {
    let server = TestServer::start();
    // Whoever goes by the other length takes this for a request of its own.
    let hidden = PROBE;
    let send = |lengths: &str, body: &str| {
        let head = format!("POST /graphql HTTP/1.1\r\nHost: localhost\r\n{JSON}{lengths}\r\n\r\n");
        server.exchange(format!("{head}{body}{hidden}").as_bytes())
    };
    let chunks = format!("{:x}\r\n{QUESTION}\r\n0\r\n\r\n", QUESTION.len());
    let length = chunks.len();
    for (lengths, body) in [
        (format!("Content-Length: {length}\r\nTransfer-Encoding: chunked"), chunks.as_str()),
        (format!("Transfer-Encoding: chunked\r\nContent-Length: {length}"), &chunks),
        ("Content-Length: 5\r\nTransfer-Encoding: chunked".into(), "0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\nContent-Length: 5".into(), "0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity".into(), &chunks),
        ("Transfer-Encoding: chunked, identity".into(), &chunks),
        ("Transfer-Encoding: xchunked".into(), &chunks),
        ("Content-Length: 5\r\nContent-Length: 6".into(), "{\"a\":"),
        ("Content-Length: 5, 6".into(), "{\"a\":"),
        ("Content-Length: -1".into(), ""),
        ("Content-Length: +5".into(), "{\"a\":"),
        ("Content-Length: 0x5".into(), "{\"a\":"),
        ("Content-Length: 99999999999999999999".into(), ""),
        ("Transfer-Encoding: chunked".into(), "fffffffffffffffff\r\n"),
        ("Transfer-Encoding: chunked".into(), "-1\r\n"),
        ("Transfer-Encoding: chunked".into(), "1 1\r\n"),
    ] {
        let answer = send(&lengths, body);
        assert!(answers(&answer) <= 1, "{lengths:?}: {answer}");
        // A request with both lengths may be answered, and is the last of its connection.
        let is_refused = answer.is_empty() || answer.starts_with("HTTP/1.1 4");
        let has_both = lengths.contains("Length") && lengths.contains("Transfer-Encoding: chunked");
        assert!(is_refused || has_both, "{lengths:?}: {answer}");
        assert!(answer.is_empty() || answer.contains("connection: close"), "{lengths:?}: {answer}");
    }
    // Chunks alone are answered, once.
    let answer = send("Transfer-Encoding: chunked", &chunks);
    check_status(&answer, 200);
    assert_eq!(answers(&answer), 1, "{answer}");
    check_alive(&server);
}

#[test]
fn h07_other_protocols_and_addresses_that_climb_lead_nowhere() {
    let server = TestServer::start();
    for path in
        ["/..%2f..%2fetc%2fpasswd", "/../../etc/passwd", "/export/..%2f..%2f", "/%2e%2e/graphql", "//etc"]
    {
        let answer = server.get(path);
        assert!(
            answer.starts_with("HTTP/1.1 404 ") || answer.starts_with("HTTP/1.1 405 "),
            "{path}: {answer}"
        );
        assert!(!answer.contains("root:"), "{answer}");
    }
    for junk in [
        "TRACE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\nConnection: close\r\n\r\n",
        "GET /graphql HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\u{1}\u{2}junk",
        "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\n\r\n",
        "SSH-2.0-x\r\n",
        "\u{16}\u{3}\u{1}",
    ] {
        let answer = exchange_whole(&server, junk.as_bytes());
        assert!(!answer.starts_with("HTTP/1.1 101"), "{junk}: {answer}");
    }
    check_alive(&server);
}

#[test]
fn h08_many_slow_clients_keep_nobody_waiting_and_are_closed() {
    let limits = HttpLimits {
        head_time_max: Duration::from_secs(2),
        body_time_max: Duration::from_secs(2),
        ..HttpLimits::default()
    };
    let server = with_limits(limits);
    let begun_body =
        format!("POST /graphql HTTP/1.1\r\nHost: localhost\r\n{JSON}Content-Length: 100\r\n\r\n{{");
    let mut slow = Vec::new();
    for beginning in ["", "GET /graphql HTTP/1.1\r\nHost: loc", begun_body.as_str(), PROBE] {
        for _ in 0..40 {
            let mut stream = server.connect();
            stream.write_all(beginning.as_bytes()).expect("a beginning can be sent");
            slow.push(stream);
        }
    }
    check_alive(&server);
    slow.iter_mut().for_each(check_closed);
    check_alive(&server);
}

#[test]
fn h08_clients_who_do_not_read_their_answers_are_given_up() {
    let limits = HttpLimits { write_stall_max: Duration::from_millis(300), ..HttpLimits::default() };
    let server = with_limits(limits);
    let sketch: String = (0..1_000).map(|number| format!("component:c{number} type service\n")).collect();
    server.catalog.replace(sketch::graph(&sketch));
    let request = "GET /api/catalog/entities HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let asked = 200;
    let mut readers = Vec::new();
    for _ in 0..3 {
        let mut stream = server.connect();
        stream.write_all(request.repeat(asked).as_bytes()).expect("requests can be sent");
        readers.push(stream);
    }
    check_alive(&server);
    for mut stream in readers {
        // It is given up once the system takes no more for it: till then it is not read from.
        while !is_reset(&stream) {
            check_alive(&server);
        }
        check_closed(&mut stream);
    }
}

/// Whether the other side has broken a connection off.
fn is_reset(stream: &TcpStream) -> bool {
    let mut stream = stream;
    // More than an empty line behind the requests would be a request.
    stream.write_all(b"\r\n").is_err()
}

#[test]
fn h09_connections_over_the_limit_are_refused_at_once_and_those_that_are_kept_are_answered() {
    let server = with_limits(HttpLimits { connections_max: 50, ..HttpLimits::default() });
    let probe = |stream: &mut TcpStream| {
        let mut status = [0_u8; 12];
        stream.write_all(PROBE.as_bytes()).is_ok() && stream.read_exact(&mut status).is_ok()
    };
    let mut streams: Vec<TcpStream> = (0..80).map(|_| server.connect()).collect();
    let kept: Vec<bool> = streams.iter_mut().map(probe).collect();
    assert_eq!(kept.iter().filter(|is_kept| **is_kept).count(), 50);
    let owner = r#"{"query":"{ owner(ref: \"web\") { __typename } }"}"#;
    let mut first = streams.swap_remove(0);
    let begun = Instant::now();
    first.write_all(post_request(JSON, owner).as_bytes()).expect("it is kept");
    assert!(read_to_end(&mut first).contains("EntityOwnership"));
    assert!(begun.elapsed() < ANSWERED_WITHIN, "it took {:?}", begun.elapsed());
}

#[test]
fn h10_requests_in_a_row_are_answered_in_a_row() {
    let server = TestServer::start();
    let last = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let answer = server.exchange(format!("{}{last}", PROBE.repeat(1_999)).as_bytes());
    assert_eq!(answer.matches("HTTP/1.1 200 ").count(), 2_000);
    check_alive(&server);
}

#[test]
fn h10_connections_that_are_reset_leave_nothing_behind() {
    let server = with_limits(HttpLimits { connections_max: 5, ..HttpLimits::default() });
    let mut answered = 0;
    for _ in 0..500 {
        let mut stream = server.connect();
        let _ = stream.write_all(PROBE.as_bytes());
        // What is not read when it is closed makes the system reset the connection.
        answered += usize::from(stream.peek(&mut [0]).is_ok_and(|bytes| bytes > 0));
    }
    assert!(answered > 0);
    let begun = Instant::now();
    while server.get("/healthz").is_empty() {
        assert!(begun.elapsed() < ANSWERED_WITHIN, "places are not given back");
    }
}
