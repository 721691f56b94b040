//! Who somebody is that made a commit: the entity that a name and an address in git mean.

use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::{EntityRef, OwnerName, RelationEnd, RelationKind};

use super::{CatalogGraph, Entity, EntityStanding};

/// The declared people of a graph, by everything that a commit can call them.
#[derive(Debug)]
pub struct People<'g> {
    graph: &'g CatalogGraph,
    /// By displayed name and title, folded; `None` where two people share one. Made when first needed.
    by_name: OnceCell<FxHashMap<String, Option<Entity<'g>>>>,
    /// Who has an address, a login or a name of their own. Made when first needed.
    recognizable: OnceCell<FxHashSet<&'g EntityRef>>,
}

/// By what somebody is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KnownBy {
    /// An address that a profile or the identity table states.
    Email,
    /// The login in the address that a host gives to people who hide their own.
    Login,
    /// A name that one person only has.
    Name,
}

impl KnownBy {
    /// The ground in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Login => "login",
            Self::Name => "name",
        }
    }
}

impl<'g> People<'g> {
    /// The people of a graph. Names are noted when the first commit is met whose address says nothing, in
    /// O(entities).
    pub fn of(graph: &'g CatalogGraph) -> Self {
        Self { graph, by_name: OnceCell::new(), recognizable: OnceCell::new() }
    }

    fn by_name(&self) -> &FxHashMap<String, Option<Entity<'g>>> {
        self.by_name.get_or_init(|| {
            let mut by_name: FxHashMap<String, Option<Entity<'g>>> = FxHashMap::default();
            for person in self.graph.entities().filter(|entity| is_person(*entity)) {
                let shown = person.profile().and_then(|profile| profile.display_name.as_deref());
                for name in shown.into_iter().chain(person.title()) {
                    let known = by_name.entry(folded(name)).or_insert(Some(person));
                    if *known != Some(person) {
                        *known = None;
                    }
                }
            }
            // One word is no name that only one person has.
            by_name.retain(|name, _| name.contains(' '));
            by_name
        })
    }

    /// The declared person that made a commit under this name and address, or the group whose address it
    /// is: by address, else by the login in an address of a host, else by the full name.
    pub fn who(&self, name: &str, email: &str) -> Option<(Entity<'g>, KnownBy)> {
        let by_email = || self.owner(email.trim()).map(|found| (found, KnownBy::Email));
        let by_login = || {
            let login = login_of(email)?;
            self.owner(&format!("@{login}")).map(|found| (found, KnownBy::Login))
        };
        let by_name = || Some((self.by_name().get(&folded(name)).copied().flatten()?, KnownBy::Name));
        by_email().or_else(by_login).or_else(by_name)
    }

    /// Whether a declared person could be told from a commit: has an address or a login, or a full name.
    pub fn is_recognizable(&self, person: Entity<'g>) -> bool {
        let recognizable = self.recognizable.get_or_init(|| {
            let by_name = self.by_name().values().flatten().map(|person| person.name());
            self.graph.owners.names.carriers().chain(by_name).collect()
        });
        recognizable.contains(person.name())
    }

    /// The declared owner that an address or `@login` means.
    fn owner(&self, text: &str) -> Option<Entity<'g>> {
        let name = OwnerName::new(text)?;
        let meant = self.graph.entity(&self.graph.owner_by_name(&name)?)?;
        let is_owner = matches!(meant.name().kind(), "user" | "group");
        (is_owner && meant.standing() == EntityStanding::Declared).then_some(meant)
    }
}

impl<'g> Entity<'g> {
    /// The groups that somebody is a direct member of, in the order of their refs.
    pub fn groups(self) -> Vec<Entity<'g>> {
        let mut groups: Vec<Entity<'g>> = self
            .related(RelationKind::MemberOf, RelationEnd::From)
            .filter(|group| group.name().kind() == "group")
            .collect();
        groups.sort_by_key(|group| group.index());
        groups.dedup();
        groups
    }

    /// Whether it is a group above another one, however far; not above itself.
    pub fn is_group_above(self, below: Entity<'g>) -> bool {
        let mut seen: Vec<Entity<'g>> = vec![below];
        let mut at = 0;
        while let Some(group) = seen.get(at).copied() {
            for parent in group.related(RelationKind::ChildOf, RelationEnd::From) {
                if parent == self && self != below {
                    return true;
                }
                if !seen.contains(&parent) {
                    seen.push(parent);
                }
            }
            at += 1;
        }
        false
    }
}

