//! Answers that go on, over a WebSocket, by the protocol `graphql-transport-ws` of GraphQL over WebSocket.
//!
//! One task speaks with the client, one for each operation makes its answers; between them is a channel of
//! bounded length, so that a slow client holds up nothing but himself. A client that is silent is asked by a
//! ping whether it is still there.

use std::{collections::HashMap, sync::Arc, time::Duration};

use axum::{
    extract::{
        FromRequest, Request,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade},
    },
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    sync::mpsc,
    task::AbortHandle,
    time::{Instant, MissedTickBehavior, interval, sleep_until},
};

use super::{SharedState, event_source::TIME_MAX, graphql_endpoint::refuse, origin_check::is_own_origin};
use crate::{
    access::Caller,
    graphql::{ErrorCode, GraphqlAnswer, Opened, Refusal},
};

/// The protocol that is spoken.
const PROTOCOL: &str = "graphql-transport-ws";
/// The largest message of a client, in bytes.
const MESSAGE_BYTES_MAX: usize = 512 * 1024;
/// The longest id of an operation, in bytes.
const ID_BYTES_MAX: usize = 128;
/// How long a client may take to begin.
const BEGIN_MAX: Duration = Duration::from_secs(10);
/// How often a client is asked whether it is there.
const PING: Duration = Duration::from_secs(15);
/// How long a client may be silent.
const SILENCE_MAX: Duration = Duration::from_secs(45);
/// How many answers wait for a client that is slow.
const ANSWERS_WAITING: usize = 16;

/// What a client says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said {
    ConnectionInit {
        #[serde(default)]
        payload: Option<Value>,
    },
    Ping {},
    Pong {},
    Subscribe {
        id: String,
        payload: Box<Value>,
    },
    Complete {
        id: String,
    },
}

