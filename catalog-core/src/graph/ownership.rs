//! Who owns what, and on which ground: claims, strongest first, and the one owner that answers.

use rustc_hash::FxHashMap;

use crate::{
    model::{Authority, ClaimGround, EntityRef, Origin, OwnerName, OwnerShape, RelationEnd, RelationKind},
    needs::starts,
};

use super::{
    CatalogGraph, Entity,
    entity::NONE,
    facts::Details,
    kept::Kept,
    patched::{Patched, PatchedRows},
    path_rules::PathRuleView,
    repository::stands_for,
    symbols::index,
};

/// The owner of each entity, the entities of each owner, and the names by which owners are known.
#[derive(Clone, Debug)]
pub(super) struct Owners {
    /// The owner of each entity, or [`NONE`].
    pub(super) owner_of: Patched<u32>,
    /// The entities of each owner, in the order of their refs.
    pub(super) owned: PatchedRows,
    pub(super) names: Kept<OwnerNames>,
}

/// The annotations in which a group says which team of a host it is: `organisation/team`, or the full
/// path of a group. Those of GitHub and GitLab are Backstage's own.
pub(super) const TEAM_ANNOTATIONS: [&str; 3] =
    ["github.com/team-slug", "gitlab.com/team-path", "gitea.com/team-slug"];
/// The annotations in which a person says which login of a host is theirs.
pub(super) const LOGIN_ANNOTATIONS: [&str; 3] =
    ["github.com/user-login", "gitlab.com/user-login", "gitea.com/user-login"];

/// The entities that names in ownership files mean, beyond entities of just that name.
#[derive(Debug, Default)]
pub(super) struct OwnerNames {
    /// By `organisation/team` or `team`, lower case, from the [`TEAM_ANNOTATIONS`].
    pub(super) teams: FxHashMap<Box<str>, EntityRef>,
    /// By login, lower case, from the [`LOGIN_ANNOTATIONS`].
    pub(super) logins: FxHashMap<Box<str>, EntityRef>,
    /// By e-mail address, lower case, from profiles.
    pub(super) emails: FxHashMap<Box<str>, EntityRef>,
}

/// A ground on which someone is held to own an entity or a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnershipClaim {
    /// The owner as an entity. It need not be declared anywhere, or even be in the graph.
    pub owner: EntityRef,
    /// The owner as written, where that is not a ref.
    pub written: Option<OwnerName>,
    /// The ground.
    pub ground: ClaimGround,
    /// Where it stands.
    pub origin: Origin,
}

/// By what names a group or a person goes on hosts, each with the annotation that says so.
pub(super) fn host_names<'a>(
    entity: &EntityRef,
    details: &'a Details,
) -> impl Iterator<Item = (&'static str, &'a str)> {
    let (keys, is_login) = match entity.kind() {
        "group" => (&TEAM_ANNOTATIONS[..], false),
        "user" => (&LOGIN_ANNOTATIONS[..], true),
        _ => (&[][..], false),
    };
    keys.iter().filter_map(move |key| {
        let (_, value) = details.annotations.iter().find(|(name, _)| &**name == *key)?;
        // Backstage writes a GitLab login as the URL of the person's page.
        let text = if is_login { value.value.rsplit('/').next().unwrap_or_default() } else { &*value.value };
        (!text.is_empty()).then_some((*key, text))
    })
}

impl OwnerNames {
    /// Notes by what other names a group or a person goes. Where two share a name, the first stands.
    pub(super) fn note(&mut self, entity: &EntityRef, details: &Details) {
        let put = |map: &mut FxHashMap<Box<str>, EntityRef>, key: &str| {
            let key = key.trim_start_matches('@').to_lowercase();
            map.entry(key.into()).or_insert_with(|| entity.clone());
        };
        let names = match entity.kind() {
            "group" => &mut self.teams,
            "user" => &mut self.logins,
            _ => return,
        };
        host_names(entity, details).for_each(|(_, name)| put(names, name));
        if let Some(email) = details.profile.as_ref().and_then(|profile| profile.email.as_deref()) {
            put(&mut self.emails, email);
        }
    }

    /// Who carries an address or a name on a host, some more than once.
    pub(super) fn carriers(&self) -> impl Iterator<Item = &EntityRef> {
        [&self.emails, &self.logins, &self.teams].into_iter().flat_map(FxHashMap::values)
    }

    /// The entity that a name means: by annotation or profile where an entity carries it there, else
    /// by its own name in the default namespace, as Backstage reads it.
    pub(super) fn meaning(&self, name: &OwnerName) -> Option<EntityRef> {
        let known =
            |map: &FxHashMap<Box<str>, EntityRef>, key: &str| map.get(key.to_lowercase().as_str()).cloned();
        let named = |kind: &str, name: &str| EntityRef::new(kind, EntityRef::DEFAULT_NAMESPACE, name).ok();
        match name.shape() {
            OwnerShape::Login(login) => known(&self.logins, login).or_else(|| named("user", login)),
            OwnerShape::Team { organisation, team } => known(&self.teams, &format!("{organisation}/{team}"))
                .or_else(|| known(&self.teams, team))
                .or_else(|| named("group", team)),
            OwnerShape::Email(email) => known(&self.emails, email).or_else(|| named("user", email)),
            // Who has a role, or is everybody, is nobody that could be asked.
            OwnerShape::Role(_) | OwnerShape::Everyone => None,
        }
    }
}

