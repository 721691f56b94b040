//! `/export/measures`: what the organisation measures by, for those who answer from a copy of the graph.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use axum::{
    Extension,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use catalog_core::graph::CatalogGraph;
use sha2::{Digest as _, Sha256};
use tokio::task::spawn_blocking;

use super::{
    ServerState, SharedState,
    export_graph::{MEASURES, is_known, refusal},
    graphql_endpoint::refuse,
    state::SeenPlace,
};
use crate::{
    access::Caller,
    graphql::{ErrorCode, Refusal},
};

/// What those are told who answer from a copy of the graph: JSON documents that hold no secret.
pub struct TellMeasures {
    /// For whoever sees everything.
    pub whole: String,
    /// For whoever sees a graph of a part, and no more; `None` where it cannot be told.
    pub of_part: TellPart,
}

/// What those are told who see this graph.
pub type TellPart = Box<dyn Fn(&CatalogGraph) -> Option<String> + Send + Sync>;

/// Measures as they are told, whole and to those who see a part.
pub(super) struct ToldMeasures {
    whole: Arc<MeasuresBody>,
    tell: TellMeasures,
    /// What was told of late to those who see a part, of which there are `server.views_max` at most.
    of_parts: Mutex<BTreeMap<u16, ToldPart>>,
}

/// What was told to those who see a graph.
type ToldPart = (Weak<CatalogGraph>, Arc<MeasuresBody>);

/// One document of measures.
#[derive(Debug)]
pub(super) struct MeasuresBody {
    body: Bytes,
    /// What tells it from other ones: the first half of its SHA-256.
    pub(super) tag: HeaderValue,
}

impl MeasuresBody {
    fn new(body: String) -> Self {
        let digest = Sha256::digest(&body);
        let tag: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let tag = HeaderValue::from_str(&tag).expect("digits are a header's value");
        Self { body: body.into(), tag }
    }
}

impl ToldMeasures {
    pub(super) fn new(tell: TellMeasures) -> Self {
        let whole = Arc::new(MeasuresBody::new(tell.whole.clone()));
        Self { whole, tell, of_parts: Mutex::default() }
    }

    /// The measures for those who see a graph of a part. May take a while.
    fn of_part(&self, number: u16, graph: &Arc<CatalogGraph>) -> Option<Arc<MeasuresBody>> {
        let parts = || self.of_parts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, told)) = parts().get(&number)
            && std::ptr::eq(of.as_ptr(), Arc::as_ptr(graph))
        {
            return Some(Arc::clone(told));
        }
        let told = Arc::new(MeasuresBody::new((self.tell.of_part)(graph)?));
        parts().insert(number, (Arc::downgrade(graph), Arc::clone(&told)));
        Some(told)
    }
}

impl fmt::Debug for ToldMeasures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToldMeasures").field("whole", &self.whole).finish_non_exhaustive()
    }
}

/// The measures for those who see the graph of a place; `None` where none are told.
pub(super) async fn measures_for(state: &ServerState, seen: &SeenPlace) -> Option<Arc<MeasuresBody>> {
    let told = state.measures.load_full()?;
    let number = seen.part_number();
    if number == 0 {
        return Some(Arc::clone(&told.whole));
    }
    let graph = seen.graph();
    spawn_blocking(move || told.of_part(number, &graph)).await.ok()?
}

pub(super) async fn send(
    State(state): State<SharedState>,
    Extension(caller): Extension<Arc<Caller>>,
    headers: HeaderMap,
) -> Response {
    if let Some(refusal) = refusal(&state, &caller) {
        return refuse(&refusal);
    }
    // They may name what is hidden, which is left out.
    let seen = match state.place_for(&caller).await {
        Ok(seen) => seen,
        Err(refusal) => return refuse(&refusal),
    };
    let Some(measures) = measures_for(&state, &seen).await else {
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
