//! Servers that are sound, gone, or up to no good, and what becomes of the copy.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use catalog_core::{
    graph::{GraphFile, GraphOrigin},
    model::{EntityRef, Timestamp},
    sketch,
};
use catalog_ingest::repository::Secret;

use super::*;

/// Before the test, so that what it writes is never taken for left behind.
const NOW: Timestamp = Timestamp(1_700_000_000);
const MEASURES: &str = "{\"schemaVersion\":1}";
/// The first half of the SHA-256 of [`MEASURES`].
fn measures_tag() -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(MEASURES).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// A graph file and its tag.
fn graph_file(drawn: &str) -> (Vec<u8>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.graph");
    GraphFile::write(&path, &sketch::graph(drawn), &GraphOrigin::default()).expect("it is written");
    let tag = GraphFile::open(&path).expect("it is sound").tag();
    (fs::read(&path).expect("it is there"), tag)
}

/// What a stand-in does with a request, of which it is given the head in lower case.
type Route = Box<dyn Fn(&str, &mut TcpStream) -> std::io::Result<()> + Send + Sync>;

/// A server that does what a test says, and notes what it was asked.
struct StandIn {
    url: ServerUrl,
    route: Arc<Mutex<Arc<Route>>>,
    heads: Arc<Mutex<Vec<String>>>,
}

impl StandIn {
    fn start(route: Route) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let route = Arc::new(Mutex::new(Arc::new(route)));
        let heads = Arc::new(Mutex::new(Vec::new()));
        let (there, seen) = (Arc::clone(&route), Arc::clone(&heads));
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (there, seen) = (Arc::clone(&there), Arc::clone(&seen));
                thread::spawn(move || {
                    let mut head = String::new();
                    let mut lines = BufReader::new(stream.try_clone().expect("a stream"));
                    while lines.read_line(&mut head).is_ok_and(|read| read > 2) {}
                    let head = head.to_lowercase();
                    seen.lock().expect("no panic").push(head.clone());
                    let route = Arc::clone(&there.lock().expect("no panic"));
                    // Who is asked no more has nothing to say.
                    let _gone = route(&head, &mut stream);
                });
            }
        });
        Self { url: ServerUrl::parse(&url).expect("an address"), route, heads }
    }

    /// A sound server with a graph.
    fn sound(drawn: &str) -> Self {
        Self::start(sound(drawn))
    }

    fn becomes(&self, route: Route) {
        *self.route.lock().expect("no panic") = Arc::new(route);
    }

    fn bring(&self, folder: &Path, fresh: bool) -> Result<Brought, BringError> {
        bring(&self.client(), folder, fresh, NOW)
    }

    fn client(&self) -> ServerClient {
        let short = Duration::from_millis(300);
        let limits = ClientLimits {
            silence_max: short,
            silence_with_copy_max: short,
            whole_max: 3 * short,
            whole_with_copy_max: 3 * short,
            graph_bytes_max: 1 << 20,
            answer_bytes_max: 1 << 16,
            ..ClientLimits::default()
        };
        ServerClient::new(self.url.clone(), None, None, limits).expect("a client")
    }

    fn heads(&self) -> Vec<String> {
        std::mem::take(&mut self.heads.lock().expect("no panic"))
    }
}

fn sound(drawn: &str) -> Route {
    let (bytes, tag) = graph_file(drawn);
    Box::new(move |head, to| {
        let measures = measures_tag();
        if head.starts_with("get /export/measures ") {
            return whole(to, "200 OK", "", MEASURES.as_bytes());
        }
        let fields = format!("ETag: \"{tag}\"\r\nX-Catalog-Measures: {measures}\r\n");
        if head.contains(&format!("if-none-match: \"{tag}\"")) {
            return write!(to, "HTTP/1.1 304 Not Modified\r\n{fields}Connection: close\r\n\r\n");
        }
        whole(to, "200 OK", &fields, &bytes)
    })
}

fn whole(to: &mut TcpStream, status: &str, fields: &str, body: &[u8]) -> std::io::Result<()> {
    let length = body.len();
    write!(to, "HTTP/1.1 {status}\r\n{fields}Content-Length: {length}\r\nConnection: close\r\n\r\n")?;
    to.write_all(body)
}

fn status(status: &'static str) -> Route {
    Box::new(move |_, to| whole(to, status, "", b"{}"))
}

