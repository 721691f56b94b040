//! URLs of repositories on other machines, taken apart once and shown without credentials.

use std::fmt;

use catalog_core::model::RepositoryId;

use super::{RepositoryError, Secret, address::printable};

/// A URL that is fetched from: `https://…`, `ssh://…` or `user@host:path`.
///
/// Credentials in it are used for the fetch alone: they are in no other text that is made of it.
#[derive(Clone, PartialEq, Eq)]
pub struct RemoteUrl {
    scheme: RemoteScheme,
    /// Who logs in by ssh.
    user: Option<String>,
    /// `user:password` of an `https` URL.
    credentials: Option<Secret>,
    host: String,
    port: Option<u16>,
    /// The path as written; without a leading `/` where `host:path` was written.
    path: String,
}

/// How a repository on another machine is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RemoteScheme {
    /// `https`.
    Https,
    /// `http`, only to this machine itself.
    Http,
    /// `ssh`, through the system's program.
    Ssh,
}

/// The beginning of what is no URL, up to where credentials could stand.
fn scheme_of(text: &str) -> String {
    let end = text.find(':').map_or(0, |colon| colon + 1);
    format!("{}…", printable(&text[..end]))
}

impl RemoteUrl {
    /// Whether a word is meant as the address of another machine rather than as a path.
    pub fn looks_like(word: &str) -> bool {
        let before_slash = word.split('/').next().unwrap_or_default();
        word.contains("://") || before_slash.contains("::") || before_slash.contains(':')
    }

    /// Takes a URL apart.
    ///
    /// # Errors
    ///
    /// Refuses transports other than https and ssh, and everything that two programs could understand
    /// in two ways. The message shows nothing that may be a secret.
    pub fn parse(word: &str) -> Result<Self, RepositoryError> {
        let parts = UrlParts::split(word);
        let refuse = |reason: &str| {
            let address = parts.as_ref().map_or_else(|| scheme_of(word), |parts| printable(&parts.masked()));
            RepositoryError::AddressRefused { address, reason: reason.to_owned() }
        };
        let Some(parts) = &parts else {
            return Err(refuse("expected `https://host/owner/name` or `ssh://host/owner/name`"));
        };
        if word.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(refuse("it holds a blank, a backslash or a control character"));
        }
        let scheme = match parts.scheme.as_str() {
            "https" => RemoteScheme::Https,
            "ssh" => RemoteScheme::Ssh,
            "http" if is_loopback(parts.host) => RemoteScheme::Http,
            _ => return Err(refuse("its transport is not allowed; expected `https://` or `ssh://`")),
        };
        if parts.user_info.is_some_and(|user| user.contains('@')) {
            return Err(refuse("it has more than one `@` before its host"));
        }
        let starts_with_dash = [Some(parts.host), parts.user_info, Some(parts.path.trim_start_matches('/'))]
            .into_iter()
            .flatten()
            .any(|part| part.starts_with('-'));
        if starts_with_dash {
            return Err(refuse(
                "its host, user or path starts with a dash, which programs take for an option",
            ));
        }
        check_host(parts.host).map_err(refuse)?;
        let port = match parts.port {
            None => None,
            Some(text) => Some(
                text.parse::<u16>()
                    .ok()
                    .filter(|port| *port > 0)
                    .ok_or_else(|| refuse("its port is no number from 1 to 65535"))?,
            ),
        };
        check_path(parts.path, scheme).map_err(refuse)?;
        let (user, credentials) = match scheme {
            RemoteScheme::Ssh => {
                let user = parts.user_info.map(|info| info.split(':').next().unwrap_or_default().to_owned());
                if user.as_deref().is_some_and(|user| !user.chars().all(is_plain)) {
                    return Err(refuse(
                        "its user holds characters other than letters, digits, `.`, `-` and `_`",
                    ));
                }
                (user, None)
            }
            _ => {
                let decoded = |info: &str| percent_decoded(info).unwrap_or_else(|| info.to_owned());
                (None, parts.user_info.map(|info| Secret::new(decoded(info))))
            }
        };
        Ok(Self {
            scheme,
            user: user.filter(|user| !user.is_empty()),
            credentials,
            host: parts.host.to_ascii_lowercase(),
            port: port.filter(|port| *port != default_port(scheme)),
            path: parts.path.to_owned(),
        })
    }

    /// `host/owner/name`, without `.git`.
    pub(super) fn id(&self) -> Option<RepositoryId> {
        id_of(&self.host, self.port, &self.path)
    }

    pub(super) fn scheme(&self) -> RemoteScheme {
        self.scheme
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn port(&self) -> Option<u16> {
        self.port
    }

    pub(super) fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// `user:password`, or a token alone, of an `https` URL.
    pub(crate) fn credentials(&self) -> Option<&Secret> {
        self.credentials.as_ref()
    }

    /// The same address with a login: `user:password`, or a token alone. By ssh the system's program
    /// logs in, so that nothing changes.
    #[must_use]
    pub(crate) fn with_login(mut self, login: Secret) -> Self {
        if self.scheme != RemoteScheme::Ssh {
            self.credentials = Some(login);
        }
        self
    }

    /// The host with its port where that is not the usual one.
    pub fn host_and_port(&self) -> String {
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}{port}", self.host)
    }

    /// Whether it is reached through the system's ssh.
    pub(crate) fn is_ssh(&self) -> bool {
        self.scheme == RemoteScheme::Ssh
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The one form of all spellings of the address, from which its place in the cache is named.
    pub(super) fn canonical(&self) -> String {
        let path = self.path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{}{port}/{path}", self.scheme.name(), self.host)
    }
}

