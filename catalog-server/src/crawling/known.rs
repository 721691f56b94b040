//! What a crawl may know from the store.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use catalog_core::{
    model::{RepositoryDeclarations, RepositoryHead, RepositoryId, Timestamp},
    store::{Store, StoreError},
};
use catalog_ingest::crawl::Known;

/// What the store knew before the crawl.
pub struct StoreKnown<'a> {
    store: &'a Store,
    heads: HashMap<RepositoryId, RepositoryHead>,
    /// The time of the crawl.
    now: Timestamp,
    /// Why something could not be read: what the crawl made without it must not be committed.
    failure: Mutex<Option<StoreError>>,
}

impl<'a> StoreKnown<'a> {
    /// What a store knows of these repositories alone, for a crawl of them at this time.
    pub(super) fn read_of<'i>(
        store: &'a Store,
        ids: impl Iterator<Item = &'i RepositoryId>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let heads = store.read(|reader| {
            let known = ids.map(|id| Ok(reader.head(id)?.map(|head| (id.clone(), head))));
            known.filter_map(Result::transpose).collect::<Result<HashMap<_, _>, StoreError>>()
        });
        let heads = match heads {
            Err(StoreError::NotFound) => HashMap::new(),
            heads => heads?,
        };
        Ok(Self { store, heads, now, failure: Mutex::new(None) })
    }

    /// What a store knows, for a crawl at this time.
    pub fn read(store: &'a Store, now: Timestamp) -> Result<Self, StoreError> {
        let heads = match store.read(catalog_core::store::StoreReader::heads) {
            Ok(heads) => heads,
            // The first crawl makes the store.
            Err(StoreError::NotFound) => Vec::new(),
            Err(error) => return Err(error),
        };
        let heads = heads.into_iter().map(|head| (head.id.clone(), head)).collect();
        Ok(Self { store, heads, now, failure: Mutex::new(None) })
    }

    /// The time of the crawl.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Fails where something that was asked for could not be read.
    pub fn check(&self) -> Result<(), StoreError> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take().map_or(Ok(()), Err)
    }

    /// Every repository that is known, in the order of the ids.
    pub fn sorted_heads(&self) -> Vec<&RepositoryHead> {
        let mut heads: Vec<_> = self.heads.values().collect();
        heads.sort_unstable_by(|left, right| left.id.cmp(&right.id));
        heads
    }
}

impl Known for StoreKnown<'_> {
    fn head(&self, id: &RepositoryId) -> Option<RepositoryHead> {
        self.heads.get(id).cloned()
    }

    fn declarations(&self, id: &RepositoryId) -> Option<RepositoryDeclarations> {
        match self.store.read(|reader| reader.declarations(id)) {
            Ok(declarations) => declarations,
            Err(error) => {
                self.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                None
            }
        }
    }
}
