//! What a check cannot know, said with it.

use std::collections::BTreeSet;

use crate::{graph::RepositoryView, model::PathStatus};

use super::ChangeQuestion;

/// What may be missing from a check, beyond what is [unknown](crate::query::Unknowns) about its reach.
#[derive(Clone, Debug, Default)]
pub struct CheckUnknowns<'a> {
    /// The repository as the catalog knows it at the head; `None` where it was never read, so that what its
    /// files belong to, and who needs that, cannot be told.
    pub repository: Option<RepositoryView<'a>>,
    /// How many paths belong to no entity but the repository's own resource: what needs them is not known.
    pub unplaced: usize,
    /// How many paths pin another repository: what changes there is not known.
    pub submodules: usize,
    /// Ownership files that speak about changed paths and could not be read, by path: whom they name is not
    /// known.
    pub unread_ownership_files: Vec<Box<str>>,
    /// Rules that were not asked of everything, since that would take too long, by code.
    pub rules_cut: Vec<&'static str>,
}

impl<'a> CheckUnknowns<'a> {
    pub(super) fn of(
        question: ChangeQuestion<'_, 'a, '_>,
        unplaced: usize,
        cut: BTreeSet<&'static str>,
    ) -> Self {
        let before = question.base.repository(question.repository);
        let mut unread = BTreeSet::new();
        if let Some(repository) = before {
            for path in question.paths {
                let shown = path.shown();
                unread.extend(repository.unread_ownership_files(&shown));
            }
        }
        let is_submodule = |status: &PathStatus| *status == PathStatus::Submodule;
        Self {
            repository: question.head.repository(question.repository),
            unplaced,
            submodules: question.paths.iter().filter(|path| is_submodule(&path.status)).count(),
            unread_ownership_files: unread.into_iter().map(Into::into).collect(),
            rules_cut: cut.into_iter().collect(),
        }
    }

    /// Whether the catalog never read the repository, so that the check decides nothing.
    pub fn is_undecided(&self) -> bool {
        self.repository.is_none_or(|repository| !repository.head().status.is_read())
    }
}
