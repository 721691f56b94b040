//! Where a connection comes from, known to each of its requests.

use std::net::{IpAddr, SocketAddr};

use hyper::{Request, body::Incoming, service::Service};

/// The other end of a connection. What a client says of itself in headers is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PeerAddress(pub(super) IpAddr);

/// A service whose requests all come from one address, and carry it as an extension [`PeerAddress`].
#[derive(Clone, Debug)]
pub(super) struct FromPeer<S> {
    inner: S,
    peer: PeerAddress,
}

impl<S> FromPeer<S> {
    /// The service for a connection from this address.
    pub(super) fn new(inner: S, peer: SocketAddr) -> Self {
        Self { inner, peer: PeerAddress(peer.ip().to_canonical()) }
    }
}

impl<S: Service<Request<Incoming>>> Service<Request<Incoming>> for FromPeer<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn call(&self, mut request: Request<Incoming>) -> S::Future {
        request.extensions_mut().insert(self.peer);
        self.inner.call(request)
    }
}
