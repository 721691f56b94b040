//! Answering on a thread of its own, within bounds; what is long is sent piece by piece while it is made.

use std::{io, sync::Arc};

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use catalog_core::graph::CatalogGraph;
use tokio::{
    runtime::Handle,
    sync::{Semaphore, mpsc, oneshot},
    task::spawn_blocking,
    time::{Instant, timeout, timeout_at},
};
use tokio_stream::wrappers::ReceiverStream;

use super::refusal::Asked;
use crate::{
    access::{Caller, Scope},
    backstage::{BackstageError, BackstageLimits, GiveUp, OrderCache, Sink},
    http::ServerState,
};

/// Pieces of an answer that wait to be sent.
const PIECES_WAITING_MAX: usize = 2;

/// Answers questions in Backstage's terms. Cloning is cheap; clones share their limits.
#[derive(Clone, Debug)]
pub(in crate::http) struct BackstageService {
    pub(super) limits: Arc<BackstageLimits>,
    orders: Arc<OrderCache>,
    permits: Arc<Semaphore>,
}

impl BackstageService {
    pub(in crate::http) fn new(limits: BackstageLimits) -> Self {
        let permits = Arc::new(Semaphore::new(limits.concurrent_max));
        Self { limits: Arc::new(limits), orders: Arc::default(), permits }
    }
}

/// What an answer is made of: one graph, and what all answers share.
pub(super) struct Making<'m> {
    pub(super) graph: &'m Arc<CatalogGraph>,
    pub(super) limits: &'m BackstageLimits,
    pub(super) orders: &'m OrderCache,
    pub(super) give_up: &'m GiveUp,
    pub(super) sink: &'m mut dyn Sink,
}

/// Whether somebody may ask, and whether there is anything to answer from.
pub(super) fn admit(state: &ServerState, caller: &Caller) -> Result<(), BackstageError> {
    if !caller.may(Scope::Read) {
        return Err(if caller.identity == crate::access::Identity::Anonymous {
            BackstageError::Unauthenticated
        } else {
            BackstageError::NotAllowed(format!("whoever asks lacks the scope `{}`", Scope::Read))
        });
    }
    match state.readiness.reason() {
        Some(reason) => Err(BackstageError::Unavailable(reason.into())),
        None => Ok(()),
    }
}

/// Answers a question from a graph.
///
/// The answer is made on a thread of its own, and holds one of the permits until it is made, or given up because
/// nobody waits for it any more.
pub(super) async fn answer<W>(
    service: &BackstageService,
    graph: Arc<CatalogGraph>,
    asked: &Asked,
    work: W,
) -> Response
where
    W: FnOnce(Making<'_>) -> Result<(), BackstageError> + Send + 'static,
{
    match begin(service.clone(), graph, work).await {
        Ok(begun) => begun.respond(asked),
        Err(error) => asked.refused(&error),
    }
}

async fn begin<W>(
    service: BackstageService,
    graph: Arc<CatalogGraph>,
    work: W,
) -> Result<Begun, BackstageError>
where
    W: FnOnce(Making<'_>) -> Result<(), BackstageError> + Send + 'static,
{
    let limits = Arc::clone(&service.limits);
    let waiting = timeout(limits.patience, Arc::clone(&service.permits).acquire_owned());
    let Ok(Ok(permit)) = waiting.await else { return Err(BackstageError::overloaded(&limits)) };
    let give_up = GiveUp::default();
    let unless_begun = GiveUpOnDrop(Some(give_up.clone()));
    let (begin, begun) = oneshot::channel();
    let runtime = Handle::current();
    let answering = spawn_blocking(move || {
        let _permit = permit;
        let limits = &*service.limits;
        let mut sink =
            Pieces { begin: Some(begin), sent: None, written: Vec::new(), after: None, runtime, limits };
        let making =
            Making { graph: &graph, limits, orders: &service.orders, give_up: &give_up, sink: &mut sink };
        let made = work(making);
        sink.end(made);
    });
    let begun = match timeout(limits.deadline, begun).await {
        Ok(Ok(begun)) => begun,
        Ok(Err(_)) => {
            let fault = answering.await.err();
            tracing::error!(?fault, "an answer for a client of Backstage ended in a panic");
            Err(BackstageError::Internal)
        }
        Err(_) => return Err(BackstageError::too_slow(&limits)),
    };
    unless_begun.keep();
    begun
}

/// Gives an answer up when it is dropped, as it is when the client has left.
struct GiveUpOnDrop(Option<GiveUp>);

impl GiveUpOnDrop {
    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for GiveUpOnDrop {
    fn drop(&mut self) {
        if let Some(give_up) = &self.0 {
            give_up.now();
        }
    }
}

type Piece = Result<Bytes, io::Error>;

/// An answer of which at least the first piece is there.
struct Begun {
    after: Option<String>,
    body: Body,
}

impl Begun {
    fn respond(self, asked: &Asked) -> Response {
        let json = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
        let mut response = (StatusCode::OK, json, self.body).into_response();
        let link = self.after.map(|after| HeaderValue::try_from(next_link(asked, &after)));
        if let Some(Ok(link)) = link {
            response.headers_mut().insert(header::LINK, link);
        }
        response
    }
}

/// The address of the next page: the same with another `after`, and no `offset`.
fn next_link(asked: &Asked, after: &str) -> String {
    let kept = asked.query.as_deref().unwrap_or_default().split('&').filter(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        !pair.is_empty() && !["after", "offset"].contains(&name)
    });
    let after = after.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let query: Vec<String> = kept.map(str::to_owned).chain([format!("after={after}")]).collect();
    format!("<{}?{}>; rel=\"next\"", asked.path, query.join("&"))
}

/// Collects an answer into pieces. One that fits into a piece is sent whole, so that its length is known.
struct Pieces<'l> {
    begin: Option<oneshot::Sender<Result<Begun, BackstageError>>>,
    sent: Option<(mpsc::Sender<Piece>, Instant)>,
    written: Vec<u8>,
    after: Option<String>,
    runtime: Handle,
    limits: &'l BackstageLimits,
}

impl Sink for Pieces<'_> {
    fn next_after(&mut self, after: String) {
        self.after = Some(after);
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), BackstageError> {
        self.written.extend_from_slice(bytes);
        if self.written.len() < self.limits.piece_bytes {
            return Ok(());
        }
        if let Some(begin) = self.begin.take() {
            let (pieces, waiting) = mpsc::channel(PIECES_WAITING_MAX);
            let until = Instant::now() + self.limits.stream_time_max;
            self.sent = Some((pieces, until));
            let body = Body::from_stream(ReceiverStream::new(waiting));
            // Where nobody waits any more, the first piece is not taken either.
            let _ = begin.send(Ok(Begun { after: self.after.take(), body }));
        }
        let piece = std::mem::take(&mut self.written);
        self.send(Ok(piece.into()))
    }
}

