//! Queries as they were parsed, kept from the second time on that the same text is sent: dashboards send few,
//! often.

use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher, RandomState},
    sync::{Arc, OnceLock, PoisonError, RwLock, atomic::AtomicBool},
};

use async_graphql::parser::types::ExecutableDocument;

use super::{GraphqlLimits, Refusal, parse};
use crate::graphql::{AskedBefore, same_fields::SameFields};

/// How many queries are kept; when one more comes, the oldest is forgotten.
const QUERIES_MAX: usize = 1_000;
/// Longer queries are not kept, in bytes.
const QUERY_BYTES_MAX: usize = 8 * 1024;

/// A query that stays within the limits that its text alone can break.
#[derive(Debug)]
pub(in crate::graphql) struct ParsedQuery {
    pub(in crate::graphql) document: ExecutableDocument,
    /// Whether nothing in it writes.
    pub(in crate::graphql) is_query: bool,
    /// Whether some object of the answer has a key from two places.
    pub(in crate::graphql) repeats_a_key: bool,
    /// See [`Self::same_fields`].
    pub(super) same_fields: OnceLock<Option<SameFields>>,
    /// Whether it only looks up what it names.
    pub(super) only_looks_up: bool,
    /// Whether it was found to fit the schema, with plain variables if it has any (see `variables`).
    pub(in crate::graphql) fits_schema: AtomicBool,
}

impl ParsedQuery {
    /// What is run in its place, where it asks for something twice. Looked for when first asked, which is to be
    /// after the number of its fields was found to be within its limit.
    pub(in crate::graphql) fn same_fields(&self) -> Option<&SameFields> {
        let look = || if self.repeats_a_key { None } else { SameFields::of(&self.document) };
        self.same_fields.get_or_init(look).as_ref()
    }
}

/// Parsed queries by their text.
#[derive(Debug, Default)]
pub(in crate::graphql) struct ParsedQueries {
    asked: AskedBefore,
    hashes: RandomState,
    kept: RwLock<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    queries: HashMap<Arc<str>, Arc<ParsedQuery>>,
    /// The texts of those in the order in which they came.
    order: VecDeque<Arc<str>>,
}

impl ParsedQueries {
    /// The query of this text; what is refused is not kept.
    pub(in crate::graphql) fn of(
        &self,
        text: &str,
        limits: &GraphqlLimits,
    ) -> Result<Arc<ParsedQuery>, Refusal> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner).queries.get(text).cloned();
        if let Some(kept) = kept {
            return Ok(kept);
        }
        let parsed = Arc::new(parse(text, limits)?);
        if text.len() <= QUERY_BYTES_MAX && self.asked.note(self.hashes.hash_one(text)) {
            let text = Arc::<str>::from(text);
            let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
            if kept.queries.insert(Arc::clone(&text), Arc::clone(&parsed)).is_none() {
                kept.order.push_back(text);
            }
            // Dropped when others may read again.
            let _oldest = match kept.order.len() > QUERIES_MAX {
                true => kept.order.pop_front().and_then(|oldest| kept.queries.remove(&oldest)),
                false => None,
            };
            drop(kept);
        }
        Ok(parsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_that_comes_again_is_kept_and_what_is_kept_is_bounded() {
        let (queries, limits) = (ParsedQueries::default(), GraphqlLimits::default());
        let of = |text: &str| queries.of(text, &limits).expect("a query");
        of("{ __typename }");
        assert!(Arc::ptr_eq(&of("{ __typename }"), &of("{ __typename }")));
        assert!(queries.of("{", &limits).is_err());
        for number in 0..2 * QUERIES_MAX {
            let text = format!("{{ a{number} }}");
            assert!(!Arc::ptr_eq(&of(&text), &of(&text)));
            let kept = queries.kept.read().expect("nothing panicked");
            assert!(kept.queries.len() <= QUERIES_MAX && kept.queries.len() == kept.order.len());
        }
        let long = format!("{{ a{} }}", " ".repeat(QUERY_BYTES_MAX));
        of(&long);
        assert!(!Arc::ptr_eq(&of(&long), &of(&long)));
    }
}
