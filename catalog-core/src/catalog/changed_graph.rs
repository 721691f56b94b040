//! The graph of a store as it would be if one repository said something else, without writing anything.

use crate::{
    graph::{CatalogGraph, GraphBuilder, GraphChange, Rebuild},
    model::{IdentityTable, RepositoryDeclarations, RepositoryId, Revision},
    store::{Store, StoreError, StoreReader},
};

use super::{HiddenPart, build, graph_file};

/// Why there is no such graph.
#[derive(Debug, thiserror::Error)]
pub enum ChangedGraphError {
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store was written to since the graph was taken from it.
    #[error("the store was changed meanwhile, from revision {} to {}", before.0, now.0)]
    Meanwhile {
        /// The revision of the graph.
        before: Revision,
        /// The store's.
        now: Revision,
    },
    /// Without a store, what is asked for cannot be told.
    #[error("{0}, and a graph file alone does not hold what is needed for that")]
    NeedsStore(Rebuild),
}

/// The graph of a store's present revision, with what it knows of one repository; nothing where it has not
/// that.
///
/// # Errors
///
/// The store cannot be read.
pub fn open_graph_and_repository(
    store: &Store,
    identity: &IdentityTable,
    id: &RepositoryId,
) -> Result<(CatalogGraph, Option<RepositoryDeclarations>), StoreError> {
    store.read(|reader| {
        let graph = match graph_file::kept(store.path(), reader, identity)? {
            Some(graph) => graph,
            None => build(reader, identity)?,
        };
        Ok((graph, reader.declarations(id)?))
    })
}

/// The graph in which a repository says something else than in `graph`, at the same revision.
///
/// It is made [beside the former one](CatalogGraph::with_change), and built anew of all that `store` says where
/// that cannot be. `store` is where `graph` came from; `None` for a graph file, of which it then depends on the
/// change whether it is enough.
///
/// # Errors
///
/// The store cannot be read or is not as it was, or a graph file is not enough.
pub fn graph_with(
    graph: &CatalogGraph,
    store: Option<(&Store, &IdentityTable)>,
    now: &RepositoryDeclarations,
) -> Result<CatalogGraph, ChangedGraphError> {
    graph_without(&HiddenPart::default(), graph, store, now)
}

/// The same of a graph that never held a part of the store.
pub(super) fn graph_without(
    hidden: &HiddenPart,
    graph: &CatalogGraph,
    store: Option<(&Store, &IdentityTable)>,
    now: &RepositoryDeclarations,
) -> Result<CatalogGraph, ChangedGraphError> {
    let change = GraphChange { now: hidden.cut(now.clone()).into_iter().collect(), ..GraphChange::default() };
    let revision = graph.revision();
    let mut failed = None;
    let made = graph.with_change(change, revision, |id| {
        let (store, _) = store?;
        let read = store.read(|reader| match unchanged(reader, revision) {
            Ok(()) => Ok(Ok(reader.declarations(id)?)),
            Err(error) => Ok(Err(error)),
        });
        match read {
            Ok(Ok(declarations)) => declarations.and_then(|said| hidden.cut(said)),
            Ok(Err(error)) => {
                failed = Some(error);
                None
            }
            Err(error) => {
                failed = Some(error.into());
                None
            }
        }
    });
    match (made, failed, store) {
        (_, Some(failed), _) => Err(failed),
        (Ok(graph), None, _) => Ok(graph),
        (Err(reason), None, None) => Err(ChangedGraphError::NeedsStore(reason)),
        (Err(_), None, Some((store, identity))) => build_with(hidden, (store, identity), revision, now),
    }
}

fn build_with(
    hidden: &HiddenPart,
    (store, identity): (&Store, &IdentityTable),
    revision: Revision,
    now: &RepositoryDeclarations,
) -> Result<CatalogGraph, ChangedGraphError> {
    store.read(|reader| {
        if let Err(error) = unchanged(reader, revision) {
            return Ok(Err(error));
        }
        let mut builder = GraphBuilder::new().with_identity(identity.clone());
        let mut add = |declarations| {
            if let Some(seen) = hidden.cut(declarations) {
                builder.add(seen);
            }
        };
        add(now.clone());
        reader.for_each_repository(|declarations| {
            if declarations.head.id != now.head.id {
                add(declarations);
            }
        })?;
        let graph = builder.build(revision);
        let reviews = hidden.cut_reviews(&graph, reader.reviews()?);
        Ok(Ok(graph.with_reviews(reviews)))
    })?
}

pub(super) fn unchanged(reader: &StoreReader, before: Revision) -> Result<(), ChangedGraphError> {
    let now = reader.revision();
    if now == before { Ok(()) } else { Err(ChangedGraphError::Meanwhile { before, now }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{CatalogChange, Visit},
        sketch::{READ_AT, entity_ref, repositories},
    };

    fn store(sketch: &str) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::at(folder.path().join("catalog.redb"));
        store.apply(&change(sketch), READ_AT).expect("the store takes the change");
        (folder, store)
    }

    fn change(sketch: &str) -> CatalogChange {
        let visits = repositories(sketch).into_iter().map(|repository| Visit::Read(Box::new(repository)));
        CatalogChange { visits: visits.collect() }
    }

    fn check(store_says: &str, now: &str, with_store: bool) -> Result<Vec<String>, ChangedGraphError> {
        let (_folder, store) = store(store_says);
        let identity = IdentityTable::default();
        let now = repositories(now).remove(0);
        let (graph, known) =
            open_graph_and_repository(&store, &identity, &now.head.id).expect("the store is sound");
        assert!(known.is_some());
        let graph = graph_with(&graph, with_store.then_some((&store, &identity)), &now)?;
        assert_eq!(graph.revision(), Revision(1));
        Ok(graph
            .entities()
            .filter(|entity| !entity.is_placeholder())
            .map(|of| of.name().to_string())
            .collect())
    }

    const BASE: &str = "repository r/a\ncomponent:web -> component:api\nrepository r/b\ncomponent:api";
    const UNITED: &str = "repository r/a\ncomponent:web alias component:api";

    #[test]
    fn a_repository_says_something_else() {
        for with_store in [true, false] {
            let found = check(BASE, "repository r/a\ncomponent:shop", with_store).expect("there is a graph");
            assert!(found.contains(&"component:default/shop".to_owned()), "{found:?}");
            assert!(!found.contains(&"component:default/web".to_owned()), "{found:?}");
        }
    }

    #[test]
    fn what_cannot_be_made_beside_is_built_where_there_is_a_store() {
        let found = check(BASE, UNITED, true).expect("there is a graph");
        assert!(found.contains(&"component:default/web".to_owned()), "{found:?}");
        assert!(matches!(check(BASE, UNITED, false), Err(ChangedGraphError::NeedsStore(_))));
    }

    #[test]
    fn a_store_that_was_written_to_meanwhile_is_told() {
        let (_folder, store) = store(BASE);
        let identity = IdentityTable::default();
        let now = repositories(UNITED).remove(0);
        let (graph, _) = open_graph_and_repository(&store, &identity, &now.head.id).expect("it is sound");
        store.apply(&change("repository r/c\ncomponent:x"), READ_AT).expect("it is applied");
        let error = graph_with(&graph, Some((&store, &identity)), &now).expect_err("it is told");
        assert_eq!(error.to_string(), "the store was changed meanwhile, from revision 1 to 2");
        assert!(graph.entity(&entity_ref("component:web")).is_some());
    }
}
