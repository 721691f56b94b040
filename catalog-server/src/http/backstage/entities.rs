//! `/entities…` and `/entity-facets`.

use std::sync::Arc;

use axum::{
    Extension,
    body::Body,
    extract::{FromRequestParts as _, Path, Query, Request, State},
    http::{StatusCode, Uri},
    response::Response,
};

use super::{
    answering::{Making, admit, answer},
    refusal::{Asked, of_body},
};
use crate::{
    access::Caller,
    backstage::{
        BackstageError, BackstageLimits, EntityList, EntityQuery, Facets, batch, entity_named, entity_of_uid,
        request::{self, Parameters},
        write_ancestry, write_batch, write_entity,
    },
    clock,
    graphql::AnswerValidity,
    http::{
        ServerState, SharedState,
        body::read_body,
        etag::{not_modified, put_tag},
    },
};

type Asker = Extension<Arc<Caller>>;

pub(super) async fn list(State(state): State<SharedState>, caller: Asker, request: Request) -> Response {
    let read = |parameters: &Parameters, _: &[u8], limits: &BackstageLimits| {
        request::entity_list(parameters, limits)
    };
    respond(state, caller, request, read, list_of(EntityList::Plain)).await
}

pub(super) async fn query(State(state): State<SharedState>, caller: Asker, request: Request) -> Response {
    let read = |parameters: &Parameters, _: &[u8], limits: &BackstageLimits| {
        request::entity_query(parameters, limits)
    };
    respond(state, caller, request, read, list_of(EntityList::WithCursors)).await
}

pub(super) async fn query_by_body(
    State(state): State<SharedState>,
    caller: Asker,
    request: Request,
) -> Response {
    let read =
        |_: &Parameters, body: &[u8], limits: &BackstageLimits| request::entity_query_of_body(body, limits);
    respond(state, caller, request, read, list_of(EntityList::WithCursors)).await
}

fn list_of(list: EntityList) -> impl FnOnce(EntityQuery, Making<'_>) -> Result<(), BackstageError> {
    move |query, making| query.answer(making.graph, making.orders, list, making.give_up, making.sink)
}

pub(super) async fn by_refs(State(state): State<SharedState>, caller: Asker, request: Request) -> Response {
    respond(state, caller, request, request::batch_of, |asked, making| {
        let rows = batch(making.graph, &asked.refs, asked.filter.as_ref());
        write_batch(rows, asked.fields.as_ref(), making.give_up, making.sink)
    })
    .await
}

pub(super) async fn by_uid(State(state): State<SharedState>, caller: Asker, request: Request) -> Response {
    let (uid, request) = path_of::<String>(request).await;
    respond(
        state,
        caller,
        request,
        move |_, _, _| uid,
        |uid, making| match entity_of_uid(making.graph, &uid, making.give_up)? {
            Some(entity) => write_entity(entity, None, making.sink),
            None => Err(BackstageError::NotFound(format!("no entity with uid {uid}"))),
        },
    )
    .await
}

pub(super) async fn by_name(State(state): State<SharedState>, caller: Asker, request: Request) -> Response {
    let (name, request) = path_of(request).await;
    respond(
        state,
        caller,
        request,
        move |_, _, _| name,
        |name: Name, making| write_entity(name.find(&making)?, None, making.sink),
    )
    .await
}

pub(super) async fn ancestry(State(state): State<SharedState>, caller: Asker, request: Request) -> Response {
    let (name, request) = path_of(request).await;
    respond(
        state,
        caller,
        request,
        move |_, _, _| name,
        |name: Name, making| write_ancestry(name.find(&making)?, making.sink),
    )
    .await
}

pub(super) async fn facets(State(state): State<SharedState>, caller: Asker, request: Request) -> Response {
    let read =
        |parameters: &Parameters, _: &[u8], limits: &BackstageLimits| request::facets(parameters, limits);
    respond(state, caller, request, read, count).await
}

