//! Which pages of other sites may read answers: none, unless their origin is named.

use std::sync::{Arc, PoisonError, RwLock};

use axum::{
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{BoxedRequest, SharedState};

/// What a page may send beside what every page may. `traceparent` and `tracestate` say of which trace a
/// request is a part (W3C Trace Context).
const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static(
    "authorization, content-type, if-none-match, traceparent, tracestate, x-request-id",
);
/// What a page may read beside what every page may.
const ANSWER_HEADERS: HeaderValue = HeaderValue::from_static(
    "catalog-revision, etag, ratelimit, ratelimit-policy, retry-after, x-request-id",
);
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST");
/// How long a browser need not ask again, in seconds.
const ASKED_FOR: HeaderValue = HeaderValue::from_static("600");

/// The origins whose pages may read answers; they may be exchanged while the server runs.
///
/// Cookies and other credentials that a browser adds by itself are never wanted: a page sends its token in a
/// header of its own.
#[derive(Clone, Debug, Default)]
pub struct CorsOrigins(Arc<RwLock<Vec<HeaderValue>>>);

/// Why something is no origin.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no origin; expected a scheme, a host and perhaps a port, as in `https://dashboard.example.com`"
)]
pub struct NoOrigin(String);

impl CorsOrigins {
    /// Puts other origins in the place of those that were there.
    ///
    /// # Errors
    ///
    /// One of them is no origin; then nothing is changed.
    pub fn replace(&self, origins: &[String]) -> Result<(), NoOrigin> {
        let origins: Result<Vec<_>, _> = origins.iter().map(|origin| origin_of(origin)).collect();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = origins?;
        Ok(())
    }

    fn allow(&self, origin: &HeaderValue) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains(origin)
    }
}

/// An origin in the one form in which browsers send it.
fn origin_of(text: &str) -> Result<HeaderValue, NoOrigin> {
    let refused = || NoOrigin(text.to_owned());
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).ok_or_else(refused)?;
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.:[]".contains(&byte);
    if host.is_empty() || !host.bytes().all(is_plain) || host.ends_with(":443") || host.ends_with(":80") {
        return Err(refused());
    }
    HeaderValue::from_str(text).map_err(|_| refused())
}

/// Lets pages of the origins that are named read the answer; what other pages ask is answered as if they were
/// none, which their browser then does not show them.
pub(super) async fn share(
    state: &SharedState,
    request: BoxedRequest,
    next: impl AsyncFnOnce(BoxedRequest) -> Response,
) -> Response {
    let origin = request.headers().get(header::ORIGIN).filter(|origin| state.cors.allow(origin)).cloned();
    let Some(origin) = origin else {
        let mut response = next(request).await;
        response.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
        return response;
    };
    let is_question = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if is_question {
        let mut response = StatusCode::NO_CONTENT.into_response();
        allow(response.headers_mut());
        response
    } else {
        next(request).await
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    response
}

fn allow(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, ASKED_FOR);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_a_host_and_perhaps_a_port() {
        let check = |text: &str, is_origin: bool| assert_eq!(origin_of(text).is_ok(), is_origin, "{text}");
        check("https://dashboard.example.com", true);
        check("http://localhost:3000", true);
        check("http://[::1]:3000", true);
        for text in
            ["", "*", "null", "https://", "dashboard.example.com", "https://a.example/", "https://A.example"]
        {
            check(text, false);
        }
        check("https://a.example:443", false);
    }

    #[test]
    fn what_is_no_origin_changes_nothing() {
        let origins = CorsOrigins::default();
        origins.replace(&["https://a.example".to_owned()]).expect("an origin");
        assert!(origins.replace(&["*".to_owned()]).is_err());
        assert!(origins.allow(&HeaderValue::from_static("https://a.example")));
    }
}
