//! The address of a server, as people write it.

use std::{fmt, net::IpAddr};

use sha2::{Digest as _, Sha256};
use ureq::http::Uri;

/// The address of a server: `http` or `https`, a host, a port, and the path below which it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerUrl {
    is_https: bool,
    /// In lower case; an IPv6 address stands in brackets.
    host: String,
    port: u16,
    /// Empty, or with a `/` at its beginning and none at its end.
    path: String,
}

/// Why a text is no address of a server. The text is not repeated: it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServerUrlError {
    /// It cannot be read, or has no scheme and host.
    #[error("the server's address is not understood; expected one as in `https://catalog.example.com`")]
    Form,
    /// It holds a login.
    #[error("the server's address holds a login; a token is given by `catalog login` or CATALOG_TOKEN")]
    Login,
    /// It holds a query or a fragment.
    #[error("the server's address ends with a query or a fragment; expected host, port and path alone")]
    Rest,
}

impl ServerUrl {
    /// Reads an address.
    ///
    /// # Errors
    ///
    /// It is none, or holds more than where the server is.
    pub fn parse(text: &str) -> Result<Self, ServerUrlError> {
        let text = text.trim();
        if text.contains('#') {
            return Err(ServerUrlError::Rest);
        }
        let uri: Uri = text.parse().map_err(|_| ServerUrlError::Form)?;
        let is_https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(ServerUrlError::Form),
        };
        let authority = uri.authority().ok_or(ServerUrlError::Form)?;
        if authority.as_str().contains('@') {
            return Err(ServerUrlError::Login);
        }
        if uri.query().is_some() {
            return Err(ServerUrlError::Rest);
        }
        let host = authority.host().to_ascii_lowercase();
        // What is no port is no end of a host either.
        let port = match authority.as_str().get(host.len()..).unwrap_or_default() {
            "" => Some(if is_https { 443 } else { 80 }),
            port => port.strip_prefix(':').and_then(|port| port.parse().ok()).filter(|port| *port > 0),
        };
        let path = uri.path().trim_end_matches('/').to_owned();
        let is_plain = path.split('/').all(|part| part != "." && part != "..");
        if host.is_empty() || !is_plain {
            return Err(ServerUrlError::Form);
        }
        Ok(Self { is_https, host, port: port.ok_or(ServerUrlError::Form)?, path })
    }

    /// Whether connections to it are encrypted.
    pub fn is_https(&self) -> bool {
        self.is_https
    }

    /// Whether it is this machine, by name or by address.
    pub fn is_loopback(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// Whether a token may be sent there: not where anybody on the way could read it.
    pub fn takes_token(&self) -> bool {
        self.is_https || self.is_loopback()
    }

    /// A name for a file or a folder of its own.
    pub(super) fn file_name(&self) -> String {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let mut name = String::new();
        for byte in format!("{}_{}{}", self.host, self.port, self.path).bytes() {
            match char::from(byte) {
                c if is_plain(c) || c == '_' => name.push(c),
                _ => name += &format!("%{byte:02x}"),
            }
        }
        // A host may be as long as a file's name may be, and a path longer.
        if name.len() > 120 {
            let digest = Sha256::digest(&name);
            name.truncate(100);
            digest.iter().take(8).for_each(|byte| name += &format!("{byte:02x}"));
        }
        name
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, usual) = if self.is_https { ("https", 443) } else { ("http", 80) };
        write!(f, "{scheme}://{}", self.host)?;
        if self.port != usual {
            write!(f, ":{}", self.port)?;
        }
        f.write_str(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str, file_name: &str) {
        let url = ServerUrl::parse(text).expect("it is an address");
        assert_eq!((url.to_string().as_str(), url.file_name().as_str()), (expected, file_name), "{text}");
        assert_eq!(ServerUrl::parse(&url.to_string()), Ok(url));
    }

    #[test]
    fn an_address_is_written_in_one_way() {
        check("https://Catalog.Example.com/", "https://catalog.example.com", "catalog.example.com_443");
        check(" http://127.0.0.1:8080 ", "http://127.0.0.1:8080", "127.0.0.1_8080");
        check("http://[::1]:80/", "http://[::1]", "%5b%3a%3a1%5d_80");
        check("https://a.example/x_y/z//", "https://a.example/x_y/z", "a.example_443%2fx_y%2fz");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        use ServerUrlError::{Form, Login, Rest};
        for (text, expected) in [
            ("", Form),
            ("catalog.example.com", Form),
            ("localhost:8080", Form),
            ("/etc", Form),
            ("ftp://example.com", Form),
            ("https://", Form),
            ("https://a:0", Form),
            ("https://a:99999", Form),
            ("https://a:b", Form),
            ("https://a/../b", Form),
            ("https://me:secret@a", Login),
            ("https://a?token=secret", Rest),
            ("https://a#x", Rest),
        ] {
            assert_eq!(ServerUrl::parse(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn a_token_goes_where_nobody_reads_along() {
        for (text, expected) in [
            ("https://catalog.example.com", true),
            ("http://catalog.example.com", false),
            ("http://10.0.0.1", false),
            ("http://localhost.example.com", false),
            ("http://localhost:8080", true),
            ("http://127.0.0.2", true),
            ("http://[::1]:1", true),
        ] {
            assert_eq!(ServerUrl::parse(text).map(|url| url.takes_token()), Ok(expected), "{text}");
        }
    }
}
