//! What an answer about needs cannot know, said with the answer.

use crate::graph::{CatalogGraph, Entity, EntityMarks, RepositoryView};

/// What may be missing from an answer about needs.
#[derive(Clone, Debug, Default)]
pub struct Unknowns<'g> {
    /// Entities of the answer that others name and nothing declares: what they need is not known. By ref.
    pub undeclared: Vec<Entity<'g>>,
    /// Entities of the answer that are known from an earlier commit only, by ref.
    pub stale: Vec<Entity<'g>>,
    /// Repositories of the answer in which no manifest of a catalog was found, by ref: what lies in them,
    /// and what that needs, is not known.
    pub without_manifests: Vec<Entity<'g>>,
    /// All repositories of the catalog that the last visit could not read, by id.
    pub unreadable_repositories: Vec<RepositoryView<'g>>,
    /// How many repositories of the whole catalog were read and hold no manifest of a catalog: they may
    /// need anything.
    pub repositories_without_manifests: usize,
}

impl<'g> Unknowns<'g> {
    /// What is not known about some entities. O(entities given + repositories).
    pub fn of(graph: &'g CatalogGraph, entities: impl IntoIterator<Item = Entity<'g>>) -> Self {
        Self::of_marked(graph, entities.into_iter().map(|entity| (entity, EntityMarks::of(entity))))
    }

    /// What is not known about some entities of which the marks are known.
    pub(super) fn of_marked(
        graph: &'g CatalogGraph,
        entities: impl IntoIterator<Item = (Entity<'g>, EntityMarks)>,
    ) -> Self {
        let mut unknowns = Self::default();
        for (entity, marks) in entities {
            if marks.is_undeclared() {
                unknowns.undeclared.push(entity);
            }
            if marks.is_without_manifests() {
                unknowns.without_manifests.push(entity);
            }
            if marks.is_stale() {
                unknowns.stale.push(entity);
            }
        }
        for list in [&mut unknowns.undeclared, &mut unknowns.stale, &mut unknowns.without_manifests] {
            list.sort_unstable_by_key(|entity| entity.index());
        }
        for repository in graph.repositories().filter(|repository| !repository.is_host()) {
            if !repository.head().status.is_read() {
                unknowns.unreadable_repositories.push(repository);
            } else if repository.catalog_manifests() == 0 {
                unknowns.repositories_without_manifests += 1;
            }
        }
        unknowns
    }

    /// Whether the answer itself holds something that is not fully known.
    pub fn is_inside(&self) -> bool {
        !(self.undeclared.is_empty() && self.stale.is_empty() && self.without_manifests.is_empty())
    }
}
