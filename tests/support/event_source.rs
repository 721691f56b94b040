//! A client that speaks just enough of server-sent events to be told something.

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// Events that come one after the other.
pub(crate) struct EventSource {
    stream: BufReader<TcpStream>,
}

impl EventSource {
    /// Asks for events by a body of JSON.
    pub(crate) fn open(address: SocketAddr, path: &str, body: &str) -> Self {
        Self::open_with(address, path, "", body)
    }

    /// The same with further headers, each with its line end.
    pub(crate) fn open_with(address: SocketAddr, path: &str, headers: &str, body: &str) -> Self {
        let mut stream = TcpStream::connect(address).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a time limit");
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
             Accept: text/event-stream\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            body.len()
        )
        .expect("the request is sent");
        let mut source = Self { stream: BufReader::new(stream) };
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let length = source.stream.read_line(&mut head).expect("a line");
            assert!(length > 0, "no answer: {head}");
        }
        let head = head.to_lowercase();
        assert!(
            head.starts_with("http/1.1 200 ") && head.contains("content-type: text/event-stream"),
            "{head}"
        );
        source
    }

    /// The next event with its data; nothing once the server has closed.
    pub(crate) fn next(&mut self) -> Option<(String, String)> {
        let mut event = String::new();
        loop {
            // The lengths of chunks stand on lines of their own, which are none of the protocol's.
            let mut line = String::new();
            if self.stream.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if let Some(name) = line.strip_prefix("event:") {
                event = name.trim().to_owned();
            } else if let Some(data) = line.strip_prefix("data:") {
                return Some((event, data.trim().to_owned()));
            }
        }
    }
}
