//! Listening, accepting within bounds, and stopping without breaking anything off.

use std::{convert::Infallible, io, net::SocketAddr, pin::Pin, sync::Arc, time::Duration};

use axum::{body::Body, http::Request, response::Response};
use hyper::{body::Incoming, server::conn::http1, service::Service};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{
    HttpLimits, Metrics, ServerState, SharedState, TlsIdentity,
    connection_slots::{ConnectionSlot, ConnectionSlots},
    exposure::check_exposure,
    lingering::{Lingering, Unread},
    peer::Peer,
    reload::{follow_certificate, follow_signal},
    router::Addresses,
    state::WEBSOCKETS_MAX,
    write_stall::WriteStall,
};

/// How long accepting rests where the system has nothing left to accept with.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How long queries that nobody waits for any more may take to notice it.
const QUERY_END_MAX: Duration = Duration::from_secs(1);

/// Why the server could not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Others could reach the server, and nobody said who may do what.
    #[error("`{0}` can be reached from elsewhere, and nothing says who may ask")]
    Unprotected(SocketAddr),
    /// Others could read on the way what is sent, tokens too.
    #[error("`{0}` can be reached from elsewhere, and tokens would go there in plain text")]
    PlainHttp(SocketAddr),
    /// The address is taken or not there.
    #[error("listening on `{address}` failed")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The threads that answer could not be started.
    #[error("starting the server's threads failed")]
    Runtime(#[source] io::Error),
    /// The listener is broken.
    #[error("the listener has no address")]
    Listener(#[source] io::Error),
}

/// Serves until `shutdown` ends; for callers that are not async themselves.
///
/// `on_listening` is told the address that is really listened on, so that port 0 can be asked for. The
/// graph need not be loaded yet: until the readiness says so, questions are answered by 503.
pub fn run(
    address: SocketAddr,
    state: ServerState,
    on_listening: impl FnOnce(SocketAddr),
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    check_exposure(address, &state.access, state.transport())?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(ServeError::Runtime)?;
    let served = runtime.block_on(async {
        let bound = TcpListener::bind(address).await;
        let listener = bound.map_err(|source| ServeError::Bind { address, source })?;
        on_listening(listener.local_addr().map_err(ServeError::Listener)?);
        serve(listener, state, shutdown).await
    });
    runtime.shutdown_timeout(QUERY_END_MAX);
    served
}

/// Accepts connections until `shutdown` ends, then lets open requests end for a while.
pub async fn serve(
    listener: TcpListener,
    state: ServerState,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let address = listener.local_addr().map_err(ServeError::Listener)?;
    check_exposure(address, &state.access, state.transport())?;
    let state = Arc::new(state);
    // Dropped at the end, and with them whatever has not ended by then.
    let mut followers = JoinSet::new();
    followers.spawn(follow_signal(state.clone()));
    let graphql = state.graphql.clone();
    followers.spawn(async move { graphql.watch().await });
    if let Some(identity) = &state.tls {
        followers.spawn(follow_certificate(Arc::clone(identity), state.clone()));
    }
    if let Some(address) = state.metrics_listen {
        let bound = TcpListener::bind(address).await;
        let listener = bound.map_err(|source| ServeError::Bind { address, source })?;
        let door = Door { addresses: Addresses::metrics(state.clone()), tls: None, ..Door::new(&state) };
        followers.spawn(async move {
            accept_until(std::future::pending(), &listener, &door, &mut JoinSet::new()).await;
        });
    }
    let door = Door::new(&state);
    let mut connections = JoinSet::new();
    accept_until(shutdown, &listener, &door, &mut connections).await;
    state.readiness.set_stopping();
    accept_until(sleep(door.limits.drain_delay), &listener, &door, &mut connections).await;
    drop(listener);
    let drain_time_max = door.limits.drain_time_max;
    door.stop();
    state.drain.begin();
    let ended = async {
        while connections.join_next().await.is_some() {}
        // Every WebSocket gives its permit back.
        let _all = state.websockets.acquire_many(WEBSOCKETS_MAX).await;
    };
    if timeout(drain_time_max, ended).await.is_err() {
        tracing::warn!(connections = connections.len(), "requests were broken off, since they did not end");
    }
    Ok(())
}

/// What every connection is begun with.
struct Door {
    addresses: Addresses,
    http: http1::Builder,
    limits: Arc<HttpLimits>,
    tls: Option<Arc<TlsIdentity>>,
    slots: ConnectionSlots,
    metrics: Arc<Metrics>,
    /// Becomes true when connections are to end with the request that they are at.
    stopping: watch::Sender<bool>,
}

impl Door {
    fn new(state: &SharedState) -> Self {
        let limits = Arc::clone(&state.limits);
        Self {
            addresses: Addresses::all(state),
            http: connection_builder(&limits),
            tls: state.tls.clone(),
            slots: ConnectionSlots::new(&limits),
            limits,
            metrics: Arc::clone(&state.metrics),
            stopping: watch::Sender::new(false),
        }
    }

    fn stop(self) {
        self.stopping.send_replace(true);
    }

    /// What serves one connection, from its handshake to its end.
    fn connection(
        &self,
        stream: TcpStream,
        address: SocketAddr,
        slot: ConnectionSlot,
    ) -> impl Future<Output = ()> + Send + 'static {
        let (http, limits, tls) = (self.http.clone(), Arc::clone(&self.limits), self.tls.clone());
        let unread = Unread::default();
        let service = OfPeer {
            addresses: self.addresses.clone(),
            peer: Peer { address, is_encrypted: tls.is_some() },
            unread: unread.clone(),
        };
        let stopping = self.stopping.subscribe();
        let ongoing = self.metrics.connection_begins();
        async move {
            let _places = (slot, ongoing);
            let Some(tls) = tls else {
                let stream = WriteStall::new(stream, limits.write_stall_max);
                let stream = Lingering::new(stream, unread, limits.linger_max);
                return converse(&http, stream, service, stopping).await;
            };
            match tls.accept(stream, limits.handshake_time_max, limits.write_stall_max).await {
                Ok(stream) => {
                    let stream = Lingering::new(stream, unread, limits.linger_max);
                    converse(&http, stream, service, stopping).await;
                }
                Err(fault) => tracing::debug!(%fault, "a connection ended in its handshake"),
            }
        }
    }
}

