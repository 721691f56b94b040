//! Namespaces for names that mean something only in one place of one repository.

use std::borrow::Cow;

use catalog_core::model::{Declaration, EntityRef, Position, RepositoryId, Spelling};

use crate::manifest::normal::entity_name;

/// How much of a place is shown in a namespace, in characters.
const SHOWN_CHARS_MAX: usize = 80;

/// The namespace of the names of one place (a folder, a project, a cluster's namespace) of a repository.
///
/// It shows the last two parts of the repository's id and the parts of the place, as in
/// `acme.shop.deploy.5c0f2d11`; the fingerprint at its end is of the whole id and place, so that two places
/// which are shown alike stay two. It holds a `.`, which no namespace of a catalog manifest may.
pub(crate) fn local_namespace(repository: &RepositoryId, place: &[&str]) -> String {
    let id = repository.as_str();
    let shown_start = id.rmatch_indices('/').nth(1).map_or(0, |(slash, _)| slash + 1);
    fingerprinted(&id[shown_start..], id, place)
}

/// The namespace of what the repositories of one owner share: the same for all of `host/owner/…`.
pub(crate) fn organisation_namespace(repository: &RepositoryId, place: &[&str]) -> String {
    let id = repository.as_str();
    let organisation = id.rsplit_once('/').map_or(id, |(organisation, _)| organisation);
    let shown = organisation.rsplit('/').next().unwrap_or(organisation);
    fingerprinted(shown, organisation, place)
}

fn fingerprinted(shown: &str, id: &str, place: &[&str]) -> String {
    let mut namespace = String::new();
    for part in shown.split('/').chain(place.iter().flat_map(|part| part.split('/'))) {
        let room = SHOWN_CHARS_MAX.saturating_sub(namespace.len());
        let Some(name) = entity_name(part).filter(|_| room > 0) else { continue };
        namespace.extend(name.chars().take(room));
        namespace.push('.');
    }
    let mut hash = Fingerprint::default();
    hash.add(id);
    place.iter().for_each(|part| hash.add(part));
    namespace.push_str(&hash.shown());
    namespace.make_ascii_lowercase();
    namespace
}

/// FNV-1a over texts that are kept apart, folded to 32 bits.
struct Fingerprint(u64);

impl Default for Fingerprint {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fingerprint {
    fn add(&mut self, text: &str) {
        for byte in text.bytes().chain([0]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn shown(&self) -> String {
        format!("{:08x}", (self.0 >> 32) ^ (self.0 & 0xffff_ffff))
    }
}

/// A name in the terms of its format, as in `compose:web`.
pub(crate) fn declared_as(format: &str, name: &str) -> Option<Box<str>> {
    Some(format!("{format}:{}", without_controls(name)).into())
}

/// A free text as it may be shown as a name.
fn without_controls(text: &str) -> Cow<'_, str> {
    if text.chars().any(char::is_control) {
        text.replace(char::is_control, "\u{fffd}").into()
    } else {
        text.into()
    }
}

/// A name that is about to be declared.
#[derive(Clone, Copy)]
pub(crate) struct Named<'a> {
    /// The kind as Backstage spells it, as in `Component`.
    pub(crate) kind: &'static str,
    /// The namespace that the name is local to.
    pub(crate) namespace: &'a str,
    /// The name as written.
    pub(crate) name: &'a str,
    /// Where it stands.
    pub(crate) position: Position,
}

impl Named<'_> {
    /// The entity; `None` where nothing of the name can be one.
    pub(crate) fn entity(&self) -> Option<EntityRef> {
        EntityRef::new(self.kind, self.namespace, &entity_name(self.name)?).ok()
    }

    /// A declaration that says nothing else.
    pub(crate) fn declaration(&self) -> Option<Declaration> {
        let spelling = Spelling {
            kind: self.kind.into(),
            namespace: Some(self.namespace.into()),
            name: without_controls(self.name).into(),
        };
        Some(Declaration::new(self.entity()?, spelling, self.position))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn namespace(id: &str, place: &[&str]) -> String {
        local_namespace(&RepositoryId::new(id).expect("a valid id"), place)
    }

    #[test]
    fn a_place_is_shown_and_told_apart() {
        let shop = namespace("git.example/acme/shop", &[]);
        assert!(shop.starts_with("acme.shop."), "{shop}");
        let deploy = namespace("git.example/acme/shop", &["deploy/Local stack"]);
        assert!(deploy.starts_with("acme.shop.deploy.local-stack."), "{deploy}");
        for other in [
            namespace("other.example/acme/shop", &[]),
            namespace("git.example/acme/shop/deploy", &[]),
            namespace("git.example/acme/Shop", &[]),
            namespace("git.example/acme/shop", &["deploy", "Local stack"]),
            namespace("git.example/acme/shop.deploy", &["local stack"]),
        ] {
            assert_ne!(other, shop);
            assert_ne!(other, deploy);
        }
    }

    #[test]
    fn a_namespace_is_short_however_long_the_place() {
        let long = namespace("git.example/acme/shop", &[&"a/b".repeat(2_000)]);
        assert!(long.len() <= SHOWN_CHARS_MAX + 9, "{long}");
        assert!(EntityRef::new("component", &long, "web").is_ok());
    }

    #[test]
    fn names_hold_nothing_that_moves_a_cursor() {
        let position = Position::default();
        let named = Named { kind: "Component", namespace: "a.b", name: "web\u{1b}[2J", position };
        let declaration = named.declaration().expect("something of the name is left");
        assert_eq!(declaration.entity.as_str(), "component:a.b/web-2j");
        assert_eq!(&*declaration.spelling.name, "web\u{fffd}[2J");
        assert_eq!(declared_as("compose", "a\nb").as_deref(), Some("compose:a\u{fffd}b"));
    }

    #[test]
    fn the_repositories_of_one_owner_share_a_namespace() {
        let of = |id: &str| organisation_namespace(&RepositoryId::new(id).expect("a valid id"), &["score"]);
        assert_eq!(of("git.example/acme/shop"), of("git.example/acme/web"));
        assert_ne!(of("git.example/acme/shop"), of("other.example/acme/shop"));
        assert!(of("git.example/acme/shop").starts_with("acme.score."));
    }
}