impl CatalogGraph {
    /// The entity that a name in an ownership file means: by annotation or profile where an entity
    /// carries it there, else by its own name in the default namespace, as Backstage reads it:
    /// `@organisation/team` is `group:default/team`, `@login` is `user:default/login`.
    pub fn owner_by_name(&self, name: &OwnerName) -> Option<EntityRef> {
        let meant = self.owners.names.meaning(name)?;
        Some(self.entity(&meant).map_or(meant, |entity| entity.name().clone()))
    }
}

impl PathRuleView<'_> {
    /// What the rule claims, in the order of its owners; nothing where it has none.
    pub fn claims(&self, graph: &CatalogGraph) -> Vec<OwnershipClaim> {
        let claim = |name: &OwnerName| {
            Some(OwnershipClaim {
                owner: graph.owner_by_name(name)?,
                written: Some(name.clone()),
                ground: ClaimGround::PathRule,
                origin: self.origin(),
            })
        };
        self.rule.owners.iter().filter_map(claim).collect()
    }
}

impl<'g> Entity<'g> {
    /// Everything that claims to know the owner, strongest ground first, then in the order of the
    /// places. The first claim's owner is [`Entity::owner`].
    pub fn ownership_claims(self) -> Vec<OwnershipClaim> {
        let graph = self.graph();
        let mut declared = Vec::new();
        for relation in self.outgoing().filter(|relation| relation.kind() == RelationKind::OwnedBy) {
            for source in relation.sources() {
                let claim = OwnershipClaim {
                    owner: relation.to().name().clone(),
                    written: None,
                    ground: ground_of(source.declaration.format().authority()),
                    origin: source.origin(),
                };
                declared.push((claim.ground, source.declaration.index(), source.order(), claim));
            }
        }
        // By place as the graph counts places, so that a stale commit does not change who comes first.
        declared.sort_by_key(|(ground, declaration, order, _)| (*ground, *declaration, *order));
        let mut claims: Vec<OwnershipClaim> = declared.into_iter().map(|(.., claim)| claim).collect();
        let weaker = claims.partition_point(|claim| claim.ground <= ClaimGround::PathRule);
        let by_path: Vec<OwnershipClaim> =
            self.deciding_rules().iter().flat_map(|rule| rule.claims(graph)).collect();
        claims.splice(weaker..weaker, by_path);
        claims
    }

    /// The rules of its repository's ownership files that decide about it: for a declared entity those
    /// that cover the path of its manifest, for a repository those that cover everything that has no
    /// rule of its own. Teams, people and the catalog's own furniture are not owned by path.
    fn deciding_rules(self) -> Vec<PathRuleView<'g>> {
        let Some(repository) = self.repository() else { return Vec::new() };
        let Some(rules) = repository.path_rules() else { return Vec::new() };
        match self.declaration().filter(|_| !stands_for(self.name(), repository.id())) {
            _ if !is_owned_by_path(self.name()) => Vec::new(),
            Some(declaration) => rules.deciding(declaration.path()),
            None => rules.catch_all(),
        }
    }

    /// The owner that answers for it: that of the strongest claim. It may be a placeholder.
    pub fn owner(self) -> Option<Entity<'g>> {
        let owner = self.graph().owners.owner_of[self.slot()];
        (owner != NONE).then(|| Entity::new(self.graph(), owner))
    }

    /// The entities whose owner this one is, in the order of their refs.
    pub fn owned(self) -> impl ExactSizeIterator<Item = Entity<'g>> {
        let owned = self.graph().owners.owned.of(self.slot()).iter();
        owned.map(move |entity| Entity::new(self.graph(), *entity))
    }

    /// The members of a group, people and groups, in the order of their refs.
    pub fn members(self) -> impl Iterator<Item = Entity<'g>> {
        self.related(RelationKind::MemberOf, RelationEnd::To)
    }
}

/// The ground that a manifest of this authority gives.
fn ground_of(authority: Authority) -> ClaimGround {
    match authority {
        Authority::Catalog => ClaimGround::Declared,
        Authority::OtherCatalog => ClaimGround::OtherCatalog,
        Authority::Paths => ClaimGround::PathRule,
        Authority::Evidence => ClaimGround::Evidence,
    }
}

/// Whether an ownership file speaks about entities of this kind.
pub(super) fn is_owned_by_path(entity: &EntityRef) -> bool {
    !matches!(entity.kind(), "group" | "user" | "location" | "template")
}

impl Owners {
    /// Takes the owner of each entity, or [`NONE`].
    pub(super) fn new(owner_of: Vec<u32>, names: OwnerNames) -> Self {
        let mut owned: Vec<u32> =
            (0..index(owner_of.len())).filter(|entity| owner_of[*entity as usize] != NONE).collect();
        owned.sort_by_key(|entity| owner_of[*entity as usize]);
        let owned_starts = starts(owner_of.len(), owned.iter().map(|entity| owner_of[*entity as usize]));
        Self { owner_of: owner_of.into(), owned: PatchedRows::new(owned_starts, owned), names: names.into() }
    }
}
