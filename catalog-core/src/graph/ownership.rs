//! Who owns what, and on which ground: claims, strongest first, and the one owner that answers.

use rustc_hash::FxHashMap;

use crate::model::{ClaimGround, EntityRef, Origin, OwnerName, OwnerShape, RelationEnd, RelationKind};

use super::{
    CatalogGraph, Entity, RepositoryView,
    entity::{Details, NONE},
    path_rules::PathRuleView,
    relation::starts,
    symbols::index,
};

/// The owner of each entity, the entities of each owner, and the names by which owners are known.
#[derive(Debug, Default)]
pub(super) struct Owners {
    owner_of: Vec<u32>,
    owned_starts: Vec<u32>,
    owned: Vec<u32>,
    names: OwnerNames,
}

/// The entities that names in ownership files mean, beyond entities of just that name.
#[derive(Debug, Default)]
pub(super) struct OwnerNames {
    /// By `organisation/team` or `team`, lower case, from the annotation `github.com/team-slug`.
    teams: FxHashMap<Box<str>, EntityRef>,
    /// By login, lower case, from the annotation `github.com/user-login`.
    logins: FxHashMap<Box<str>, EntityRef>,
    /// By e-mail address, lower case, from profiles.
    emails: FxHashMap<Box<str>, EntityRef>,
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

impl OwnerNames {
    /// Notes by what other names a group or a person goes. Where two share a name, the first stands.
    pub(super) fn note(&mut self, entity: &EntityRef, details: &Details) {
        let annotation = |key: &str| {
            details.annotations.iter().find(|(name, _)| &**name == key).map(|(_, value)| &*value.value)
        };
        let put = |map: &mut FxHashMap<Box<str>, EntityRef>, key: &str| {
            let key = key.trim_start_matches('@').to_lowercase();
            map.entry(key.into()).or_insert_with(|| entity.clone());
        };
        match entity.kind() {
            "group" => annotation("github.com/team-slug").map(|team| put(&mut self.teams, team)),
            "user" => annotation("github.com/user-login").map(|login| put(&mut self.logins, login)),
            _ => return,
        };
        if let Some(email) = details.profile.as_ref().and_then(|profile| profile.email.as_deref()) {
            put(&mut self.emails, email);
        }
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
        self.owners.names.meaning(name)
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
                    ground: ClaimGround::Declared,
                    origin: source.origin(),
                };
                declared.push(((source.declaration.index(), source.position()), claim));
            }
        }
        // By place as the graph counts places, so that a stale commit does not change who comes first.
        declared.sort_by_key(|(place, _)| *place);
        let mut claims: Vec<OwnershipClaim> = declared.into_iter().map(|(_, claim)| claim).collect();
        claims.extend(self.deciding_rules().iter().flat_map(|rule| rule.claims(graph)));
        claims
    }

    /// The rules of its repository's ownership files that decide about it: for a declared entity those
    /// that cover the path of its manifest, for a repository those that cover everything that has no
    /// rule of its own. Teams, people and the catalog's own furniture are not owned by path.
    fn deciding_rules(self) -> Vec<PathRuleView<'g>> {
        let Some(rules) = self.repository().and_then(RepositoryView::path_rules) else { return Vec::new() };
        match self.declaration() {
            _ if !is_owned_by_path(self.name()) => Vec::new(),
            Some(declaration) => rules.deciding(declaration.path()),
            None => rules.catch_all(),
        }
    }

    /// The owner that answers for it: that of the strongest claim. It may be a placeholder.
    pub fn owner(self) -> Option<Entity<'g>> {
        let owner = self.graph().owners.owner_of[self.index() as usize];
        (owner != NONE).then(|| Entity::new(self.graph(), owner))
    }

    /// The entities whose owner this one is, in the order of their refs.
    pub fn owned(self) -> impl ExactSizeIterator<Item = Entity<'g>> {
        let owners = &self.graph().owners;
        let range = owners.owned_starts[self.index() as usize] as usize
            ..owners.owned_starts[self.index() as usize + 1] as usize;
        owners.owned[range].iter().map(move |entity| Entity::new(self.graph(), *entity))
    }

    /// The members of a group, people and groups, in the order of their refs.
    pub fn members(self) -> impl Iterator<Item = Entity<'g>> {
        self.related(RelationKind::MemberOf, RelationEnd::To)
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
        Self { owner_of, owned_starts, owned, names }
    }
}
