//! HTTP.
use catalog_core::catalog::Catalog;
use std::{net::SocketAddr, sync::Arc};
/// stub
pub fn run(_: SocketAddr, _: Arc<Catalog>, _: impl Fn(SocketAddr)) -> Result<(), std::io::Error> {
    Ok(())
}
