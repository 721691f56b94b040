//! What a change may say of names without their meaning something else anywhere.

use rustc_hash::FxHashSet;

use super::{Rebuild, intake::Intake};
use crate::{
    graph::{
        DeclarationView, EntityStanding, RepositoryView,
        build::GraphBuilder,
        entity::{NONE, Standing},
        facts::Details,
        identity::{KUBERNETES_ID, NameRules},
        ownership::host_names,
        repository::repository_ref,
        resolve::settle_order,
    },
    model::{Authority, EntityRef, RepositoryDeclarations},
};

impl Intake<'_> {
    /// Refuses a repository whose change says more than what its own entities are.
    pub(super) fn check(
        &self,
        now: Option<&RepositoryDeclarations>,
        former: Option<RepositoryView<'_>>,
    ) -> Result<(), Rebuild> {
        let was_plain = former.is_none_or(|former| former.declarations().all(is_plain));
        if !was_plain || now.is_some_and(|now| !says_plain_names(now)) {
            return Err(Rebuild::NamesAreUnited);
        }
        let owner_names_now = now.map_or_else(Vec::new, owner_names_of);
        let owner_names_before = former.map_or_else(Vec::new, owner_names_known);
        if owner_names_now != owner_names_before {
            return Err(Rebuild::OwnerNamesChange);
        }
        let id = now.map(|now| &now.head.id).or(former.map(RepositoryView::id));
        let Some(id) = id else { return Ok(()) };
        let Some(name) = repository_ref(id) else { return Ok(()) };
        let standing = self.graph.entity(&name).map(|entity| entity.record().standing);
        let is_own = match (former, standing) {
            (Some(former), Some(Standing::Repository(slot))) => slot == former.slot(),
            (None, None | Some(Standing::Placeholder)) => true,
            _ => false,
        };
        // The resource of another one, whose id differs in its letters' case only, would come to light.
        let is_only = now.is_some() || {
            let folded = id.as_str().to_lowercase();
            let mut others = self.graph.repositories().filter(|other| other.id() != id);
            others.all(|other| other.id().as_str().to_lowercase() != folded)
        };
        if is_own && is_only { Ok(()) } else { Err(Rebuild::RepositoryIsDeclared) }
    }

    /// Refuses a change by which names could be united otherwise than before: here, since a name means
    /// something else than it says, or elsewhere, since something waits for a name.
    pub(super) fn check_names(&self) -> Result<(), Rebuild> {
        let NameRules::United(united) = &self.graph.name_rules else { return Ok(()) };
        let (graph, builder) = (self.graph, &self.builder);
        let was_declared = |name: &EntityRef| {
            graph.entity(name).is_some_and(|entity| {
                entity.declarations().any(|of| self.changed.contains(of.repository().id()))
            })
        };
        let mut is_declared = FxHashSet::default();
        let mut titles = FxHashSet::default();
        for declaration in builder.declarations.iter().filter(|declaration| declaration.entity != NONE) {
            let repository = builder.sources[declaration.source as usize].repository;
            if self.changed.contains(&builder.repositories[repository as usize].head.id) {
                let name = &builder.names[declaration.entity as usize];
                is_declared.insert(name);
                let details = declaration.details.as_deref();
                titles.extend(details.into_iter().flat_map(|details| titles_of(name, details)));
                let says_cluster = details.is_some_and(|details| {
                    details.annotations.iter().any(|(key, _)| **key == *KUBERNETES_ID)
                });
                if united.has_clusters && says_cluster {
                    return Err(Rebuild::NamesAreUnited);
                }
            }
        }
        let former = self.changed.iter().filter_map(|id| graph.repository(id));
        let former = former.flat_map(RepositoryView::declarations);
        let former = former.filter_map(|of| Some((of.named()?, of.record().details.as_deref()?)));
        let former_titles = former.flat_map(|(name, details)| titles_of(name, details)).collect();
        // Only what is declared under its own name before and after is nothing to wait for.
        let is_settled = |name: &EntityRef| {
            was_declared(name) == is_declared.contains(name)
                && graph.entity(name).is_some_and(|entity| entity.standing() == EntityStanding::Declared)
        };
        let ends = self.pairs.iter().flat_map(|(from, to)| [*from, *to]);
        let mentioned = ends.map(|name| &builder.names[name as usize]);
        let refs: Vec<EntityRef> = self.changed.iter().filter_map(repository_ref).collect();
        let unites = builder.names.iter().any(|name| united.is_renamed(name))
            || refs.iter().chain(&self.reconsidered).any(|name| united.is_bound(name))
            || self
                .reconsidered
                .iter()
                .chain(mentioned)
                .any(|name| !is_settled(name) && united.is_awaited(name))
            || titles.symmetric_difference(&former_titles).any(|title| united.is_called(title));
        if unites { Err(Rebuild::NamesAreUnited) } else { Ok(()) }
    }
}

