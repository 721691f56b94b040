//! Answers that go on, as server-sent events, by the distinct connections mode of GraphQL over SSE.
//!
//! A `POST` as any other, with `Accept: text/event-stream`, is answered by one event `next` for each answer and
//! an event `complete` at the end; what is refused comes as `next`, too. A comment now and then keeps the
//! connection open.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderMap, header},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use tokio::{sync::mpsc, time::sleep};
use tokio_stream::wrappers::ReceiverStream;

use super::{
    ServerState,
    body::read_body,
    graphql_endpoint::{check_content, refuse},
};
use crate::{
    access::Caller,
    graphql::{ErrorCode, GraphqlAnswer, Opened, Refusal},
};

/// How many answers wait for a client that is slow; further ones wait where they are made.
const ANSWERS_WAITING: usize = 4;
/// How often something is sent where there is nothing to say.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long a subscription goes on before its client has to come back, and to say again who it is.
pub(super) const TIME_MAX: Duration = Duration::from_secs(60 * 60);

/// Whether a client wants events rather than one answer.
pub(super) fn wants_events(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| {
        accept.split(',').any(|range| range.trim().to_ascii_lowercase().starts_with("text/event-stream"))
    })
}

/// Answers `/graphql/stream`, where every request wants events.
pub(super) async fn answer(
    State(state): State<ServerState>,
    Extension(caller): Extension<Arc<Caller>>,
    request: Request,
) -> Response {
    stream(&state, caller, request).await
}

/// Answers a request by events.
pub(super) async fn stream(state: &ServerState, caller: Arc<Caller>, request: Request) -> Response {
    if let Err(refusal) = check_content(request.headers()) {
        return refuse(&refusal);
    }
    if let Some(reason) = state.readiness.reason() {
        return refuse(&Refusal::new(ErrorCode::NotReady, reason));
    }
    let body = match read_body(request.into_body(), &state.limits).await {
        Ok(body) => body,
        Err(refusal) => return refuse(&refusal),
    };
    let opened = match state.graphql.open(body, state.catalog.get(), caller).await {
        Ok(opened) => opened,
        Err(refusal) => Opened::Answer(refusal.into()),
    };
    let (sender, receiver) = mpsc::channel(ANSWERS_WAITING);
    let drain = state.drain.clone();
    tokio::spawn(async move {
        let told = tell(opened, &sender);
        tokio::select! {
            () = told => {}
            () = drain.begun() => {}
            () = sleep(TIME_MAX) => {}
            () = sender.closed() => return,
        }
        let _gone = sender.send(Ok(Event::default().event("complete").data(""))).await;
    });
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    Sse::new(ReceiverStream::new(receiver)).keep_alive(keep_alive).into_response()
}

async fn tell(opened: Opened, sender: &mpsc::Sender<Result<Event, Infallible>>) {
    let next = async |answer: GraphqlAnswer| {
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        sender.send(Ok(Event::default().event("next").data(text))).await.is_ok()
    };
    match opened {
        Opened::Answer(answer) => {
            next(answer).await;
        }
        Opened::Events(mut events) => {
            while let Some(answer) = events.next().await {
                if !next(answer).await {
                    return;
                }
            }
        }
    }
}
