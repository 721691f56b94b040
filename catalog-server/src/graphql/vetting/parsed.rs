//! Queries as they were parsed, kept for whoever sends the same text again: dashboards send few, often.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use async_graphql::parser::types::ExecutableDocument;

use super::{GraphqlLimits, Refusal, parse};

/// How many queries are kept; when one more comes, they are all forgotten.
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
    /// Whether it only looks up what it names.
    pub(super) only_looks_up: bool,
}

/// Parsed queries by their text.
#[derive(Debug, Default)]
pub(in crate::graphql) struct ParsedQueries(RwLock<HashMap<Box<str>, Arc<ParsedQuery>>>);

impl ParsedQueries {
    /// The query of this text; what is refused is not kept.
    pub(in crate::graphql) fn of(
        &self,
        text: &str,
        limits: &GraphqlLimits,
    ) -> Result<Arc<ParsedQuery>, Refusal> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner).get(text).map(Arc::clone);
        if let Some(kept) = kept {
            return Ok(kept);
        }
        let parsed = Arc::new(parse(text, limits)?);
        if text.len() <= QUERY_BYTES_MAX {
            let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
            if kept.len() >= QUERIES_MAX {
                kept.clear();
            }
            kept.insert(text.into(), Arc::clone(&parsed));
        }
        Ok(parsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_parsed_once_and_what_is_kept_is_bounded() {
        let (queries, limits) = (ParsedQueries::default(), GraphqlLimits::default());
        let of = |text: &str| queries.of(text, &limits).expect("a query");
        assert!(Arc::ptr_eq(&of("{ __typename }"), &of("{ __typename }")));
        assert!(queries.of("{", &limits).is_err());
        for number in 0..2 * QUERIES_MAX {
            of(&format!("{{ a{number} }}"));
            assert!(queries.0.read().is_ok_and(|kept| kept.len() <= QUERIES_MAX));
        }
        let long = format!("{{ a{} }}", " ".repeat(QUERY_BYTES_MAX));
        assert!(!Arc::ptr_eq(&of(&long), &of(&long)));
    }
}
