//! A crawled repository, as a view into the graph.

use crate::{
    model::{
        EntityRef, ManifestFormat, Origin, PathRules, Position, RepositoryHead, RepositoryId,
        RepositoryStatus, Stale, StaleReason,
    },
    path_rules::PathMatcher,
};

use super::{CatalogGraph, DeclarationView, Entity, entity::DeclarationRecord, symbols::index};

/// The namespace of the resources that stand for repositories.
const REPOSITORY_NAMESPACE: &str = "repository";

#[derive(Debug)]
pub(super) struct RepositoryRecord {
    pub(super) head: RepositoryHead,
    /// The manifest that rules the paths, by number, with its compiled rules.
    pub(super) path_rules: Option<PathRulesRecord>,
    pub(super) manifests: u32,
    /// Manifests of catalog formats, which declare entities.
    pub(super) catalog_manifests: u32,
    /// Whether all that is known of it a host said.
    pub(super) is_host: bool,
}

#[derive(Debug)]
pub(super) struct PathRulesRecord {
    pub(super) source: u32,
    pub(super) rules: PathRules,
    pub(super) matcher: PathMatcher,
}

/// The name of the resource that stands for a repository: `resource:repository/<id>`.
///
/// No manifest can declare that name by writing it where the id holds a `/`, as it does for every
/// repository that lies on a host or in a folder of repositories. A format that has words for the
/// repository itself declares it of the one that holds the manifest.
pub fn repository_ref(id: &RepositoryId) -> Option<EntityRef> {
    EntityRef::new("resource", REPOSITORY_NAMESPACE, id.as_str()).ok()
}

/// Whether an entity is the resource that stands for a repository.
pub(super) fn stands_for(entity: &EntityRef, id: &RepositoryId) -> bool {
    entity.namespace() == REPOSITORY_NAMESPACE && repository_ref(id).as_ref() == Some(entity)
}

/// A view of one repository in its graph.
#[derive(Clone, Copy)]
pub struct RepositoryView<'g> {
    graph: &'g CatalogGraph,
    index: u32,
}

/// The ownership file of a repository.
#[derive(Clone, Copy)]
pub struct RepositoryPathRules<'g> {
    repository: RepositoryView<'g>,
    stale: Option<&'g Stale>,
    /// The file's path.
    pub path: &'g str,
    /// The file's format.
    pub format: ManifestFormat,
    /// Its rules.
    pub rules: &'g PathRules,
    /// Its rules, ready to be asked.
    pub matcher: &'g PathMatcher,
}

impl<'g> RepositoryView<'g> {
    pub(super) fn new(graph: &'g CatalogGraph, index: u32) -> Self {
        Self { graph, index }
    }

    fn record(self) -> &'g RepositoryRecord {
        &self.graph.repositories[self.index as usize]
    }

    /// What is known of the repository itself.
    pub fn head(self) -> &'g RepositoryHead {
        &self.record().head
    }

    /// Its id.
    pub fn id(self) -> &'g RepositoryId {
        &self.record().head.id
    }

    /// The resource that stands for it.
    pub fn entity(self) -> Option<Entity<'g>> {
        self.graph.entity(&repository_ref(self.id())?)
    }

    /// How many manifests were read or kept, of any format.
    pub fn manifests(self) -> usize {
        self.record().manifests as usize
    }

    /// How many of them are of a format that declares entities.
    pub fn catalog_manifests(self) -> usize {
        self.record().catalog_manifests as usize
    }

    /// Whether it is no repository, but what a host says of an organisation's teams and members.
    pub fn is_host(self) -> bool {
        self.record().is_host
    }

    /// Its ownership file.
    pub fn path_rules(self) -> Option<RepositoryPathRules<'g>> {
        let record = self.record().path_rules.as_ref()?;
        let source = &self.graph.sources[record.source as usize];
        Some(RepositoryPathRules {
            repository: self,
            stale: source.stale.as_deref(),
            path: &source.path,
            format: source.format,
            rules: &record.rules,
            matcher: &record.matcher,
        })
    }

    /// The entities that stand by a declaration in it, sorted by path and document.
    pub fn entities(self) -> impl Iterator<Item = Entity<'g>> {
        let declarations = &self.graph.declarations;
        let repository_of =
            |declaration: &DeclarationRecord| self.graph.sources[declaration.source as usize].repository;
        let start = declarations.partition_point(|declaration| repository_of(declaration) < self.index);
        let end = declarations.partition_point(|declaration| repository_of(declaration) <= self.index);
        (index(start)..index(end))
            .map(|declaration| DeclarationView::new(self.graph, declaration))
            .filter(|declaration| declaration.stands())
            .filter_map(DeclarationView::entity)
    }

    /// Since when and why it cannot be read, if the last visit could not.
    pub fn staleness(self) -> Option<Stale> {
        match &self.head().status {
            RepositoryStatus::Read => None,
            RepositoryStatus::Unreadable { since, .. } => {
                Some(Stale { reason: StaleReason::Unreachable, since: *since, commit: self.head().commit })
            }
        }
    }
}

impl RepositoryPathRules<'_> {
    /// What its staleness rests on: its file's or its repository's.
    pub fn staleness(&self) -> Option<Stale> {
        self.stale.cloned().or_else(|| self.repository.staleness())
    }

    /// Where one of the rules stands.
    pub fn origin_at(&self, position: Position) -> Origin {
        let head = self.repository.head();
        let stale_commit = self.stale.and_then(|stale| stale.commit);
        Origin {
            repository: head.id.clone(),
            commit: stale_commit.or(head.commit),
            path: self.path.into(),
            document: 0,
            position,
            format: self.format,
        }
    }
}

impl std::fmt::Debug for RepositoryView<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.id().fmt(f)
    }
}