fn has(brought: &Brought, name: &str) -> bool {
    let name = EntityRef::parse_full(name).expect("a name");
    brought.graph.entity(&name).is_some()
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let (server, folder) = (StandIn::sound("component:a"), tempfile::tempdir().expect("a folder"));
    let first = server.bring(folder.path(), false).expect("it is brought");
    assert!(has(&first, "component:default/a") && first.outdated.is_none());
    assert_eq!(first.measures, MEASURES.as_bytes());
    assert_eq!(server.heads().len(), 2);
    let second = server.bring(folder.path(), true).expect("it is brought");
    assert!(has(&second, "component:default/a"));
    let heads = server.heads();
    assert_eq!(heads.len(), 1, "{heads:?}");
    assert!(
        heads[0].starts_with("get /export/graph ") && heads[0].contains("if-none-match: \""),
        "{heads:?}"
    );
    server.becomes(sound("component:b"));
    let third = server.bring(folder.path(), false).expect("it is brought");
    assert!(has(&third, "component:default/b") && !has(&third, "component:default/a"));
    assert_eq!(server.heads().len(), 1, "the measures are the same");
}

#[test]
fn where_the_server_gives_no_answer_the_last_copy_does() {
    let (server, folder) = (StandIn::sound("component:a"), tempfile::tempdir().expect("a folder"));
    server.bring(folder.path(), false).expect("it is brought");
    for route in [
        status("500 X"),
        status("503 X"),
        status("429 X"),
        status("404 X"),
        Box::new(|_: &str, _: &mut TcpStream| Ok(())),
        Box::new(|_: &str, to: &mut TcpStream| {
            whole(to, "200 OK", "", b"<html>log in to the network</html>")
        }),
        Box::new(|_: &str, _: &mut TcpStream| {
            thread::park_timeout(Duration::from_secs(5));
            Ok(())
        }),
    ] {
        server.becomes(route);
        let brought = server.bring(folder.path(), false).expect("the copy answers");
        let outdated = brought.outdated.as_ref().expect("that is said");
        assert_eq!(outdated.current_at, Some(NOW));
        assert!(has(&brought, "component:default/a"));
        server.bring(folder.path(), true).expect_err("the server's own word is wanted");
    }
    for (route, expected) in [(status("401 X"), "it wants a token"), (status("403 X"), "the token does not")]
    {
        server.becomes(route);
        let error = server.bring(folder.path(), false).expect_err("who is turned away gets nothing");
        assert!(error.to_string().contains(expected), "{error}");
    }
    let nobody = ServerUrl::parse("http://127.0.0.1:9").expect("an address");
    let client = ServerClient::new(nobody, None, None, ClientLimits::default()).expect("a client");
    let brought = bring(&client, folder.path(), false, NOW).expect("the copy answers");
    assert!(brought.outdated.is_some());
    let empty = tempfile::tempdir().expect("a folder");
    bring(&client, empty.path(), false, NOW).expect_err("there is no copy");
}

#[test]
fn a_damaged_copy_is_fetched_anew() {
    let (server, folder) = (StandIn::sound("component:a"), tempfile::tempdir().expect("a folder"));
    server.bring(folder.path(), false).expect("it is brought");
    let path = folder.path().join("catalog.graph");
    let sound = fs::read(&path).expect("it is there");
    let mut flipped = sound.clone();
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    for bytes in [&b""[..], b"nonsense", &sound[..last], &flipped] {
        fs::write(&path, bytes).expect("it is written");
        server.heads();
        let brought = server.bring(folder.path(), false).expect("it is brought");
        assert!(brought.outdated.is_none() && has(&brought, "component:default/a"));
        assert_eq!(fs::read(&path).expect("it is there"), sound);
    }
    fs::write(folder.path().join("measures.json"), "{").expect("it is written");
    let brought = server.bring(folder.path(), false).expect("it is brought");
    assert_eq!(brought.measures, MEASURES.as_bytes());
    // Damaged, and nobody there to ask.
    fs::write(&path, &flipped).expect("it is written");
    server.becomes(status("500 X"));
    server.bring(folder.path(), false).expect_err("nothing is left to answer from");
}

