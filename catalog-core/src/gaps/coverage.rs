//! How much of the organisation a report rests on.

use crate::graph::{CatalogGraph, EntityStanding};

use super::must_be_owned;
use crate::query::unread_ownership_file;

/// What was read and what was found owned.
///
/// `repositories` = `readable` + `unreadable` = `with_manifests` + `without_manifests` + `unknown`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Repositories that were ever visited. What a host says of its teams is none.
    pub repositories: usize,
    /// Of those, the ones that the last visit could read.
    pub readable: usize,
    /// Of those, the ones that the last visit could not read: what is known of them is stale.
    pub unreadable: usize,
    /// Repositories with a manifest of a catalog format, read or kept.
    pub with_manifests: usize,
    /// Repositories that were read and have none.
    pub without_manifests: usize,
    /// Repositories that could not be read and of which no manifest was kept: nobody knows.
    pub unknown: usize,
    /// Entities that a manifest declares.
    pub entities: usize,
    /// Of those, the ones that must have an owner.
    pub entities_ownable: usize,
    /// Of those, the ones that have one, known or not.
    pub entities_owned: usize,
    /// Of those, the ones whose owner is declared.
    pub entities_owned_by_known: usize,
    /// Of the ones that must have an owner, those of which it is not known whether they have one, since an
    /// ownership file that may name one cannot be read. The others have none:
    /// `entities_ownable` = `entities_owned` + `entities_unknown` + those that nobody owns.
    pub entities_unknown: usize,
    /// Of all declared entities, the ones whose declaration is of an earlier commit.
    pub entities_stale: usize,
    /// Names that something points at and nothing declares.
    pub placeholders: usize,
}

impl Coverage {
    /// Counts a graph. O(entities + repositories).
    pub fn of(graph: &CatalogGraph) -> Self {
        let mut coverage = Self::default();
        for repository in graph.repositories().filter(|repository| !repository.is_host()) {
            let is_read = repository.head().status.is_read();
            coverage.repositories += 1;
            *(if is_read { &mut coverage.readable } else { &mut coverage.unreadable }) += 1;
            *(match (repository.catalog_manifests() > 0, is_read) {
                (true, _) => &mut coverage.with_manifests,
                (false, true) => &mut coverage.without_manifests,
                (false, false) => &mut coverage.unknown,
            }) += 1;
        }
        for entity in graph.entities() {
            match entity.standing() {
                EntityStanding::Declared => coverage.entities += 1,
                EntityStanding::Placeholder => coverage.placeholders += 1,
                EntityStanding::Repository | EntityStanding::Evidence => {}
            }
            if entity.standing() == EntityStanding::Declared {
                coverage.entities_stale += usize::from(entity.staleness().is_some());
            }
            if must_be_owned(entity) {
                coverage.entities_ownable += 1;
                coverage.entities_owned += usize::from(entity.owner().is_some());
                coverage.entities_unknown +=
                    usize::from(entity.owner().is_none() && unread_ownership_file(entity).is_some());
                coverage.entities_owned_by_known +=
                    usize::from(entity.owner().is_some_and(|owner| !owner.is_placeholder()));
            }
        }
        coverage
    }
}
