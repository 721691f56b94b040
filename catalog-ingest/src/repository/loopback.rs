//! A small git server on this machine, for tests.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    path::PathBuf,
    sync::Arc,
    thread,
};

use git2::Repository;
use rustls::{
    ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer},
};

/// What a server answers to a request: its first line, its headers and its body.
pub(crate) type Answer = Box<dyn Fn(&str, &str, &[u8]) -> Vec<u8> + Send + Sync>;

/// Serves requests until the test ends, each connection on a thread of its own; gives the port.
pub(crate) fn serve(answer: Answer) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        let answer = Arc::new(answer);
        for stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            thread::spawn(move || serve_one(stream, &answer));
        }
    });
    port
}

/// The same by https with a certificate and its key, in DER.
pub(crate) fn serve_tls(answer: Answer, certificate: &[u8], key: &[u8]) -> u16 {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let certificate = CertificateDer::from(certificate.to_vec());
    let key = PrivateKeyDer::Pkcs8(key.to_vec().into());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(vec![certificate], key));
    let config = Arc::new(config.expect("the certificate and its key belong together"));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = ServerConnection::new(Arc::clone(&config)).expect("the settings are good");
            let _ = serve_one(StreamOwned::new(connection, stream), &answer);
        }
    });
    port
}

fn serve_one(stream: impl Read + Write, answer: &Answer) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut first, mut headers, mut length) = (String::new(), String::new(), 0);
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.trim().is_empty() {
            break;
        }
        headers += &line;
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut stream = reader.into_inner();
    stream.write_all(&answer(&first, &headers, &body))?;
    stream.flush()
}

/// An answer with a body.
pub(crate) fn response(content_type: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend(body);
    bytes
}

/// A line of git's protocol.
pub(crate) fn line(text: &str) -> String {
    format!("{:04x}{text}", text.len() + 4)
}

/// A server of git's smart protocol, with everything in one pack for everyone.
pub(crate) fn git_server(folder: PathBuf) -> Answer {
    Box::new(move |first, _headers, body| {
        let repository = Repository::open(&folder).expect("the repository opens");
        if first.starts_with("GET") {
            let head = repository.head().expect("a branch");
            let (name, id) = (head.name().expect("a name").to_owned(), head.target().expect("a commit"));
            let text = line("# service=git-upload-pack\n")
                + "0000"
                + &line(&format!("{id} HEAD\0symref=HEAD:{name} ofs-delta\n"))
                + &line(&format!("{id} {name}\n"))
                + "0000";
            return response("application/x-git-upload-pack-advertisement", text.as_bytes());
        }
        let mut bytes = line("NAK\n").into_bytes();
        if body.windows(4).any(|word| word == b"done") {
            let mut pack = git2::Buf::new();
            let mut builder = repository.packbuilder().expect("a pack");
            let mut walk = repository.revwalk().expect("a walk");
            walk.push_head().expect("a commit");
            builder.insert_walk(&mut walk).expect("the commits are packed");
            builder.write_buf(&mut pack).expect("the pack is written");
            bytes.extend(&*pack);
        }
        response("application/x-git-upload-pack-result", &bytes)
    })
}
