//! What was heard already, for a day.
//!
//! The number that a host gives to a delivery is not signed, so that who replays a delivery can give it
//! another one: what was signed is remembered as well. GitLab's plain token signs nothing; there the number
//! alone tells deliveries apart, since two pushes can have the same body.

use std::{
    collections::{HashSet, VecDeque},
    time::Duration,
};

use sha2::{Digest, Sha256};

use super::Dialect;

/// How long a delivery is remembered.
const REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);
/// How many are remembered at most: the oldest make room.
const DELIVERIES_MAX: usize = 100_000;

/// What tells a delivery from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryKey(Vec<[u8; 16]>);

/// The deliveries of the last day.
#[derive(Debug, Default)]
pub(super) struct DeliveryMemory {
    known: HashSet<[u8; 16]>,
    order: VecDeque<(Duration, [u8; 16])>,
}

impl DeliveryKey {
    /// Reads it off the headers and the body.
    pub(super) fn of(dialect: Dialect, header: &dyn Fn(&str) -> Option<String>, body: &[u8]) -> Self {
        let numbers: &[&str] = match dialect {
            Dialect::Github => &["x-github-delivery"],
            Dialect::Gitlab => &["webhook-id", "idempotency-key", "x-gitlab-event-uuid"],
            Dialect::Gitea => &["x-forgejo-delivery", "x-gitea-delivery"],
        };
        let number = numbers.iter().find_map(|name| header(name)).filter(|number| !number.is_empty());
        let is_body_signed = dialect != Dialect::Gitlab;
        let mut keys = Vec::new();
        if is_body_signed || number.is_none() {
            keys.push(digest(b"body", body));
        }
        keys.extend(number.map(|number| digest(dialect.name().as_bytes(), number.as_bytes())));
        Self(keys)
    }
}

fn digest(what: &[u8], of: &[u8]) -> [u8; 16] {
    let whole = Sha256::new().chain_update(what).chain_update([0]).chain_update(of).finalize();
    std::array::from_fn(|at| whole[at])
}

impl DeliveryMemory {
    /// Whether a delivery was not heard in the last day; from now on it was. Times only go forward.
    pub(super) fn is_new(&mut self, delivery: &DeliveryKey, now: Duration) -> bool {
        while self.order.front().is_some_and(|(at, _)| *at + REMEMBERED <= now) {
            self.drop_oldest();
        }
        if delivery.0.iter().any(|key| self.known.contains(key)) {
            return false;
        }
        for key in &delivery.0 {
            if self.order.len() >= DELIVERIES_MAX {
                self.drop_oldest();
            }
            self.known.insert(*key);
            self.order.push_back((now, *key));
        }
        true
    }

    /// Takes a delivery for unheard.
    pub(super) fn forget(&mut self, delivery: &DeliveryKey) {
        for key in &delivery.0 {
            self.known.remove(key);
        }
        self.order.retain(|(_, key)| !delivery.0.contains(key));
    }

    fn drop_oldest(&mut self) {
        if let Some((_, key)) = self.order.pop_front() {
            self.known.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u64) -> DeliveryKey {
        let of = |kind: u64| u128::to_le_bytes(u128::from(kind) << 64 | u128::from(number));
        DeliveryKey(vec![of(1), of(2)])
    }

    #[test]
    fn a_delivery_is_heard_once_a_day() {
        let mut memory = DeliveryMemory::default();
        assert!(memory.is_new(&key(1), Duration::ZERO));
        assert!(!memory.is_new(&key(1), Duration::from_secs(60)));
        assert!(!memory.is_new(&key(1), REMEMBERED - Duration::from_secs(1)));
        assert!(memory.is_new(&key(1), REMEMBERED + Duration::from_secs(3_600)));
        memory.forget(&key(1));
        assert!(memory.is_new(&key(1), REMEMBERED + Duration::from_secs(3_600)));
    }

    #[test]
    fn a_million_deliveries_take_bounded_memory() {
        let mut memory = DeliveryMemory::default();
        for number in 0..1_000_000 {
            assert!(memory.is_new(&key(number), Duration::ZERO));
        }
        assert_eq!((memory.known.len(), memory.order.len()), (DELIVERIES_MAX, DELIVERIES_MAX));
        assert!(!memory.is_new(&key(999_999), Duration::ZERO) && memory.is_new(&key(1), Duration::ZERO));
    }

    #[test]
    fn another_number_makes_no_other_delivery_of_what_was_signed() {
        let of = |dialect, number: Option<&str>, body: &[u8]| {
            DeliveryKey::of(dialect, &|name| number.filter(|_| name.contains('-')).map(str::to_owned), body)
        };
        let mut memory = DeliveryMemory::default();
        let mut hear = |dialect, number, body| memory.is_new(&of(dialect, number, body), Duration::ZERO);
        assert!(hear(Dialect::Github, Some("1"), b"a"));
        assert!(!hear(Dialect::Github, Some("2"), b"a"));
        assert!(!hear(Dialect::Github, Some("1"), b"b"));
        assert!(hear(Dialect::Github, Some("3"), b"c"));
        // With a plain token, two pushes may have one body.
        assert!(hear(Dialect::Gitlab, Some("1"), b"d"));
        assert!(hear(Dialect::Gitlab, Some("2"), b"d"));
        assert!(!hear(Dialect::Gitlab, Some("2"), b"d"));
        assert!(hear(Dialect::Gitlab, None, b"e"));
        assert!(!hear(Dialect::Gitlab, None, b"e"));
    }
}
