//! Only requests that name this server are answered.
//!
//! A page from elsewhere can give its own name the address of this machine and so have a browser talk
//! to the server as if it were the page's own (DNS rebinding). It cannot change the name in `Host`, and it
//! cannot make up an address as a name. Where everybody needs a token any name is answered: the page has no
//! token to send, and no browser adds one by itself, as it would with a cookie.

use std::net::IpAddr;

use axum::{
    http::{Uri, header, uri::Authority},
    response::Response,
};

use super::{BoxedRequest, SharedState, graphql_endpoint::refuse};
use crate::{
    access::AccessControl,
    graphql::{ErrorCode, Refusal},
};

/// Refuses a request that names another host, or none.
pub(super) async fn only_own_names(
    state: &SharedState,
    request: BoxedRequest,
    next: impl AsyncFnOnce(BoxedRequest) -> Response,
) -> Response {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().unwrap_or_default(),
        _ => "",
    };
    let in_uri = Uri::authority(request.uri());
    let is_own = |host: &str| is_own_name(host, &state.access);
    if is_own(host) && in_uri.is_none_or(|authority| is_own(authority.as_str())) {
        return next(request).await;
    }
    let message = match state.access.rules().beyond_loopback {
        true => "the request names a host that this server does not serve; `[server] hosts` lists its names",
        false => "the request names a host that is not this machine; use localhost or 127.0.0.1",
    };
    refuse(&Refusal::new(ErrorCode::HostNotAllowed, message))
}

/// Whether `host`, with or without a port, is a name of this server.
fn is_own_name(host: &str, access: &AccessControl) -> bool {
    // What nearly every request names needs no parser.
    let (name, port) = host.split_once(':').unwrap_or((host, "80"));
    if ["127.0.0.1", "localhost"].contains(&name) && port.parse::<u16>().is_ok() {
        return true;
    }
    // An authority may hold a user's name before an `@`; a host does not.
    let Some(authority) = host.parse::<Authority>().ok().filter(|_| !host.contains('@')) else {
        return false;
    };
    let name = authority.host();
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    let rules = access.rules();
    name.eq_ignore_ascii_case("localhost")
        || address.parse::<IpAddr>().is_ok_and(|address| rules.beyond_loopback || address.is_loopback())
        || rules.hosts.iter().any(|own| own.eq_ignore_ascii_case(name))
        || access.wants_token()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{AccessRules, Scope, Scopes};

    const FOREIGN: [&str; 10] = [
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

    #[test]
    fn without_rules_only_names_of_this_machine_pass() {
        let access = AccessControl::local();
        for host in ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.1.2.3:80", "[::1]", "[::1]:8080"] {
            assert!(is_own_name(host, &access), "{host}");
        }
        for host in FOREIGN {
            assert!(!is_own_name(host, &access), "{host}");
        }
    }

    #[test]
    fn beyond_this_machine_addresses_and_listed_names_pass() {
        let hosts = vec!["catalog.example.com".to_owned()];
        let anonymous = Scopes::NONE.with(Scope::Read);
        let rules = AccessRules { beyond_loopback: true, anonymous, hosts, ..AccessRules::default() };
        let access = AccessControl::new(rules);
        for host in ["10.0.0.1:8080", "[2001:db8::1]", "Catalog.Example.com:443", "localhost"] {
            assert!(is_own_name(host, &access), "{host}");
        }
        for host in ["", "example.com", "x.catalog.example.com", "2130706433", "me@10.0.0.1"] {
            assert!(!is_own_name(host, &access), "{host}");
        }
    }

    #[test]
    fn where_everybody_needs_a_token_any_name_passes() {
        let rules = AccessRules { require_token: Some(true), ..AccessRules::default() };
        let access = AccessControl::new(rules);
        assert!(is_own_name("catalog.example.com", &access));
        assert!(!is_own_name("", &access) && !is_own_name("me@example.com", &access));
    }
}
