//! Who sends a request.
//!
//! Whoever is not let in learns only that: the answer is the same for no token, an unknown one, an expired
//! one and a revoked one. Without a token a few addresses still answer: those that say nothing of the catalog.

use std::sync::Arc;

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, header},
    response::Response,
};

use tokio::task::{JoinHandle, spawn_blocking};

use super::{
    BoxedRequest, ServerState, SharedState,
    graphql_endpoint::{refuse, wants_page},
    peer::Peer,
    request_id::current_name,
    router::GRAPHQL_PATH,
};
use crate::{
    access::{AuditEvent, Caller, Credentials, Groups, Identity, Refused, RequestId, Scopes, TokenText},
    clock,
    graphql::{ErrorCode, Refusal},
};

/// The addresses that answer whoever asks: probes, and a first page that shows counts only to those who may
/// read.
const OPEN_PATHS: [&str; 3] = ["/", "/healthz", "/readyz"];
/// Below this, hosts say that something was pushed.
const WEBHOOKS_PATH: &str = "/webhooks/";
/// How long somebody is asked to wait who sent too many wrong tokens.
const PAUSE: HeaderValue = HeaderValue::from_static("60");

/// Finds out who sends the request, and hands it on with them as an extension `Arc<Caller>`.
pub(super) async fn authenticate(
    state: &SharedState,
    mut request: BoxedRequest,
    next: impl AsyncFnOnce(BoxedRequest) -> Response,
) -> Response {
    let id = current_name().unwrap_or_else(RequestId::next);
    let mut found = caller(state, &request, &id);
    if found == Err(Refused::UnknownKey) {
        let access = Arc::clone(&state.access);
        let fetch = move || access.oidc().map(|oidc| oidc.fetch_for_unknown_key(clock::now()));
        // A panic there is told by the log; the key is still unknown then.
        let _ended = spawn_blocking(fetch).await;
        found = caller(state, &request, &id);
    }
    match found {
        Ok(caller) => {
            request.extensions_mut().insert(Arc::new(caller));
            next(request).await
        }
        Err(refused) => {
            if let Some(noted) = note_refusal(state, &request, refused, id) {
                // A panic there is told by the log.
                let _ended = noted.await;
            }
            refuse_stranger(refused)
        }
    }
}

/// Who sends the request, if they are let in.
fn caller(state: &ServerState, request: &Request, id: &RequestId) -> Result<Caller, Refused> {
    let address = request.extensions().get::<Peer>().map(|peer| peer.address.ip().to_canonical());
    let credentials = credentials(request.headers());
    match state.access.caller(credentials, address, id.clone(), clock::now()) {
        // Who may do nothing at all is let in nowhere else.
        Ok(caller) if caller.scopes == Scopes::NONE && !is_open(request) => match caller.identity {
            Identity::Anonymous => Err(Refused::Unauthenticated),
            _ => Err(Refused::NothingAllowed),
        },
        // A probe with an old token is still a probe.
        Err(Refused::Unauthenticated) if is_open(request) => Ok(Caller {
            identity: Identity::Anonymous,
            scopes: Scopes::NONE,
            groups: Groups::default(),
            address,
            request: id.clone(),
        }),
        other => other,
    }
}

/// Writes down that somebody was not let in, with the id of the token that they sent.
fn note_refusal(
    state: &ServerState,
    request: &Request,
    refused: Refused,
    id: RequestId,
) -> Option<JoinHandle<()>> {
    state.access.audit()?;
    let address = request.extensions().get::<Peer>().map(|peer| peer.address.ip().to_canonical());
    let token = match credentials(request.headers()) {
        Credentials::Bearer(text) => TokenText::parse(text).map(|token| token.id().to_string()),
        Credentials::None | Credentials::Malformed => None,
    };
    let access = Arc::clone(&state.access);
    Some(spawn_blocking(move || {
        let stranger = Caller {
            identity: Identity::Anonymous,
            scopes: Scopes::NONE,
            groups: Groups::default(),
            address,
            request: id,
        };
        let code = Some(code_of(refused).name());
        access
            .note_refusal(&AuditEvent { token, code, ..AuditEvent::new("refused", &stranger) }, clock::now());
    }))
}

fn code_of(refused: Refused) -> ErrorCode {
    match refused {
        Refused::Unauthenticated | Refused::UnknownKey => ErrorCode::Unauthenticated,
        Refused::NothingAllowed => ErrorCode::Forbidden,
        Refused::TooOften => ErrorCode::RateLimited,
    }
}

/// What a request says about who sends it: exactly one header `authorization: Bearer TOKEN` is a token.
fn credentials(headers: &HeaderMap) -> Credentials<'_> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = match (values.next(), values.next()) {
        (None, _) => return Credentials::None,
        (Some(value), None) => value.to_str().unwrap_or_default(),
        (Some(_), Some(_)) => return Credentials::Malformed,
    };
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Credentials::Bearer(token.trim()),
        _ => Credentials::Malformed,
    }
}

/// Whether a request is answered whoever sends it. The editor for queries holds nothing of the catalog; what
/// is asked with it has to say who asks. Webhooks say by their signature who sends them.
fn is_open(request: &Request) -> bool {
    let is_get = matches!(*request.method(), Method::GET | Method::HEAD);
    let path = request.uri().path();
    let is_editor = path == GRAPHQL_PATH
        && wants_page(request.headers())
        && !request.headers().contains_key(header::UPGRADE);
    let is_webhook = request.method() == Method::POST && path.starts_with(WEBHOOKS_PATH);
    is_webhook || is_get && (OPEN_PATHS.contains(&path) || is_editor)
}

fn refuse_stranger(refused: Refused) -> Response {
    let message = match refused {
        Refused::Unauthenticated | Refused::UnknownKey => {
            "this wants a good token, sent as `authorization: Bearer TOKEN`; `catalog token create` makes one"
        }
        Refused::NothingAllowed => "whoever asks is known, and may do nothing here",
        Refused::TooOften => {
            "too many wrong tokens came from this address; look at the token, and try again in a minute"
        }
    };
    let mut response = refuse(&Refusal::new(code_of(refused), message));
    if refused == Refused::TooOften {
        response.headers_mut().insert(header::RETRY_AFTER, PAUSE);
    }
    response
}
