//! What a service manager is told that started the server: that it is ready, and that it stops.
//!
//! The protocol is that of `sd_notify(3)`: a datagram to the socket that `NOTIFY_SOCKET` names. Who did not
//! ask for it by that variable is told nothing.

use super::context::say;

/// Tells the service manager a state, as in `READY=1`.
pub(super) fn notify(state: &str) {
    if let Err(fault) = send(state) {
        say(&format!("warning: the service manager could not be told `{state}`: {fault}"));
    }
}

#[cfg(target_os = "linux")]
fn send(state: &str) -> std::io::Result<()> {
    use std::os::{
        linux::net::SocketAddrExt,
        unix::{
            ffi::OsStrExt,
            net::{SocketAddr, UnixDatagram},
        },
    };

    let Some(name) = std::env::var_os("NOTIFY_SOCKET") else { return Ok(()) };
    let name = name.as_bytes();
    let address = match name.strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(std::ffi::OsStr::from_bytes(name))?,
    };
    UnixDatagram::unbound()?.send_to_addr(state.as_bytes(), &address).map(|_bytes| ())
}

#[cfg(not(target_os = "linux"))]
fn send(_: &str) -> std::io::Result<()> {
    Ok(())
}
