//! A crawled repository, as a view into the graph.

use std::sync::Arc;

use crate::model::{
    EntityRef, ManifestFormat, RepositoryHead, RepositoryHistory, RepositoryId, RepositoryStatus, Stale,
    StaleReason,
};

use super::{
    CatalogGraph, DeclarationView, Entity,
    kept::Kept,
    path_rules::{OwnershipRecord, RepositoryPathRules},
};

/// The namespace of the resources that stand for repositories.
const REPOSITORY_NAMESPACE: &str = "repository";

#[derive(Clone, Debug)]
pub(super) struct RepositoryRecord {
    pub(super) head: RepositoryHead,
    /// Its CODEOWNERS file.
    pub(super) codeowners: Option<Arc<OwnershipRecord>>,
    /// Its OWNERS files.
    pub(super) owners: Option<Arc<OwnershipRecord>>,
    /// Ownership files of which nothing is known, by number.
    pub(super) unread_ownership: Vec<u32>,
    pub(super) manifests: u32,
    /// Manifests of catalog formats, which declare entities.
    pub(super) catalog_manifests: u32,
    /// Whether all that is known of it a host said.
    pub(super) is_host: bool,
    pub(super) history: Kept<Option<RepositoryHistory>>,
}

impl RepositoryRecord {
    /// The ownership files that answer where nothing else is asked for: CODEOWNERS before OWNERS.
    pub(super) fn ownership(&self) -> Option<&OwnershipRecord> {
        self.codeowners.as_deref().or(self.owners.as_deref())
    }

    /// The numbers of all ownership files, as long as no other record shares them.
    pub(super) fn ownership_sources_mut(&mut self) -> impl Iterator<Item = &mut u32> {
        let records = self.codeowners.iter_mut().chain(&mut self.owners).filter_map(Arc::get_mut);
        let read = records.flat_map(|record| &mut record.sources);
        read.chain(&mut self.unread_ownership)
    }
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
    slot: u32,
}

impl<'g> RepositoryView<'g> {
    pub(super) fn new(graph: &'g CatalogGraph, slot: u32) -> Self {
        Self { graph, slot }
    }

    /// Where it lies, which a change leaves as it is.
    pub(super) fn slot(self) -> u32 {
        self.slot
    }

    pub(super) fn graph(self) -> &'g CatalogGraph {
        self.graph
    }

    fn record(self) -> &'g RepositoryRecord {
        &self.graph.repositories[self.slot]
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

    /// What its recent commits say; `None` where it has none, or they were never looked at.
    pub fn history(self) -> Option<&'g RepositoryHistory> {
        self.record().history.as_ref()
    }

    /// The ownership files that answer where nothing else is asked for: its CODEOWNERS file, or else its
    /// OWNERS files.
    pub fn path_rules(self) -> Option<RepositoryPathRules<'g>> {
        self.record().ownership().map(|record| RepositoryPathRules::new(self, record))
    }

    /// Its ownership files of one format, CODEOWNERS or OWNERS.
    pub fn path_rules_of(self, format: ManifestFormat) -> Option<RepositoryPathRules<'g>> {
        let record = match format {
            ManifestFormat::Codeowners => self.record().codeowners.as_deref(),
            ManifestFormat::Owners => self.record().owners.as_deref(),
            _ => None,
        };
        record.map(|record| RepositoryPathRules::new(self, record))
    }

    /// The ownership files that speak about a path and of which nothing could be read, sorted: whom they
    /// name is not known.
    pub fn unread_ownership_files(self, path: &str) -> impl Iterator<Item = &'g str> {
        let unread = self.record().unread_ownership.iter();
        unread
            .map(move |source| &self.graph.sources[*source])
            .filter(move |source| source.format != ManifestFormat::Owners || is_below(path, &source.path))
            .map(|source| &*source.path)
    }

    /// The entities that stand by a declaration in it, sorted by path and document.
    pub fn entities(self) -> impl Iterator<Item = Entity<'g>> {
        self.declarations().filter(|declaration| declaration.stands()).filter_map(DeclarationView::entity)
    }

    /// Its documents, sorted by path and document.
    pub fn declarations(self) -> impl Iterator<Item = DeclarationView<'g>> {
        let slots = self.graph.declarations_in(self.slot);
        slots.map(move |declaration| DeclarationView::new(self.graph, declaration))
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

/// Whether a path lies in the folder of a file, or deeper.
fn is_below(path: &str, file: &str) -> bool {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

impl std::fmt::Debug for RepositoryView<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.id().fmt(f)
    }
}