#[test]
fn several_may_bring_one_copy_at_once() {
    let (server, folder) = (StandIn::sound("component:a"), tempfile::tempdir().expect("a folder"));
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..5 {
                    let brought = server.bring(folder.path(), true).expect("it is brought");
                    assert!(has(&brought, "component:default/a"));
                }
            });
        }
    });
    let left: Vec<_> = fs::read_dir(folder.path()).expect("a folder").flatten().collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn a_hostile_server_is_bounded_and_leaves_nothing() {
    let (bytes, tag) = graph_file("component:a -> component:b");
    let fields = format!("ETag: \"{tag}\"\r\nX-Catalog-Measures: {}\r\n", measures_tag());
    let endless = |beginning: Vec<u8>| -> Route {
        let fields = fields.clone();
        Box::new(move |_, to| {
            write!(to, "HTTP/1.1 200 OK\r\n{fields}\r\n")?;
            to.write_all(&beginning)?;
            loop {
                to.write_all(&[0; 4_096])?;
            }
        })
    };
    let with = |fields: &str, body: Vec<u8>| -> Route {
        let fields = fields.to_owned();
        Box::new(move |_, to| whole(to, "200 OK", &fields, &body))
    };
    let trickle: Route = {
        let (fields, bytes) = (fields.clone(), bytes.clone());
        Box::new(move |_, to| {
            write!(to, "HTTP/1.1 200 OK\r\n{fields}\r\n")?;
            for byte in &bytes {
                to.write_all(&[*byte])?;
                thread::park_timeout(Duration::from_millis(50));
            }
            Ok(())
        })
    };
    let mut flipped = bytes.clone();
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    for (route, expected) in [
        (endless(bytes.clone()), "it sends more than its graph file has"),
        (endless(b"<html>".to_vec()), "it sends something that is no graph file"),
        (trickle, "no answer in time"),
        (with(&fields, b"<html>".to_vec()), "it sends something that is no graph file"),
        (with(&fields, Vec::new()), "it sends something that is no graph file"),
        (with(&fields, bytes[..last].to_vec()), "the graph file is cut short"),
        (with(&fields, flipped), "the graph file is damaged"),
        (with("", bytes.clone()), "its answer has no header `x-catalog-measures`"),
        (with(&fields, bytes.clone()), "its measures are no JSON"),
        (
            Box::new(|_, to| write!(to, "HTTP/1.1 304 X\r\nX-Catalog-Measures: 1\r\n\r\n")),
            "nothing changed since",
        ),
        (
            Box::new(|_, to| write!(to, "HTTP/1.1 200 OK\r\nA: {}\r\n\r\n", "a".repeat(1 << 17))),
            "its headers",
        ),
        (Box::new(|_, to| write!(to, "nonsense\r\n\r\n")), "does not answer"),
    ] {
        let (server, folder) = (StandIn::start(route), tempfile::tempdir().expect("a folder"));
        let begun = Instant::now();
        let error = server.bring(folder.path(), false).expect_err("nothing can be used").to_string();
        assert!(error.contains(expected), "{expected}: {error}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{expected}");
        let left: Vec<_> = fs::read_dir(folder.path()).expect("a folder").flatten().collect();
        assert!(left.is_empty(), "{expected}: {left:?}");
    }
}

#[test]
fn nobody_is_followed_elsewhere() {
    let other = StandIn::sound("component:a");
    let target = other.url.to_string();
    for code in [301, 302, 303, 307, 308] {
        let location = format!("Location: {target}/export/graph\r\n");
        let server = StandIn::start(Box::new(move |_, to| whole(to, &format!("{code} X"), &location, b"")));
        let folder = tempfile::tempdir().expect("a folder");
        let error = server.bring(folder.path(), false).expect_err("it is not followed").to_string();
        assert!(error.contains("it sends one to another address: `http://127.0.0.1:"), "{error}");
    }
    assert_eq!(other.heads(), Vec::<String>::new());
}

