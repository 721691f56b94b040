//! Git's smart protocol over HTTPS, on ureq and rustls instead of the system's OpenSSL.
//!
//! Stateless: `GET info/refs` for what there is, `POST git-upload-pack` for what is wanted; see
//! gitprotocol-http(5). Every request is bounded in time, and everything that arrives is counted.

use catalog_core::model::grouped;

use std::{
    io::{self, Read, Write},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use git2::{
    Remote,
    transport::{Service, SmartSubtransport, SmartSubtransportStream, Transport},
};
use ureq::{Agent, Body, http::Response, tls::TlsConfig, unversioned::transport::DefaultConnector};

use super::{
    FetchTrouble, RemoteUrl, Secret, authorities,
    fetch::{SharedContext, current},
    link_local::NoLinkLocal,
    remote_url::is_loopback,
};

/// How often a server may send us on to another path of its own.
const REDIRECTS_MAX: usize = 5;
/// Makes the transport of a fetch; libgit2 calls it.
pub(super) fn create(remote: &Remote<'_>) -> Result<Transport, git2::Error> {
    let context = current()?;
    let (url, limits) = context.with(|context| (context.url.clone(), context.limits.clone()));
    let authorities = context.with(|context| authorities::trusted(context.authorities.as_deref()));
    let authorities = authorities.map_err(|reason| context.fail(FetchTrouble::Lasting, reason))?;
    let mut config = Agent::config_builder()
        .timeout_connect(Some(limits.connect_max))
        .timeout_per_read(Some(limits.idle_max))
        .timeout_per_write(Some(limits.idle_max))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .tls_config(TlsConfig::builder().root_certs(authorities).build())
        .max_response_header_size(64 << 10)
        .user_agent(concat!("git/catalog-", env!("CARGO_PKG_VERSION")));
    if is_loopback(url.host()) {
        config = config.proxy(None);
    }
    let client = HttpClient {
        agent: Agent::with_parts(config.build(), DefaultConnector::default(), NoLinkLocal::default()),
        authorization: url.credentials().map(|login| basic_authorization(login.reveal())),
        base: base_of(&url),
        context,
    };
    Transport::smart(remote, true, HttpTransport { client: Arc::new(Mutex::new(client)) })
}

struct HttpTransport {
    client: Arc<Mutex<HttpClient>>,
}

impl SmartSubtransport for HttpTransport {
    fn action(&self, _url: &str, action: Service) -> Result<Box<dyn SmartSubtransportStream>, git2::Error> {
        let request = match action {
            Service::UploadPackLs => Request::References,
            Service::UploadPack => Request::Pack(Vec::new()),
            Service::ReceivePackLs | Service::ReceivePack => {
                return Err(git2::Error::from_str("repositories are only read, never written to"));
            }
        };
        Ok(Box::new(HttpStream { client: Arc::clone(&self.client), request, response: None, received: 0 }))
    }

    fn close(&self) -> Result<(), git2::Error> {
        Ok(())
    }
}

struct HttpClient {
    agent: Agent,
    authorization: Option<Secret>,
    base: String,
    context: Arc<SharedContext>,
}

enum Request {
    References,
    Pack(Vec<u8>),
}

impl HttpClient {
    /// What a server has, after following it to another path of the same host if it asks for that.
    fn references(&mut self) -> io::Result<Response<Body>> {
        for _ in 0..=REDIRECTS_MAX {
            let url = format!("{}/info/refs?service=git-upload-pack", self.base);
            let mut request = self.agent.get(&url).header("Accept", "*/*");
            if let Some(authorization) = &self.authorization {
                request = request.header("Authorization", authorization.reveal());
            }
            let left = self.time_left()?;
            let outcome = request.config().timeout_global(Some(left)).build().call();
            let response = outcome.map_err(|error| self.failed(&error))?;
            if response.status().is_redirection() {
                let target = response.headers().get("Location").and_then(|value| value.to_str().ok());
                self.base = self.redirected(target.unwrap_or_default())?;
                continue;
            }
            self.check(&response, "application/x-git-upload-pack-advertisement")?;
            return Ok(response);
        }
        Err(self.context.fail_io(format!("it redirects more than {REDIRECTS_MAX} times")))
    }

    fn pack(&self, wanted: &[u8]) -> io::Result<Response<Body>> {
        let mut request = self
            .agent
            .post(&format!("{}/git-upload-pack", self.base))
            .header("Content-Type", "application/x-git-upload-pack-request")
            .header("Accept", "application/x-git-upload-pack-result");
        if let Some(authorization) = &self.authorization {
            request = request.header("Authorization", authorization.reveal());
        }
        let left = self.time_left()?;
        let outcome = request.config().timeout_global(Some(left)).build().send(wanted);
        let response = outcome.map_err(|error| self.failed(&error))?;
        self.check(&response, "application/x-git-upload-pack-result")?;
        Ok(response)
    }

    fn time_left(&self) -> io::Result<Duration> {
        self.context
            .with(super::fetch::FetchContext::time_left)
            .map_err(|reason| self.context.fail_io(reason))
    }

    /// The new base of a redirect to the same scheme, host and port; every other one is refused.
    fn redirected(&self, target: &str) -> io::Result<String> {
        let origin_end = self.base.find("://").map_or(0, |at| at + 3);
        let origin_end = self.base[origin_end..].find('/').map_or(self.base.len(), |at| origin_end + at);
        let origin = &self.base[..origin_end];
        let path = if target.starts_with('/') && !target.starts_with("//") {
            Some(target)
        } else {
            target.strip_prefix(origin).filter(|path| path.starts_with('/'))
        };
        let path = path.and_then(|path| path.strip_suffix("/info/refs?service=git-upload-pack"));
        match path {
            Some(path) if !path.chars().any(|c| c.is_control() || c.is_whitespace()) => {
                Ok(format!("{origin}{path}"))
            }
            _ => Err(self.context.fail_io(
                "it redirects to another host or to something that is no repository, which is not followed; \
                 use the address that it redirects to",
            )),
        }
    }

    fn check(&self, response: &Response<Body>, content_type: &str) -> io::Result<()> {
        let status = response.status().as_u16();
        let advice = match status {
            200 => {
                let found = response.headers().get("Content-Type").and_then(|value| value.to_str().ok());
                if found == Some(content_type) {
                    return Ok(());
                }
                return Err(self.context.fail_io(
                    "it does not speak git's smart protocol; expected the address of a git repository",
                ));
            }
            401 | 403 => {
                "it asks for a login; give one that may read the repository, as in `https://TOKEN@host/…`"
            }
            404 => "it knows no such repository, or not for this login",
            429 => "it asks to be visited less often; try again later",
            500 | 502 | 503 | 504 => "it has troubles of its own; try again later",
            _ => "expected status 200",
        };
        let trouble = match status {
            401 => FetchTrouble::LoginWanted,
            429 | 500 | 502 | 503 | 504 => FetchTrouble::Passing { retry_after: retry_after(response) },
            _ => FetchTrouble::Lasting,
        };
        let reason = format!("the server answered with status {status}: {advice}");
        Err(self.context.fail_io_with(trouble, reason))
    }

    fn failed(&self, error: &ureq::Error) -> io::Error {
        let limits = self.context.with(|context| context.limits.clone());
        let passing = FetchTrouble::Passing { retry_after: None };
        let (trouble, reason) = match error {
            ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => (
                passing,
                format!("no connection within the limit `fetch.connect_max` of {:?}", limits.connect_max),
            ),
            ureq::Error::Timeout(ureq::Timeout::Global) => (
                FetchTrouble::Lasting,
                format!("it took longer than the limit `fetch.total_max` of {:?}", limits.total_max),
            ),
            ureq::Error::Timeout(_) => (
                passing,
                format!("it was silent for longer than the limit `fetch.idle_max` of {:?}", limits.idle_max),
            ),
            ureq::Error::HostNotFound => {
                (FetchTrouble::Lasting, "its host is not known, or has only link-local addresses".to_owned())
            }
            ureq::Error::Io(error) => (trouble_of(error), error.to_string()),
            other => (FetchTrouble::Lasting, other.to_string()),
        };
        let is_certificate = reason.contains("invalid peer certificate");
        let advice = if is_certificate { "; name whom to trust with `[fetch] ca_file`" } else { "" };
        let reason = format!("{reason}{advice}");
        self.context.fail_io_with(trouble, reason)
    }
}

/// Whether a connection broke that was there, which may not happen again.
fn trouble_of(error: &io::Error) -> FetchTrouble {
    match error.kind() {
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::UnexpectedEof => FetchTrouble::Passing { retry_after: None },
        _ => FetchTrouble::Lasting,
    }
}

/// How long a server wants to be left alone: RFC 9110, section 10.2.3. A date is passed over, because
/// nothing here reads the clock.
fn retry_after(response: &Response<Body>) -> Option<Duration> {
    let value = response.headers().get("Retry-After")?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_secs)
}

