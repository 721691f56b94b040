//! The server in operation: certificates that change, signals, settings, figures, the log.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use rcgen::{CertificateParams, KeyPair};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use serde_json::Value;

use crate::support::{Server, World, rows, text, workspace};

/// How long something may take that happens soon.
const SOON: Duration = Duration::from_secs(30);

/// Puts a new certificate for this machine, and its key, into two files.
fn write_pair(world: &World, certificate: &str, key: &str) {
    let pair = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    world.write(certificate, params.self_signed(&pair).expect("a certificate").pem());
    world.write(key, pair.serialize_pem());
}

/// Asks over TLS, trusting only the certificate in a file.
fn ask_encrypted(address: SocketAddr, trusted: &Path) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_file_iter(trusted).expect("a file");
    roots.add_parsable_certificates(certificates.map(|certificate| certificate.expect("a certificate")));
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("a name");
    let connection = ClientConnection::new(Arc::new(config), name).expect("a client");
    let mut stream = StreamOwned::new(connection, TcpStream::connect(address)?);
    let body = r#"{"query": "{ entity(ref: \"component:ledger\") { ref } }"}"#;
    write!(
        stream,
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Does something again and again until it comes true.
#[track_caller]
fn soon(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < SOON, "{what}");
        std::thread::yield_now();
    }
}

#[test]
fn the_server_answers_encrypted_and_takes_a_new_certificate_when_told_to() {
    let world = World::of_ledger();
    write_pair(&world, "server.pem", "server.key");
    fs::copy(world.path("server.pem"), world.path("former.pem")).expect("a copy");
    let arguments = ["--tls-certificate", "server.pem", "--tls-key", "server.key"];
    let server = Server::start_with(&world, "catalog.redb", &arguments);
    let ask = |trusted: &str| ask_encrypted(server.address(), &world.path(trusted));
    let answer = ask("former.pem").expect("an answer");
    assert!(answer.contains("component:default/ledger"), "{answer}");
    assert!(answer.contains("strict-transport-security"), "{answer}");

    write_pair(&world, "server.pem", "server.key");
    server.signal("HUP");
    soon("the new certificate is used", || ask("server.pem").is_ok());
    assert!(ask("former.pem").is_err());

    // Without a signal, a change is seen soon; one half of a pair is not used.
    write_pair(&world, "next.pem", "next.key");
    fs::copy(world.path("server.pem"), world.path("former.pem")).expect("a copy");
    fs::copy(world.path("next.pem"), world.path("server.pem")).expect("a copy");
    server.signal("HUP");
    assert!(ask("former.pem").is_ok(), "the former pair is used until there is a whole one");
    fs::copy(world.path("next.key"), world.path("server.key")).expect("a copy");
    soon("the new certificate is seen", || ask("next.pem").is_ok());

    let (status, said) = server.stop();
    assert_eq!(status.code(), Some(0), "{said}");
}

#[test]
fn a_terminal_asks_over_tls_a_server_whose_authority_is_the_organisations_own() {
    let world = World::of_ledger();
    write_pair(&world, "server.pem", "server.key");
    let arguments = ["--tls-certificate", "server.pem", "--tls-key", "server.key"];
    let server = Server::start_with(&world, "catalog.redb", &arguments);
    let question = format!("owner component:ledger --server https://localhost:{}", server.address().port());
    let ask = || world.finish(world.command(question.split(' ')).env("HOME", world.path("home")));
    ask().ends_with(2).says(&["UnknownIssuer", "[client] ca_file"]);
    world.write("catalog.toml", "[client]\nca_file = \"server.pem\"\n");
    assert!(ask().ends_with(0).stdout.contains("names group:books as its owner"));
}

