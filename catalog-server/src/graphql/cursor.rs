//! Opaque cursors and ids.
//!
//! A cursor carries the key of its row, not its number, so that paging goes on at the right place
//! when the catalog has changed meanwhile; and the revision of the answer that it is from, so that one can tell.
//! Who wants all pages of one state asks for that state: see `recent_graphs`.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

/// The longest cursor or id that is read, in bytes.
const BYTES_MAX: usize = 16 * 1024;

/// Writes the cursor of the row with this key.
pub(super) fn encode_cursor<K: Serialize>(revision: u64, key: &K) -> String {
    let text = serde_json::to_vec(&(revision, key)).expect("keys are numbers and texts");
    URL_SAFE_NO_PAD.encode(text)
}

/// Reads revision and key of a cursor; `None` for what is no cursor of such a list.
pub(super) fn decode_cursor<K: DeserializeOwned>(cursor: &str) -> Option<(u64, K)> {
    serde_json::from_slice(&decode(cursor)?).ok()
}

/// Writes the id of an object: its type and its name.
pub(super) fn encode_id(type_name: &str, name: &str) -> async_graphql::ID {
    URL_SAFE_NO_PAD.encode(format!("{type_name}:{name}")).into()
}

/// Reads type and name of an id; `None` for what is no id.
pub(super) fn decode_id(id: &str) -> Option<(String, String)> {
    let text = String::from_utf8(decode(id)?).ok()?;
    let (type_name, name) = text.split_once(':')?;
    Some((type_name.to_owned(), name.to_owned()))
}

fn decode(text: &str) -> Option<Vec<u8>> {
    (text.len() <= BYTES_MAX).then(|| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok())?
}
