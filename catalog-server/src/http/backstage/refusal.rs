//! What is not answered, as Backstage's clients read it.

use axum::{
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::BACKSTAGE_PATH;
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

impl Asked {
    pub(super) fn of(request: &Request) -> Self {
        // The routes lie below a path that they do not see.
        let uri = request.uri();
        Self {
            method: request.method().clone(),
            path: format!("{BACKSTAGE_PATH}{}", uri.path()),
            query: uri.query().map(str::to_owned),
        }
    }

    pub(super) fn refused(&self, error: &BackstageError) -> Response {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let json = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
        let mut url = self.path.clone();
        if let Some(query) = &self.query {
            url.push('?');
            url.push_str(query);
        }
        let body = error.body(self.method.as_str(), &url);
        let mut response = (status, json, body).into_response();
        if matches!(error, BackstageError::Unavailable(_)) {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
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
