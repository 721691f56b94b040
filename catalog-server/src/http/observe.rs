//! What is kept of every request: its name, a line in the log, and figures.

use axum::response::Response;
use tracing::Instrument;

use super::{
    BoxedRequest, SharedState,
    peer::Peer,
    request_id::{REQUEST_ID, answering, header_of, name_of},
    traced,
};
use crate::clock::Stopwatch;

/// Names a request, answers it, and writes down what came of it.
pub(super) async fn observe(
    state: &SharedState,
    route: Option<&str>,
    request: BoxedRequest,
    next: impl AsyncFnOnce(BoxedRequest) -> Response,
) -> Response {
    let id = name_of(request.headers());
    let method = request.method().clone();
    // What a line of the log shows; what follows a `?` may be anything.
    let path = request.uri().path().to_owned();
    let peer = request.extensions().get::<Peer>().map(|peer| peer.address);
    let span = traced::span_of(state, &id, &request, route);
    let watch = Stopwatch::start();
    let in_flight = state.metrics.request_begins();
    let mut response = answering(id.clone(), next(request)).instrument(span.clone()).await;
    drop(in_flight);
    response.headers_mut().insert(REQUEST_ID, header_of(&id));
    let seconds = watch.seconds();
    traced::answered(state, &span, response.status());
    let status = response.status().as_u16();
    state.metrics.request_ends(&method, route, status, seconds);
    span.in_scope(|| {
        let milliseconds = (seconds * 1e6).round() / 1e3;
        let peer = peer.map(tracing::field::display);
        tracing::info!(%method, path, status, milliseconds, peer, "answered");
    });
    response
}
