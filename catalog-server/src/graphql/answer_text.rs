//! Answers as JSON.
//!
//! As the library writes them, but for [`Value::Binary`]: no type of the schema is one, and what is in it was
//! written as JSON already (see `plain_rows`).

use async_graphql::{Response, Value};

/// The room that an answer gets beside what is written already.
const BYTES_USUAL: usize = 1_024;

/// Writes an answer: its data, then errors where there are any.
///
/// # Errors
///
/// An error's extensions cannot be written as JSON, which is a fault of this server.
pub(super) fn write_answer(response: &Response) -> serde_json::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(BYTES_USUAL + written_bytes(&response.data));
    out.extend_from_slice(b"{\"data\":");
    write_value(&mut out, &response.data)?;
    if !response.extensions.is_empty() {
        out.extend_from_slice(b",\"extensions\":");
        serde_json::to_writer(&mut out, &response.extensions)?;
    }
    if !response.errors.is_empty() {
        out.extend_from_slice(b",\"errors\":");
        serde_json::to_writer(&mut out, &response.errors)?;
    }
    out.push(b'}');
    Ok(out)
}

/// Writes a text with its quotes.
pub(super) fn write_text(out: &mut Vec<u8>, text: &str) {
    // Without a branch for each byte, so that many are looked at together: few texts need an escape.
    let is_plain = |byte: u8| (byte >= b' ') & (byte != b'"') & (byte != b'\\');
    if !text.bytes().fold(true, |so_far, byte| so_far & is_plain(byte)) {
        serde_json::to_writer(out, text).expect("a text can be written to memory");
        return;
    }
    out.reserve(text.len() + 2);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// How many bytes of objects within objects are written already.
fn written_bytes(value: &Value) -> usize {
    match value {
        Value::Binary(written) => written.len(),
        Value::Object(fields) => fields.values().map(written_bytes).sum(),
        _ => 0,
    }
}

/// Recursion ends where the query does, whose depth is bounded.
fn write_value(out: &mut Vec<u8>, value: &Value) -> serde_json::Result<()> {
    match value {
        Value::Binary(written) => out.extend_from_slice(written),
        Value::List(values) => {
            out.push(b'[');
            for (number, value) in values.iter().enumerate() {
                if number > 0 {
                    out.push(b',');
                }
                write_value(out, value)?;
            }
            out.push(b']');
        }
        Value::Object(fields) => {
            out.push(b'{');
            for (number, (key, value)) in fields.iter().enumerate() {
                if number > 0 {
                    out.push(b',');
                }
                write_text(out, key);
                out.push(b':');
                write_value(out, value)?;
            }
            out.push(b'}');
        }
        plain => serde_json::to_writer(out, plain)?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use async_graphql::{ServerError, value};

    use super::*;

    #[test]
    fn answers_are_written_as_the_library_writes_them() {
        let data =
            value!({"a": [1, 2.5, "x\n\"", "\\", "\u{1f}", "ä \u{7f}", true, null, {"b": {}}], "c": []});
        let mut response = Response::new(data);
        let same = |response: &Response| {
            let ours = write_answer(response).expect("an answer");
            assert_eq!(String::from_utf8(ours), Ok(serde_json::to_string(response).expect("an answer")));
        };
        same(&response);
        response.errors.push(ServerError::new("no", None));
        same(&response);
        same(&Response::default());
    }

    #[test]
    fn what_is_written_already_is_put_in_as_it_is() {
        let data = Value::Binary(b"[{\"ref\":\"component:default/web\"}]".to_vec().into());
        let written = write_answer(&Response::new(data)).expect("an answer");
        assert_eq!(written, b"{\"data\":[{\"ref\":\"component:default/web\"}]}");
    }
}
