//! `/webhooks/github`, `/webhooks/gitlab` and `/webhooks/gitea`: a host says that something was pushed.
//!
//! The signature says who it is, so that no token is asked for. What is answered tells a stranger nothing but
//! that his signature is wrong.

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{HttpLimits, SharedState, body::read_body, graphql_endpoint::refuse, state::Webhooks};
use crate::{
    clock::now,
    crawling::{
        Reason,
        webhook::{Dialect, Heard, HookRefusal},
    },
    graphql::{ErrorCode, Refusal},
};

/// The largest body of a webhook, in bytes: a push of two thousand commits is below it.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Hears one webhook.
pub(super) async fn hear(
    State(state): State<SharedState>,
    Path(dialect): Path<String>,
    request: Request,
) -> Response {
    let hooks = state.webhooks.get().zip(Dialect::named(&dialect));
    let Some((webhooks, dialect)) = hooks.filter(|(webhooks, dialect)| webhooks.hooks.hear(*dialect)) else {
        return answer(StatusCode::NOT_FOUND, &json!({"error": "no webhooks are heard here"}));
    };
    let Ok(_permit) = webhooks.permits.try_acquire() else {
        return refuse(&Refusal::new(ErrorCode::Overloaded, "too many webhooks at once; send it again soon"));
    };
    let (parts, body) = request.into_parts();
    if let Err(refusal) = check_content(&parts.headers) {
        return refuse(&refusal);
    }
    let limits = HttpLimits { body_bytes_max: BODY_BYTES_MAX, ..HttpLimits::clone(&state.limits) };
    match read_body(body, &limits).await {
        Ok(body) => take(webhooks, dialect, &parts.headers, &body),
        Err(refusal) => refuse(&refusal),
    }
}

fn check_content(headers: &HeaderMap) -> Result<(), Refusal> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_json = content_type.is_some_and(|value| {
        value.split(';').next().is_some_and(|value| value.trim().eq_ignore_ascii_case("application/json"))
    });
    if is_json && !headers.contains_key(header::CONTENT_ENCODING) {
        return Ok(());
    }
    let message = "expected `content-type: application/json`; choose JSON where the webhook is set up";
    Err(Refusal::new(ErrorCode::UnsupportedMediaType, message))
}

/// Judges what came, and has its repository read.
fn take(webhooks: &Webhooks, dialect: Dialect, headers: &HeaderMap, body: &[u8]) -> Response {
    let header = |name: &str| {
        let mut values = headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (Some(value), None) => value.to_str().ok().map(str::to_owned),
            _ => None,
        }
    };
    let name = dialect.name();
    match webhooks.hooks.judge(dialect, &header, body, now()) {
        Err(error @ HookRefusal::Unsigned) => {
            tracing::warn!(dialect = name, "a webhook was refused: {error}");
            answer(StatusCode::UNAUTHORIZED, &json!({"error": error.to_string()}))
        }
        Err(error @ HookRefusal::Malformed(_)) => {
            tracing::warn!(dialect = name, "a webhook was refused: {error}");
            answer(StatusCode::BAD_REQUEST, &json!({"error": error.to_string()}))
        }
        Ok(Heard::Ignored) => StatusCode::NO_CONTENT.into_response(),
        Ok(Heard::Repeated) => answer(StatusCode::OK, &json!({"repeated": true})),
        Ok(Heard::Repository { ids, delivery }) => {
            let Some(target) = ids.iter().find_map(|id| webhooks.crawler.target_of(id)) else {
                tracing::info!(dialect = name, ?ids, "a webhook names a repository that nobody crawls");
                return answer(
                    StatusCode::NOT_FOUND,
                    &json!({"error": "the repository is not crawled here"}),
                );
            };
            let shown = target.to_string();
            match webhooks.crawler.ask([target].into(), Reason::Webhook) {
                Ok(job) => {
                    tracing::info!(dialect = name, target = shown, job = job.0, "a webhook was heard");
                    answer(StatusCode::ACCEPTED, &json!({"job": job.to_string()}))
                }
                Err(error) => {
                    webhooks.hooks.forget(&delivery);
                    refuse(&Refusal::new(ErrorCode::Overloaded, error.to_string()))
                }
            }
        }
    }
}

fn answer(status: StatusCode, body: &serde_json::Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], Body::from(body.to_string())).into_response()
}