struct HttpStream {
    client: Arc<Mutex<HttpClient>>,
    request: Request,
    response: Option<Box<dyn Read + Send>>,
    received: u64,
}

impl Read for HttpStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut client = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if self.response.is_none() {
            let body: Box<dyn Read + Send> = match &self.request {
                Request::References => Box::new(client.references()?.into_body().into_reader()),
                Request::Pack(wanted) => Box::new(client.pack(wanted)?.into_body().into_reader()),
            };
            self.response = Some(body);
        }
        let response = self.response.as_mut().expect("the response was just received");
        let bytes = response.read(buffer).map_err(|error| {
            let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>());
            match inner {
                Some(inner) => client.failed(inner),
                None if matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => {
                    client.failed(&ureq::Error::Timeout(ureq::Timeout::RecvBody))
                }
                None => client.context.fail_io_with(trouble_of(&error), error.to_string()),
            }
        })?;
        let counted = client.context.with(|context| context.received(bytes));
        counted.map_err(|reason| client.context.fail_io(reason))?;
        self.received += bytes as u64;
        if matches!(self.request, Request::References) {
            let limit = client.context.with(|context| context.limits.references_bytes_max);
            if self.received > limit {
                return Err(client.context.fail_io(format!(
                    "its list of branches and tags is longer than the limit `fetch.references_bytes_max` of {}",
                    grouped(limit)
                )));
            }
        }
        Ok(bytes)
    }
}

