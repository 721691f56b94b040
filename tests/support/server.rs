//! A running `catalog serve`, and a client that speaks just enough HTTP to ask it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, ChildStderr, Command, ExitStatus, Stdio},
    time::Duration,
};

use serde_json::{Value, json};

use super::World;

/// A server on a port of its own, ended with the test.
pub(crate) struct Server {
    process: Child,
    stderr: BufReader<ChildStderr>,
    address: SocketAddr,
}

impl Server {
    /// Serves a store of a world.
    pub(crate) fn start(world: &World, store: &str) -> Self {
        let mut process = world
            .command(["serve", "--listen", "127.0.0.1:0", "--store", store])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stderr = BufReader::new(process.stderr.take().expect("a pipe"));
        let mut said = String::new();
        let address = loop {
            let length = stderr.read_line(&mut said).expect("a line");
            assert!(length > 0, "the server ended: {said}");
            let address = said
                .lines()
                .find_map(|line| line.trim().strip_prefix("GraphQL")?.trim().strip_prefix("http://"));
            if let Some(address) = address.and_then(|url| url.strip_suffix("/graphql")) {
                break address.parse().expect("an address and a port");
            }
        };
        Self { process, stderr, address }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends a request, and gives status and body of the answer.
    pub(crate) fn request(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a time limit");
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nAccept: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .expect("the request is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer}"));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, body.to_owned())
    }

    /// Asks a GraphQL query that has no errors, and gives its data.
    #[track_caller]
    pub(crate) fn ask(&self, query: &str) -> Value {
        let (status, body) = self.request("POST", "/graphql", &json!({ "query": query }).to_string());
        let mut answer: Value = serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"));
        assert!(status == 200 && answer["errors"].is_null(), "{query}\n{status} {answer:#}");
        answer["data"].take()
    }

    /// Asks it to end, as a system does, and gives how it ended and what it said last.
    pub(crate) fn stop(mut self) -> (ExitStatus, String) {
        let kill = format!("kill -TERM {}", self.process.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().expect("a shell").success());
        let status = self.process.wait().expect("it ends");
        let mut said = String::new();
        self.stderr.read_to_string(&mut said).expect("text");
        (status, said)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.process.kill();
        let _waited = self.process.wait();
    }
}
