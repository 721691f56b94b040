//! Wrong tokens are counted by where they come from.
//!
//! What an address sends too often is refused without saying whether it was right. A right token is never
//! kept out: many people can share one address, and 256 bits are not guessed.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// How many wrong tokens an address may send in a minute.
pub const FAILURES_PER_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("ten is not zero");
/// How many addresses are remembered before those that have been quiet are forgotten.
const ADDRESSES_MAX: usize = 10_000;

/// The wrong tokens of the last minute.
pub(super) struct Failures {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
}

impl Failures {
    pub(super) fn new() -> Self {
        Self { limiter: RateLimiter::keyed(Quota::per_minute(FAILURES_PER_MINUTE)) }
    }

    /// Counts one more, and says whether that was too many.
    pub(super) fn is_one_too_many(&self, address: Option<IpAddr>) -> bool {
        let Some(address) = address else { return false };
        if self.limiter.len() >= ADDRESSES_MAX {
            self.limiter.retain_recent();
            if self.limiter.len() >= ADDRESSES_MAX {
                return true;
            }
        }
        self.limiter.check_key(&network_of(address)).is_err()
    }
}

/// What one party can send from: an address of IPv4, a network of 64 bits of IPv6.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_fail_ten_times_a_minute_and_others_still_may() {
        let failures = Failures::new();
        let address = |text: &str| Some(text.parse().expect("an address"));
        let wrong = |from: &str| (0..12).filter(|_| failures.is_one_too_many(address(from))).count();
        assert_eq!(wrong("192.0.2.1"), 2);
        assert_eq!(wrong("::ffff:192.0.2.1"), 12, "the same address in another form");
        assert_eq!(wrong("2001:db8::1"), 2);
        assert_eq!(wrong("2001:db8::2"), 12, "the same network");
        assert_eq!(wrong("2001:db8:0:1::1"), 2);
    }
}