pub(super) async fn facets_by_body(
    State(state): State<SharedState>,
    caller: Asker,
    request: Request,
) -> Response {
    let read = |_: &Parameters, body: &[u8], limits: &BackstageLimits| request::facets_of_body(body, limits);
    respond(state, caller, request, read, count).await
}

#[expect(clippy::needless_pass_by_value, reason = "what is asked belongs to whoever answers it")]
fn count(facets: Facets, making: Making<'_>) -> Result<(), BackstageError> {
    let counted = facets.answer(making.graph, making.give_up)?;
    making.sink.write(counted.to_string().as_bytes())
}

/// Kind, namespace and name, as an address has them.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Name {
    kind: String,
    namespace: String,
    name: String,
}

impl Name {
    pub(super) fn find<'g>(
        &self,
        making: &Making<'g>,
    ) -> Result<catalog_core::graph::Entity<'g>, BackstageError> {
        let Self { kind, namespace, name } = self;
        entity_named(making.graph, kind, namespace, name).ok_or_else(|| {
            BackstageError::NotFound(format!(
                "no entity named '{name}' found, with kind '{kind}' in namespace '{namespace}'"
            ))
        })
    }
}

/// What the address of a request names, and the request.
pub(super) async fn path_of<T: serde::de::DeserializeOwned + Send>(
    request: Request,
) -> (Result<T, BackstageError>, Request) {
    let (mut parts, body) = request.into_parts();
    let path = Path::<T>::from_request_parts(&mut parts, &()).await;
    let path = path.map(|Path(path)| path).map_err(|fault| BackstageError::Input(fault.body_text()));
    (path, Request::from_parts(parts, body))
}

/// Reads a request into a question, and answers it: by 304 where its client has the answer already. What answers
/// say depends on nothing but the graph, so that their tags hold for as long.
pub(super) async fn respond<T, R, W>(
    state: SharedState,
    Extension(caller): Asker,
    request: Request,
    read: R,
    work: W,
) -> Response
where
    T: Send + 'static,
    R: FnOnce(&Parameters, &[u8], &BackstageLimits) -> Result<T, BackstageError>,
    W: FnOnce(T, Making<'_>) -> Result<(), BackstageError> + Send + 'static,
{
    let asked = Asked::of(&request);
    if let Err(error) = admit(&state, &caller) {
        return asked.refused(&error);
    }
    let (head, body) = request.into_parts();
    let (question, body) = match question(&state, &head.uri, body, read).await {
        Ok(question) => question,
        Err(error) => return asked.refused(&error),
    };
    let seen = match state.graph_for(&caller).await {
        Ok(seen) => seen,
        Err(refusal) => return asked.refused(&BackstageError::Unavailable(refusal.message)),
    };
    let key = state.tags.key(&seen, &caller, &asked.parts(&body));
    let now = clock::now();
    if let Some(tag) = key.unchanged(&head.headers, now) {
        state.metrics.not_modified();
        return not_modified(tag);
    }
    let work = move |making: Making<'_>| work(question, making);
    let mut response = answer(&state.backstage, seen.graph, &asked, work).await;
    if response.status() == StatusCode::OK
        && let Some(tag) = key.tag(AnswerValidity::Revision, now)
    {
        put_tag(response.headers_mut(), tag);
    }
    response
}

/// What is asked, with the body in which it may be.
async fn question<T>(
    state: &ServerState,
    uri: &Uri,
    body: Body,
    read: impl FnOnce(&Parameters, &[u8], &BackstageLimits) -> Result<T, BackstageError>,
) -> Result<(T, Vec<u8>), BackstageError> {
    let parameters = Query::<Vec<(String, String)>>::try_from_uri(uri)
        .map_err(|fault| BackstageError::Input(fault.body_text()))?;
    let body = read_body(body, &state.limits).await.map_err(|refusal| of_body(&refusal))?;
    Ok((read(&Parameters(parameters.0), &body, &state.backstage.limits)?, body))
}
