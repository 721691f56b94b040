//! What holds store and graph together: open, apply, graph.
//!
//! A [`Catalog`] reads its graph from a [`Store`] and gives it out; [`Catalog::apply`] commits a change
//! and puts the new graph in place, [`Catalog::refresh`] does so for what another process committed.
//! The store is never held open in between, so that a crawl, a server and a terminal work beside each other.

mod current_graph;

use std::sync::{Arc, Mutex, PoisonError};

pub use current_graph::CurrentGraph;

use crate::{
    graph::{CatalogGraph, GraphBuilder},
    model::{CatalogChange, IdentityTable, Revision, Timestamp},
    query::summary,
    store::{Store, StoreError, StoredSummary},
};

/// A store with the graph of its present revision.
#[derive(Debug)]
pub struct Catalog {
    store: Store,
    identity: IdentityTable,
    current: Arc<CurrentGraph>,
    /// Held while a new graph is made, so that an older one never replaces a newer one.
    building: Mutex<()>,
}

impl Catalog {
    /// Reads the graph of a store, in which names mean what `identity` adds to what the files say.
    /// O(facts): a hundred thousand entities take less than a second.
    pub fn open(store: Store, identity: IdentityTable) -> Result<Self, StoreError> {
        let graph = load_graph(&store, &identity)?;
        Ok(Self { store, identity, current: Arc::new(CurrentGraph::new(graph)), building: Mutex::new(()) })
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The graph as it is now: take it once for each question. Never waits.
    pub fn graph(&self) -> Arc<CatalogGraph> {
        self.current.get()
    }

    /// The place where the graph is exchanged, for those who ask again and again.
    pub fn current(&self) -> Arc<CurrentGraph> {
        Arc::clone(&self.current)
    }

    /// Makes a change part of the catalog: in the store, durably, and then in the graph.
    pub fn apply(&self, change: &CatalogChange, now: Timestamp) -> Result<Revision, StoreError> {
        let revision = self.store.apply(change, now)?;
        self.refresh()?;
        Ok(revision)
    }

    /// Puts the graph of the store's present state in place. Tells whether that is another revision;
    /// if not, only the times at which repositories were seen can be other ones.
    pub fn refresh(&self) -> Result<bool, StoreError> {
        let _building = self.building.lock().unwrap_or_else(PoisonError::into_inner);
        let former = self.graph().revision();
        let graph = load_graph(&self.store, &self.identity)?;
        let changed = graph.revision() != former;
        self.current.replace(graph);
        Ok(changed)
    }
}

/// The graph of a store's present revision. One repository at a time is in memory beside the graph.
pub fn load_graph(store: &Store, identity: &IdentityTable) -> Result<CatalogGraph, StoreError> {
    store.read(|reader| {
        let mut builder = GraphBuilder::new().with_identity(identity.clone());
        reader.for_each_repository(|declarations| builder.add(declarations))?;
        Ok(builder.build(reader.revision()))
    })
}

/// Counts of a store's present revision: kept ones where there are any, else counted from the graph
/// and kept, so that a crawl that changed nothing need not build a graph to say what is there. Counts
/// that rest on an identity table are not kept, since the table may change without the store.
pub fn store_summary(store: &Store, identity: &IdentityTable) -> Result<StoredSummary, StoreError> {
    let may_keep = identity.entries.is_empty();
    let kept = store.read(|reader| {
        let revision = reader.revision();
        Ok(reader.summary()?.filter(|summary| may_keep && summary.revision == revision))
    })?;
    if let Some(kept) = kept {
        return Ok(kept);
    }
    let counted = summary(&load_graph(store, identity)?);
    let counted = StoredSummary {
        revision: counted.revision,
        entities: counted.entities as u64,
        relations: counted.relations as u64,
        diagnostics: counted.diagnostics.map(|count| count as u64),
    };
    if may_keep {
        store.set_summary(counted)?;
    }
    Ok(counted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::Visit,
        sketch::{READ_AT, entity_ref, repositories},
    };

    fn change(sketch: &str) -> CatalogChange {
        let visits = repositories(sketch).into_iter().map(|repository| Visit::Read(Box::new(repository)));
        CatalogChange { visits: visits.collect() }
    }

    fn catalog(sketch: &str) -> (tempfile::TempDir, Catalog) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::at(folder.path().join("catalog.redb"));
        store.apply(&change(sketch), READ_AT).expect("the store takes the change");
        let catalog = Catalog::open(store, IdentityTable::default()).expect("the store is sound");
        (folder, catalog)
    }

    #[test]
    fn what_is_applied_is_answered_and_a_graph_that_is_held_stays() {
        let (_folder, catalog) = catalog("component:web -> component:api");
        let held = catalog.graph();
        let revision =
            catalog.apply(&change("component:shop -> component:api"), READ_AT).expect("it is applied");
        assert_eq!(revision, Revision(2));
        assert_eq!(catalog.graph().revision(), revision);
        assert!(catalog.graph().entity(&entity_ref("component:shop")).is_some());
        assert_eq!(held.revision(), Revision(1));
        assert!(held.entity(&entity_ref("component:shop")).is_none());
    }

    #[test]
    fn what_another_process_commits_comes_with_a_refresh() {
        let (_folder, catalog) = catalog("component:web -> component:api");
        catalog.store().apply(&change("component:shop -> component:api"), READ_AT).expect("it is applied");
        assert_eq!(catalog.graph().revision(), Revision(1));
        assert!(catalog.refresh().expect("the store is sound"));
        assert_eq!(catalog.graph().revision(), Revision(2));
        assert!(!catalog.refresh().expect("the store is sound"));
    }

    #[test]
    fn counts_are_kept_for_their_revision_only() {
        let (_folder, catalog) = catalog("component:web -> component:api");
        let first = store_summary(catalog.store(), &IdentityTable::default()).expect("the store is sound");
        assert_eq!((first.entities, first.relations), (1, 1));
        assert_eq!(
            store_summary(catalog.store(), &IdentityTable::default()).expect("the store is sound"),
            first
        );
        catalog.apply(&change("component:web owner group:shop"), READ_AT).expect("it is applied");
        let second = store_summary(catalog.store(), &IdentityTable::default()).expect("the store is sound");
        assert_eq!(second.revision, Revision(2));
    }
}