#[test]
fn a_pair_that_cannot_be_used_is_told_before_anything_is_served() {
    let world = World::of_ledger();
    write_pair(&world, "server.pem", "server.key");
    write_pair(&world, "other.pem", "other.key");
    let serve = |certificate: &str, key: &str| {
        world.run(&format!("serve --listen 127.0.0.1:0 --tls-certificate {certificate} --tls-key {key}"))
    };
    serve("server.pem", "other.key").ends_with(2).says(&["cannot be used together"]);
    serve("nothing.pem", "server.key").ends_with(2).says(&["nothing.pem` could not be read"]);
    world.run("serve --tls-certificate server.pem").ends_with(64).says(&["--tls-key"]);
}

/// A request whose body has not come whole yet, and which the server has begun to read.
fn begun(server: &Server) -> (TcpStream, &'static str) {
    let body = r#"{"query": "{ __typename }"}"#;
    let (start, rest) = body.split_at(5);
    let mut stream = TcpStream::connect(server.address()).expect("the server listens");
    stream.set_read_timeout(Some(SOON)).expect("a time limit");
    write!(
        stream,
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Expect: 100-continue\r\nContent-Length: {}\r\n\r\n{start}",
        body.len()
    )
    .expect("the head is sent");
    let mut told = [0_u8; 25];
    stream.read_exact(&mut told).expect("the server reads");
    (stream, rest)
}

