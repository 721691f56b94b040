//! Answers that go on, as server-sent events, by the distinct connections mode of GraphQL over SSE.
//!
//! A `POST` as any other, with `Accept: text/event-stream`, is answered by one event `next` for each answer and
//! an event `complete` at the end; what is refused comes as `next`, too. A comment now and then keeps the
//! connection open.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Extension,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use tokio::{sync::mpsc, time::sleep};
use tokio_stream::{StreamExt, wrappers::ReceiverStream};

use super::{
    ServerState, SharedState,
    body::read_body,
    drain::Drain,
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
    State(state): State<SharedState>,
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
    let seen = match state.graph_for(&caller).await {
        Ok(seen) => seen,
        Err(refusal) => return refuse(&refusal),
    };
    let opened = match state.graphql.open(body, seen, caller).await {
        Ok(opened) => opened,
        Err(refusal) => Opened::Answer(refusal.into()),
    };
    let (sender, receiver) = mpsc::channel(ANSWERS_WAITING);
    tokio::spawn(tell_until_the_end(opened, sender, state.drain.clone()));
    let body = Body::from_stream(ReceiverStream::new(receiver).map(Ok::<String, Infallible>));
    ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
}

/// Tells until all is told, the server ends, the time is over, or the client is gone.
async fn tell_until_the_end(opened: Opened, sender: mpsc::Sender<String>, drain: Drain) {
    let mut told = std::pin::pin!(tell(opened, &sender));
    let mut over = std::pin::pin!(sleep(TIME_MAX));
    let mut drained = std::pin::pin!(drain.begun());
    loop {
        tokio::select! {
            () = told.as_mut() => break,
            () = over.as_mut() => break,
            () = drained.as_mut() => break,
            () = sender.closed() => return,
            // Where something waits to be read, nothing more is needed.
            () = sleep(KEEP_ALIVE) => drop(sender.try_send(":\n\n".to_owned())),
        }
    }
    // An event without data is none to a browser.
    let _gone = sender.send("event: complete\ndata:\n\n".to_owned()).await;
}

async fn tell(opened: Opened, sender: &mpsc::Sender<String>) {
    // JSON as it is written here has no line ends.
    let next = async |answer: GraphqlAnswer| {
        let data = String::from_utf8_lossy(&answer.body);
        sender.send(format!("event: next\ndata: {data}\n\n")).await.is_ok()
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
