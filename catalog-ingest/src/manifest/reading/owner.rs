//! Owners: teams by the name as written, people by their e-mail address.

use catalog_core::model::{EntityRef, EntityRefError, Field};

use super::{Reader, Stated};
use crate::manifest::yaml::Node;

/// Whether a text is one e-mail address, rather than a name.
pub(crate) fn is_email(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && !part.contains(|c: char| {
                c.is_whitespace() || c.is_control() || matches!(c, '@' | '/' | ':' | ',' | '<' | '>')
            })
    };
    text.split_once('@').is_some_and(|(local, domain)| {
        is_part(local) && is_part(domain) && !domain.starts_with('.') && !domain.ends_with('.')
    })
}

/// The owner that a text means: a person for an e-mail address, else a group, by the name as written.
///
/// `team:`, `group:` and `user:` may stand in front.
pub(crate) fn owner_ref(text: &str) -> Result<EntityRef, EntityRefError> {
    let text = text.trim();
    if text.len() > EntityRef::BYTES_MAX {
        return Err(EntityRefError::TooLong);
    }
    if is_email(text) || text.starts_with("ari:cloud:identity::user/") {
        return EntityRef::new("user", EntityRef::DEFAULT_NAMESPACE, text);
    }
    match text.split_once(':').map(|(kind, name)| (kind.to_ascii_lowercase(), name.trim())) {
        Some((kind, name)) if matches!(&*kind, "team" | "group" | "user") => {
            let kind = if kind == "team" { "group" } else { &kind };
            EntityRef::parse_full(&format!("{kind}:{name}"))
        }
        _ => EntityRef::new("group", EntityRef::DEFAULT_NAMESPACE, text),
    }
}

impl Reader<'_, '_> {
    /// States the owner that a node names; what names nobody is said, and leaves the owner unread.
    pub(crate) fn state_owner(&mut self, node: Node<'_>, name: &str) {
        if let Some(text) = self.node_text(node, name, Some(Field::Owner)) {
            self.state_owner_named(node, &text.value, name);
        }
    }

    /// The same, where the text of the node was read before.
    pub(crate) fn state_owner_named(&mut self, node: Node<'_>, text: &str, name: &str) {
        match owner_ref(text) {
            Ok(owner) => self.state(Stated::OWNER, owner, node, name, None),
            Err(error) => {
                self.say_no_reference(node, name, text, error);
                self.declaration.unread.push(Field::Owner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_teams_unless_they_are_addresses() {
        let check = |text, expected: Option<&str>| {
            assert_eq!(owner_ref(text).ok().as_ref().map(EntityRef::as_str), expected, "{text}");
        };
        check("Payments Team", Some("group:default/payments team"));
        check("acme/shop", Some("group:default/acme/shop"));
        check("ann@example.com", Some("user:default/ann@example.com"));
        check("team:shop", Some("group:default/shop"));
        check("group:retail/shop", Some("group:retail/shop"));
        check("User:ann", Some("user:default/ann"));
        check("ari:cloud:identity::team/4a1b", Some("group:default/ari:cloud:identity::team/4a1b"));
        check("ari:cloud:identity::user/4a1b", Some("user:default/ari:cloud:identity::user/4a1b"));
        check(" ", None);
        check("team:", None);
        check(&"x".repeat(2_000), None);
    }

    #[test]
    fn addresses_have_one_at() {
        for text in ["a@example.com", "a.b+c@example"] {
            assert!(is_email(text), "{text}");
        }
        for text in ["", "team", "@team", "a@", "a@b@c", "@org/team", "acme/a@b", "a b@example.com"] {
            assert!(!is_email(text), "{text}");
        }
        assert!(!is_email("https://u@example.com"));
    }
}
