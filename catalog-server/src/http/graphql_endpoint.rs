//! `/graphql`: the page for a browser, events and WebSockets for who wants them, the answer for everything else.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Query, Request},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Response},
};

use super::{
    ServerState, SharedState,
    accept::AnswerType,
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
    graphql::{ErrorCode, GraphqlAnswer, GraphqlQuestion, Refusal, graphiql_page},
};

/// What the page may load: scripts, styles and fonts from the network that it names itself, and answers
/// from here. Without a network the page stays empty; GraphQL does not need it.
const PAGE_CONTENT: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'unsafe-inline' https: blob:; style-src 'unsafe-inline' https:; \
     font-src https: data:; img-src 'self' https: data:; worker-src blob: data: https:; connect-src 'self' https:; \
     frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
);

/// How many headers an answer has in the end, more or less.
const HEADERS_USUAL: usize = 20;
/// The header that says which revision of the catalog answered.
pub(super) const REVISION: HeaderName = HeaderName::from_static("catalog-revision");

pub(super) async fn answer(state: &SharedState, mut request: Request) -> Response {
    let caller = request.extensions_mut().remove::<Arc<Caller>>().expect("who asks is known by now");
    let method = request.method().clone();
    let is_read = matches!(method, Method::GET | Method::HEAD);
    // What is rare is kept apart, so that what is usual stays small.
    if method == Method::POST && wants_events(request.headers()) {
        return Box::pin(stream(state, caller, request)).await;
    }
    if method == Method::GET && wants_upgrade(request.headers()) {
        return Box::pin(upgrade(state, caller, request)).await;
    }
    if is_read && wants_page(request.headers()) {
        if state.has_editor {
            let page = Html(graphiql_page(GRAPHQL_PATH));
            return ([(header::CONTENT_SECURITY_POLICY, PAGE_CONTENT)], page).into_response();
        }
        let message = "the editor for browsers is off (`[server] graphiql`); send the query by POST, as JSON, or by GET as JSON is accepted";
        return refuse(&Refusal::new(ErrorCode::MethodNotAllowed, message));
    }
    if !is_read && method != Method::POST {
        let message = "send the query by POST, as JSON, or by GET; a browser that asks for HTML gets a page";
        return refuse(&Refusal::new(ErrorCode::MethodNotAllowed, message));
    }
    let Some(answer_type) = AnswerType::of(request.headers()) else {
        let message = "answers are `application/graphql-response+json` or `application/json`";
        return refuse(&Refusal::new(ErrorCode::NotAcceptable, message));
    };
    let mut response = answer_as(answer_type, state, caller, request).await.unwrap_or_else(|refusal| {
        state.metrics.query_refused(refusal.code);
        refuse_query(&refusal, answer_type)
    });
    if is_read && response.status() == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    }
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
    response
}

/// Reads a request and answers it: by 304 where its client has the answer already, else within its budget, and
/// with a tag where the answer can be asked for again.
async fn answer_as(
    answer_type: AnswerType,
    state: &ServerState,
    caller: Arc<Caller>,
    request: Request,
) -> Result<Response, Refusal> {
    let (head, question) = question(state, request).await?;
    let graph = state.graph_for(&caller).await?;
    let accept = head.headers.get(header::ACCEPT).map_or(&b""[..], HeaderValue::as_bytes);
    let parts: Vec<&[u8]> =
        [accept, head.method.as_str().as_bytes()].into_iter().chain(question.parts()).collect();
    let key = state.tags.key(&graph, &caller, &parts);
    let now = clock::now();
    if let Some(tag) = key.unchanged(&head.headers, now) {
        state.metrics.not_modified();
        return Ok(not_modified(tag));
    }
    let charge = |cost: u64| match head.extensions.get::<Charge>() {
        // The request itself has cost 1 already.
        Some(charge) => charge.take(cost - 1),
        None => Ok(()),
    };
    let watch = Stopwatch::start();
    let (answer, cost) = if let Some((answer, cost)) = state.kept_answers.get(key, now) {
        charge(cost)?;
        (answer, cost)
    } else {
        let vetted = Box::pin(state.graphql.vet(question)).await?;
        let cost = vetted.cost();
        charge(cost)?;
        let answer = Box::pin(state.graphql.execute(vetted, graph, caller)).await?;
        state.kept_answers.keep(key, &answer, cost, now);
        (answer, cost)
    };
    state.metrics.query_answered(cost, watch.seconds());
    let tag = key.tag(answer.validity, now);
    let mut response = respond(answer, answer_type);
    if let Some(tag) = tag {
        put_tag(response.headers_mut(), tag);
    }
    Ok(response)
}

