//! How many requests are answered at once.

use axum::response::Response;

use super::{BoxedRequest, SharedState, graphql_endpoint::refuse, health::is_probe};
use crate::graphql::{ErrorCode, Refusal};

/// Refuses a request while as many as may be are being answered. Probes are always let through: whoever
/// watches the server must see that it lives most of all when it is busy.
pub(super) async fn admit(
    state: &SharedState,
    request: BoxedRequest,
    next: impl AsyncFnOnce(BoxedRequest) -> Response,
) -> Response {
    if is_probe(request.uri().path()) {
        return next(request).await;
    }
    let Ok(_place) = state.request_places.try_acquire() else {
        let requests_max = state.limits.requests_max;
        let message = format!(
            "{requests_max} requests are being answered, which is the limit `http.requests_max`; try again soon"
        );
        return refuse(&Refusal::new(ErrorCode::Overloaded, message));
    };
    next(request).await
}
