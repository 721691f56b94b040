//! Only requests that name this machine are answered.
//!
//! A page from elsewhere can give its own name the address of this machine and so have a browser talk
//! to the server as if it were the page's own (DNS rebinding). It cannot change the name in `Host`.

use std::net::IpAddr;

use axum::{
    extract::Request,
    http::{Uri, header, uri::Authority},
    middleware::Next,
    response::Response,
};

use super::graphql_endpoint::refuse;
use crate::graphql::{ErrorCode, Refusal};

/// Refuses a request that names another host, or none.
pub(super) async fn only_loopback_names(request: Request, next: Next) -> Response {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().unwrap_or_default(),
        _ => "",
    };
    let in_uri = Uri::authority(request.uri());
    if is_loopback(host) && in_uri.is_none_or(|authority| is_loopback(authority.as_str())) {
        return next.run(request).await;
    }
    let message = "the request names a host that is not this machine; use localhost or 127.0.0.1";
    refuse(&Refusal::new(ErrorCode::HostNotAllowed, message))
}

/// Whether `host`, with or without a port, is `localhost` or a loopback address.
fn is_loopback(host: &str) -> bool {
    // An authority may hold a user's name before an `@`; a host does not.
    let Some(authority) = host.parse::<Authority>().ok().filter(|_| !host.contains('@')) else {
        return false;
    };
    let name = authority.host();
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost")
        || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_pass() {
        for host in ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.1.2.3:80", "[::1]", "[::1]:8080"] {
            assert!(is_loopback(host), "{host}");
        }
        let foreign = [
            "",
            "example.com",
            "localhost.example.com",
            "example.com:8080",
            "10.0.0.1",
            "[::2]:1",
            "localhost@example.com",
            "me@localhost",
            "0.0.0.0",
            "2130706433",
        ];
        for host in foreign {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
