//! A server in this process, and clients that speak just enough HTTP to ask it over a loopback port.

#![allow(dead_code, reason = "each bench uses a part")]
#![allow(clippy::allow_attributes, reason = "an expectation would not hold in the bench that uses all of it")]

use std::{
    fmt,
    future::pending,
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use axum::{Router, serve::ListenerExt};
use catalog_server::http::{ServerState, run};
use tokio::{net::TcpListener, runtime};

/// Where servers of benches listen: a free port of this machine.
const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);
/// How long a client waits for an answer before it takes it for lost.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(30);
/// How long a server may take until it is ready.
const READY_TIME_MAX: Duration = Duration::from_secs(60);

/// Serves the catalog until the process ends.
pub(crate) fn serve_catalog(state: ServerState) -> SocketAddr {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let listening = move |address| tell.send(address).expect("the bench waits for it");
        run(ANY_PORT, state, listening, pending()).expect("the server serves");
    });
    told.recv().expect("the server listens")
}

/// Serves plain handlers, on a runtime like that of the catalog, until the process ends.
pub(crate) fn serve_plain(router: Router) -> SocketAddr {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let runtime = runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let listener = TcpListener::bind(ANY_PORT).await.expect("a free port");
            tell.send(listener.local_addr().expect("an address")).expect("the bench waits for it");
            let listener = listener.tap_io(|stream| {
                let _ = stream.set_nodelay(true);
            });
            axum::serve(listener, router).await.expect("the server serves");
        });
    });
    told.recv().expect("the server listens")
}

/// The program that is measured: `--binary FILE`, or that of the bench.
pub(crate) fn program() -> String {
    let named = std::env::args().skip_while(|argument| argument != "--binary").nth(1);
    named.unwrap_or_else(|| env!("CARGO_BIN_EXE_catalog").to_owned())
}

/// An address at which nothing listens.
pub(crate) fn free_address() -> SocketAddr {
    let free = std::net::TcpListener::bind(ANY_PORT).and_then(|listener| listener.local_addr());
    free.expect("a free port")
}

/// A server of its own; it ends, whatever becomes of the bench.
pub(crate) struct Serving(Child);

impl Serving {
    /// Has a program, whose surroundings are set, serve at an address, and waits until it is ready.
    pub(crate) fn start(mut program: Command, address: SocketAddr) -> Self {
        program.args(["serve", "--listen", &address.to_string()]);
        let start = Instant::now();
        let child = program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
        let serving = Self(child);
        loop {
            let is_ready = TcpStream::connect(address).is_ok()
                && Connection::open(address).ask(&get("/readyz")).is_ok_and(|(status, _)| status == 200);
            if is_ready {
                return serving;
            }
            assert!(start.elapsed() < READY_TIME_MAX, "the server is not ready");
            thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _gone_already = self.0.kill();
        let _gone_already = self.0.wait();
    }
}

/// A request that asks GraphQL by POST.
pub(crate) fn graphql(query: &str) -> Vec<u8> {
    post_graphql(&serde_json::json!({ "query": query }))
}

/// The same with all that belongs to it.
pub(crate) fn post_graphql(body: &serde_json::Value) -> Vec<u8> {
    let body = body.to_string();
    let length = body.len();
    format!("POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}").into_bytes()
}

/// A request for an address.
pub(crate) fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").into_bytes()
}

/// A connection that is kept for one request after the other.
pub(crate) struct Connection {
    stream: TcpStream,
    /// What was received and is not taken yet.
    received: Vec<u8>,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("it is a socket");
        stream.set_read_timeout(Some(ANSWER_TIME_MAX)).expect("it is a socket");
        Self { stream, received: Vec::new(), buffer: vec![0; 64 * 1024] }
    }

    /// Sends a request; gives the status and the body of its answer.
    pub(crate) fn ask(&mut self, request: &[u8]) -> io::Result<(u16, Vec<u8>)> {
        self.stream.write_all(request)?;
        let (status, length) = self.take_head()?;
        if let Some(length) = length {
            return Ok((status, self.take(length)?));
        }
        let mut body = Vec::new();
        loop {
            let line = self.line_end(0)?;
            let line = self.take(line)?;
            let length = std::str::from_utf8(&line).map_err(io::Error::other)?.trim();
            let length = usize::from_str_radix(length, 16).map_err(io::Error::other)?;
            let chunk = self.take(length + 2)?;
            if length == 0 {
                return Ok((status, body));
            }
            body.extend_from_slice(&chunk[..length]);
        }
    }

    /// Takes the head of an answer: its status, and the length of its body where it tells that.
    fn take_head(&mut self) -> io::Result<(u16, Option<usize>)> {
        const LENGTH: &[u8] = b"content-length:";
        let (mut status, mut length, mut start) = (None, None, 0);
        loop {
            let end = self.line_end(start)?;
            let line = self.received[start..end].trim_ascii_end();
            let number = |bytes: &[u8]| std::str::from_utf8(bytes).ok()?.trim().parse().ok();
            if start == 0 {
                status = line.split(|byte| *byte == b' ').nth(1).and_then(number);
            } else if line.len() > LENGTH.len() && line[..LENGTH.len()].eq_ignore_ascii_case(LENGTH) {
                length = number(&line[LENGTH.len()..]);
            }
            let is_end = line.is_empty();
            start = end;
            if is_end {
                break;
            }
        }
        self.received.drain(..start);
        let status = status.and_then(|status| u16::try_from(status).ok());
        Ok((status.ok_or_else(|| io::Error::other("no status line"))?, length))
    }

    fn take(&mut self, length: usize) -> io::Result<Vec<u8>> {
        while self.received.len() < length {
            self.receive()?;
        }
        Ok(self.received.drain(..length).collect())
    }

    /// Where the line ends that begins at a place.
    fn line_end(&mut self, start: usize) -> io::Result<usize> {
        let mut looked_at = start;
        loop {
            if let Some(found) = self.received[looked_at..].iter().position(|byte| *byte == b'\n') {
                return Ok(looked_at + found + 1);
            }
            looked_at = self.received.len();
            self.receive()?;
        }
    }

    fn receive(&mut self) -> io::Result<()> {
        match self.stream.read(&mut self.buffer)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            length => {
                self.received.extend_from_slice(&self.buffer[..length]);
                Ok(())
            }
        }
    }
}

/// Times of requests, for whoever reads them.
#[derive(Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub(crate) fn absorb(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The time within which so many of ten thousand are answered; none where none was.
    pub(crate) fn quantile(&mut self, per_myriad: usize) -> Duration {
        self.0.sort_unstable();
        let last = self.0.len().saturating_sub(1);
        self.0.get((self.0.len() * per_myriad / 10_000).min(last)).copied().unwrap_or_default()
    }
}

/// A time in milliseconds.
pub(crate) struct Milliseconds(pub(crate) Duration);

impl fmt::Display for Milliseconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:.2}", self.0.as_secs_f64() * 1e3))
    }
}

/// Waits until a moment; how late it then is belongs to the time of what is asked.
pub(crate) fn wait_until(moment: Instant) {
    if let Some(left) = moment.checked_duration_since(Instant::now()) {
        thread::sleep(left);
    }
}

/// The number after an argument of the command line, or the usual one.
pub(crate) fn number_after(argument: &str, usual: u64) -> u64 {
    let given = std::env::args().skip_while(|given| given != argument).nth(1);
    given.map_or(usual, |given| given.parse().expect("a number follows"))
}

/// How busy the machine is beside the bench: the load average of the last minute, as the system tells it.
pub(crate) fn machine_load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or("unknown").to_owned()
}