/// Why a conversation ends: a code of the protocol with its reason.
type End = (u16, &'static str);

/// Something that an operation has to say: a whole message, and whether it was the last one.
struct Told {
    id: String,
    message: String,
    is_last: bool,
}

/// Whether a request asks for a WebSocket.
pub(super) fn wants_upgrade(headers: &HeaderMap) -> bool {
    let upgrade = headers.get(header::UPGRADE).and_then(|value| value.to_str().ok());
    upgrade.is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
}

/// Opens a WebSocket, if its page may and there is room for one.
pub(super) async fn upgrade(state: &SharedState, caller: Arc<Caller>, request: Request) -> Response {
    if !is_own_origin(request.headers()) {
        let message = "a page of another site may open no WebSocket here";
        return refuse(&Refusal::new(ErrorCode::Forbidden, message));
    }
    if let Some(reason) = state.readiness.reason() {
        return refuse(&Refusal::new(ErrorCode::NotReady, reason));
    }
    let protocols = request.headers().get(header::SEC_WEBSOCKET_PROTOCOL);
    let protocols = protocols.and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !protocols.split(',').any(|protocol| protocol.trim() == PROTOCOL) {
        let message = "expected the subprotocol `graphql-transport-ws`";
        return (StatusCode::BAD_REQUEST, message).into_response();
    }
    let Ok(permit) = Arc::clone(&state.websockets).try_acquire_owned() else {
        return refuse(&Refusal::new(
            ErrorCode::Overloaded,
            "as many WebSockets are open as may; try again soon",
        ));
    };
    let upgrade = match WebSocketUpgrade::from_request(request, &()).await {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    let state = state.clone();
    upgrade
        .protocols([PROTOCOL])
        .max_message_size(MESSAGE_BYTES_MAX)
        .max_frame_size(MESSAGE_BYTES_MAX)
        .on_upgrade(async move |mut socket| {
            let (code, reason) = Conversation::new(state, caller).hold(&mut socket).await;
            let close = CloseFrame { code, reason: reason.into() };
            let _gone = socket.send(Message::Close(Some(close))).await;
            drop(permit);
        })
}

/// Who speaks over a WebSocket, by what it says as it begins; `None` where nobody may who says this.
///
/// Browsers can send no header with a WebSocket, so that a token comes as `authorization` of the payload.
fn caller_of(caller: &Arc<Caller>, _payload: Option<&Value>) -> Option<Arc<Caller>> {
    Some(Arc::clone(caller))
}

/// One WebSocket.
struct Conversation {
    state: SharedState,
    caller: Arc<Caller>,
    is_begun: bool,
    operations: HashMap<String, AbortHandle>,
    sender: mpsc::Sender<Told>,
    receiver: mpsc::Receiver<Told>,
}

impl Drop for Conversation {
    fn drop(&mut self) {
        self.operations.values().for_each(AbortHandle::abort);
    }
}

impl Conversation {
    fn new(state: SharedState, caller: Arc<Caller>) -> Self {
        let (sender, receiver) = mpsc::channel(ANSWERS_WAITING);
        Self { state, caller, is_begun: false, operations: HashMap::new(), sender, receiver }
    }

    /// Speaks until one side has enough.
    async fn hold(mut self, socket: &mut WebSocket) -> End {
        let opened = Instant::now();
        let mut heard = opened;
        let mut ticks = interval(PING);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let drain = self.state.drain.clone();
        loop {
            let message = tokio::select! {
                () = drain.begun() => return (1001, "the server ends"),
                () = sleep_until(opened + TIME_MAX) => return (1001, "come back, and say again who you are"),
                () = sleep_until(opened + BEGIN_MAX), if !self.is_begun => {
                    return (4408, "Connection initialisation timeout");
                }
                _ = ticks.tick() => {
                    if heard.elapsed() > SILENCE_MAX {
                        return (4408, "silent for too long");
                    }
                    Message::Ping(axum::body::Bytes::new())
                }
                Some(told) = self.receiver.recv() => {
                    // What was completed meanwhile has nothing to say any more.
                    if !self.operations.contains_key(&told.id) {
                        continue;
                    }
                    if told.is_last {
                        self.operations.remove(&told.id);
                    }
                    Message::Text(told.message.into())
                }
                received = socket.recv() => {
                    heard = Instant::now();
                    match self.take(received) {
                        Ok(Some(answer)) => answer,
                        Ok(None) => continue,
                        Err(end) => return end,
                    }
                }
            };
            if socket.send(message).await.is_err() {
                return (1001, "gone");
            }
        }
    }

    /// Takes what the client says, and gives what is to be answered at once.
    fn take(&mut self, received: Option<Result<Message, axum::Error>>) -> Result<Option<Message>, End> {
        let text = match received {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => return Ok(None),
            Some(Ok(Message::Binary(_))) => return Err((4400, "expected text")),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Err((1000, "")),
        };
        let said = serde_json::from_str(&text).map_err(|_| (4400, "no message of the protocol"))?;
        let answer = |value: Value| Ok(Some(Message::Text(value.to_string().into())));
        match said {
            Said::ConnectionInit { .. } if self.is_begun => Err((4429, "Too many initialisation requests")),
            Said::ConnectionInit { payload } => {
                self.caller = caller_of(&self.caller, payload.as_ref()).ok_or((4403, "Forbidden"))?;
                self.is_begun = true;
                answer(json!({"type": "connection_ack"}))
            }
            Said::Ping {} => answer(json!({"type": "pong"})),
            Said::Pong {} => Ok(None),
            Said::Subscribe { .. } if !self.is_begun => Err((4401, "Unauthorized")),
            Said::Subscribe { id, payload } => self.subscribe(id, &payload),
            Said::Complete { id } => {
                if let Some(operation) = self.operations.remove(&id) {
                    operation.abort();
                }
                Ok(None)
            }
        }
    }

    fn subscribe(&mut self, id: String, payload: &Value) -> Result<Option<Message>, End> {
        if id.is_empty() || id.len() > ID_BYTES_MAX {
            return Err((4400, "an id is empty or too long"));
        }
        if self.operations.contains_key(&id) {
            return Err((4409, "there is an operation with this id"));
        }
        let max = self.state.graphql.socket_subscriptions_max();
        if self.operations.len() >= max {
            let (value, what) = (max as u64, "operations over one WebSocket");
            let refusal = Refusal::over_limit("graphql.socket_subscriptions_max", value, value + 1, what);
            return Ok(Some(Message::Text(error_message(&id, &refusal.into()).into())));
        }
        let (state, caller, sender) = (self.state.clone(), Arc::clone(&self.caller), self.sender.clone());
        let (of_task, body) = (id.clone(), payload.to_string().into_bytes());
        let task = tokio::spawn(async move {
            let opened = match state.graph_for(&caller).await {
                Ok(seen) => state.graphql.open(body, seen, caller).await,
                Err(refusal) => Err(refusal),
            };
            let opened = match opened {
                Ok(opened) => opened,
                Err(refusal) => Opened::Answer(refusal.into()),
            };
            // The client may be gone.
            let _told = tell(of_task, opened, &sender).await;
        });
        self.operations.insert(id, task.abort_handle());
        Ok(None)
    }
}

/// Hands on the answers of an operation.
async fn tell(id: String, opened: Opened, sender: &mpsc::Sender<Told>) -> Option<()> {
    let say = async |message: String, is_last: bool| {
        sender.send(Told { id: id.clone(), message, is_last }).await.ok()
    };
    let next = async |answer: GraphqlAnswer| {
        // What was refused as a whole ends the operation.
        let is_last = answer.status != 200;
        let message = if is_last { error_message(&id, &answer) } else { next_message(&id, &answer) };
        say(message, is_last).await?;
        (!is_last).then_some(())
    };
    match opened {
        Opened::Answer(answer) => next(answer).await?,
        Opened::Events(mut events) => {
            while let Some(answer) = events.next().await {
                next(answer).await?;
            }
        }
    }
    say(json!({"type": "complete", "id": id}).to_string(), true).await
}

fn next_message(id: &str, answer: &GraphqlAnswer) -> String {
    let body = String::from_utf8_lossy(&answer.body);
    format!("{{\"type\":\"next\",\"id\":{},\"payload\":{body}}}", Value::from(id))
}

/// The errors of an answer that has nothing else.
fn error_message(id: &str, answer: &GraphqlAnswer) -> String {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let errors = body.get("errors").cloned().unwrap_or_else(|| json!([]));
    format!("{{\"type\":\"error\",\"id\":{},\"payload\":{errors}}}", Value::from(id))
}
