//! One request to a server: bounded, without redirects, with a token only where nobody reads along.

use std::{
    io::{self, Read},
    path::Path,
    time::Duration,
};

use catalog_ingest::repository::{Secret, trusted_authorities};
use serde_json::Value;
use ureq::{
    Agent, Body,
    http::{Request, Response},
    tls::TlsConfig,
};

use super::{AskError, ClientLimits, ServerUrl};

/// The most bytes that the head of an answer may have.
const HEAD_BYTES_MAX: usize = 64 << 10;
/// How much of what a server says about a refusal is read, in bytes.
const SAID_BYTES_MAX: u64 = 16 << 10;
/// How much of it is repeated, in characters.
const SAID_CHARS_MAX: usize = 300;

/// Asks one server.
#[derive(Debug)]
pub struct ServerClient {
    agent: Agent,
    url: ServerUrl,
    token: Option<Secret>,
    pub(super) limits: ClientLimits,
}

impl ServerClient {
    /// A client that trusts the machine's own authorities and those of a file in PEM. The token is left out where
    /// the server is not one that [takes it](ServerUrl::takes_token).
    ///
    /// # Errors
    ///
    /// The file of authorities cannot be read, or holds none.
    pub fn new(
        url: ServerUrl,
        token: Option<Secret>,
        ca_file: Option<&Path>,
        limits: ClientLimits,
    ) -> Result<Self, String> {
        let mut config = Agent::config_builder()
            .timeout_resolve(Some(limits.connect_max))
            .timeout_connect(Some(limits.connect_max))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .max_response_header_size(HEAD_BYTES_MAX)
            .user_agent(concat!("catalog/", env!("CARGO_PKG_VERSION")));
        if url.is_loopback() {
            config = config.proxy(None);
        }
        // The machine's authorities take a moment to read.
        if url.is_https() || ca_file.is_some() {
            let authorities = trusted_authorities(ca_file)?;
            config = config.tls_config(TlsConfig::builder().root_certs(authorities).build());
        }
        let token = token.filter(|_| url.takes_token());
        Ok(Self { agent: config.build().new_agent(), url, token, limits })
    }

    /// The server.
    pub fn url(&self) -> &ServerUrl {
        &self.url
    }

    /// Whether the server knows the token and lets it read.
    ///
    /// # Errors
    ///
    /// It does not, or gives no answer.
    pub fn check(&self) -> Result<(), AskError> {
        let answer = self.get("/export/measures", None, self.limits.silence_max, self.limits.whole_max)?;
        self.body(answer).map(drop)
    }

    /// Sends a GraphQL request and gives its `data`.
    ///
    /// # Errors
    ///
    /// The server gives no answer, or one with errors: whether anything was changed is then not known.
    pub fn graphql(&self, query: &str, variables: &Value) -> Result<Value, AskError> {
        let body = serde_json::json!({ "query": query, "variables": variables }).to_string();
        let request = Request::builder()
            .method("POST")
            .uri(format!("{}/graphql", self.url))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json");
        let request = self.with_token(request).body(body.into_bytes());
        let answer = self.run(request, self.limits.silence_max, self.limits.whole_max)?;
        let bytes = self.body(answer)?;
        let mut answer: Value = serde_json::from_slice(&bytes)
            .map_err(|_| AskError::Foreign("its answer to GraphQL is no JSON".to_owned()))?;
        match answer["errors"][0]["message"].as_str() {
            Some(message) => Err(AskError::Refused(shortened(message))),
            None => Ok(answer["data"].take()),
        }
    }

    /// Asks for an address below that of the server, unless it is what a tag names. The answer has status 200 or
    /// 304.
    pub(super) fn get(
        &self,
        path: &str,
        unless: Option<&str>,
        silence_max: Duration,
        whole_max: Duration,
    ) -> Result<Response<Body>, AskError> {
        let mut request = Request::builder().method("GET").uri(format!("{}{path}", self.url));
        if self.url.is_loopback() {
            // Nothing is won by making it smaller on its way within one machine.
            request = request.header("Accept-Encoding", "identity");
        }
        if let Some(tag) = unless {
            request = request.header("If-None-Match", format!("\"{tag}\""));
        }
        self.run(self.with_token(request).body(()), silence_max, whole_max)
    }

