//! Tags of answers, so that who asks again is told that nothing has changed, and nothing is computed.
//!
//! A tag is made of what an answer depends on: the graph, the question as it was sent, what its asker may do,
//! and the process that answered (so that other settings after a restart give other tags). It is a weak one
//! (RFC 9110, section 8.8.1): the same answer has it, compressed or not. An answer that says something of
//! ages or dates, and so depends on the time, has the minute in its tag, and is asked anew in the next.
//!
//! `If-None-Match` is answered by 304 also where a query comes by POST, although RFC 9110 would have 412
//! there: a query changes nothing by whichever method it is sent, and 412 would say that it had failed.

use std::{
    collections::{BTreeMap, hash_map::RandomState},
    fmt::Write,
    hash::BuildHasher,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use catalog_core::{graph::CatalogGraph, model::Timestamp};

use crate::{
    access::Caller,
    graphql::{AnswerValidity, SeenGraph},
};

/// How an answer with a tag may be kept: by its asker alone, who asks each time whether it still holds.
const KEPT_BY_ASKER: HeaderValue = HeaderValue::from_static("private, no-cache");
/// What else an answer with a tag depends on.
const VARY: HeaderValue = HeaderValue::from_static("authorization");
/// Room for a tag with its minute.
const TAG_BYTES_USUAL: usize = 40;

/// Makes the tags of one process.
#[derive(Debug)]
pub(super) struct EntityTags {
    /// What tells the tags of this process from those of any other.
    salts: [RandomState; 2],
    seen: Mutex<LastGraphs>,
}

/// The graph of the whole catalog and of each part of it for which a tag was last asked, and how many there were
/// before it. A revision does not tell graphs apart for certain: a store may be put in the place of another.
#[derive(Debug, Default)]
struct LastGraphs {
    of_part: BTreeMap<u16, (Weak<CatalogGraph>, u64)>,
    count: u64,
}

/// What one question is known by as long as its answer can be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct QuestionKey(pub(super) u128);

impl EntityTags {
    pub(super) fn new() -> Self {
        Self { salts: [RandomState::new(), RandomState::new()], seen: Mutex::default() }
    }

    /// The key of a question: `parts` are all that the client sent that its answer depends on.
    pub(super) fn key(&self, seen: &SeenGraph, caller: &Caller, parts: &[&[u8]]) -> QuestionKey {
        let graph = (self.number_of(seen), seen.graph.revision().0);
        let hash = |salt: &RandomState| {
            salt.hash_one((graph, &caller.identity, caller.scopes, &caller.groups, parts))
        };
        let [high, low] = self.salts.each_ref().map(hash);
        QuestionKey(u128::from(high) << 64 | u128::from(low))
    }

    /// From now on, no tag that was given holds any more.
    pub(super) fn forget(&self) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.of_part.clear();
    }

    /// A number that no other graph has, nor the same graph as another part.
    fn number_of(&self, seen: &SeenGraph) -> u64 {
        let mut last = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((graph, number)) = last.of_part.get(&seen.part_number())
            && std::ptr::eq(graph.as_ptr(), Arc::as_ptr(&seen.graph))
        {
            return *number;
        }
        last.count += 1;
        let number = last.count;
        last.of_part.insert(seen.part_number(), (Arc::downgrade(&seen.graph), number));
        number
    }
}

impl QuestionKey {
    /// The tag of an answer; none where it is not to be relied on.
    pub(super) fn tag(self, validity: AnswerValidity, now: Timestamp) -> Option<HeaderValue> {
        let mut tag = String::with_capacity(TAG_BYTES_USUAL);
        tag.push_str("W/\"");
        self.write(&mut tag);
        match validity {
            AnswerValidity::Never => return None,
            AnswerValidity::Minute => write!(tag, ".{}", minute(now)).ok()?,
            AnswerValidity::Revision => {}
        }
        tag.push('"');
        HeaderValue::try_from(tag).ok()
    }

