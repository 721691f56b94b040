//! Where a collector is, and what it is told beside the spans.

use std::{fmt, path::Path};

use catalog_ingest::repository::trusted_authorities;
use ureq::{
    Agent,
    http::{HeaderName, HeaderValue, Uri},
    tls::TlsConfig,
};

/// The path of traces below a collector's address.
const TRACES_PATH: &str = "/v1/traces";
/// The most bytes that the head of an answer may have.
const HEAD_BYTES_MAX: usize = 16 << 10;

/// Where a collector is. What is in its headers is shown nowhere.
#[derive(Clone)]
pub struct TraceEndpoint {
    pub(super) agent: Agent,
    pub(super) url: Uri,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
}

impl fmt::Debug for TraceEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TraceEndpoint").field("url", &self.url).finish_non_exhaustive()
    }
}

impl TraceEndpoint {
    /// The collector at an address, as in `http://127.0.0.1:4318`; what names no path gets `/v1/traces`. Headers
    /// are as in `OTEL_EXPORTER_OTLP_HEADERS`: `name=value`, with commas between them and values
    /// percent-encoded. By https the machine's own authorities are trusted and those of a file in PEM.
    ///
    /// # Errors
    ///
    /// Why it is not understood, in words that repeat no secret.
    pub fn new(endpoint: &str, headers: &str, authorities: Option<&Path>) -> Result<Self, String> {
        let url = url(endpoint)?;
        let headers = headers.split(',').map(str::trim).filter(|header| !header.is_empty());
        let headers = headers.map(header).collect::<Option<_>>();
        let headers = headers.ok_or("its headers are not understood: expected `name=value,…`")?;
        let mut config = Agent::config_builder()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .max_response_header_size(HEAD_BYTES_MAX)
            .user_agent(concat!("catalog/", env!("CARGO_PKG_VERSION")));
        if url.host().is_some_and(|host| ["localhost", "127.0.0.1", "[::1]"].contains(&host)) {
            config = config.proxy(None);
        }
        if url.scheme_str() == Some("https") {
            let authorities = trusted_authorities(authorities)?;
            config = config.tls_config(TlsConfig::builder().root_certs(authorities).build());
        }
        Ok(Self { agent: config.build().new_agent(), url, headers })
    }
}

fn url(endpoint: &str) -> Result<Uri, String> {
    let expected = "expected an address as in `http://127.0.0.1:4318`";
    let url: Uri = endpoint.trim().parse().map_err(|_| format!("it is no address; {expected}"))?;
    let is_http = matches!(url.scheme_str(), Some("http" | "https"));
    let authority = url.authority().filter(|of| is_http && !of.host().is_empty());
    let authority = authority.ok_or_else(|| format!("it is no address of http or https; {expected}"))?;
    if authority.as_str().contains('@') {
        return Err(format!("a login does not belong into the address, but into a header; {expected}"));
    }
    if url.path() != "/" || url.query().is_some() {
        return Ok(url);
    }
    let scheme = url.scheme_str().unwrap_or("http");
    let whole = format!("{scheme}://{authority}{TRACES_PATH}");
    whole.parse().map_err(|_| format!("it is no address; {expected}"))
}

fn header(text: &str) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = text.split_once('=')?;
    let name = HeaderName::from_bytes(name.trim().as_bytes()).ok()?;
    let mut value = HeaderValue::from_bytes(&decoded(value.trim())?).ok()?;
    value.set_sensitive(true);
    Some((name, value))
}

/// The bytes of a percent-encoded text.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = text.bytes();
    let mut plain = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'%' => {
                let digits = [bytes.next()?, bytes.next()?];
                let is_hexadecimal = digits.iter().all(u8::is_ascii_hexdigit);
                let digits = str::from_utf8(&digits).ok().filter(|_| is_hexadecimal)?;
                u8::from_str_radix(digits, 16).ok()?
            }
            byte => byte,
        });
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_a_path_gets_that_of_traces() {
        let check = |endpoint: &str, expected: &str| {
            assert_eq!(url(endpoint).map(|url| url.to_string()).as_deref(), Ok(expected), "{endpoint}");
        };
        check("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces");
        check("https://otel.example.com/", "https://otel.example.com/v1/traces");
        check("https://otel.example.com/otlp/v1/traces", "https://otel.example.com/otlp/v1/traces");
    }

    #[test]
    fn what_is_no_address_is_said_without_repeating_it() {
        for wrong in ["", "127.0.0.1:4318", "grpc://x:4317", "http://", "http://me:hunter2@x", "http://a b"] {
            let error = url(wrong).expect_err(wrong);
            assert!(error.contains("expected an address") && !error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn headers_are_read_as_the_environment_writes_them() {
        let of = |headers: &str| TraceEndpoint::new("http://127.0.0.1:1", headers, None);
        let endpoint = of("authorization=Bearer%20a%3Db, x-scope = one,").expect("they are understood");
        let shown: Vec<_> =
            endpoint.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        assert_eq!(shown, [("authorization", b"Bearer a=b".as_slice()), ("x-scope", b"one")]);
        assert!(!format!("{endpoint:?}").contains("Bearer"));
        for wrong in ["novalue", "a b=c", "a=%", "a=%+1", "a=%0a"] {
            assert!(of(wrong).is_err_and(|error| !error.contains(wrong)), "{wrong}");
        }
    }
}
