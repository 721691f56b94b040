//! `/locations…`: the repositories, as Backstage's clients know locations.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Request, State},
    response::Response,
};
use serde_json::json;

use super::entities::{Name, path_of, respond};
use crate::{
    access::Caller,
    backstage::{BackstageError, LocationRow, request},
    http::SharedState,
};

type Asker = Extension<Arc<Caller>>;

pub(super) async fn list(State(state): State<SharedState>, caller: Asker, request: Request) -> Response {
    respond(
        state,
        caller,
        request,
        |_, _, _| Ok(()),
        |(), making| {
            let rows: Vec<_> =
                LocationRow::all(making.graph).into_iter().map(|row| json!({ "data": row })).collect();
            making.sink.write(json!(rows).to_string().as_bytes())
        },
    )
    .await
}

pub(super) async fn query(State(state): State<SharedState>, caller: Asker, request: Request) -> Response {
    let read = |_: &request::Parameters, body: &[u8], limits: &_| request::locations_of_body(body, limits);
    respond(state, caller, request, read, |query, making| {
        making.sink.write(query.answer(making.graph, making.limits).to_string().as_bytes())
    })
    .await
}

pub(super) async fn by_id(State(state): State<SharedState>, caller: Asker, request: Request) -> Response {
    let (id, request) = path_of::<String>(request).await;
    respond(
        state,
        caller,
        request,
        move |_, _, _| id,
        |id, making| {
            let row = LocationRow::all(making.graph).into_iter().find(|row| row.id == id);
            let row =
                row.ok_or_else(|| BackstageError::NotFound(format!("found no location with ID {id}")))?;
            making.sink.write(json!(row).to_string().as_bytes())
        },
    )
    .await
}

pub(super) async fn by_entity(State(state): State<SharedState>, caller: Asker, request: Request) -> Response {
    let (name, request) = path_of(request).await;
    respond(
        state,
        caller,
        request,
        move |_, _, _| name,
        |name: Name, making| {
            let entity = name.find(&making)?;
            let row = LocationRow::of(entity)
                .ok_or_else(|| BackstageError::NotFound(format!("found no location of {}", entity.name())))?;
            making.sink.write(json!(row).to_string().as_bytes())
        },
    )
    .await
}
