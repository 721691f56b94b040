//! Which addresses a host may stand for: all but those where clouds serve their secrets.

use std::net::IpAddr;

use ureq::{
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

/// Leaves link-local addresses out of what a name stands for: clouds serve secrets there, git nobody.
/// The connection is made to an address that passed, so a name that changes meanwhile gains nothing.
#[derive(Debug, Default)]
pub(crate) struct NoLinkLocal(DefaultResolver);

impl Resolver for NoLinkLocal {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut allowed = self.empty();
        for address in &self.0.resolve(uri, config, timeout)? {
            if !is_link_local(address.ip()) {
                allowed.push(*address);
            }
        }
        if allowed.is_empty() { Err(ureq::Error::HostNotFound) } else { Ok(allowed) }
    }
}

fn is_link_local(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_link_local() || address.is_unspecified(),
        // `fd00:ec2::254` is where one cloud serves its secrets over IPv6.
        IpAddr::V6(address) => {
            address.is_unicast_link_local()
                || address.is_unspecified()
                || address.segments() == [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_where_clouds_keep_secrets_are_left_out() {
        let left_out = |text: &str| is_link_local(text.parse().expect("an address"));
        assert!(
            ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "fd00:ec2::254", "0.0.0.0"]
                .map(left_out)
                .iter()
                .all(|it| *it)
        );
        assert!(
            !["127.0.0.1", "10.0.0.1", "140.82.121.4", "fd00::1", "::1"].map(left_out).iter().any(|it| *it)
        );
    }
}
