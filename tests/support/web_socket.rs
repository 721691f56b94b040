//! A client that speaks just enough of WebSocket to be told something.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// An open WebSocket.
pub(crate) struct WebSocket(TcpStream);

/// What a server says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Received {
    /// A text.
    Text(String),
    /// That it has enough, with a code.
    Close(u16),
    /// Nothing any more.
    Gone,
}

impl WebSocket {
    /// Opens one at `/graphql` with further headers, each ended by a line; an error is what was answered.
    pub(crate) fn open(address: SocketAddr, headers: &str) -> Result<Self, String> {
        let mut stream = TcpStream::connect(address).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a time limit");
        write!(
            stream,
            "GET /graphql HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
        )
        .expect("the request is sent");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            match stream.read(&mut byte) {
                Ok(1) => head.push(byte[0]),
                _ => break,
            }
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        if !head.starts_with("HTTP/1.1 101 ") {
            return Err(head);
        }
        // The example of RFC 6455.
        assert!(head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "{head}");
        Ok(Self(stream))
    }

    /// Opens one that speaks the protocol of GraphQL, and begins.
    pub(crate) fn begun(address: SocketAddr) -> Self {
        let mut socket = Self::open(address, "Sec-WebSocket-Protocol: graphql-transport-ws\r\n")
            .unwrap_or_else(|answer| panic!("{answer}"));
        socket.send(r#"{"type":"connection_init"}"#);
        assert_eq!(socket.receive(), Received::Text(r#"{"type":"connection_ack"}"#.to_owned()));
        socket
    }

    /// Says a text.
    pub(crate) fn send(&mut self, text: &str) {
        self.frame(1, text.as_bytes());
    }

    fn frame(&mut self, code: u8, bytes: &[u8]) {
        let mut frame = vec![0x80 | code];
        match bytes.len() {
            length @ 0..126 => frame.push(0x80 | length as u8),
            length @ 126..65_536 => {
                frame.push(0x80 | 126);
                frame.extend((length as u16).to_be_bytes());
            }
            length => {
                frame.push(0x80 | 127);
                frame.extend((length as u64).to_be_bytes());
            }
        }
        // A mask of zeros leaves the bytes as they are.
        frame.extend([0; 4]);
        frame.extend(bytes);
        // A server that has enough may be gone.
        let _gone = self.0.write_all(&frame);
    }

    /// What is said next, apart from questions whether one is there, which are answered.
    pub(crate) fn receive(&mut self) -> Received {
        loop {
            let mut head = [0; 2];
            if self.0.read_exact(&mut head).is_err() {
                return Received::Gone;
            }
            let length = match head[1] & 0x7f {
                126 => u64::from(u16::from_be_bytes(self.take())),
                127 => u64::from_be_bytes(self.take()),
                length => u64::from(length),
            };
            let mut bytes = vec![0; usize::try_from(length).expect("a length")];
            self.0.read_exact(&mut bytes).expect("the whole frame");
            match head[0] & 0xf {
                1 => return Received::Text(String::from_utf8(bytes).expect("text")),
                8 => {
                    let code = bytes.get(..2).map_or(1005, |code| u16::from_be_bytes([code[0], code[1]]));
                    return Received::Close(code);
                }
                9 => self.frame(10, &bytes),
                _ => {}
            }
        }
    }

    /// The text that is said next.
    #[track_caller]
    pub(crate) fn text(&mut self) -> String {
        match self.receive() {
            Received::Text(text) => text,
            other => panic!("expected a text, received {other:?}"),
        }
    }

    fn take<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.read_exact(&mut bytes).expect("the whole frame");
        bytes
    }
}
