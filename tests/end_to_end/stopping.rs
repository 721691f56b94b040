//! A server that is told to stop while it is asked by many.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::support::{Server, World};

const CLIENTS: usize = 4;
/// How many answers there are before the server is told to stop; their log fits into a pipe that nobody reads yet.
const ANSWERS_BEFORE: usize = 40;
const SHOP: &str = "
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: web}
spec: {type: service, lifecycle: production, owner: team}
";
const QUESTION: &str = r#"{"query": "{ catalog { revision } entity(ref: \"web\") { ref } }"}"#;

/// What became of a request.
#[derive(Debug, PartialEq)]
enum Outcome {
    Answered,
    /// Nobody took it: there is not one byte of an answer.
    NotTaken,
    /// The answer broke off.
    BrokenOff,
}

/// A connection, and whether it is used for more than one request.
struct Client {
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
    keeps: bool,
}

impl Client {
    /// Asks under a name; `None` where the server does not listen any more.
    fn ask(&mut self, id: &str) -> Option<Outcome> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => BufReader::new(TcpStream::connect(self.address).ok()?),
        };
        stream.get_ref().set_read_timeout(Some(Duration::from_secs(60))).expect("a time limit");
        let connection = if self.keeps { "keep-alive" } else { "close" };
        let request = format!(
            "POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: {connection}\r\nX-Request-Id: {id}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{QUESTION}",
            QUESTION.len()
        );
        // What cannot be written any more was not taken; the answer to it, if any, tells.
        let _ = stream.get_mut().write_all(request.as_bytes());
        let outcome = read_answer(&mut stream);
        if let (Some(true), true) = (outcome.1, self.keeps) {
            self.stream = Some(stream);
        }
        Some(outcome.0)
    }
}

/// Reads one answer; tells also whether the connection stays open.
fn read_answer(stream: &mut BufReader<TcpStream>) -> (Outcome, Option<bool>) {
    let (mut head, mut length) = (String::new(), None);
    loop {
        let begun = head.len();
        match stream.read_line(&mut head) {
            Ok(bytes) if bytes > 0 => {}
            _ if head.is_empty() => return (Outcome::NotTaken, None),
            _ => return (Outcome::BrokenOff, None),
        }
        let line = head[begun..].trim_end();
        if line.is_empty() {
            break;
        }
        length = line.strip_prefix("content-length: ").and_then(|length| length.parse().ok()).or(length);
    }
    let mut body = vec![0; length.expect("a short answer has a length")];
    if stream.read_exact(&mut body).is_err() {
        return (Outcome::BrokenOff, None);
    }
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(body["data"]["entity"]["ref"], "component:default/web");
    (Outcome::Answered, Some(!head.contains("connection: close")))
}

#[test]
fn no_request_that_was_taken_is_lost_when_the_server_is_told_to_stop() {
    check("TERM");
}

#[test]
fn an_interrupt_ends_the_server_as_gently() {
    check("INT");
}

/// Asks from many sides while the server gets a signal.
fn check(signal: &str) {
    let world = World::new();
    world.commit("shop", [("catalog-info.yaml", SHOP)]);
    world.run("crawl shop").ends_with(0);
    let server = Server::start_with(&world, "catalog.redb", &["--log-format", "json", "-v"]);
    let address = server.address();
    let (tell, told) = mpsc::channel();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let tell = tell.clone();
            thread::spawn(move || {
                let mut client = Client { address, stream: None, keeps: number % 2 == 0 };
                let mut answered = Vec::new();
                for request in 0.. {
                    let id = format!("client-{number}-{request}");
                    match client.ask(&id) {
                        Some(Outcome::Answered) => answered.push(id),
                        Some(Outcome::NotTaken) => {}
                        Some(Outcome::BrokenOff) => panic!("the answer to {id} broke off"),
                        None => break,
                    }
                    let _nobody_counts_any_more = tell.send(());
                }
                answered
            })
        })
        .collect();
    (0..ANSWERS_BEFORE).for_each(|_| told.recv().expect("the clients ask"));
    server.signal(signal);
    let (status, said) = server.wait();
    assert_eq!(status.code(), Some(0), "{said}");
    let answered: BTreeSet<String> =
        clients.into_iter().flat_map(|client| client.join().expect("no answer broke off")).collect();
    let taken: BTreeSet<String> = said.lines().filter_map(name_of_taken).collect();
    assert!(taken.len() >= ANSWERS_BEFORE, "{said}");
    assert_eq!(
        taken.difference(&answered).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "taken and not answered"
    );
    assert!(!said.contains("broken off"), "{said}");
    // The store is as it was.
    world.run("status").ends_with(0);
}

/// The name of a request of which the log says that it came to an answer.
fn name_of_taken(line: &str) -> Option<String> {
    let line: Value = serde_json::from_str(line).ok()?;
    let name = line["request_id"].as_str().filter(|name| name.starts_with("client-"))?;
    (line["message"] == "answered").then(|| name.to_owned())
}
