//! What is not answered, as Backstage's clients read it.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::BACKSTAGE_PATH;
use crate::http::BoxedRequest;
use crate::{
    backstage::BackstageError,
    graphql::{ErrorCode, Refusal},
};

/// What was asked, for errors and links to say.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    method: Method,
    /// The whole path, without parameters.
    pub(super) path: String,
    pub(super) query: Option<String>,
}

/// How refusals are sent.
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

impl Asked {
    pub(super) fn of(request: &Request) -> Self {
        // The routes lie below a path that they do not see.
        let path = format!("{BACKSTAGE_PATH}{}", request.uri().path());
        Self { path, ..Self::before_routing(request) }
    }

    /// The same of a request that has not come to the routes.
    fn before_routing(request: &Request) -> Self {
        let uri = request.uri();
        Self {
            method: request.method().clone(),
            path: uri.path().to_owned(),
            query: uri.query().map(str::to_owned),
        }
    }

    /// What an answer depends on beside the catalog and who asks: where the question stands, and its body.
    pub(super) fn parts<'a>(&'a self, body: &'a [u8]) -> [&'a [u8]; 5] {
        // HEAD asks for the head of what GET is answered.
        let method = if self.method == Method::HEAD { &Method::GET } else { &self.method };
        let query = self.query.as_deref().unwrap_or_default();
        [b"backstage", method.as_str().as_bytes(), self.path.as_bytes(), query.as_bytes(), body]
    }

    fn body(&self, error: &BackstageError) -> Body {
        let mut url = self.path.clone();
        if let Some(query) = &self.query {
            url.push('?');
            url.push_str(query);
        }
        error.body(self.method.as_str(), &url).into()
    }

    pub(super) fn refused(&self, error: &BackstageError) -> Response {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, [(header::CONTENT_TYPE, JSON)], self.body(error)).into_response();
        if matches!(error, BackstageError::Unavailable(_)) {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// Says in Backstage's words why a request was refused that did not come as far as the routes, as for want of a
/// token; status, code and headers stay.
pub(in crate::http) async fn refuse_in_its_words(
    request: BoxedRequest,
    next: impl AsyncFnOnce(BoxedRequest) -> Response,
) -> Response {
    let below = request.uri().path().strip_prefix(BACKSTAGE_PATH);
    if !below.is_some_and(|below| below.is_empty() || below.starts_with('/')) {
        return next(request).await;
    }
    let asked = Asked::before_routing(&request);
    let mut response = next(request).await;
    let Some(refusal) = response.extensions_mut().remove::<Refusal>() else { return response };
    let Refusal { code, message, .. } = refusal;
    let error = BackstageError::Refused { status: response.status().as_u16(), code: code.name(), message };
    *response.body_mut() = asked.body(&error);
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    response
}

/// A refusal of a body.
pub(super) fn of_body(refusal: &Refusal) -> BackstageError {
    let message = refusal.message.clone();
    match (refusal.code, &refusal.limit) {
        (_, Some(limit)) if limit.name == "http.body_bytes_max" => BackstageError::TooLarge(message),
        (ErrorCode::BodyTimeout, _) => BackstageError::BodyTimeout(message),
        _ => BackstageError::Input(message),
    }
}

pub(super) async fn read_only(request: Request) -> Response {
    let message =
        "this catalog is read from git repositories and changes with them; it takes nothing this way";
    Asked::of(&request).refused(&BackstageError::NotAllowed(message.into()))
}

pub(super) async fn not_implemented(request: Request) -> Response {
    let message = "this server does not judge what is not in a repository; `catalog lint` does";
    Asked::of(&request).refused(&BackstageError::NotImplemented(message.into()))
}

pub(super) async fn method_not_allowed(request: Request) -> Response {
    Asked::of(&request).refused(&BackstageError::MethodNotAllowed)
}

pub(super) async fn not_found(request: Request) -> Response {
    let asked = Asked::of(&request);
    let message = format!("there is no address `{}`", asked.path);
    asked.refused(&BackstageError::NotFound(message))
}
