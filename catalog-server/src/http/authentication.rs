//! Who sends a request.

use std::sync::Arc;

use axum::{extract::Request, middleware::Next, response::Response};

use crate::access::Caller;

/// Finds out who sends the request, and hands it on with them as an extension `Arc<Caller>`.
///
/// The server listens on its own machine only, where whoever can reach it could as well open the store.
pub(super) async fn authenticate(mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(Arc::new(Caller::local()));
    next.run(request).await
}
