//! Which address is answered by which file.

use axum::{
    Router,
    http::{StatusCode, header},
    middleware,
    response::IntoResponse,
    routing::{any, get},
};

use super::{ServerState, authentication, backstage, graphql_endpoint, headers, health, home, host_check};

/// The address of GraphQL and of its page.
pub(super) const GRAPHQL_PATH: &str = "/graphql";

pub(super) fn router(state: ServerState) -> Router {
    Router::new()
        .route("/", get(home::show))
        .route(GRAPHQL_PATH, any(graphql_endpoint::answer))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .nest(backstage::BACKSTAGE_PATH, backstage::routes())
        .fallback(not_found)
        .with_state(state)
        .layer(middleware::from_fn(authentication::authenticate))
        .layer(middleware::from_fn(host_check::only_loopback_names))
        .layer(middleware::map_response(headers::secure))
}

async fn not_found() -> impl IntoResponse {
    let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (
        StatusCode::NOT_FOUND,
        plain,
        "nothing is here; the addresses are /, /graphql, /api/catalog, /healthz and /readyz\n",
    )
}
