//! Which address is answered by which file.

use axum::{
    Router,
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};

use super::{
    SharedState, admission, authentication, backstage, compression::compression, cors, event_source,
    export_endpoint, export_graph, export_measures, framing, graphql_endpoint, headers, health, home,
    host_check, metrics, observe, rate, webhooks,
};

/// The address of GraphQL and of its page.
pub(super) const GRAPHQL_PATH: &str = "/graphql";

pub(super) fn router(state: SharedState) -> Router {
    Router::new()
        .route("/", get(home::show))
        .route(GRAPHQL_PATH, any(graphql_endpoint::answer))
        .route("/graphql/stream", post(event_source::answer))
        .route("/export/graph", get(export_graph::send))
        .route("/export/measures", get(export_measures::send))
        .route(export_endpoint::EXPORT_PATH, get(export_endpoint::export))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::show))
        .route("/webhooks/{dialect}", post(webhooks::hear))
        .nest(backstage::BACKSTAGE_PATH, backstage::routes())
        .fallback(not_found)
        .with_state(SharedState::clone(&state))
        .layer(middleware::from_fn_with_state(state, pass))
        .layer(compression())
}

/// The way of a request to what answers it, and of the answer back. All of it is one layer: each layer of its own
/// would copy those below it for every request.
async fn pass(State(state): State<SharedState>, request: Request, next: Next) -> Response {
    let state = &state;
    let limited = async |request| rate::limit(state, request, |request| next.run(request)).await;
    let known = async |request| authentication::authenticate(state, request, limited).await;
    let admitted = async |request| admission::admit(state, request, known).await;
    let meant = async |request| host_check::only_own_names(state, request, admitted).await;
    let framed = async |request| framing::close_behind_chunks(request, meant).await;
    let worded = async |request| backstage::refuse_in_its_words(request, framed).await;
    let shared = async |request| cors::share(state, request, worded).await;
    let secured = async |request| headers::secure(request, shared).await;
    observe::observe(state, request, secured).await
}

/// What answers at the port that figures have to themselves.
pub(super) fn router_of_metrics(state: SharedState) -> Router {
    let show = move || metrics::answer(state.clone());
    Router::new()
        .route("/metrics", get(show))
        .fallback(not_found)
        .layer(middleware::from_fn(|request, next: Next| {
            headers::secure(request, |request| next.run(request))
        }))
        .layer(compression())
}

async fn not_found() -> impl IntoResponse {
    let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (
        StatusCode::NOT_FOUND,
        plain,
        "nothing is here; the addresses are /, /graphql, /api/catalog, /export, /export/graph, /healthz, /readyz and /metrics\n",
    )
}