    fn with_token(&self, request: ureq::http::request::Builder) -> ureq::http::request::Builder {
        match &self.token {
            Some(token) => request.header("Authorization", format!("Bearer {}", token.reveal())),
            None => request,
        }
    }

    fn run(
        &self,
        request: Result<Request<impl ureq::AsSendBody>, ureq::http::Error>,
        silence_max: Duration,
        whole_max: Duration,
    ) -> Result<Response<Body>, AskError> {
        // The message of such an error could repeat a header.
        let request = request.map_err(|_| AskError::Unreachable("the request cannot be made".to_owned()))?;
        let request = self
            .agent
            .configure_request(request)
            .timeout_per_read(Some(silence_max))
            .timeout_per_write(Some(silence_max))
            .timeout_recv_response(Some(silence_max))
            .timeout_global(Some(whole_max))
            .build();
        let answer = self.agent.run(request).map_err(|error| failed(&error))?;
        let status = answer.status().as_u16();
        match status {
            200 | 304 => Ok(answer),
            401 => Err(AskError::Unauthenticated { with_token: self.token.is_some() }),
            403 => Err(AskError::Forbidden(said(answer))),
            301 | 302 | 303 | 307 | 308 => {
                let target = answer.headers().get("location").and_then(|value| value.to_str().ok());
                Err(AskError::Elsewhere(target.map_or_else(String::new, |to| format!("`{}`", shortened(to)))))
            }
            _ => Err(AskError::Status { status, said: said(answer) }),
        }
    }

    /// The whole body of an answer.
    pub(super) fn body(&self, answer: Response<Body>) -> Result<Vec<u8>, AskError> {
        let (name, value) = ("client.answer_bytes_max", self.limits.answer_bytes_max);
        let mut bytes = Vec::new();
        let mut from = answer.into_body().into_reader().take(value.saturating_add(1));
        from.read_to_end(&mut bytes).map_err(|error| broken(&error))?;
        if bytes.len() as u64 > value {
            return Err(AskError::TooLarge { name, value });
        }
        Ok(bytes)
    }
}

/// What the server says about a refusal, where it says so as ours do.
fn said(answer: Response<Body>) -> String {
    let mut bytes = Vec::new();
    let read = answer.into_body().into_reader().take(SAID_BYTES_MAX).read_to_end(&mut bytes);
    let body: Value = read.ok().and_then(|_| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    shortened(body["errors"][0]["message"].as_str().unwrap_or_default())
}

/// The beginning of a text that somebody else wrote.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(SAID_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Why reading an answer broke off.
pub(super) fn broken(error: &io::Error) -> AskError {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
        Some(inner) => failed(inner),
        None => AskError::Unreachable(format!("the answer broke off: {error}")),
    }
}

/// What the library of TLS found in a certificate, in words.
fn explained(found: &str) -> String {
    let words = [
        ("UnknownIssuer", "nobody whom this machine trusts vouches for it"),
        ("NotValidForName", "it is for another name"),
        ("Expired", "it has expired"),
        ("NotValidYet", "it is not valid yet"),
        (
            "CaUsedAsEndEntity",
            "it is an authority's own, which no server may show; `-addext basicConstraints=critical,CA:FALSE` has openssl make another",
        ),
    ];
    match words.iter().find(|(code, _)| found.contains(code)) {
        Some((code, words)) => format!("{words} ({code})"),
        None => found.to_owned(),
    }
}

fn failed(error: &ureq::Error) -> AskError {
    AskError::Unreachable(match error {
        ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
            "no connection in time".to_owned()
        }
        ureq::Error::Timeout(_) => "no answer in time".to_owned(),
        ureq::Error::HostNotFound => "its name is not known".to_owned(),
        ureq::Error::ConnectionFailed => "the connection was refused".to_owned(),
        ureq::Error::LargeResponseHeader(..) => {
            return AskError::Foreign(format!("its headers are more than {HEAD_BYTES_MAX} bytes"));
        }
        other => {
            let said = other.to_string();
            // What the library of TLS found is handed on as a text.
            return match said.split_once("invalid peer certificate: ") {
                Some((_, why)) => AskError::Untrusted(explained(why)),
                None => AskError::Unreachable(said),
            };
        }
    })
}
