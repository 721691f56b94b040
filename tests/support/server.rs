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
    stderr: Option<BufReader<ChildStderr>>,
    address: SocketAddr,
}

impl Server {
    /// Serves a store of a world.
    pub(crate) fn start(world: &World, store: &str) -> Self {
        Self::start_with(world, store, &[])
    }

    /// Serves a store of a world with further arguments.
    pub(crate) fn start_with(world: &World, store: &str, arguments: &[&str]) -> Self {
        Self::start_among(world, store, arguments, &[])
    }

    /// Serves a store of a world with further arguments, among variables.
    pub(crate) fn start_among(
        world: &World,
        store: &str,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Self {
        let usual = ["serve", "--listen", "127.0.0.1:0", "--store", store];
        let mut command = world.command(usual.iter().chain(arguments));
        command.envs(variables.iter().copied());
        Self::spawn(command)
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Serves with these arguments, which say where to listen.
    pub(crate) fn serve<'a>(world: &World, arguments: impl IntoIterator<Item = &'a str>) -> Self {
        Self::spawn(world.command(["serve"].into_iter().chain(arguments)))
    }

    /// A server that was started otherwise, and listens at this address or soon will. Its log is not read.
    pub(crate) fn adopt(process: Child, address: SocketAddr) -> Self {
        Self { process, stderr: None, address }
    }

    fn spawn(mut command: Command) -> Self {
        let mut process =
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut stderr = BufReader::new(process.stderr.take().expect("a pipe"));
        let mut said = String::new();
        let address = loop {
            let length = stderr.read_line(&mut said).expect("a line");
            assert!(length > 0, "the server ended: {said}");
            let address =
                said.lines().find_map(|line| line.trim().strip_prefix("GraphQL")?.split("://").nth(1));
            if let Some(address) = address.and_then(|url| url.strip_suffix("/graphql")) {
                break address.parse().expect("an address and a port");
            }
        };
        Self { process, stderr: Some(stderr), address }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sends a request, and gives status and body of the answer.
    pub(crate) fn request(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        self.request_with(method, path, "", body)
    }

    /// The same with further headers, each of which ends its line.
    pub(crate) fn request_with(&self, method: &str, path: &str, headers: &str, body: &str) -> (u16, String) {
        self.request_as(&self.address.to_string(), method, path, headers, body)
    }

    /// The same to the server by another name.
    pub(crate) fn request_as(
        &self,
        host: &str,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a time limit");
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Content-Type: application/json\r\nAccept: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
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

    /// Sends text as it is, and gives all that comes back until the server closes.
    pub(crate) fn exchange(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a time limit");
        stream.write_all(request.as_bytes()).expect("the request is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    /// Sends a signal, as in `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.process.id());
        // It may have ended of the one before.
        Command::new("sh").args(["-c", &kill]).stderr(Stdio::null()).status().expect("a shell");
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.process.try_wait().expect("it can be asked").is_some()
    }

    /// Reads what it says until that holds a text.
    #[track_caller]
    pub(crate) fn says(&mut self, text: &str) {
        let mut said = String::new();
        while !said.contains(text) {
            let stderr = self.stderr.as_mut().expect("its log is read");
            assert!(stderr.read_line(&mut said).expect("a line") > 0, "it ended: {said}");
        }
    }

    /// Closes the pipe into which it writes its log.
    pub(crate) fn close_log(&mut self) {
        self.stderr = None;
    }

    /// Asks it to end, as a system does, and gives how it ended and what it said last.
    pub(crate) fn stop(self) -> (ExitStatus, String) {
        self.signal("TERM");
        self.wait()
    }

    /// Waits until it ends, and gives how it did and what it said last.
    pub(crate) fn wait(mut self) -> (ExitStatus, String) {
        let mut said = String::new();
        if let Some(stderr) = &mut self.stderr {
            stderr.read_to_string(&mut said).expect("text");
        }
        (self.process.wait().expect("it ends"), said)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.process.kill();
        let _waited = self.process.wait();
    }
}
