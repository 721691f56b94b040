//! The name of one request on its way: in its header, and known to the task that answers it.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::access::RequestId;

/// The header that carries it, both ways.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

tokio::task_local! {
    /// The name of the request that this task answers.
    static CURRENT: RequestId;
}

/// The name that a request was sent with, if it is one; else a new one.
pub(super) fn name_of(headers: &HeaderMap) -> RequestId {
    let sent = headers.get(REQUEST_ID).and_then(|sent| sent.to_str().ok());
    sent.and_then(RequestId::sent).unwrap_or_else(RequestId::next)
}

/// The name of the request that this task answers, if it answers one.
pub(super) fn current_name() -> Option<RequestId> {
    CURRENT.try_with(Clone::clone).ok()
}

/// Answers the request of a name.
pub(super) async fn answering<F: Future>(name: RequestId, answer: F) -> F::Output {
    CURRENT.scope(name, answer).await
}

/// A name as a header's value.
pub(super) fn header_of(name: &RequestId) -> HeaderValue {
    HeaderValue::from_str(name.as_str()).expect("a name is made of plain letters")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_sent_is_taken_if_it_is_one() {
        let of = |sent: &str| {
            let sent = HeaderValue::from_bytes(sent.as_bytes()).expect("a header");
            name_of(&HeaderMap::from_iter([(REQUEST_ID, sent)]))
        };
        assert_eq!(of("build-7.a_B").as_str(), "build-7.a_B");
        for sent in ["", "a b", "a\"b", "ä", &"x".repeat(65)] {
            let made = of(sent);
            assert!(made.as_str() != sent && made.as_str().len() == 16, "{sent}");
        }
        assert_ne!(RequestId::next(), RequestId::next());
    }
}
