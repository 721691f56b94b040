//! What a host answers, request by request. The first byte chooses the software of the host.
//!
//! Answers are divided by a line `=`. Each is a status, headers by line, an empty line, and a body. After
//! the last one every list is empty.
#![no_main]

use std::{
    collections::VecDeque,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Mutex, OnceLock, PoisonError},
    time::Duration,
};

use catalog_core::{
    model::{RepositoryDeclarations, RepositoryHead, RepositoryId, Timestamp},
    store::{decode_visit, encode_visit},
};
use catalog_ingest::{
    crawl::Known,
    host::{HostAccess, HostClock, HostKind, HostOptions, HostSource, SourceDescription, Token, read_source},
    limits::HostLimits,
};
use libfuzzer_sys::fuzz_target;

const SECRET: &str = "ghp_0123456789abcdef";
const REQUESTS_MAX: usize = 40;

static ANSWERS: Mutex<VecDeque<Vec<u8>>> = Mutex::new(VecDeque::new());
static PORT: OnceLock<u16> = OnceLock::new();

/// Serves the answers, one connection after the other.
fn serve() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _the_client_may_leave = answer(&mut stream);
        }
    });
    port
}

fn answer(stream: &mut TcpStream) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut buffer = [0; 1_024];
    while !request.ends_with(b"\r\n\r\n") {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        request.extend_from_slice(&buffer[..count]);
    }
    let next = ANSWERS.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let next = next.unwrap_or_else(|| b"200\n\n[]".to_vec());
    let split = next.windows(2).position(|window| window == b"\n\n");
    let (head, body) = split.map_or((&b"200"[..], &next[..]), |at| (&next[..at], &next[at + 2..]));
    let mut lines = head.split(|byte| *byte == b'\n');
    stream.write_all(b"HTTP/1.1 ")?;
    stream.write_all(lines.next().unwrap_or_default())?;
    stream.write_all(b" x\r\n")?;
    for line in lines {
        stream.write_all(line)?;
        stream.write_all(b"\r\n")?;
    }
    write!(stream, "Connection: close\r\nContent-Length: {}\r\n\r\n", body.len())?;
    stream.write_all(body)
}

struct NoClock;

impl HostClock for NoClock {
    fn now(&self) -> Timestamp {
        Timestamp(1_793_523_600)
    }

    fn pause(&self, _id: &str, _time: Duration) {}
}

struct Nothing;

impl Known for Nothing {
    fn head(&self, _id: &RepositoryId) -> Option<RepositoryHead> {
        None
    }

    fn declarations(&self, _id: &RepositoryId) -> Option<RepositoryDeclarations> {
        None
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((choice, text)) = input.split_first() else { return };
    let port = PORT.get_or_init(serve);
    let mut answers = VecDeque::new();
    let mut rest = text;
    while let Some(at) = rest.windows(3).position(|window| window == b"\n=\n") {
        answers.push_back(rest[..at].to_vec());
        rest = &rest[at + 3..];
    }
    answers.push_back(rest.to_vec());
    answers.truncate(REQUESTS_MAX);
    *ANSWERS.lock().unwrap_or_else(PoisonError::into_inner) = answers;
    let kind = [HostKind::Github, HostKind::Gitlab, HostKind::Gitea][usize::from(*choice) % 3];
    let source = HostSource::new(SourceDescription {
        kind,
        name: "acme".to_owned(),
        url: Some(format!("http://127.0.0.1:{port}")),
        clone_host: Some("git.acme.example".to_owned()),
        archived: choice & 4 > 0,
        forks: choice & 8 > 0,
        include: Vec::new(),
        exclude: Vec::new(),
        teams: true,
        namespace: "default".to_owned(),
    })
    .expect("the description is one");
    let limits = HostLimits {
        pages_max: 4,
        repositories_max: 20,
        teams_max: 10,
        members_max: 20,
        total_max: Duration::from_secs(4),
        wait_max: Duration::from_secs(60),
        ..HostLimits::default()
    };
    let access = HostAccess::Token(Token::new(SECRET).expect("a token"));
    let options = HostOptions { limits: &limits, clock: &NoClock, now: Timestamp(1_793_523_600) };
    let reading = read_source(&source, &access, &Nothing, &options);
    let shown = format!("{reading:?}");
    assert!(!shown.contains(SECRET), "{shown}");
    assert!(reading.repositories.len() <= limits.repositories_max + 1_000);
    for url in &reading.repositories {
        assert_eq!(url.host_and_port(), "git.acme.example", "another host is asked with the token");
    }
    let visit = encode_visit(&reading.visit);
    assert_eq!(decode_visit(&visit).expect("what was read can be stored"), reading.visit);
});
