//! The store as a whole: what a change does, who may open it when, and what damage does to answers.

mod access;
mod apply;
mod damage;
mod golden;
mod reviews;

use tempfile::TempDir;

use super::{Store, StoreError, record::samples};
use crate::model::{CatalogChange, RepositoryDeclarations, RepositoryHead, Revision, Timestamp, Visit};

const NOW: Timestamp = Timestamp(1_800_000_000);

/// A place for a store, which ends with the test.
struct Place {
    _folder: TempDir,
    store: Store,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::at(folder.path().join("catalog.redb"));
        Self { _folder: folder, store }
    }

    /// A place with a store of some repositories.
    fn with(repositories: impl IntoIterator<Item = RepositoryDeclarations>) -> Self {
        let place = Self::new();
        place.apply(repositories.into_iter().map(read));
        place
    }

    fn apply(&self, visits: impl IntoIterator<Item = Visit>) -> u64 {
        let change = CatalogChange { visits: visits.into_iter().collect() };
        self.store.apply(&change, NOW).expect("the change is stored").0
    }

    fn head(&self, id: &str) -> RepositoryHead {
        let head = self.store.read(|reader| reader.head(&samples::id(id)));
        head.expect("the store is read").expect("the repository is there")
    }

    fn declarations(&self, id: &str) -> RepositoryDeclarations {
        let declarations = self.store.read(|reader| reader.declarations(&samples::id(id)));
        declarations.expect("the store is read").expect("the repository is there")
    }
}

fn read(declarations: RepositoryDeclarations) -> Visit {
    Visit::Read(Box::new(declarations))
}

/// All that a store says, asked in every way.
fn everything(store: &Store) -> Result<(Revision, Vec<RepositoryDeclarations>), StoreError> {
    store.read(|reader| {
        let mut all = Vec::new();
        reader.for_each_repository(|declarations| all.push(declarations))?;
        let heads: Vec<_> = all.iter().map(|declarations| declarations.head.clone()).collect();
        assert_eq!(reader.heads()?, heads);
        for declarations in &all {
            let id = &declarations.head.id;
            assert_eq!(reader.declarations(id)?.as_ref(), Some(declarations));
            assert_eq!(reader.head(id)?.as_ref(), Some(&declarations.head));
        }
        assert_eq!(reader.declarations(&samples::id("not/there"))?, None);
        reader.summary()?;
        Ok((reader.revision(), all))
    })
}
