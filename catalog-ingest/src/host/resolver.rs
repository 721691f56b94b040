//! Which addresses the name of a host may stand for.

use std::net::IpAddr;

use ureq::{
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

use crate::repository::NoLinkLocal;

/// Resolves names to addresses that may be asked: never link-local ones, and this machine itself only
/// where the settings name it. The connection is made to an address that passed.
#[derive(Debug)]
pub(super) struct HostResolver {
    inner: NoLinkLocal,
    is_loopback: bool,
}

impl HostResolver {
    /// A resolver for a host that is, or is not, this machine itself by its name.
    pub(super) fn new(is_loopback: bool) -> Self {
        Self { inner: NoLinkLocal::default(), is_loopback }
    }
}

impl Resolver for HostResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut allowed = self.empty();
        for address in &self.inner.resolve(uri, config, timeout)? {
            if self.is_loopback || !is_this_machine(address.ip()) {
                allowed.push(*address);
            }
        }
        if allowed.is_empty() { Err(ureq::Error::HostNotFound) } else { Ok(allowed) }
    }
}

fn is_this_machine(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_not_stand_for_this_machine() {
        let is = |text: &str| is_this_machine(text.parse().expect("an address"));
        assert!(["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"].map(is).iter().all(|it| *it));
        assert!(!["10.0.0.1", "140.82.121.4", "fd00::1"].map(is).iter().any(|it| *it));
    }
}
