//! What probes ask: whether the server lives, and whether it can answer.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use super::SharedState;

const PLAIN: [(header::HeaderName, &str); 1] = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];

/// Whether an address is one that probes ask: they are never kept waiting for others.
pub(super) fn is_probe(path: &str) -> bool {
    path == "/healthz" || path == "/readyz"
}

/// Always fine: that it is answered says that the server lives.
pub(super) async fn healthz() -> Response {
    (PLAIN, "ok\n").into_response()
}

/// Fine once a graph is loaded, else 503 with the reason.
pub(super) async fn readyz(State(state): State<SharedState>) -> Response {
    match state.readiness.reason_to_stay_away() {
        None => (PLAIN, format!("ready at revision {}\n", state.revision())).into_response(),
        Some(reason) => (StatusCode::SERVICE_UNAVAILABLE, PLAIN, format!("{reason}\n")).into_response(),
    }
}