impl Write for HttpStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.request {
            Request::Pack(wanted) if self.response.is_none() => {
                wanted.extend_from_slice(bytes);
                Ok(bytes.len())
            }
            _ => Err(io::Error::other("the request was already sent")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn base_of(url: &RemoteUrl) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}{}", url.scheme().name(), url.host(), url.path().trim_end_matches('/'))
}

/// `Basic` and the credentials in base 64, as RFC 7617 has it. A token alone stands as the user.
fn basic_authorization(credentials: &str) -> Secret {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let credentials =
        if credentials.contains(':') { credentials.to_owned() } else { format!("{credentials}:") };
    let mut text = "Basic ".to_owned();
    for chunk in credentials.as_bytes().chunks(3) {
        let group =
            chunk.iter().fold(0, |group, byte| group << 8 | usize::from(*byte)) << (8 * (3 - chunk.len()));
        for index in 0..4 {
            let digit = if index <= chunk.len() { DIGITS[group >> (18 - 6 * index) & 63] } else { b'=' };
            text.push(char::from(digit));
        }
    }
    Secret::new(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_written_in_base_64() {
        // The example of RFC 7617, section 2.
        let authorization = |login: &str| basic_authorization(login).reveal().to_owned();
        assert_eq!(authorization("Aladdin:open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(authorization("token"), "Basic dG9rZW46");
    }
}
