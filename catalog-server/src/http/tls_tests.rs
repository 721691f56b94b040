//! Encrypted connections: what a client sees of certificates, and what becomes of who does not encrypt.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use catalog_core::{catalog::CurrentGraph, sketch};
use rcgen::{CertificateParams, KeyPair};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tempfile::TempDir;

use super::{
    HttpLimits, Readiness, ServerState, TlsError, TlsIdentity, TlsReload,
    tests::{SHOP, TestServer, check_status, read_to_end},
};
use crate::graphql::GraphqlLimits;

/// A folder with a certificate for this machine and its key.
struct Pair(TempDir);

impl Pair {
    fn new() -> Self {
        let pair = Self(TempDir::new().expect("a folder"));
        pair.write();
        pair
    }

    /// Makes a new certificate with a new key.
    fn write(&self) {
        let key = KeyPair::generate().expect("a key");
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let certificate =
            CertificateParams::new(names).expect("names").self_signed(&key).expect("a certificate");
        std::fs::write(self.certificate(), certificate.pem()).expect("a file");
        std::fs::write(self.key(), key.serialize_pem()).expect("a file");
    }

    fn certificate(&self) -> PathBuf {
        self.0.path().join("server.pem")
    }

    fn key(&self) -> PathBuf {
        self.0.path().join("server.key")
    }

    fn identity(&self) -> TlsIdentity {
        TlsIdentity::load(&self.certificate(), &self.key()).expect("the pair can be used")
    }
}

fn serve(identity: TlsIdentity, limits: HttpLimits) -> TestServer {
    let catalog = Arc::new(CurrentGraph::new(sketch::graph(SHOP)));
    let readiness = Arc::new(Readiness::ready());
    let state = ServerState::with_limits(catalog, readiness, limits, GraphqlLimits::default());
    TestServer::start_state(state.encrypted_by(identity))
}

/// Asks over TLS, trusting only the certificate in a file.
fn ask(server: &TestServer, trusted: &Path) -> io::Result<String> {
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_file_iter(trusted).expect("a file");
    roots.add_parsable_certificates(certificates.map(|certificate| certificate.expect("a certificate")));
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("a name");
    let connection = ClientConnection::new(Arc::new(config), name).expect("a client");
    let mut stream = StreamOwned::new(connection, server.connect());
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[test]
fn a_client_that_trusts_the_certificate_is_answered_and_told_to_come_encrypted_only() {
    let pair = Pair::new();
    let server = serve(pair.identity(), HttpLimits::default());
    let answer = ask(&server, &pair.certificate()).expect("an answer");
    check_status(&answer, 200);
    assert!(answer.contains("strict-transport-security: max-age=31536000"), "{answer}");
    assert!(ask(&server, &Pair::new().certificate()).is_err(), "another certificate is not trusted");
}

#[test]
fn a_new_pair_is_used_once_it_is_whole() {
    let pair = Pair::new();
    let identity = Arc::new(pair.identity());
    let former = pair.0.path().join("former.pem");
    std::fs::copy(pair.certificate(), &former).expect("a copy");
    let state =
        ServerState::new(Arc::new(CurrentGraph::new(sketch::graph(SHOP))), Arc::new(Readiness::ready()));
    let mut state = state;
    state.tls = Some(Arc::clone(&identity));
    let server = TestServer::start_state(state);

    let other = Pair::new();
    std::fs::copy(other.certificate(), pair.certificate()).expect("a copy");
    assert!(matches!(identity.reload(), TlsReload::Kept(TlsError::Pair { .. })));
    check_status(&ask(&server, &former).expect("the former is used on"), 200);

    std::fs::copy(other.key(), pair.key()).expect("a copy");
    assert!(matches!(identity.reload(), TlsReload::Replaced));
    assert!(ask(&server, &former).is_err(), "the former is used no more");
    check_status(&ask(&server, &other.certificate()).expect("an answer"), 200);
}

#[test]
fn what_is_no_pair_is_said_with_its_file() {
    let pair = Pair::new();
    let load = |certificate: &Path, key: &Path| {
        TlsIdentity::load(certificate, key).expect_err("no pair").to_string()
    };
    let nothing = pair.0.path().join("nothing.pem");
    assert!(load(&nothing, &pair.key()).contains("nothing.pem` could not be read"));
    assert!(load(&pair.key(), &pair.key()).contains("server.key` holds no certificate; expected"));
    assert!(load(&pair.certificate(), &pair.certificate()).contains("server.pem` holds no private key"));
    assert!(load(&pair.certificate(), &Pair::new().key()).contains("cannot be used together"));
}

#[test]
fn who_does_not_encrypt_is_told_to() {
    let pair = Pair::new();
    let server = serve(pair.identity(), HttpLimits::default());
    let answer = server.get("/healthz");
    check_status(&answer, 400);
    assert!(answer.ends_with("this port is encrypted: use https:// to ask it"), "{answer}");
    assert_eq!(server.exchange(b"\0\0\0"), "", "what is neither is closed");
}

#[test]
fn a_handshake_that_does_not_go_on_is_not_waited_for() {
    let pair = Pair::new();
    let limits = HttpLimits { handshake_time_max: Duration::from_millis(50), ..HttpLimits::default() };
    let server = serve(pair.identity(), limits);
    for begun in [&b""[..], b"\x16\x03\x01", b"GET / HTTP/1.1\r\n"] {
        let mut stream: TcpStream = server.connect();
        stream.write_all(begun).expect("a beginning can be sent");
        let answer = read_to_end(&mut stream);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
}
