//! What the span of a request says, by OpenTelemetry's conventions for HTTP (1.23 and later).

use axum::{extract::Request, http::StatusCode};
use tracing::{Span, field::Empty};

use super::{SharedState, metrics::known_method, peer::Peer};
use crate::access::RequestId;

/// The header that says of which trace a request is a part: W3C Trace Context.
const TRACE_PARENT: &str = "traceparent";

/// The span of a request.
pub(super) fn span_of(state: &SharedState, id: &RequestId, request: &Request, route: Option<&str>) -> Span {
    // At the level of errors, so that these have the name also where nothing else is logged.
    let span = tracing::error_span!(
        "request",
        request_id = id.as_str(),
        otel.name = Empty,
        otel.kind = Empty,
        otel.parent = Empty,
        otel.status_code = Empty,
        http.request.method = Empty,
        http.route = Empty,
        http.response.status_code = Empty,
        url.path = Empty,
        url.scheme = Empty,
        "error.type" = Empty,
    );
    if !state.is_traced {
        return span;
    }
    // First, since it decides whether the rest is of interest.
    let mut parents = request.headers().get_all(TRACE_PARENT).iter();
    if let (Some(parent), None) = (parents.next(), parents.next())
        && let Ok(parent) = parent.to_str()
    {
        span.record("otel.parent", parent);
    }
    let (method, shown) = match known_method(request.method()) {
        "other" => ("_OTHER", "HTTP"),
        known => (known, known),
    };
    match route {
        Some(route) => {
            span.record("otel.name", format!("{shown} {route}").as_str());
            span.record("http.route", route);
        }
        None => {
            span.record("otel.name", shown);
        }
    }
    let is_encrypted = request.extensions().get::<Peer>().is_some_and(|peer| peer.is_encrypted);
    span.record("otel.kind", "server");
    span.record("http.request.method", method);
    span.record("url.path", request.uri().path());
    span.record("url.scheme", if is_encrypted { "https" } else { "http" });
    span
}

/// Says what came of a request.
pub(super) fn answered(state: &SharedState, span: &Span, status: StatusCode) {
    if !state.is_traced {
        return;
    }
    span.record("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
        span.record("error.type", status.as_str());
    }
}
