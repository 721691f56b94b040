//! Whether a WebSocket is opened by a page of this server, or by no page at all.
//!
//! A browser lets a page of any site open a WebSocket to anywhere, with whatever the browser adds by itself,
//! and says only in `Origin` whose page it is.

use axum::http::{HeaderMap, Uri, header, uri::Authority};

/// Whether the request names no origin, as programs do, or the one that it is sent to.
pub(super) fn is_own_origin(headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let (origin, further) = (origins.next(), origins.next());
    let Some(origin) = origin else { return true };
    let origin = origin.to_str().ok().and_then(|text| text.parse::<Uri>().ok());
    let authority = origin.as_ref().and_then(Uri::authority).map(Authority::as_str);
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    further.is_none()
        && authority.zip(host).is_some_and(|(authority, host)| authority.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn check(headers: &[(HeaderName, &str)], expected: bool) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, HeaderValue::from_str(value).expect("a value"));
        }
        assert_eq!(is_own_origin(&map), expected, "{headers:?}");
    }

    #[test]
    fn only_own_pages_and_programs_may() {
        let host = (header::HOST, "localhost:8080");
        let origin = |value| (header::ORIGIN, value);
        check(std::slice::from_ref(&host), true);
        check(&[host.clone(), origin("http://localhost:8080")], true);
        check(&[host.clone(), origin("http://LOCALHOST:8080")], true);
        for foreign in [
            "null",
            "https://evil.example",
            "http://localhost",
            "http://localhost:8081",
            "",
            "localhost:8080/x",
        ] {
            check(&[host.clone(), origin(foreign)], false);
        }
        check(&[host, origin("http://localhost:8080"), origin("http://localhost:8080")], false);
    }
}