#[test]
fn a_token_is_sent_where_nobody_reads_along_and_never_shown() {
    let token = || Some(Secret::new("ct_secret".to_owned()));
    let client = |text: &str| {
        let url = ServerUrl::parse(text).expect("an address");
        ServerClient::new(url, token(), None, ClientLimits::default()).expect("a client")
    };
    assert!(format!("{:?}", client("http://catalog.example.com")).contains("token: None"));
    assert!(format!("{:?}", client("https://catalog.example.com")).contains("token: Some(***)"));
    let server = StandIn::start(status("401 X"));
    let error = client(&server.url.to_string()).check().expect_err("it is turned away").to_string();
    assert!(server.heads()[0].contains("authorization: bearer ct_secret\r\n"));
    assert!(error.contains("does not know the one that was sent") && !error.contains("ct_secret"), "{error}");
    let missing =
        ServerClient::new(server.url.clone(), None, Some(Path::new("no-such-file")), ClientLimits::default());
    assert!(missing.expect_err("there is no such file").contains("could not be read"));
}

#[test]
fn what_the_server_refuses_is_told_in_its_words() {
    let body = b"{\"errors\":[{\"message\":\"not from here\"}]}";
    let server = StandIn::start(Box::new(|_, to| whole(to, "421 X", "", body)));
    let error = server.client().check().expect_err("it is refused").to_string();
    assert_eq!(error, "it answers with status 421: not from here");
    let error =
        server.client().graphql("{ x }", &serde_json::json!({})).expect_err("it is refused").to_string();
    assert_eq!(error, "it answers with status 421: not from here");
    server.becomes(Box::new(|_, to| whole(to, "200 OK", "", body)));
    let error =
        server.client().graphql("{ x }", &serde_json::json!({})).expect_err("it is refused").to_string();
    assert_eq!(error, "it refuses: not from here");
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_the_copy() {
    use std::os::unix::fs::PermissionsExt as _;
    let (server, folder) = (StandIn::sound("component:a"), tempfile::tempdir().expect("a folder"));
    let copy = copy_folder(folder.path(), &server.url);
    server.bring(&copy, false).expect("it is brought");
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(&copy), 0o700);
    for file in fs::read_dir(&copy).expect("a folder").flatten() {
        assert_eq!(mode(&file.path()), 0o600, "{file:?}");
    }
}

#[test]
fn tokens_are_kept_by_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().join("catalog");
    let url = |text: &str| ServerUrl::parse(text).expect("an address");
    let (one, other) = (url("https://a.example"), url("http://127.0.0.1:80/x"));
    let mut tokens = Tokens::read(&folder).expect("none is fine");
    let strange = "a\"b\\c'#[";
    tokens.keep(&one, Tokens::token(" ct_1\n").expect("a token")).expect("it is kept");
    tokens.keep(&other, Tokens::token(strange).expect("a token")).expect("it is kept");
    let read = Tokens::read(&folder).expect("they are understood");
    assert_eq!(read.of(&one).map(Secret::reveal), Some("ct_1"));
    assert_eq!(read.of(&other).map(Secret::reveal), Some(strange));
    assert!(!format!("{read:?}").contains("ct_1"));
    let mut tokens = read;
    assert!(tokens.forget(&one).expect("it is written") && !tokens.forget(&one).expect("nothing to do"));
    let read = Tokens::read(&folder).expect("they are understood");
    assert!(read.of(&one).is_none() && read.of(&other).is_some());
    for text in ["", "a b", "a\nb", "schl\u{fc}ssel", &"a".repeat(5_000)] {
        assert!(Tokens::token(text).is_none(), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn tokens_that_others_can_read_are_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().join("catalog");
    let url = ServerUrl::parse("https://a.example").expect("an address");
    let mut tokens = Tokens::read(&folder).expect("none is fine");
    tokens.keep(&url, Tokens::token("ct_1").expect("a token")).expect("it is kept");
    let path = tokens.path().to_owned();
    let check = |of: &Path, mode: u32, expected: &str| {
        let former = fs::metadata(of).expect("it is there").permissions();
        fs::set_permissions(of, fs::Permissions::from_mode(mode)).expect("it is changed");
        let error = Tokens::read(&folder).expect_err("it is refused").to_string();
        assert!(error.contains(expected), "{error}");
        fs::set_permissions(of, former).expect("it is changed");
    };
    check(&path, 0o640, "is open to others (mode 640); expected mode 600");
    check(&path, 0o604, "expected mode 600");
    check(&folder, 0o755, "is open to others (mode 755); expected mode 700");
    fs::write(&path, "[\"https://a.example\"]\ntoken = 'a b'\n").expect("it is written");
    let error = Tokens::read(&folder).expect_err("it is no token").to_string();
    assert!(error.contains("not understood in line 1") && !error.contains("a b"), "{error}");
}