#[test]
fn what_was_begun_is_answered_after_the_server_was_told_to_stop() {
    let world = World::of_ledger();
    let server = Server::start(&world, "catalog.redb");
    let (mut stream, rest) = begun(&server);
    server.signal("TERM");
    soon("nobody is let in any more", || TcpStream::connect(server.address()).is_err());
    stream.write_all(rest.as_bytes()).expect("the rest is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("Query"), "{answer}");
    let (status, said) = server.wait();
    assert_eq!(status.code(), Some(0), "{said}");
}

#[test]
fn a_balancer_has_time_to_see_that_the_server_stops() {
    let world = World::of_ledger();
    world.write("catalog.toml", "[limits.http]\ndrain_delay = 60\n");
    let server = Server::start(&world, "catalog.redb");
    server.signal("TERM");
    soon("probes are told", || server.request("GET", "/readyz", "").0 == 503);
    let (status, body) = server.request("POST", "/graphql", r#"{"query": "{ __typename }"}"#);
    assert_eq!(status, 200, "{body}");
    assert_eq!(server.request("GET", "/healthz", "").0, 200);
}

#[test]
fn who_is_told_twice_to_stop_stops_at_once() {
    let world = World::of_ledger();
    let mut server = Server::start(&world, "catalog.redb");
    let (_stream, _rest) = begun(&server);
    soon("the server ends", || {
        server.signal("TERM");
        server.has_ended()
    });
    let (status, said) = server.wait();
    assert_eq!(status.code(), Some(130), "{said}");
    world.run("status").ends_with(0);
}

#[test]
fn settings_are_read_again_and_broken_ones_leave_the_former() {
    let world = World::of_ledger();
    let share = |origin: &str| {
        world.write("catalog.toml", format!("[server.cors]\norigins = ['{origin}']\n"));
    };
    share("https://a.example");
    let mut server = Server::start(&world, "catalog.redb");
    let is_shared = |origin: &str| {
        let answer = server.exchange(&format!(
            "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nOrigin: {origin}\r\n\r\n"
        ));
        answer.contains(&format!("access-control-allow-origin: {origin}\r\n"))
    };
    assert!(is_shared("https://a.example") && !is_shared("https://b.example"));
    share("https://b.example");
    server.signal("HUP");
    soon("the new origin is shared with", || is_shared("https://b.example"));
    assert!(!is_shared("https://a.example"));
    world.write("catalog.toml", "[server.cors\n");
    server.signal("HUP");
    server.says("the former are used on");
    let is_shared = server.exchange(
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nOrigin: https://b.example\r\n\r\n",
    );
    assert!(is_shared.contains("access-control-allow-origin: https://b.example"), "{is_shared}");
}

#[test]
fn what_answers_are_measured_by_is_read_again_and_no_former_answer_is_given() {
    let world = World::of_ledger();
    let measure = |severity: &str, gate: &str| {
        world.write(
            "catalog.toml",
            format!(
                "[gaps.severity]\nowner-unknown = '{severity}'\n\n[[gate]]\nname = '{gate}'\n[[gate.check]]\ndemand = 'owner'\n\n\
                 [[journey]]\nname = 'to {gate}'\nhops = ['component:ledger', 'component:other']\n"
            ),
        );
    };
    measure("error", "former");
    let mut server = Server::start(&world, "catalog.redb");
    let query =
        "{ gates { nodes { name } } journeys { nodes { name } } ownershipGaps { nodes { code severity } } }";
    let body = serde_json::json!({ "query": query }).to_string();
    let answered = || server.request("POST", "/graphql", &body);
    let (status, first) = answered();
    assert!(status == 200 && first.contains("\"former\"") && first.contains("to former"), "{first}");
    assert!(first.contains("ERROR"), "{first}");
    let told = server.request("GET", "/export/measures", "").1;

    measure("note", "latter");
    server.signal("HUP");
    soon("the new measures are used", || answered().1.contains("\"latter\""));
    let (_, second) = answered();
    assert!(
        second.contains("to latter") && !second.contains("former") && !second.contains("ERROR"),
        "{second}"
    );
    let told_now = server.request("GET", "/export/measures", "").1;
    assert!(told_now != told && told_now.contains("latter"), "{told_now}");

    world.write("catalog.toml", "[gaps.severity]\nowner-unknown = 'terrible'\n");
    server.signal("HUP");
    server.says("the former are used on");
    assert_eq!(server.request("POST", "/graphql", &body).1, second);
}

#[test]
fn config_show_tells_each_value_and_where_it_comes_from() {
    let world = World::new();
    world.write(
        "catalog.toml",
        "[server]\nlisten = '127.0.0.1:1'\n[server.cors]\norigins = ['https://a.example']\n\
         [[source]]\ngithub = 'acme'\nurl = 'https://me:hunter2@git.example'\n",
    );
    let mut command = world.command(["config", "show", "--format", "json", "--store", "other.redb"]);
    command.env("CATALOG_SERVER_LOG_FORMAT", "json").env("CATALOG_LISTEN", "127.0.0.1:2");
    let run = world.finish(&mut command).ends_with(0);
    assert!(!run.stdout.contains("hunter2"), "{}", run.stdout);
    let shown = run.json();
    let check = |key: &str, value: &str, source: &str, line: Option<u64>| {
        let row = rows(&shown, "settings").iter().find(|row| row["key"] == key);
        let row = row.unwrap_or_else(|| panic!("{key} in {shown:#}"));
        let from = if row["name"].is_null() { text(row, "source") } else { text(row, "name") };
        assert_eq!((text(row, "value"), from, row["line"].as_u64()), (value, source, line), "{key}");
    };
    check("server.listen", "\"127.0.0.1:2\"", "CATALOG_LISTEN", None);
    check("server.log.format", "\"json\"", "CATALOG_SERVER_LOG_FORMAT", None);
    check("server.cors.origins", "['https://a.example']", "file", Some(4));
    check("source[0].github", "'acme'", "file", Some(6));
    check("store.path", "\"other.redb\"", "--store", None);
    check("limits.http.body_bytes_max", "1048576", "default", None);

    let told = world.run("config show server.listen").ends_with(0).stdout;
    assert!(told.contains("'127.0.0.1:1'") && told.contains("catalog.toml:2"), "{told}");
    world.run("config show nothing").ends_with(64).says(&["no setting begins with `nothing`"]);
    let mut command = world.command(["status"]);
    command.env("CATALOG_LIMITS_HTTP_HEADERS_MAX", "many");
    world.finish(&mut command).ends_with(64).says(&["CATALOG_LIMITS_HTTP_HEADERS_MAX"]);
}

/// The figures that a text names.
fn figures_named(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words.filter(|word| word.starts_with("catalog_") || word.starts_with("process_")).collect()
}

#[test]
fn dashboard_and_alerts_name_figures_that_there_are() {
    let world = World::of_ledger();
    world.write("catalog.toml", "[server.metrics]\nlisten = '127.0.0.1:0'\n");
    let server = Server::start(&world, "catalog.redb");
    server.ask("{ __typename }");
    let (status, figures) = server.request("GET", "/metrics", "");
    assert_eq!(status, 200, "{figures}");
    let is_there = |name: &str| {
        let suffixes = ["", "_total", "_bucket", "_sum", "_count"];
        let mut families = suffixes.iter().filter_map(|suffix| name.strip_suffix(*suffix));
        families.any(|family| figures.contains(&format!("# TYPE {family} ")))
    };
    for file in ["grafana-dashboard.json", "prometheus-alerts.yml"] {
        let text = fs::read_to_string(workspace().join("integrations/server").join(file)).expect("a file");
        let named = figures_named(&text);
        assert!(named.len() > 10, "{file}");
        for name in named {
            assert!(is_there(name), "{file} names `{name}`, which is no figure\n{figures}");
        }
    }
    let dashboard = fs::read_to_string(workspace().join("integrations/server/grafana-dashboard.json"));
    let dashboard: Value = serde_json::from_str(&dashboard.expect("a file")).expect("it is JSON");
    assert!(rows(&dashboard, "panels").len() > 10);
}

#[test]
fn the_log_has_one_line_of_json_for_each_request() {
    let world = World::of_ledger();
    let server = Server::start_with(&world, "catalog.redb", &["--log-format", "json", "-v"]);
    server.exchange(
        "GET /no%0Awhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Request-Id: build-7\r\n\r\n",
    );
    let (_, said) = server.stop();
    let line = said.lines().find(|line| line.contains("build-7")).unwrap_or_else(|| panic!("{said}"));
    let line: Value = serde_json::from_str(line).expect("a line is JSON");
    assert_eq!(
        (text(&line, "message"), text(&line, "request_id"), text(&line, "path"), line["status"].as_u64()),
        ("answered", "build-7", "/no%0Awhere", Some(404))
    );
    assert!(line["milliseconds"].is_number() && text(&line, "level") == "INFO", "{line}");
}

#[test]
fn a_log_that_nobody_reads_is_no_reason_to_stop() {
    let world = World::of_ledger();
    let mut server = Server::start_with(&world, "catalog.redb", &["-vv"]);
    server.close_log();
    for _ in 0..20 {
        server.ask("{ __typename }");
    }
    assert!(!server.has_ended());
}

#[cfg(target_os = "linux")]
#[test]
fn a_log_for_which_there_is_no_room_is_no_reason_to_stop() {
    let world = World::of_ledger();
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").expect("a device");
    let mut command = world.command(["serve", "-vv", "--listen", &free.to_string()]);
    let process = command.stdout(full()).stderr(full()).spawn().expect("the program starts");
    let mut server = Server::adopt(process, free);
    soon("the server listens", || TcpStream::connect(free).is_ok());
    soon("the server is ready", || server.request("GET", "/readyz", "").0 == 200);
    // Whoever collects figures and does not read them holds nobody up either.
    let hanging: Vec<_> = (0..10)
        .map(|_| {
            let mut stream = TcpStream::connect(free).expect("the server listens");
            write!(stream, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("it is sent");
            stream
        })
        .collect();
    for _ in 0..20 {
        assert_eq!(server.request("GET", "/api/catalog/entities", "").0, 200);
    }
    drop(hanging);
    assert!(!server.has_ended());
}

#[test]
fn a_store_that_cannot_be_read_ends_the_server_with_what_to_do() {
    let world = World::new();
    world.run("serve --listen 127.0.0.1:0").ends_with(2).says(&["store `catalog.redb`", "hint: make one"]);
}
