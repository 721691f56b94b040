//! The name of one request, by which an answer, the log and the audit log are brought together.

use std::{
    collections::hash_map::RandomState,
    fmt,
    hash::{BuildHasher, Hasher},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

/// The name of a request: sixteen hexadecimal digits, different from those of other requests. No secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(u64);

impl RequestId {
    /// A name that no other request of this process has.
    pub fn next() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        static START: LazyLock<u64> = LazyLock::new(|| RandomState::new().build_hasher().finish());
        // An odd factor makes neighbours look different, and still no two the same.
        let count = COUNT.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self(START.wrapping_add(count))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
