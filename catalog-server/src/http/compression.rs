//! Answers made smaller for those who can read that.
//!
//! By gzip, where the client accepts it and it is worth the work, also while an answer is still being made.
//! No answer holds a secret beside what its asker sent, so that its length gives nothing away.

use std::{convert::Infallible, future::ready};

use axum::{
    body::{Body, HttpBody},
    extract::Request,
    http::{HeaderValue, header},
    response::Response,
};
use tower::{ServiceExt, service_fn};
use tower_http::{
    CompressionLevel,
    compression::{
        Compression, Predicate,
        predicate::{And, NotForContentType, SizeAbove},
    },
};

use super::BoxedRequest;

/// Answers of fewer bytes are sent as they are: they fit into one packet.
const WORTH_BYTES: u64 = 1_024;

/// Whether an answer is worth it. Events are sent one by one, and would wait for each other within a stream
/// that is compressed; what is compressed already is not again.
#[derive(Clone, Copy, Debug)]
pub(super) struct IsWorthIt;

impl Predicate for IsWorthIt {
    fn should_compress<B: HttpBody>(&self, response: &axum::http::Response<B>) -> bool {
        let rules: And<And<SizeAbove, NotForContentType>, NotForContentType> =
            SizeAbove::new(WORTH_BYTES).and(NotForContentType::SSE).and(NotForContentType::IMAGES);
        rules.should_compress(response)
    }
}

/// Compresses what is worth it, fast rather than small: the graph is asked from nearby.
pub(super) async fn compress(
    request: BoxedRequest,
    next: impl AsyncFnOnce(BoxedRequest) -> Response,
) -> Response {
    // The library looks at this header alone; who does not send it is spared the library.
    let mut accepting = Request::new(());
    for accepted in request.headers().get_all(header::ACCEPT_ENCODING) {
        accepting.headers_mut().append(header::ACCEPT_ENCODING, accepted.clone());
    }
    let mut response = next(request).await;
    if accepting.headers().is_empty() {
        if IsWorthIt.should_compress(&response) {
            response.headers_mut().append(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        return response;
    }
    let mut response = Some(response);
    let answered =
        service_fn(|_: Request<()>| ready(Ok::<_, Infallible>(response.take().unwrap_or_default())));
    let compressing = Compression::new(answered).quality(CompressionLevel::Fastest).compress_when(IsWorthIt);
    match Box::pin(compressing.oneshot(accepting)).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}