impl RemoteScheme {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
            Self::Ssh => "ssh",
        }
    }
}

impl fmt::Display for RemoteUrl {
    /// The URL without credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = self.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
        if !self.path.starts_with('/') {
            return write!(f, "{user}{}:{}", self.host, self.path);
        }
        write!(f, "{}://{user}{}", self.scheme.name(), self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        f.write_str(&self.path)
    }
}

impl fmt::Debug for RemoteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The id of the repository that a URL names, whatever its transport; `None` for paths.
pub(crate) fn id_of_url(url: &str) -> Option<RepositoryId> {
    let parts = UrlParts::split(url)?;
    if parts.scheme == "file" || parts.host.is_empty() {
        return None;
    }
    id_of(&parts.host.to_ascii_lowercase(), None, parts.path)
}

fn id_of(host: &str, port: Option<u16>, path: &str) -> Option<RepositoryId> {
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path).trim_end_matches('/');
    let path = percent_decoded(path)?;
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    RepositoryId::new(&format!("{host}{port}/{path}"))
}

/// The parts of a URL as written, without judgement.
struct UrlParts<'a> {
    scheme: String,
    user_info: Option<&'a str>,
    host: &'a str,
    port: Option<&'a str>,
    path: &'a str,
}

impl<'a> UrlParts<'a> {
    /// Splits `scheme://user@host:port/path` or `user@host:path`.
    fn split(word: &'a str) -> Option<Self> {
        let Some((scheme, rest)) = word.split_once("://") else {
            let (before, path) = word.split_once(':')?;
            if before.contains('/') || path.starts_with(':') {
                return None;
            }
            let (user_info, host) = match before.rsplit_once('@') {
                Some((user, host)) => (Some(user), host),
                None => (None, before),
            };
            return Some(Self { scheme: "ssh".to_owned(), user_info, host, port: None, path });
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (user_info, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let port_at = if host.ends_with(']') { None } else { host.rfind(':') };
        let (host, port) = match port_at {
            Some(at) => (&host[..at], Some(&host[at + 1..])),
            None => (host, None),
        };
        Some(Self { scheme: scheme.to_ascii_lowercase(), user_info, host, port, path })
    }

    /// The URL without whatever may be a secret: user, query and fragment. Where an `@` comes later, a login
    /// was taken for a host and a path: a scheme was written twice, or a password holds a `/`.
    fn masked(&self) -> String {
        let shown = |path: &'a str| path.split(['?', '#']).next().unwrap_or_default();
        // What no scheme can hold may be a login as well.
        let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let scheme = if self.scheme.chars().all(is_scheme) { &self.scheme } else { "…" };
        if let Some((_, rest)) = self.path.rsplit_once('@') {
            return format!("{scheme}://…@{}", shown(rest));
        }
        let host_end = if self.host.starts_with('[') { None } else { self.host.find(':') };
        let host = &self.host[..host_end.unwrap_or(self.host.len())];
        format!("{scheme}://{host}/{}", shown(self.path).trim_start_matches('/'))
    }
}

fn default_port(scheme: RemoteScheme) -> u16 {
    match scheme {
        RemoteScheme::Https => 443,
        RemoteScheme::Http => 80,
        RemoteScheme::Ssh => 22,
    }
}

pub(super) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host == "[::1]" || host == "127.0.0.1"
}

fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_')
}

fn check_host(host: &str) -> Result<(), &'static str> {
    if host.is_empty() {
        return Err("it has no host");
    }
    if let Some(inner) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        let address: std::net::Ipv6Addr = inner.parse().map_err(|_| "its host is no IPv6 address")?;
        let mapped = address.to_ipv4_mapped().is_some_and(|v4| v4.is_link_local());
        return if address.is_unicast_link_local() || mapped { Err(LINK_LOCAL) } else { Ok(()) };
    }
    if !host.chars().all(is_plain) {
        return Err("its host holds characters other than letters, digits, `.`, `-` and `_`");
    }
    let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    let numeric =
        last.chars().all(|c| c.is_ascii_digit()) || last.starts_with("0x") || last.starts_with("0X");
    match host.parse::<std::net::Ipv4Addr>() {
        Ok(address) if address.is_link_local() || address.is_unspecified() => Err(LINK_LOCAL),
        Ok(_) => Ok(()),
        Err(_) if numeric => Err("its host is a number in a form that programs read differently"),
        Err(_) => Ok(()),
    }
}

