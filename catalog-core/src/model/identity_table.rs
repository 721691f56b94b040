//! What an organisation says about names that its files cannot connect.

use super::{EntityRef, EntityRefError, OwnerName, PathDialect};

/// Which names mean one entity, as the configuration says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentityTable {
    /// One entity each; of several entries that claim a name the first stands.
    pub entries: Vec<IdentityEntry>,
}

/// An entity and the other names by which files mean it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityEntry {
    /// The entity.
    pub entity: EntityRef,
    /// Its other names.
    pub names: Vec<IdentityName>,
}

/// Another name of an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityName {
    /// A reference, or the name that another format knows it by, as an ARI or an alias.
    Ref(EntityRef),
    /// `@login`, `@organisation/team` or an e-mail address.
    Owner(OwnerName),
}

impl IdentityName {
    /// Reads another name of `entity` as people write it: `@acme/shop`, `shop@example.com`,
    /// `group:legacy/shop`, or what another format calls it, which is then of the same kind.
    ///
    /// # Errors
    ///
    /// The text is empty or longer than any name.
    pub fn parse(text: &str, entity: &EntityRef) -> Result<Self, EntityRefError> {
        const KINDS: [&str; 7] = ["api", "component", "domain", "group", "resource", "system", "user"];
        let text = text.trim();
        if matches!(entity.kind(), "group" | "user")
            && let Some(owner) = OwnerName::in_dialect(PathDialect::Github, text)
        {
            return Ok(Self::Owner(owner));
        }
        let has_kind = text
            .split_once(':')
            .is_some_and(|(kind, _)| KINDS.iter().any(|known| known.eq_ignore_ascii_case(kind)));
        if has_kind {
            EntityRef::parse_full(text).map(Self::Ref)
        } else {
            EntityRef::new(entity.kind(), EntityRef::DEFAULT_NAMESPACE, text).map(Self::Ref)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_people_write_them() {
        let check = |entity: &str, text: &str, expected: &str| {
            let entity = EntityRef::parse_full(entity).expect("a valid reference");
            let read = match IdentityName::parse(text, &entity).expect("a name") {
                IdentityName::Ref(name) => name.to_string(),
                IdentityName::Owner(owner) => format!("owner {owner}"),
            };
            assert_eq!(read, expected, "{text}");
        };
        check("group:shop", "@acme/shop", "owner @acme/shop");
        check("group:shop", "shop@example.com", "owner shop@example.com");
        check("group:shop", "Group:legacy/Shop", "group:legacy/shop");
        check("group:shop", "ari:cloud:identity::team/1", "group:default/ari:cloud:identity::team/1");
        check("component:web", "web_frontend", "component:default/web_frontend");
        check("component:web", "@acme/web", "component:default/@acme/web");
    }
}
