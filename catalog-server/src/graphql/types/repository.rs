//! A repository that is crawled.

use std::sync::Arc;

use async_graphql::{ID, Object};
use catalog_core::{
    graph::{CatalogGraph, RepositoryView},
    model::{RepositoryId, RepositoryStatus},
};

use super::{entity::EntityObject, stale::StaleObject};
use crate::{clock::rfc3339, graphql::cursor::encode_id};

/// What ids of repositories begin with.
pub(crate) const ID_TYPE: &str = "repository";

/// A repository of a graph.
#[derive(Clone)]
pub(crate) struct RepositoryObject {
    graph: Arc<CatalogGraph>,
    id: RepositoryId,
}

impl RepositoryObject {
    pub(crate) fn new(graph: &Arc<CatalogGraph>, repository: RepositoryView<'_>) -> Self {
        Self { graph: Arc::clone(graph), id: repository.id().clone() }
    }

    fn view(&self) -> RepositoryView<'_> {
        self.graph.repository(&self.id).expect("the graph that the object was made from holds it")
    }
}

/// A repository that is crawled, and what was last seen of it.
#[Object(name = "Repository")]
impl RepositoryObject {
    /// Its opaque id, for `node` and for caches.
    pub(crate) async fn id(&self) -> ID {
        encode_id(ID_TYPE, self.id.as_str())
    }

    /// Its name in the catalog, as in `github.com/acme/shop`.
    async fn name(&self) -> &str {
        self.id.as_str()
    }

    /// Where it was read: a path or a URL, without any credentials.
    async fn address(&self) -> &str {
        &self.view().head().address
    }

    /// The git commit that its declarations were read from; null for a directory without commits, or
    /// where no commit was ever read.
    async fn commit(&self) -> Option<String> {
        self.view().head().commit.map(|commit| commit.to_string())
    }

    /// When that commit was made, as an RFC 3339 timestamp in UTC.
    async fn committed_at(&self) -> Option<String> {
        self.view().head().committed_at.map(rfc3339)
    }

    /// When it was last read with success, as an RFC 3339 timestamp in UTC; null where it never was.
    async fn observed_at(&self) -> Option<String> {
        self.view().head().observed_at.map(rfc3339)
    }

    /// Whether the last visit could read it.
    async fn readable(&self) -> bool {
        self.view().head().status.is_read()
    }

    /// Why the last visit could not read it, in one line; null where it could.
    async fn unreadable_reason(&self) -> Option<&str> {
        match &self.view().head().status {
            RepositoryStatus::Read => None,
            RepositoryStatus::Unreadable { reason, .. } => Some(reason),
        }
    }

    /// Set where the last visit could not read it: what is known of it is of an earlier one.
    async fn stale(&self) -> Option<StaleObject> {
        self.view().staleness().map(Into::into)
    }

    /// How many manifests it holds, of any format.
    async fn manifest_count(&self) -> usize {
        self.view().manifests()
    }

    /// How many of them are of a format that declares entities.
    async fn catalog_manifest_count(&self) -> usize {
        self.view().catalog_manifests()
    }

    /// The path of its ownership file, as in `.github/CODEOWNERS`; null where it has none.
    async fn ownership_file(&self) -> Option<&str> {
        self.view().path_rules().map(|rules| rules.path())
    }

    /// The entity that stands for the repository itself.
    async fn entity(&self) -> Option<EntityObject> {
        self.view().entity().map(|entity| EntityObject::new(&self.graph, entity))
    }
}
