//! Owners and links, as free text names them.

use catalog_core::model::{EntityRef, Link, Located};

use crate::manifest::reading::is_web_address;

/// A link, where the text is an address.
pub(crate) fn link(url: &Located<Box<str>>, title: &str, link_type: &'static str) -> Option<Located<Link>> {
    let link = Link { url: url.value.clone(), title: Some(title.into()), link_type: Some(link_type.into()) };
    is_web_address(&url.value).then(|| Located::new(link, url.position))
}

/// The owner that a free text names: a reference, `@team` of an organisation, `@person`, an e-mail address,
/// else a team. A channel or an address of the web is none.
pub(crate) fn owner_of(text: &str) -> Option<EntityRef> {
    let text = text.trim();
    let is_none = text.is_empty()
        || text.starts_with('#')
        || text.contains("://")
        || text.chars().any(char::is_control);
    if is_none {
        return None;
    }
    if text.starts_with("group:") || text.starts_with("user:") {
        return EntityRef::parse_full(text).ok();
    }
    let default = EntityRef::DEFAULT_NAMESPACE;
    match text.strip_prefix('@') {
        Some(team) if team.contains('/') => EntityRef::new("group", default, team).ok(),
        Some(person) => EntityRef::new("user", default, person).ok(),
        None if text.contains('@') => EntityRef::new("user", default, text).ok(),
        None => EntityRef::new("group", default, text).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_told_apart_by_how_they_are_written() {
        let check = |text, expected: Option<&str>| {
            assert_eq!(owner_of(text).as_ref().map(EntityRef::as_str), expected, "{text}");
        };
        check("payments", Some("group:default/payments"));
        check("@sally", Some("user:default/sally"));
        check("@acme/payments", Some("group:default/acme/payments"));
        check("a@b.example", Some("user:default/a@b.example"));
        check("group:ops/sre", Some("group:ops/sre"));
        check("#payments", None);
        check("https://example.com/team", None);
        check("  ", None);
        check("user:", None);
    }
}
