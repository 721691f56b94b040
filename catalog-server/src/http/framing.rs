//! Where a request ends.
//!
//! A request that says its length and that its body comes in chunks may end elsewhere for a proxy in front of the
//! server, which then takes a part of the body for the next request of somebody else. Hyper goes by the chunks and
//! does not tell that there was a length as well; so nothing is read behind any body of chunks, and the connection
//! is closed with the answer (RFC 9112, section 6.1).

use axum::{
    http::{HeaderValue, header},
    response::Response,
};

use super::BoxedRequest;

/// Closes the connection with the answer to a request whose body comes in chunks.
pub(super) async fn close_behind_chunks(
    request: BoxedRequest,
    next: impl AsyncFnOnce(BoxedRequest) -> Response,
) -> Response {
    let is_in_chunks = request.headers().contains_key(header::TRANSFER_ENCODING);
    let mut response = next(request).await;
    if is_in_chunks {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
