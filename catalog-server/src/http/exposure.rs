//! Whether the server may listen where it is to listen.

use std::net::SocketAddr;

use super::ServeError;
use crate::access::AccessControl;

/// How what is sent is kept from others on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transport {
    /// Not at all.
    #[default]
    Plain,
    /// Not at all, as somebody said in so many words: something in front of the server does it.
    PlainOnPurpose,
    /// By TLS.
    Tls,
}

/// Refuses an address that others can reach where nobody said who may do what, or where what they send could
/// be read on the way.
pub(super) fn check_exposure(
    address: SocketAddr,
    access: &AccessControl,
    transport: Transport,
) -> Result<(), ServeError> {
    if address.ip().is_loopback() {
        return Ok(());
    }
    let lets_somebody_in = access.knows_callers() || !access.wants_token();
    if !access.rules().beyond_loopback || !lets_somebody_in {
        return Err(ServeError::Unprotected(address));
    }
    if transport == Transport::Plain {
        return Err(ServeError::PlainHttp(address));
    }
    Ok(())
}
