//! The name of one request: in the log, in the answer's header `x-request-id`, and in refusals.

use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The header that carries it, both ways.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// How long a name may be that somebody sends.
const SENT_BYTES_MAX: usize = 64;

tokio::task_local! {
    /// The name of the request that this task answers.
    static CURRENT: RequestId;
}

/// The name of a request: letters, digits, `-`, `_` and `.`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RequestId(Box<str>);

impl RequestId {
    /// The name that the request was sent with, if it is one; else a new one.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let sent = headers.get(REQUEST_ID).and_then(|sent| sent.to_str().ok());
        sent.filter(|sent| is_well_formed(sent)).map_or_else(Self::new, |sent| Self(sent.into()))
    }

    /// A name that no other request has: 16 hexadecimal digits that cannot be foreseen.
    fn new() -> Self {
        static KEYS: OnceLock<RandomState> = OnceLock::new();
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Self(format!("{:016x}", KEYS.get_or_init(RandomState::new).hash_one(number)).into())
    }

    /// The name of the request that this task answers, if it answers one.
    pub(super) fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Answers the request of this name.
    pub(super) async fn scope<F: Future>(self, answering: F) -> F::Output {
        CURRENT.scope(self, answering).await
    }

    /// The name as text.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as a header's value.
    pub(super) fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).expect("a name is made of plain letters")
    }
}

fn is_well_formed(sent: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=SENT_BYTES_MAX).contains(&sent.len()) && sent.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_sent_is_taken_if_it_is_one() {
        let of = |sent: &str| {
            let sent = HeaderValue::from_bytes(sent.as_bytes()).expect("a header");
            RequestId::of(&HeaderMap::from_iter([(REQUEST_ID, sent)]))
        };
        assert_eq!(of("build-7.a_B").as_str(), "build-7.a_B");
        for sent in ["", "a b", "a\"b", "ä", &"x".repeat(65)] {
            let made = of(sent);
            assert!(made.as_str() != sent && made.as_str().len() == 16, "{sent}");
        }
        assert_ne!(RequestId::new(), RequestId::new());
    }
}