/// What is asked, with the head of its request: the body of a POST request, or the parameters of any other.
async fn question(state: &ServerState, request: Request) -> Result<(Parts, GraphqlQuestion), Refusal> {
    let (head, body) = request.into_parts();
    let is_post = head.method == Method::POST;
    if is_post {
        check_content(&head.headers)?;
    }
    if let Some(reason) = state.readiness.reason() {
        return Err(Refusal::new(ErrorCode::NotReady, reason));
    }
    if is_post {
        let body = read_body(body, &state.limits).await?;
        return Ok((head, body.into()));
    }
    let parameters = Query::<Vec<(String, String)>>::try_from_uri(&head.uri).map_err(|_| {
        Refusal::new(ErrorCode::BodyInvalid, "the parameters of the address could not be read")
    })?;
    Ok((head, GraphqlQuestion::Parameters(parameters.0)))
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

fn respond(answer: GraphqlAnswer, answer_type: AnswerType) -> Response {
    // Plain JSON with another status could be from any machine on the way, so that its status says nothing.
    let is_of_query = answer.status == 400 && answer.refused.is_some_and(ErrorCode::is_of_query);
    let status = match answer_type {
        AnswerType::Json if is_of_query => StatusCode::OK,
        _ => StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
    };
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = status;
    // Those who pass the answer on add theirs.
    response.headers_mut().reserve(HEADERS_USUAL);
    response.headers_mut().insert(header::CONTENT_TYPE, answer_type.content_type());
    if let Some(revision) = answer.revision {
        response.headers_mut().insert(REVISION, HeaderValue::from(revision));
    }
    if let Some(code) = answer.refused {
        explain(response.headers_mut(), code);
    }
    response
}

/// A refusal as an answer of its own. The refusal itself goes along as an extension, for those whose clients read
/// refusals in another form.
pub(super) fn refuse(refusal: &Refusal) -> Response {
    let mut response = written(refusal, AnswerType::Json, refusal.code.http_status());
    response.extensions_mut().insert(refusal.clone());
    response
}

/// The same as the answer to a query: plain JSON says with its status no more than that this server answered.
fn refuse_query(refusal: &Refusal, answer_type: AnswerType) -> Response {
    let status = match (answer_type, refusal.code.http_status()) {
        (AnswerType::Json, 400) if refusal.code.is_of_query() => 200,
        (_, status) => status,
    };
    written(refusal, answer_type, status)
}

fn written(refusal: &Refusal, answer_type: AnswerType, status: u16) -> Response {
    let is_body_limit = refusal.limit.as_ref().is_some_and(|limit| limit.name == "http.body_bytes_max");
    let status = if is_body_limit { 413 } else { status };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let request_id = current_name();
    let body = refusal.body_of_request(request_id.as_ref().map(RequestId::as_str));
    let mut response =
        (status, [(header::CONTENT_TYPE, answer_type.content_type())], Body::from(body)).into_response();
    explain(response.headers_mut(), refusal.code);
    response
}

/// Adds the headers that a refusal of this kind has.
fn explain(headers: &mut HeaderMap, code: ErrorCode) {
    match code {
        ErrorCode::MethodNotAllowed => {
            headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
        }
        ErrorCode::Unauthenticated => {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        ErrorCode::NotReady | ErrorCode::Overloaded => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        _ => {}
    }
}
