//! Encryption by TLS, with a certificate and a key that may be exchanged while the server runs.
//!
//! TLS 1.2 and 1.3 with the suites of rustls, HTTP/1.1 only. A pair that cannot be used leaves the former
//! in use: a server never loses its certificate to a half-finished copy.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::write_stall::WriteStall;

/// The first byte of a TLS handshake.
const HANDSHAKE: u8 = 0x16;
/// How much of a plain request is read before the connection is closed, in bytes: closing with bytes unread
/// would take the answer away from who sent them.
const PLAIN_BYTES_MAX: usize = 64 * 1024;
/// What somebody hears who speaks plain HTTP to a port of TLS.
const PLAIN_ANSWER: &str = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 46\r\n\
                            Connection: close\r\n\r\nthis port is encrypted: use https:// to ask it";

/// The certificate and key of the server, read from files.
pub struct TlsIdentity {
    certificate: PathBuf,
    key: PathBuf,
    current: Mutex<Current>,
}

struct Current {
    config: Arc<ServerConfig>,
    /// The files as they were when they were last looked at, whether or not they could be used.
    seen: Stamps,
}

/// What tells one state of a pair of files from another without opening them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamps([Option<(SystemTime, u64)>; 2]);

/// Why a certificate and a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("file `{}` could not be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file holds something else.
    #[error("file `{}` holds {found}; expected {expected} in PEM", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What it holds.
        found: &'static str,
        /// What it should hold.
        expected: &'static str,
    },
    /// The two do not go together, or cannot be used.
    #[error("certificate `{}` and key `{}` cannot be used together: {source}", certificate.display(), key.display())]
    Pair {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
        /// Why.
        source: rustls::Error,
    },
}

/// What reading the files again came to.
#[derive(Debug)]
pub enum TlsReload {
    /// Other files; new connections get the new certificate.
    Replaced,
    /// The files cannot be used; new connections get the former certificate.
    Kept(TlsError),
}

impl TlsIdentity {
    /// Reads a chain of certificates, the server's own first, and its key, both in PEM.
    ///
    /// # Errors
    ///
    /// A file cannot be read, holds something else, or they do not go together.
    pub fn load(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let seen = Stamps::of(certificate, key);
        let config = read(certificate, key)?;
        let current = Mutex::new(Current { config, seen });
        Ok(Self { certificate: certificate.to_owned(), key: key.to_owned(), current })
    }

    /// Reads the files again.
    pub fn reload(&self) -> TlsReload {
        let seen = Stamps::of(&self.certificate, &self.key);
        let read = read(&self.certificate, &self.key);
        let mut current = self.lock();
        current.seen = seen;
        match read {
            Ok(config) => {
                current.config = config;
                TlsReload::Replaced
            }
            Err(error) => TlsReload::Kept(error),
        }
    }

    /// Whether the files are others than those last looked at.
    pub(super) fn has_changed(&self) -> bool {
        self.lock().seen != Stamps::of(&self.certificate, &self.key)
    }

    /// Begins a connection: the handshake, within a time.
    pub(super) async fn accept(
        &self,
        stream: TcpStream,
        handshake_time_max: Duration,
        stall_max: Duration,
    ) -> io::Result<TlsStream<WriteStall<TcpStream>>> {
        let config = Arc::clone(&self.lock().config);
        let handshake = async {
            let mut first = [0_u8; 1];
            if stream.peek(&mut first).await? == 0 {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
            }
            if first[0] == HANDSHAKE {
                return TlsAcceptor::from(config).accept(WriteStall::new(stream, stall_max)).await;
            }
            turn_away(stream, first[0]).await?;
            Err(io::Error::new(io::ErrorKind::InvalidData, "the client does not speak TLS"))
        };
        timeout(handshake_time_max, handshake).await.unwrap_or_else(|_| {
            Err(io::Error::new(io::ErrorKind::TimedOut, "the handshake took longer than it may"))
        })
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        // What it holds is replaced whole, so a panic of another holder leaves it sound.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for TlsIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { certificate, key, .. } = self;
        f.debug_struct("TlsIdentity")
            .field("certificate", certificate)
            .field("key", key)
            .finish_non_exhaustive()
    }
}

impl Stamps {
    fn of(certificate: &Path, key: &Path) -> Self {
        Self([certificate, key].map(|path| {
            let metadata = std::fs::metadata(path).ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        }))
    }
}

/// Tells somebody who speaks plain HTTP what is spoken here. Who speaks nothing known hears nothing.
async fn turn_away(mut stream: TcpStream, first: u8) -> io::Result<()> {
    if !first.is_ascii_uppercase() {
        return Ok(());
    }
    stream.write_all(PLAIN_ANSWER.as_bytes()).await?;
    stream.shutdown().await?;
    let mut read = 0;
    let mut rest = [0_u8; 4096];
    while read < PLAIN_BYTES_MAX {
        match stream.read(&mut rest).await? {
            0 => break,
            bytes => read += bytes,
        }
    }
    Ok(())
}

fn read(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let pem = |path: &Path| {
        std::fs::read(path).map_err(|source| TlsError::Unreadable { path: path.to_owned(), source })
    };
    let content = |path: &Path, found, expected| TlsError::Content { path: path.to_owned(), found, expected };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem(certificate)?).collect();
    let chain = chain
        .ok()
        .filter(|chain| !chain.is_empty())
        .ok_or_else(|| content(certificate, "no certificate", "the chain of the server's certificates"))?;
    let private_key = PrivateKeyDer::from_pem_slice(&pem(key)?)
        .map_err(|_| content(key, "no private key", "the private key of the certificate"))?;
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private_key))
        .map(|mut config| {
            config.alpn_protocols = vec![b"http/1.1".to_vec()];
            Arc::new(config)
        })
        .map_err(|source| TlsError::Pair { certificate: certificate.to_owned(), key: key.to_owned(), source })
}
