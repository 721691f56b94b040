//! `/graphql`: the page for a browser, events and WebSockets for who wants them, the answer for everything else.

use std::sync::Arc;

use axum::{
    Extension,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Response},
};

use super::{
    ServerState,
    body::read_body,
    etag::{not_modified, put_tag},
    event_source::{stream, wants_events},
    rate::Charge,
    request_id::current_name,
    router::GRAPHQL_PATH,
    websocket::{upgrade, wants_upgrade},
};
use crate::{
    access::{Caller, RequestId},
    clock::{self, Stopwatch},
    graphql::{AnswerValidity, ErrorCode, GraphqlAnswer, Refusal, graphiql_page},
};

/// What the page may load: scripts, styles and fonts from the network that it names itself, and answers
/// from here. Without a network the page stays empty; GraphQL does not need it.
const PAGE_CONTENT: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'unsafe-inline' https: blob:; style-src 'unsafe-inline' https:; \
     font-src https: data:; img-src 'self' https: data:; worker-src blob: data: https:; connect-src 'self' https:; \
     frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
);

pub(super) async fn answer(
    State(state): State<ServerState>,
    Extension(caller): Extension<Arc<Caller>>,
    request: Request,
) -> Response {
    match *request.method() {
        Method::POST if wants_events(request.headers()) => stream(&state, caller, request).await,
        Method::GET if wants_upgrade(request.headers()) => upgrade(&state, caller, request).await,
        Method::POST => post(&state, caller, request).await.unwrap_or_else(|refusal| {
            state.metrics.query_refused(refusal.code);
            refuse(&refusal)
        }),
        Method::GET | Method::HEAD if state.has_editor && wants_page(request.headers()) => {
            ([(header::CONTENT_SECURITY_POLICY, PAGE_CONTENT)], Html(graphiql_page(GRAPHQL_PATH)))
                .into_response()
        }
        _ => {
            let message = if state.has_editor {
                "send the query by POST, as JSON; a browser that asks for HTML gets a page"
            } else {
                "send the query by POST, as JSON; the editor for browsers is off (`[server] graphiql`)"
            };
            refuse(&Refusal::new(ErrorCode::MethodNotAllowed, message))
        }
    }
}

async fn post(state: &ServerState, caller: Arc<Caller>, request: Request) -> Result<Response, Refusal> {
    check_content(request.headers())?;
    if let Some(reason) = state.readiness.reason() {
        return Err(Refusal::new(ErrorCode::NotReady, reason));
    }
    let (head, body) = request.into_parts();
    let body = read_body(body, &state.limits).await?;
    answer_read(state, caller, &head, body).await
}

/// Answers a request of GraphQL that is read whole: by 304 where its client has the answer already, else
/// within its budget, and with a tag where the answer can be asked for again.
pub(super) async fn answer_read(
    state: &ServerState,
    caller: Arc<Caller>,
    head: &Parts,
    body: Vec<u8>,
) -> Result<Response, Refusal> {
    let graph = state.catalog.get();
    let accept = head.headers.get(header::ACCEPT).map_or(&b""[..], HeaderValue::as_bytes);
    let key = state.tags.key(&graph, &caller, &[accept, &body]);
    if let Some(tag) = key.unchanged(&head.headers, clock::now()) {
        state.metrics.not_modified();
        return Ok(not_modified(tag));
    }
    let vetted = state.graphql.vet(body).await?;
    let cost = vetted.cost();
    if let Some(charge) = head.extensions.get::<Charge>() {
        // The request itself has cost 1 already.
        charge.take(cost - 1)?;
    }
    let watch = Stopwatch::start();
    let answer = state.graphql.execute(vetted, graph, caller).await?;
    state.metrics.query_answered(cost, watch.seconds());
    let tag = key.tag(answer.validity, clock::now());
    let mut response = respond(answer);
    if let Some(tag) = tag {
        put_tag(response.headers_mut(), tag);
    }
    Ok(response)
}

/// Plain JSON only: what a form or a script of another site can send without asking is of other types.
pub(super) fn check_content(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let is_json = match (types.next(), types.next()) {
        (Some(content_type), None) => content_type.to_str().is_ok_and(is_json),
        _ => false,
    };
    if !is_json {
        let message = "expected one header `content-type: application/json`";
        return Err(Refusal::new(ErrorCode::UnsupportedMediaType, message));
    }
    if headers.contains_key(header::CONTENT_ENCODING) {
        let message = "the body is encoded; send it as it is, without `content-encoding`";
        return Err(Refusal::new(ErrorCode::UnsupportedMediaType, message));
    }
    Ok(())
}

fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|media_type| media_type.eq_ignore_ascii_case("application/json"));
    is_json && parts.all(|parameter| parameter.replace('"', "").eq_ignore_ascii_case("charset=utf-8"))
}

pub(super) fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.split(',').any(|range| range.trim_start().starts_with("text/html")))
}

fn respond(answer: GraphqlAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let json = [(header::CONTENT_TYPE, "application/json")];
    (status, json, Body::from(answer.body)).into_response()
}

/// A refusal as an answer of its own.
pub(super) fn refuse(refusal: &Refusal) -> Response {
    let is_body_limit = refusal.limit.as_ref().is_some_and(|limit| limit.name == "http.body_bytes_max");
    let status = if is_body_limit { 413 } else { refusal.code.http_status() };
    let request_id = current_name();
    let body = refusal.body_of_request(request_id.as_ref().map(RequestId::as_str));
    let mut response = respond(GraphqlAnswer { status, body, validity: AnswerValidity::Never });
    match refusal.code {
        ErrorCode::MethodNotAllowed => {
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
        }
        ErrorCode::Unauthenticated => {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        ErrorCode::NotReady | ErrorCode::Overloaded => {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        _ => {}
    }
    response
}
