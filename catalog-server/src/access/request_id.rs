//! The name of one request, by which an answer, the log and the audit log are brought together.

use std::{
    collections::hash_map::RandomState,
    fmt,
    hash::BuildHasher,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

/// How long a name may be that somebody sends.
const SENT_BYTES_MAX: usize = 64;

/// The name of a request: letters, digits, `-`, `_` and `.`. No secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// A name that no other request has: 16 hexadecimal digits that cannot be foreseen.
    pub fn next() -> Self {
        static KEYS: OnceLock<RandomState> = OnceLock::new();
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Self(format!("{:016x}", KEYS.get_or_init(RandomState::new).hash_one(number)).into())
    }

    /// A name that a request was sent with, if it is one.
    pub fn sent(text: &str) -> Option<Self> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let is_name = (1..=SENT_BYTES_MAX).contains(&text.len()) && text.bytes().all(is_plain);
        is_name.then(|| Self(text.into()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