impl Pieces<'_> {
    fn send(&mut self, piece: Piece) -> Result<(), BackstageError> {
        let Some((pieces, until)) = &self.sent else { return Ok(()) };
        let sent = self.runtime.block_on(timeout_at(*until, pieces.send(piece)));
        if matches!(sent, Ok(Ok(()))) { Ok(()) } else { Err(BackstageError::too_slow(self.limits)) }
    }

    fn end(mut self, made: Result<(), BackstageError>) {
        let written = std::mem::take(&mut self.written);
        if let Some(begin) = self.begin.take() {
            let body = made.map(|()| Begun { after: self.after.take(), body: Body::from(written) });
            let _ = begin.send(body);
            return;
        }
        // What was begun cannot be refused any more; the connection is broken off instead, so that nobody takes a
        // part for the whole.
        let _ = match made {
            Ok(()) if written.is_empty() => Ok(()),
            Ok(()) => self.send(Ok(written.into())),
            Err(error) => self.send(Err(io::Error::other(error.to_string()))),
        };
    }
}

#[cfg(test)]
mod tests {
    use catalog_core::catalog::CurrentGraph;

    use super::*;
    use crate::{
        access::{Identity, Scopes},
        http::Readiness,
    };

    #[test]
    fn only_who_may_read_is_answered() {
        let catalog = Arc::new(CurrentGraph::new(CatalogGraph::empty()));
        let state = ServerState::new(catalog, Arc::new(Readiness::ready()));
        let admitted = |identity, scopes| {
            let error = admit(&state, &Caller::new(identity, scopes)).err();
            error.map(|error| (error.status(), error.name()))
        };
        let reader = Scopes::NONE.with(Scope::Read);
        assert_eq!(admitted(Identity::Anonymous, reader), None);
        assert_eq!(admitted(Identity::Anonymous, Scopes::NONE), Some((401, "AuthenticationError")));
        assert_eq!(
            admitted(Identity::Local, Scopes::NONE.with(Scope::Crawl)),
            Some((403, "NotAllowedError"))
        );
    }

    #[test]
    fn the_next_page_has_the_same_address_but_for_its_place() {
        let request = axum::extract::Request::builder()
            .uri("/entities?filter=kind%3Dapi&offset=3&after=old&limit=2")
            .body(Body::empty())
            .expect("a request");
        assert_eq!(
            next_link(&Asked::of(&request), "a+/="),
            "</api/catalog/entities?filter=kind%3Dapi&limit=2&after=a%2B%2F%3D>; rel=\"next\""
        );
    }
}
