//! Bodies without measure take no memory of the server: row H01 of the table of hostile input. On Linux,
//! which tells.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use crate::support::{Server, World};

/// By how much a server may grow for one such body, in kibibytes.
const GROWTH_MAX: u64 = 16 * 1_024;
/// How much is written to a server that goes on reading, in pieces of this size.
const PIECES: usize = 3_200;
static PIECE: [u8; 64 * 1_024] = [b' '; 64 * 1_024];

/// Sends the head of a request and what `piece` makes of each piece, for as long as the server takes it.
fn send(server: &Server, head: &str, piece: impl Fn(&mut TcpStream) -> std::io::Result<()>) -> String {
    let mut stream = TcpStream::connect(server.address()).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time limit");
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{head}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("the head is taken");
    let _refused_meanwhile = (0..PIECES).try_for_each(|_| piece(&mut stream));
    let mut answer = Vec::new();
    // Who is still writing when the connection is closed may be told so in place of the answer.
    let _reset = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// What the server holds and ever held in memory, in kibibytes.
fn greatest_memory(server: &Server) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).expect("the system tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("it tells of memory");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

#[test]
fn h01_a_body_without_measure_takes_no_memory() {
    let world = World::new();
    world.commit("shop", [("README.md", "A shop.\n")]);
    world.run("crawl shop").ends_with(0);
    let server = Server::start(&world, "catalog.redb");
    server.ask("{ catalog { revision } }");
    let before = greatest_memory(&server);
    let plain = |stream: &mut TcpStream| stream.write_all(&PIECE);
    let chunk = |stream: &mut TcpStream| {
        write!(stream, "{:x}\r\n", PIECE.len())?;
        stream.write_all(&PIECE)?;
        stream.write_all(b"\r\n")
    };
    let nothing = |_: &mut TcpStream| Err(std::io::ErrorKind::Other.into());
    let refused = |answer: &str| answer.starts_with("HTTP/1.1 413 ");
    // What announces too much is refused before any of it is read.
    assert!(refused(&send(&server, "Content-Length: 10000000000", nothing)));
    for (head, answer) in [
        ("Content-Length: 200000000", send(&server, "Content-Length: 200000000", plain)),
        ("in chunks", send(&server, "Transfer-Encoding: chunked", chunk)),
    ] {
        assert!(answer.is_empty() || refused(&answer), "{head}: {answer}");
    }
    let after = greatest_memory(&server);
    assert!(after <= before + GROWTH_MAX, "{before} KiB before, {after} KiB after");
    assert_eq!(server.request("GET", "/healthz", "").0, 200);
}
