//! `/export/graph`: the graph file of the present graph, for those who answer from a copy of it. Whoever sees
//! a part of the catalog gets the graph of that part, which never held the rest.
//!
//! Its `ETag` tells one file from another, so that a request with `If-None-Match` costs nothing while nothing
//! changes. `x-catalog-measures` tells which [measures](super::export_measures) belong to it.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum::{
    Extension,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio_stream::Stream;

use super::{
    ServerState, SharedState,
    export_measures::measures_for,
    graph_files::{GraphFiles, GraphFilesError, MadeGraphFile, read_at},
    graphql_endpoint::{REVISION, refuse},
};
use crate::{
    access::{Caller, Identity, Scope},
    graphql::{ErrorCode, Refusal},
};

/// Which measures belong to it.
pub(super) const MEASURES: HeaderName = HeaderName::from_static("x-catalog-measures");
/// How much of the file is read at once, in bytes.
const CHUNK_BYTES: u64 = 256 * 1024;

pub(super) async fn send(
    State(state): State<SharedState>,
    Extension(caller): Extension<Arc<Caller>>,
    headers: HeaderMap,
) -> Response {
    if let Some(refusal) = refusal(&state, &caller) {
        return refuse(&refusal);
    }
    let seen = match state.place_for(&caller).await {
        Ok(seen) => seen,
        Err(refusal) => return refuse(&refusal),
    };
    let present = GraphFiles::present(Arc::clone(&state.graph_files), seen.clone()).await;
    let file = match present {
        Ok(file) => file,
        Err(error @ GraphFilesError::TimeOver) => {
            return refuse(&Refusal::new(ErrorCode::Overloaded, error.to_string()));
        }
        Err(error @ GraphFilesError::Failed) => {
            return refuse(&Refusal::new(ErrorCode::Internal, error.to_string()));
        }
    };
    let mut response = if is_known(&headers, &file.tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let length = HeaderValue::from(file.file.bytes());
        let of_file = [
            (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
            (header::CONTENT_LENGTH, length),
        ];
        (of_file, Body::from_stream(Chunks::new(Arc::clone(&file)))).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(REVISION, HeaderValue::from(file.file.revision().0));
    headers.extend(HeaderValue::from_str(&format!("\"{}\"", file.tag)).map(|tag| (header::ETAG, tag)));
    if let Some(measures) = measures_for(&state, &seen).await {
        headers.insert(MEASURES, measures.tag.clone());
    }
    response
}

/// Why this caller gets nothing of what is handed out in one piece.
pub(super) fn refusal(state: &ServerState, caller: &Caller) -> Option<Refusal> {
    if !caller.may(Scope::Read) {
        return Some(match caller.identity {
            Identity::Anonymous => Refusal::new(ErrorCode::Unauthenticated, "this needs a token"),
            _ => Refusal::new(ErrorCode::Forbidden, "this needs the scope `read`"),
        });
    }
    state.readiness.reason().map(|reason| Refusal::new(ErrorCode::NotReady, reason))
}

/// Whether whoever asks has what the tag names: `If-None-Match` of RFC 9110, section 13.1.2.
pub(super) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|value| value.split(',')).map(str::trim).any(|known| {
        let known = known.strip_prefix("W/").unwrap_or(known);
        known == "*" || known.strip_prefix('"').and_then(|known| known.strip_suffix('"')) == Some(tag)
    })
}

/// A file, part by part. Each is read on a thread where it may block, and only when the one before is taken.
struct Chunks {
    file: Arc<MadeGraphFile>,
    at: u64,
    reading: Option<JoinHandle<io::Result<Bytes>>>,
}

impl Chunks {
    fn new(file: Arc<MadeGraphFile>) -> Self {
        Self { file, at: 0, reading: None }
    }
}

impl Stream for Chunks {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let left = self.file.file.bytes().saturating_sub(self.at);
        if left == 0 && self.reading.is_none() {
            return Poll::Ready(None);
        }
        let (file, at) = (Arc::clone(&self.file), self.at);
        let reading = self.reading.get_or_insert_with(|| spawn_blocking(move || chunk(&file, at, left)));
        let read =
            ready!(Pin::new(reading).poll(context)).unwrap_or_else(|error| Err(io::Error::other(error)));
        self.reading = None;
        if let Ok(bytes) = &read {
            self.at += bytes.len() as u64;
        }
        Poll::Ready(Some(read))
    }
}

fn chunk(file: &MadeGraphFile, at: u64, left: u64) -> io::Result<Bytes> {
    let length = left.min(CHUNK_BYTES);
    let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    if read_at(file.file.as_file(), at, &mut bytes)? < bytes.len() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes.into())
}