/// Whether a document gives its entity just the name of it, in a format of which every name means what it says.
fn is_plain(declaration: DeclarationView<'_>) -> bool {
    matches!(declaration.format().authority(), Authority::Catalog | Authority::Paths)
        && declaration.record().named.is_none()
}

/// What people call a group beside its name.
fn titles_of<'d>(name: &EntityRef, details: &'d Details) -> impl Iterator<Item = &'d str> {
    let shown = details.profile.as_ref().and_then(|profile| profile.display_name.as_deref());
    let titles = details.title.as_deref().into_iter().chain(shown);
    titles.filter(|_| name.kind() == "group").collect::<Vec<_>>().into_iter()
}

/// Whether everything that a repository names means the entity of just that name.
pub(super) fn says_plain_names(repository: &RepositoryDeclarations) -> bool {
    repository.manifests.iter().all(|manifest| {
        let declared = manifest.documents.iter().filter_map(|document| document.declaration.as_ref());
        matches!(manifest.format.authority(), Authority::Catalog | Authority::Paths)
            && declared.into_iter().all(|declaration| declaration.aliases.is_empty())
    })
}

/// A name by which an owner is known, with what states it.
type KnownName = (EntityRef, String, String);

/// The names by which a repository makes teams and people known, in the order of its documents.
fn owner_names_of(repository: &RepositoryDeclarations) -> Vec<KnownName> {
    let mut builder = GraphBuilder::new();
    let is_owner = |name: &EntityRef| matches!(name.kind(), "group" | "user");
    let documents = repository.manifests.iter().flat_map(|manifest| &manifest.documents);
    let mut declared = documents.filter_map(|document| document.declaration.as_ref());
    if !declared.any(|declaration| is_owner(&declaration.entity)) {
        return Vec::new();
    }
    builder.add(repository.clone());
    settle_order(&mut builder);
    let known = builder.declarations.iter().filter(|declaration| declaration.entity != NONE);
    let known = known.filter_map(|declaration| {
        Some((&builder.names[declaration.entity as usize], declaration.details.as_deref()?))
    });
    known.flat_map(|(name, details)| owner_names(name, details)).collect()
}

fn owner_names_known(repository: RepositoryView<'_>) -> Vec<KnownName> {
    let known =
        repository.declarations().filter_map(|of| Some((of.named()?, of.record().details.as_deref()?)));
    known.flat_map(|(name, details)| owner_names(name, details)).collect()
}

fn owner_names(name: &EntityRef, details: &Details) -> Vec<KnownName> {
    let email = details.profile.as_ref().and_then(|profile| profile.email.as_deref());
    let email = email.filter(|_| matches!(name.kind(), "group" | "user")).map(|email| ("", email));
    let names = host_names(name, details).chain(email);
    names.map(|(key, text)| (name.clone(), key.to_owned(), text.to_owned())).collect()
}
