//! Headers that every answer carries.

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::Response,
};

use super::{BoxedRequest, peer::Peer};

/// What a page of ours may load: nothing but its own style.
const OWN_CONTENT: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
);

/// How long browsers are to ask this host over TLS only: a year. Said over TLS alone, where it can be relied on.
const TLS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");
/// What keeps answers out of every store, unless they say themselves how they may be kept.
const NOT_KEPT: HeaderValue = HeaderValue::from_static("no-store");

/// Adds what keeps browsers from guessing types, telling others where they were, framing and keeping
/// answers. A content security policy and a way of keeping that are there already stay.
pub(super) async fn secure(
    request: BoxedRequest,
    next: impl AsyncFnOnce(BoxedRequest) -> Response,
) -> Response {
    let is_encrypted = request.extensions().get::<Peer>().is_some_and(|peer| peer.is_encrypted);
    let mut response = next(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(OWN_CONTENT);
    headers.entry(header::CACHE_CONTROL).or_insert(NOT_KEPT);
    let always: [(HeaderName, &'static str); 4] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in always {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if is_encrypted {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, TLS_ONLY);
    }
    response
}
