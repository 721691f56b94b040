//! Which address is answered by which file.

use axum::{
    Router,
    http::{StatusCode, header},
    middleware,
    response::IntoResponse,
    routing::{any, get, post},
};

use super::{
    ServerState, admission, authentication, backstage, compression::compression, cors, event_source,
    export_endpoint, export_graph, export_measures, graphql_endpoint, headers, health, home, host_check,
    metrics, observe, rate, webhooks,
};

/// The address of GraphQL and of its page.
pub(super) const GRAPHQL_PATH: &str = "/graphql";

pub(super) fn router(state: ServerState) -> Router {
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
        .with_state(state.clone())
        // From the last to the first: what is added last sees a request first and its answer last.
        .layer(middleware::from_fn_with_state(state.clone(), rate::limit))
        .layer(middleware::from_fn_with_state(state.clone(), authentication::authenticate))
        .layer(middleware::from_fn_with_state(state.clone(), admission::admit))
        .layer(middleware::from_fn_with_state(state.clone(), host_check::only_own_names))
        .layer(middleware::from_fn_with_state(state.clone(), cors::share))
        .layer(compression())
        .layer(middleware::from_fn(headers::secure))
        .layer(middleware::from_fn_with_state(state, observe::observe))
}

/// What answers at the port that figures have to themselves.
pub(super) fn router_of_metrics(state: ServerState) -> Router {
    let show = move || metrics::answer(state.clone());
    Router::new()
        .route("/metrics", get(show))
        .fallback(not_found)
        .layer(compression())
        .layer(middleware::from_fn(headers::secure))
}

async fn not_found() -> impl IntoResponse {
    let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (
        StatusCode::NOT_FOUND,
        plain,
        "nothing is here; the addresses are /, /graphql, /api/catalog, /export, /export/graph, /healthz, /readyz and /metrics\n",
    )
}
