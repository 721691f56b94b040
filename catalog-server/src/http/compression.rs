//! Answers made smaller for those who can read that.
//!
//! By gzip, where the client accepts it and it is worth the work, also while an answer is still being made.
//! No answer holds a secret beside what its asker sent, so that its length gives nothing away.

use axum::{body::HttpBody, http::Response};
use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer, Predicate,
        predicate::{And, NotForContentType, SizeAbove},
    },
};

/// Answers of fewer bytes are sent as they are: they fit into one packet.
const WORTH_BYTES: u64 = 1_024;

/// Whether an answer is worth it. Events are sent one by one, and would wait for each other within a stream
/// that is compressed; what is compressed already is not again.
#[derive(Clone, Copy, Debug)]
pub(super) struct IsWorthIt;

impl Predicate for IsWorthIt {
    fn should_compress<B: HttpBody>(&self, response: &Response<B>) -> bool {
        let rules: And<And<SizeAbove, NotForContentType>, NotForContentType> =
            SizeAbove::new(WORTH_BYTES).and(NotForContentType::SSE).and(NotForContentType::IMAGES);
        rules.should_compress(response)
    }
}

/// Compresses what is worth it, fast rather than small: the graph is asked from nearby.
pub(super) fn compression() -> CompressionLayer<IsWorthIt> {
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(IsWorthIt)
}
