//! Every bound on a question in Backstage's terms, by name.

use std::time::Duration;

/// The bounds on one question and on how many are answered at once.
///
/// A refusal names the bound as `backstage.` and the field's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackstageLimits {
    /// Rows of one page of `by-query`; a greater `limit` gives so many, and a cursor for the rest.
    pub page_rows_max: usize,
    /// Rows of one page of `by-query` where no `limit` is given.
    pub page_rows_default: usize,
    /// Entities that one `by-refs` may name.
    pub refs_max: usize,
    /// Conditions of one filter.
    pub conditions_max: usize,
    /// `$all`, `$any` and `$not` within each other.
    pub predicate_depth_max: usize,
    /// Values of one condition, fields, fields to search and facets, each.
    pub fields_max: usize,
    /// Fields to order by.
    pub orders_max: usize,
    /// A text to search for, in bytes.
    pub text_bytes_max: usize,
    /// A cursor, in bytes.
    pub cursor_bytes_max: usize,
    /// How long it may take to find what is answered.
    pub deadline: Duration,
    /// How long the rest of an answer may take that is too long for one piece.
    pub stream_time_max: Duration,
    /// One piece of an answer, in bytes; shorter answers are sent whole.
    pub piece_bytes: usize,
    /// Questions that are answered at once.
    pub concurrent_max: usize,
    /// How long a question waits for others before it is turned away.
    pub patience: Duration,
}

impl Default for BackstageLimits {
    fn default() -> Self {
        Self {
            page_rows_max: 10_000,
            page_rows_default: 200,
            refs_max: 5_000,
            conditions_max: 1_000,
            predicate_depth_max: 16,
            fields_max: 1_000,
            orders_max: 8,
            text_bytes_max: 4_096,
            cursor_bytes_max: 256 * 1024,
            deadline: Duration::from_secs(10),
            stream_time_max: Duration::from_secs(120),
            piece_bytes: 256 * 1024,
            concurrent_max: 8,
            patience: Duration::from_millis(500),
        }
    }
}
