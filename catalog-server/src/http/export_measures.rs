//! `/export/measures`: what the organisation measures by, for those who answer from a copy of the graph.

use std::sync::Arc;

use axum::{
    Extension,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest as _, Sha256};

use super::{
    SharedState,
    export_graph::{MEASURES, is_known, refusal},
    graphql_endpoint::refuse,
};
use crate::{
    access::Caller,
    graphql::{ErrorCode, Refusal},
};

/// Measures as they are told: JSON, in the words of whoever made the state.
#[derive(Debug)]
pub(super) struct ToldMeasures {
    body: Bytes,
    /// What tells them from other ones: the first half of their SHA-256.
    pub(super) tag: HeaderValue,
}

impl ToldMeasures {
    pub(super) fn new(body: String) -> Self {
        let digest = Sha256::digest(&body);
        let tag: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let tag = HeaderValue::from_str(&tag).expect("digits are a header's value");
        Self { body: body.into(), tag }
    }
}

pub(super) async fn send(
    State(state): State<SharedState>,
    Extension(caller): Extension<Arc<Caller>>,
    headers: HeaderMap,
) -> Response {
    if let Some(refusal) = refusal(&state, &caller) {
        return refuse(&refusal);
    }
    // They may name what is hidden.
    if let Err(refusal) = state.whole_for(&caller, "the measures are") {
        return refuse(&refusal);
    }
    let Some(measures) = state.measures.load_full() else {
        return refuse(&Refusal::new(ErrorCode::NotReady, "this server tells no measures"));
    };
    let tag = measures.tag.to_str().unwrap_or_default();
    let mut response = if is_known(&headers, tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, "application/json")], measures.body.clone()).into_response()
    };
    let headers = response.headers_mut();
    headers.extend(HeaderValue::from_str(&format!("\"{tag}\"")).map(|tag| (header::ETAG, tag)));
    headers.insert(MEASURES, measures.tag.clone());
    response
}