fn is_person(entity: Entity<'_>) -> bool {
    entity.name().kind() == "user" && entity.standing() == EntityStanding::Declared
}

/// The login in an address by which a host lets people hide theirs.
///
/// - GitHub: `login@users.noreply.github.com` and `1234+login@users.noreply.github.com`;
/// - GitLab: `1234-login@users.noreply.gitlab.com`, on any host;
/// - Gitea and Forgejo: `login@noreply.example.org`.
fn login_of(email: &str) -> Option<&str> {
    let (local, domain) = email.trim().rsplit_once('@')?;
    let domain = domain.to_ascii_lowercase();
    let of_users = domain.strip_prefix("users.noreply.");
    let host = of_users.or_else(|| domain.strip_prefix("noreply."))?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let numbered = if host.contains("github") { local.split_once('+') } else { local.split_once(['+', '-']) };
    let login = match numbered.filter(|(number, _)| of_users.is_some() && is_number(number)) {
        Some((_, login)) => login,
        None => local,
    };
    (!login.is_empty() && !host.is_empty()).then_some(login)
}

/// A name in lower case with single blanks.
fn folded(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().flat_map(char::to_lowercase));
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch;

    #[test]
    fn hosts_hide_addresses_behind_logins() {
        for (email, login) in [
            ("ann@users.noreply.github.com", Some("ann")),
            ("1234+Ann-a@users.noreply.github.com", Some("Ann-a")),
            ("12-ab@users.noreply.github.com", Some("12-ab")),
            ("1234-ann.b@users.noreply.gitlab.com", Some("ann.b")),
            ("7-ann@users.noreply.git.example.org", Some("ann")),
            ("ann@noreply.codeberg.org", Some("ann")),
            ("12-ab@noreply.codeberg.org", Some("12-ab")),
            ("ann@example.com", None),
            ("@users.noreply.github.com", None),
            ("1234+@users.noreply.github.com", None),
            ("ann@noreply.", None),
            ("nobody", None),
        ] {
            assert_eq!(login_of(email), login, "{email}");
        }
    }

    fn check(who: (&str, &str), expected: Option<(&str, KnownBy)>) {
        let graph = sketch::graph(
            "
            user:ann email Ann@Example.com title \"Ann Ahl\"
            user:bob login bob-b
            user:zoe title \"Zoe Zed\"
            user:zoe2 title \"zoe  zed\"
            user:mia title Mia
            group:shop email shop@example.com members user:ann
            user:plain memberof group:shop
            component:web owner user:undeclared
            ",
        );
        let people = People::of(&graph);
        let found = people.who(who.0, who.1).map(|(entity, by)| (entity.name().short(), by));
        assert_eq!(found.as_ref().map(|(name, by)| (name.as_str(), *by)), expected, "{who:?}");
        let known = |name: &str| {
            people.is_recognizable(graph.entity(&sketch::entity_ref(name)).expect("it is in the sketch"))
        };
        assert!(known("user:ann") && known("user:bob") && !known("user:zoe") && !known("user:plain"));
    }

    #[test]
    fn people_are_known_by_address_then_login_then_full_name() {
        check(("A. Nother", "ann@example.COM"), Some(("user:ann", KnownBy::Email)));
        check(("x", "7+Bob-B@users.noreply.github.com"), Some(("user:bob", KnownBy::Login)));
        check(("x", "plain@users.noreply.github.com"), Some(("user:plain", KnownBy::Login)));
        check(("ann  AHL", "private@example.org"), Some(("user:ann", KnownBy::Name)));
        check(("Shop", "shop@example.com"), Some(("group:shop", KnownBy::Email)));
        check(("Zoe Zed", "z@example.org"), None);
        check(("Mia", "m@example.org"), None);
        check(("x", "undeclared@users.noreply.github.com"), None);
        check(("", ""), None);
    }

    #[test]
    fn a_group_above_itself_is_not_above_itself_forever() {
        let graph = sketch::graph("group:a parent group:b\ngroup:b parent group:a\ngroup:c parent group:c");
        let group = |name: &str| graph.entity(&sketch::entity_ref(name)).expect("it is in the sketch");
        assert!(group("group:a").is_group_above(group("group:b")));
        assert!(!group("group:c").is_group_above(group("group:c")));
        assert!(!group("group:c").is_group_above(group("group:a")));
    }
}
