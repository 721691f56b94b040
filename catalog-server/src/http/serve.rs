//! Listening, accepting within bounds, and stopping without breaking anything off.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{HttpLimits, ServerState, router::router, state::WEBSOCKETS_MAX, write_stall::WriteStall};

/// How long accepting rests where the system has nothing left to accept with.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How long queries that nobody waits for any more may take to notice it.
const QUERY_END_MAX: Duration = Duration::from_secs(1);

/// Why the server could not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Who may ask what is not decided yet, so only this machine may ask.
    #[error("`{0}` is not an address of this machine alone; listen on 127.0.0.1 or [::1]")]
    NotLoopback(SocketAddr),
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
    if !address.ip().is_loopback() {
        return Err(ServeError::NotLoopback(address));
    }
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
    if !address.ip().is_loopback() {
        return Err(ServeError::NotLoopback(address));
    }
    let limits = Arc::clone(&state.limits);
    let (drain, websockets, graphql) =
        (state.drain.clone(), Arc::clone(&state.websockets), state.graphql.clone());
    let service = TowerToHyperService::new(router(state));
    // Ends with the set that holds it.
    let mut feed = JoinSet::new();
    feed.spawn(async move { graphql.watch().await });
    let http = connection_builder(&limits);
    let permits = Arc::new(Semaphore::new(limits.connections_max));
    // Dropped at the end, and with it whatever has not ended by then.
    let mut connections = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        let stream = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener) => accepted,
        };
        while connections.try_join_next().is_some() {}
        let Ok(permit) = Arc::clone(&permits).try_acquire_owned() else {
            tracing::warn!(
                connections_max = limits.connections_max,
                "a connection over the limit was closed"
            );
            continue;
        };
        let stream = TokioIo::new(WriteStall::new(stream, limits.write_stall_max));
        let connection = http.serve_connection(stream, service.clone()).with_upgrades();
        let drain = drain.clone();
        connections.spawn(async move {
            let _permit = permit;
            let mut connection = std::pin::pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = drain.begun() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(fault) = ended {
                tracing::debug!(%fault, "a connection ended early");
            }
        });
    }
    drop(listener);
    drain.begin();
    let ended = async {
        while connections.join_next().await.is_some() {}
        // Every WebSocket gives its permit back.
        let _all = websockets.acquire_many(WEBSOCKETS_MAX).await;
    };
    if timeout(limits.drain_time_max, ended).await.is_err() {
        tracing::warn!(connections = connections.len(), "requests were broken off, since they did not end");
    }
    Ok(())
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
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Answers are written whole; waiting to join small writes only delays them.
                let _ = stream.set_nodelay(true);
                return stream;
            }
            Err(fault) => {
                tracing::warn!(%fault, "a connection could not be accepted");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
