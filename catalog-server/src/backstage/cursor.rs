//! Cursors: where a page ended, and what was asked.
//!
//! Backstage's clients look into a cursor to learn how to send it back: one with a `query` goes by POST. So a
//! cursor is JSON in base64 with the names that Backstage uses. It carries the place in the order, not a number of
//! rows, so that paging goes on at the right place when the catalog has changed meanwhile; and the revision that
//! it is from.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{BackstageError, BackstageLimits};

/// A cursor of `by-query`, as it is written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Cursor {
    /// The fields to order by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) order_fields: Vec<CursorOrder>,
    /// Where the page ends: a value for each of the fields, and the ref.
    pub(super) order_field_values: Vec<Option<String>>,
    /// The filter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) query: Option<serde_json::Value>,
    /// The text to search for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) full_text_filter: Option<CursorText>,
    /// Whether the page before that place is meant, and not the one behind it.
    pub(super) is_previous: bool,
    /// How many rows there are in all at the revision; none where that was not to be counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) total_items: Option<u64>,
    /// The revision.
    pub(super) revision: u64,
}

/// A field to order by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct CursorOrder {
    pub(super) field: String,
    pub(super) order: Direction,
}

/// The direction of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Direction {
    Asc,
    Desc,
}

/// A text to search for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct CursorText {
    pub(super) term: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) fields: Vec<String>,
}

/// Where a page of `GET /entities` ended; the rest of the question stands in the address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct After {
    pub(super) limit: usize,
    pub(super) order_field_values: Vec<Option<String>>,
    pub(super) revision: u64,
}

/// Writes a cursor.
pub(super) fn encode(cursor: &impl Serialize) -> String {
    STANDARD.encode(serde_json::to_vec(cursor).expect("the keys of a cursor are texts"))
}

/// Reads a cursor.
pub(super) fn decode<C: DeserializeOwned>(text: &str, limits: &BackstageLimits) -> Result<C, BackstageError> {
    if text.len() > limits.cursor_bytes_max {
        let (name, max) = ("cursor_bytes_max", limits.cursor_bytes_max);
        return Err(BackstageError::over_limit(name, max, text.len(), "bytes in the cursor"));
    }
    let invalid = || BackstageError::Input("the cursor was not made by this server for this list".into());
    let json = STANDARD.decode(text).map_err(|_| invalid())?;
    serde_json::from_slice(&json).map_err(|_| invalid())
}