    /// The tag among those that the client has which the answer would have again.
    pub(super) fn unchanged(self, headers: &HeaderMap, now: Timestamp) -> Option<HeaderValue> {
        if !headers.contains_key(header::IF_NONE_MATCH) {
            return None;
        }
        let had = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|tags| tags.to_str().ok());
        let had = had.flat_map(|tags| tags.split(',')).map(|tag| tag.trim().trim_start_matches("W/"));
        let mut had = had.filter_map(|tag| tag.strip_prefix('"')?.strip_suffix('"'));
        // Whether an answer depends on the time is known from the form of the tag that it got.
        let mut of_graph = String::new();
        self.write(&mut of_graph);
        let of_this_minute = format!("{of_graph}.{}", minute(now));
        let tag = had.find(|tag| *tag == of_graph || *tag == of_this_minute)?;
        HeaderValue::from_str(&format!("W/\"{tag}\"")).ok()
    }

    fn write(self, out: &mut String) {
        URL_SAFE_NO_PAD.encode_string(self.0.to_be_bytes(), out);
    }
}

/// Puts a tag on an answer.
pub(super) fn put_tag(headers: &mut HeaderMap, tag: HeaderValue) {
    headers.insert(header::ETAG, tag);
    headers.insert(header::CACHE_CONTROL, KEPT_BY_ASKER);
    headers.append(header::VARY, VARY);
}

/// Says that an answer is what it was.
pub(super) fn not_modified(tag: HeaderValue) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    put_tag(response.headers_mut(), tag);
    response
}

/// The minute in which an answer is made that depends on the time.
pub(super) fn minute(now: Timestamp) -> i64 {
    now.seconds().div_euclid(60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Groups, Identity, Scopes};

    const NOW: Timestamp = Timestamp(600);

    fn has(key: QuestionKey, sent: &HeaderValue, now: Timestamp) -> bool {
        let headers = HeaderMap::from_iter([(header::IF_NONE_MATCH, sent.clone())]);
        key.unchanged(&headers, now).is_some()
    }

    #[test]
    fn a_tag_holds_for_the_same_question_of_the_same_graph_by_who_may_do_the_same() {
        let tags = EntityTags::new();
        let graph = SeenGraph::from(Arc::new(CatalogGraph::empty()));
        let local = Caller::local();
        let key = tags.key(&graph, &local, &[b"a", b"bc"]);
        assert_eq!(key, tags.key(&graph, &local, &[b"a", b"bc"]));
        let anonymous = Caller::new(Identity::Anonymous, Scopes::NONE);
        let others = [
            tags.key(&graph, &local, &[b"ab", b"c"]),
            tags.key(&graph, &anonymous, &[b"a", b"bc"]),
            tags.key(&graph, &local.clone().in_groups(Groups::new(["payments"])), &[b"a", b"bc"]),
            tags.key(&Arc::new(CatalogGraph::empty()).into(), &local, &[b"a", b"bc"]),
            EntityTags::new().key(&graph, &local, &[b"a", b"bc"]),
        ];
        assert!(others.iter().all(|other| *other != key));
        let key = tags.key(&graph, &local, &[]);
        tags.forget();
        assert_ne!(key, tags.key(&graph, &local, &[]));
    }

    #[test]
    fn what_depends_on_the_time_is_asked_anew_in_the_next_minute() {
        let key = EntityTags::new().key(&Arc::new(CatalogGraph::empty()).into(), &Caller::local(), &[]);
        let of_graph = key.tag(AnswerValidity::Revision, NOW).expect("a tag");
        let of_minute = key.tag(AnswerValidity::Minute, NOW).expect("a tag");
        assert!(has(key, &of_graph, NOW) && has(key, &of_graph, Timestamp(10_000)));
        assert!(has(key, &of_minute, Timestamp(659)) && !has(key, &of_minute, Timestamp(660)));
        assert_eq!(key.tag(AnswerValidity::Never, NOW), None);
    }

    #[test]
    fn tags_come_in_lists_and_in_every_form() {
        let key = QuestionKey(0xab);
        let check = |sent: &str, expected: bool| {
            let mut text = String::new();
            key.write(&mut text);
            let sent = sent.replace("ab", &text);
            let value = HeaderValue::from_str(&sent).expect("a header");
            assert_eq!(has(key, &value, NOW), expected, "{sent}");
        };
        for sent in ["W/\"ab\"", "\"ab\"", "\"x\", W/\"ab\"", "\"x\" ,\"ab\""] {
            check(sent, true);
        }
        for sent in ["*", "ab", "", "\"\"", "W/\"a\"", "\"ab", "\"ab.9\""] {
            check(sent, false);
        }
    }
}
