//! `/export`: everything that is known, one JSON object a line, as `catalog export` writes it.
//!
//! A thread writes the lines of one graph as fast as the client reads them; little more than what is on its way
//! is ever in memory. Where the client leaves, the next line that is written finds out.

use std::{
    io::{self, BufWriter, Write},
    sync::Arc,
};

use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Query, Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use catalog_core::graph::CatalogGraph;
use serde::Deserialize;
use tokio::{
    sync::{Semaphore, mpsc},
    task::spawn_blocking,
};
use tokio_stream::{StreamExt, wrappers::ReceiverStream};

use super::{
    ServerState, SharedState,
    graphql_endpoint::{REVISION, refuse},
};
use crate::{
    access::{Caller, Scope},
    graphql::{ErrorCode, Refusal},
    report::{EXPORT_TYPES, ExportTypes, export_lines_of},
};

/// The address.
pub(super) const EXPORT_PATH: &str = "/export";
/// Exports that are written at once; each takes a thread and a part of the processor.
const EXPORTS_MAX: usize = 4;
/// How many bytes are sent at a time.
const CHUNK_BYTES: usize = 64 * 1024;
/// How many of these wait for the client.
const CHUNKS_WAITING_MAX: usize = 4;

/// The exports that may still begin.
#[derive(Clone, Debug)]
pub(super) struct ExportPermits(Arc<Semaphore>);

impl Default for ExportPermits {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(EXPORTS_MAX)))
    }
}

/// What to export.
#[derive(Debug, Default, Deserialize)]
struct Parameters {
    /// Types of lines, with commas; all where it is left out.
    #[serde(default, rename = "type")]
    types: Option<String>,
}

pub(super) async fn export(
    State(state): State<SharedState>,
    Extension(caller): Extension<Arc<Caller>>,
    request: Request,
) -> Response {
    let is_head = request.method() == axum::http::Method::HEAD;
    match begin(&state, &caller, types(&request), is_head).await {
        Ok(response) => response,
        Err(refusal) => refuse(&refusal),
    }
}

async fn begin(
    state: &ServerState,
    caller: &Caller,
    types: Result<ExportTypes, Refusal>,
    is_head: bool,
) -> Result<Response, Refusal> {
    if !caller.may(Scope::Read) {
        return Err(Refusal::new(ErrorCode::Forbidden, "an export takes the scope `read`"));
    }
    if let Some(reason) = state.readiness.reason() {
        return Err(Refusal::new(ErrorCode::NotReady, reason));
    }
    let types = types?;
    let graph = state.graph_for(caller).await?.graph;
    let permit = Arc::clone(&state.exports.0).try_acquire_owned().map_err(|_| {
        let message =
            format!("{EXPORTS_MAX} exports are being written, which is as many as may be; try again soon");
        Refusal::new(ErrorCode::Overloaded, message)
    })?;
    let revision = graph.revision().0;
    let (sender, receiver) = mpsc::channel(CHUNKS_WAITING_MAX);
    if !is_head {
        spawn_blocking(move || {
            let _permit = permit;
            write(&graph, &types, sender);
        });
    }
    let body = Body::from_stream(ReceiverStream::new(receiver).map(Ok::<_, io::Error>));
    let mut response = ([(header::CONTENT_TYPE, "application/x-ndjson")], body).into_response();
    response.headers_mut().insert(REVISION, HeaderValue::from(revision));
    Ok(response)
}

fn types(request: &Request) -> Result<ExportTypes, Refusal> {
    let invalid = |message: String| Refusal::new(ErrorCode::ArgumentInvalid, message);
    let parameters = Query::<Parameters>::try_from_uri(request.uri())
        .map_err(|_| invalid("the parameters of the address could not be read".to_owned()))?;
    let Some(list) = parameters.0.types else { return Ok(ExportTypes::all()) };
    ExportTypes::of(&list).map_err(|word| {
        let word: String = word.chars().take(40).collect();
        invalid(format!("`{word}` is no type of lines; the types are {}", EXPORT_TYPES.join(", ")))
    })
}

/// Writes the lines until all are sent or nobody waits for them.
fn write(graph: &CatalogGraph, types: &ExportTypes, sender: mpsc::Sender<Bytes>) {
    let mut to = BufWriter::with_capacity(CHUNK_BYTES, Chunks(sender));
    let written = export_lines_of(graph, types, &mut to).and_then(|()| to.flush());
    if let Err(fault) = written {
        tracing::debug!(%fault, "an export was not read to its end");
        // What is buffered is not for anybody.
        let _unwritten = to.into_parts();
    }
}

/// What is written goes to the client, who is waited for.
struct Chunks(mpsc::Sender<Bytes>);

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Bytes::copy_from_slice(bytes));
        sent.map(|()| bytes.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use catalog_core::sketch;

    use super::*;

    #[test]
    fn an_export_ends_where_nobody_reads_it() {
        let drawn: String = (0..5_000).map(|n| format!("component:c{n} -> component:c{}\n", n / 2)).collect();
        let graph = sketch::graph(&drawn);
        let (sender, mut receiver) = mpsc::channel(CHUNKS_WAITING_MAX);
        let writer = std::thread::spawn(move || write(&graph, &ExportTypes::all(), sender));
        let first = receiver.blocking_recv().expect("a chunk comes");
        assert!(first.starts_with(br#"{"#) && first.len() <= 2 * CHUNK_BYTES);
        drop(receiver);
        writer.join().expect("it ends without a panic");
    }
}
