//! What is to be said about the input, repository by repository.

use std::{collections::BTreeMap, sync::Arc};

use crate::model::RepositoryId;

use super::{CatalogDiagnostic, kept::Kept};

/// All diagnostics, sorted by repository, path and place, with those of single repositories replaced.
#[derive(Clone, Debug)]
pub(super) struct Diagnostics {
    all: Kept<Vec<NotedDiagnostic>>,
    replaced: BTreeMap<RepositoryId, Arc<[NotedDiagnostic]>>,
    len: usize,
}

/// A diagnostic, and who says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NotedDiagnostic {
    pub(super) said: CatalogDiagnostic,
    /// Whether it is about how repositories fit together, and not about one of them alone.
    pub(super) is_of_graph: bool,
}

/// What is to be said about the input and about how it fits together.
#[derive(Clone, Copy, Debug)]
pub struct CatalogDiagnostics<'g>(&'g Diagnostics);

impl Diagnostics {
    /// Takes what is said of single repositories and of how they fit together, in any order.
    pub(super) fn new(of_repositories: Vec<CatalogDiagnostic>, of_graph: Vec<CatalogDiagnostic>) -> Self {
        let all = in_order(of_repositories, of_graph);
        Self { len: all.len(), all: all.into(), replaced: BTreeMap::new() }
    }

    /// Takes them as they were noted, in order, so many.
    pub(super) fn of_noted(all: Kept<Vec<NotedDiagnostic>>, len: usize) -> Self {
        Self { all, len, replaced: BTreeMap::new() }
    }

    /// What is said of one repository.
    pub(super) fn of(&self, repository: &RepositoryId) -> &[NotedDiagnostic] {
        match self.replaced.get(repository) {
            Some(replaced) => replaced,
            None => &self.all[self.range(repository)],
        }
    }

    /// Puts other diagnostics in place of all of one repository.
    pub(super) fn replace(
        &mut self,
        repository: &RepositoryId,
        of_repository: Vec<CatalogDiagnostic>,
        of_graph: Vec<CatalogDiagnostic>,
    ) {
        let noted = in_order(of_repository, of_graph);
        self.len = self.len - self.of(repository).len() + noted.len();
        self.replaced.insert(repository.clone(), noted.into());
    }

    /// How many repositories have others than were noted first.
    pub(super) fn patched_len(&self) -> usize {
        self.replaced.len()
    }

    fn range(&self, repository: &RepositoryId) -> std::ops::Range<usize> {
        let start = self.all.partition_point(|noted| noted.said.repository < *repository);
        let len = self.all[start..].partition_point(|noted| noted.said.repository == *repository);
        start..start + len
    }

    fn iter(&self) -> impl Iterator<Item = &CatalogDiagnostic> {
        self.noted().map(|noted| &noted.said)
    }

    /// All of them, in order, each with who says it.
    pub(super) fn noted(&self) -> impl Iterator<Item = &NotedDiagnostic> {
        let mut parts: Vec<&[NotedDiagnostic]> = Vec::with_capacity(2 * self.replaced.len() + 1);
        let mut next = 0;
        for (repository, replaced) in &self.replaced {
            let range = self.range(repository);
            parts.extend([&self.all[next..range.start], &**replaced]);
            next = range.end;
        }
        parts.push(&self.all[next..]);
        parts.into_iter().flatten()
    }
}

impl<'g> CatalogDiagnostics<'g> {
    pub(super) fn new(diagnostics: &'g Diagnostics) -> Self {
        Self(diagnostics)
    }

    /// All of them, sorted by repository, path and place.
    pub fn iter(self) -> impl Iterator<Item = &'g CatalogDiagnostic> {
        self.0.iter()
    }

    /// Those of one repository, sorted by path and place. O(log diagnostics + those).
    pub fn of(self, repository: &RepositoryId) -> impl Iterator<Item = &'g CatalogDiagnostic> {
        self.0.of(repository).iter().map(|noted| &noted.said)
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.0.len
    }

    /// Whether there is nothing to be said.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

impl<'g> IntoIterator for CatalogDiagnostics<'g> {
    type IntoIter = Box<dyn Iterator<Item = &'g CatalogDiagnostic> + 'g>;
    type Item = &'g CatalogDiagnostic;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.0.iter())
    }
}

impl PartialEq for CatalogDiagnostics<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

/// Puts diagnostics in order, each once; what is said twice is said of the repository alone.
fn in_order(
    of_repositories: Vec<CatalogDiagnostic>,
    of_graph: Vec<CatalogDiagnostic>,
) -> Vec<NotedDiagnostic> {
    let noted = |is_of_graph: bool| move |said| NotedDiagnostic { said, is_of_graph };
    let mut all: Vec<NotedDiagnostic> =
        of_repositories.into_iter().map(noted(false)).chain(of_graph.into_iter().map(noted(true))).collect();
    all.sort_by(|a, b| {
        let (one, other) = (&a.said.diagnostic, &b.said.diagnostic);
        a.said
            .repository
            .cmp(&b.said.repository)
            .then_with(|| one.path.cmp(&other.path))
            .then_with(|| one.position.cmp(&other.position))
            .then_with(|| one.code.cmp(&other.code))
            .then_with(|| one.message.cmp(&other.message))
            .then_with(|| one.document.cmp(&other.document))
    });
    all.dedup_by(|later, former| later.said == former.said);
    all
}