/// The addresses for one connection: each request carries who sent it.
#[derive(Clone)]
struct OfPeer {
    addresses: Addresses,
    peer: Peer,
    unread: Unread,
}

impl Service<Request<Incoming>> for OfPeer {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let (addresses, peer) = (self.addresses.clone(), self.peer);
        let mut request = request.map(|body| Body::new(self.unread.watch(body)));
        request.extensions_mut().insert(peer);
        Box::pin(async move { Ok(addresses.answer(request).await) })
    }
}

/// Answers the requests of a connection until it ends, or until it is told to stop between two of them.
async fn converse(
    http: &http1::Builder,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    service: OfPeer,
    mut stopping: watch::Receiver<bool>,
) {
    let connection = http.serve_connection(TokioIo::new(stream), service).with_upgrades();
    tokio::pin!(connection);
    let told_to_stop = async move {
        let _sender_is_gone = stopping.wait_for(|is_stopping| *is_stopping).await.is_err();
    };
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = told_to_stop => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(fault) = ended {
        tracing::debug!(%fault, "a connection ended early");
    }
}

/// Accepts connections until something ends, and serves each in a task of its own.
async fn accept_until(
    end: impl Future<Output = ()>,
    listener: &TcpListener,
    door: &Door,
    connections: &mut JoinSet<()>,
) {
    tokio::pin!(end);
    loop {
        let (stream, address) = tokio::select! {
            () = &mut end => return,
            accepted = accept(listener) => accepted,
        };
        while connections.try_join_next().is_some() {}
        match door.slots.take(address.ip()) {
            Ok(slot) => {
                connections.spawn(door.connection(stream, address, slot));
            }
            Err(full) => {
                door.metrics.connection_refused(full.limit());
                tracing::warn!(limit = full.limit(), "a connection over the limit was closed");
            }
        }
    }
}

fn connection_builder(limits: &HttpLimits) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head_time_max)
        .max_headers(limits.headers_max)
        .max_buf_size(limits.head_bytes_max.max(8 * 1024));
    http
}

/// The next connection. A connection that is gone before it is accepted is no reason to stop.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                // Answers are written whole; waiting to join small writes only delays them.
                let _ = stream.set_nodelay(true);
                return (stream, address);
            }
            Err(fault) => {
                tracing::warn!(%fault, "a connection could not be accepted");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
