//! Names of entities, out of formats whose names are free text.

use std::borrow::Cow;

/// A name as an entity of the catalog can have it: the text itself where it is one, else its letters,
/// digits, `.`, `_` and `-`, with one `-` for everything between them. `None` where nothing is left.
///
/// `Core Payments` is `Core-Payments`, `@acme/data-model` is `acme-data-model`.
pub(crate) fn entity_name(text: &str) -> Option<Cow<'_, str>> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if !text.is_empty() && text.chars().all(is_part) {
        return Some(text.into());
    }
    let parts: Vec<&str> = text.split(|c| !is_part(c)).filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join("-").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_texts_become_names() {
        let check =
            |text, expected: Option<&str>| assert_eq!(entity_name(text).as_deref(), expected, "{text}");
        check("payments_api.v2", Some("payments_api.v2"));
        check("Core Payments", Some("Core-Payments"));
        check("@acme/data-model", Some("acme-data-model"));
        check("  — ", None);
    }
}
