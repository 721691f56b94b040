//! `/api/catalog`: the addresses of Backstage's catalog that only read.
//!
//! Each address reads its request into a question of `crate::backstage`, which [`answering`] answers. Addresses
//! that would write are there to say that they do not.

mod answering;
mod entities;
mod locations;
mod refusal;

pub(super) use answering::BackstageService;
pub(super) use refusal::refuse_in_its_words;

use axum::{
    Router,
    routing::{get, post},
};

use super::SharedState;

/// Where Backstage's clients look for the catalog.
pub(super) const BACKSTAGE_PATH: &str = "/api/catalog";

/// The addresses, each with the file that answers it.
pub(super) fn routes() -> Router<SharedState> {
    Router::new()
        .route("/entities", get(entities::list))
        .route("/entities/by-query", get(entities::query).post(entities::query_by_body))
        .route("/entities/by-refs", post(entities::by_refs))
        .route("/entities/by-uid/{uid}", get(entities::by_uid).delete(refusal::read_only))
        .route("/entities/by-name/{kind}/{namespace}/{name}", get(entities::by_name))
        .route("/entities/by-name/{kind}/{namespace}/{name}/ancestry", get(entities::ancestry))
        .route("/entity-facets", get(entities::facets).post(entities::facets_by_body))
        .route("/locations", get(locations::list).post(refusal::read_only))
        .route("/locations/by-query", post(locations::query))
        .route("/locations/by-entity/{kind}/{namespace}/{name}", get(locations::by_entity))
        .route("/locations/{id}", get(locations::by_id).put(refusal::read_only).delete(refusal::read_only))
        .route("/refresh", post(refusal::read_only))
        .route("/validate-entity", post(refusal::not_implemented))
        .route("/analyze-location", post(refusal::not_implemented))
        .method_not_allowed_fallback(refusal::method_not_allowed)
        .fallback(refusal::not_found)
}
