//! Which repositories changed between two states of a store, and whether a review did.

use rustc_hash::FxHashMap;

use crate::{
    model::RepositoryId,
    store::{RepositoryMark, ReviewsMark, StoreError, StoreReader},
};

/// What each repository of a state of the store is told by, and the reviews.
#[derive(Debug)]
pub(super) struct Marks {
    repositories: FxHashMap<RepositoryId, RepositoryMark>,
    reviews: ReviewsMark,
}

/// What is not as it was.
pub(super) struct Difference {
    /// They say something else, or are new.
    pub(super) said: Vec<RepositoryId>,
    /// They say the same, and were seen again.
    pub(super) seen: Vec<RepositoryId>,
    /// They are there no more.
    pub(super) removed: Vec<RepositoryId>,
    /// Whether a review began, ended or was answered.
    pub(super) reviewed: bool,
}

impl Marks {
    /// O(repositories): a small record of each is read.
    pub(super) fn read(reader: &StoreReader) -> Result<Self, StoreError> {
        let repositories = reader.marks()?.into_iter().collect();
        Ok(Self { repositories, reviews: reader.reviews_mark()? })
    }

    /// What changed from these to later ones.
    pub(super) fn difference(&self, later: &Self) -> Difference {
        let (mut said, mut seen) = (Vec::new(), Vec::new());
        for (id, mark) in &later.repositories {
            match self.repositories.get(id) {
                Some(former) if former == mark => {}
                Some(former) if former.said == mark.said => seen.push(id.clone()),
                _ => said.push(id.clone()),
            }
        }
        let mut removed: Vec<RepositoryId> =
            self.repositories.keys().filter(|id| !later.repositories.contains_key(*id)).cloned().collect();
        for ids in [&mut said, &mut seen, &mut removed] {
            ids.sort_unstable();
        }
        Difference { said, seen, removed, reviewed: self.reviews != later.reviews }
    }
}