const LINK_LOCAL: &str = "its host is a link-local address, where no repository is served";

fn check_path(path: &str, scheme: RemoteScheme) -> Result<(), &'static str> {
    if path.contains(['?', '#']) {
        return Err("it has a query or a fragment, which no repository's address has");
    }
    if path.trim_matches('/').is_empty() {
        return Err("it has no path; expected `host/owner/name`");
    }
    let decoded = percent_decoded(path).ok_or("its path holds an escape that is no text")?;
    if decoded.split('/').any(|part| part == ".." || part == ".") || decoded.chars().any(char::is_control) {
        return Err("its path holds `.`, `..` or a control character");
    }
    // The path becomes a word of a shell on the other machine.
    if scheme == RemoteScheme::Ssh && path.contains(['\'', '"', '`', '$', ';', '&', '|', '<', '>', '(', ')'])
    {
        return Err("its path holds a character that a shell would act on");
    }
    Ok(())
}

/// The text with its `%xx` replaced; `None` where one is incomplete or the outcome is not UTF-8.
pub(crate) fn percent_decoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes().iter();
    while let Some(byte) = rest.next() {
        if *byte == b'%' {
            let high = char::from(*rest.next()?).to_digit(16)?;
            let low = char::from(*rest.next()?).to_digit(16)?;
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(*byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str, shown: &str, id: &str) {
        let url = RemoteUrl::parse(word).expect("the URL is taken");
        let found = url.id().map(|id| id.as_str().to_owned()).unwrap_or_default();
        assert_eq!((url.to_string().as_str(), found.as_str()), (shown, id));
    }

    #[test]
    fn urls_name_host_owner_and_name() {
        check("https://GitHub.com/acme/shop.git", "https://github.com/acme/shop.git", "github.com/acme/shop");
        check(
            "https://git.acme.org:8443/a/b/c/",
            "https://git.acme.org:8443/a/b/c/",
            "git.acme.org:8443/a/b/c",
        );
        check("git@github.com:acme/shop.git", "git@github.com:acme/shop.git", "github.com/acme/shop");
        check("ssh://git@h.org:22/acme/shop", "ssh://git@h.org/acme/shop", "h.org/acme/shop");
    }

    #[test]
    fn credentials_are_in_no_text() {
        let url = RemoteUrl::parse("https://me:ghp_secret@example.com/o/r.git").expect("the URL is taken");
        assert_eq!(url.credentials().map(Secret::reveal), Some("me:ghp_secret"));
        let texts = [url.to_string(), format!("{url:?}"), url.canonical()];
        assert!(texts.iter().all(|text| !text.contains("secret")), "{texts:?}");
        for word in [
            "https://h.org/o/r?access_token=secret",
            "git://secret@h.org/x",
            "https://secret@-h.org/x",
            "https://https://me:secret@h.org/o/r",
            "https://me:secret:more/@h.org/o/r",
            "https://https://me:secret?more@h.org/o/r",
            "me:secret@https://h.org/o/r",
        ] {
            let refusal = RemoteUrl::parse(word).expect_err(word).to_string();
            assert!(!refusal.contains("secret"), "{refusal}");
        }
    }

    #[test]
    fn all_spellings_have_one_canonical_form() {
        for word in ["https://h.org/o/r", "https://H.org:443/o/r.git", "https://x@h.org/o/r/"] {
            assert_eq!(RemoteUrl::parse(word).expect("taken").canonical(), "https://h.org/o/r");
        }
    }

    #[test]
    fn hostile_addresses_are_refused() {
        for word in [
            "ssh://-oProxyCommand=sh/x",
            "ssh://-luser@h/x",
            "git@-x:y",
            "ssh://h/a'$(touch x)'b",
            "ssh://h/-x",
            "ext::sh -c touch% x",
            "fd::3",
            "git://h.org/o/r",
            "http://h.org/o/r",
            "https://169.254.169.254/o/r",
            "https://[::ffff:169.254.169.254]/o/r",
            "https://2130706433/o/r",
            "https://0x7f.1/o/r",
            "https://0X7F000001/o/r",
            "https:///example.com/x",
            "https://a\\@b/x",
            "https://a@b@c/x",
            "https://h.org/o/../r",
            "https://h.org/o/%2e%2e/r",
            "https://h.org/",
            "https://h.org:99999/o/r",
            "https://h.org/o/r\r\nHost: x",
        ] {
            let refusal = RemoteUrl::parse(word).expect_err(word);
            assert!(matches!(refusal, RepositoryError::AddressRefused { .. }), "{word}: {refusal}");
        }
    }

    #[test]
    fn the_origin_of_any_transport_gives_an_id() {
        let id = |url| id_of_url(url).map(|id| id.as_str().to_owned());
        assert_eq!(id("git://h.org/o/r.git").as_deref(), Some("h.org/o/r"));
        assert_eq!(id("https://token@h.org/o/r").as_deref(), Some("h.org/o/r"));
        assert_eq!(id("../upstream.git"), None);
        assert_eq!(id("file:///srv/o/r.git"), None);
    }
}
