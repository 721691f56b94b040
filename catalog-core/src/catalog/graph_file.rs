//! The graph file beside a store: the graph of its last crawl, so that nobody has to make it again.
//!
//! It is believed only where it says that it was made of just what the store says now, with names meaning
//! the same. Otherwise, or where it is damaged, the graph is built as if there were none.

use std::{
    ffi::OsString,
    hash::{DefaultHasher, Hasher as _},
    io,
    path::{Path, PathBuf},
};

use super::{build, marks::Marks};
use crate::{
    graph::{CatalogGraph, GraphChange, GraphFile, GraphFileError, GraphOrigin},
    model::{IdentityTable, Revision},
    store::{Store, StoreError, StoreReader},
};

/// Where the graph of a store is kept: beside it, under its name and `.graph`.
pub fn graph_file_of(store: &Path) -> PathBuf {
    let mut name: OsString = store.file_name().unwrap_or_default().to_owned();
    name.push(".graph");
    store.with_file_name(name)
}

/// The graph of a store's present revision: that of the [file beside it](graph_file_of) where that is of
/// this revision, else built of what the store says, with one repository at a time in memory.
pub fn open_graph(store: &Store, identity: &IdentityTable) -> Result<CatalogGraph, StoreError> {
    store.read(|reader| match kept(store.path(), reader, identity)? {
        Some(graph) => Ok(graph),
        None => build(reader, identity),
    })
}

/// What was written by [`export_graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportedGraph {
    /// How long the file is, in bytes.
    pub bytes: u64,
    /// The revision of the graph in it.
    pub revision: Revision,
}

/// Why a graph was not exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The graph file could not be written.
    #[error(transparent)]
    File(#[from] GraphFileError),
}

/// Writes the graph of a store's present revision to a file, in place of what is there.
pub fn export_graph(
    store: &Store,
    identity: &IdentityTable,
    to: &Path,
) -> Result<ExportedGraph, ExportError> {
    let (graph, origin) = store.read(|reader| {
        let graph = match kept(store.path(), reader, identity)? {
            Some(graph) => graph,
            None => build(reader, identity)?,
        };
        Ok((graph, origin(reader, identity)?))
    })?;
    let bytes = GraphFile::write(to, &graph, &origin)?;
    Ok(ExportedGraph { bytes, revision: graph.revision() })
}

/// The graph of a store, which lies beside it afterwards. Where it cannot be put there, that is only told.
pub(super) fn keep_graph(store: &Store, identity: &IdentityTable) -> Result<CatalogGraph, StoreError> {
    let (graph, origin) = store.read(|reader| match kept(store.path(), reader, identity)? {
        Some(graph) => Ok((graph, None)),
        None => Ok((build(reader, identity)?, Some(origin(reader, identity)?))),
    })?;
    if let Some(origin) = origin {
        let path = graph_file_of(store.path());
        if let Err(error) = GraphFile::write(&path, &graph, &origin) {
            let path = path.display();
            tracing::warn!(%path, "the graph could not be kept beside the store: {}", in_full(&error));
        }
    }
    Ok(graph)
}

/// Whether the file beside a store is there and of this revision, as far as its header tells.
pub(super) fn is_kept(store: &Path, revision: Revision) -> bool {
    GraphFile::open(&graph_file_of(store)).is_ok_and(|file| file.revision() == revision)
}

/// The graph in the file beside a store, if that is of what the store says now.
pub(super) fn kept(
    store: &Path,
    reader: &StoreReader,
    identity: &IdentityTable,
) -> Result<Option<CatalogGraph>, StoreError> {
    let path = graph_file_of(store);
    let file = match GraphFile::open(&path) {
        Ok(file) => file,
        Err(GraphFileError::Io(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(GraphFileError::OtherFormat { found, known }) => {
            tracing::debug!(found, known, "the graph beside the store has another format, and is built");
            return Ok(None);
        }
        Err(error) => return Ok(ignored(&path, &error)),
    };
    let of_other = || {
        let (kept, present) = (file.revision().0, reader.revision().0);
        tracing::debug!(kept, present, "the graph beside the store is of something else, and is built");
        Ok(None)
    };
    let origin = file.origin();
    if origin.identity != fingerprint(&format!("{identity:?}")) {
        return of_other();
    }
    let (mut seen, mut reviews) = (Vec::new(), None);
    if *origin.state != *reader.state() {
        // Repositories that are found unchanged, and answers in a review, leave what is said as it is.
        if origin.facts != Marks::read(reader)?.facts() {
            return of_other();
        }
        seen = reader.heads()?;
        reviews = Some(reader.reviews()?);
    }
    let graph = match file.read() {
        Ok(graph) => graph,
        Err(error) => return Ok(ignored(&path, &error)),
    };
    let change = GraphChange { seen, ..GraphChange::default() };
    let graph = graph.with_change(change, reader.revision(), |_| None).ok();
    Ok(match reviews {
        Some(reviews) => graph.map(|graph| graph.with_reviews(reviews)),
        None => graph,
    })
}

fn ignored(path: &Path, error: &GraphFileError) -> Option<CatalogGraph> {
    let path = path.display();
    tracing::warn!(%path, "the graph beside the store is not used: {}", in_full(error));
    None
}

/// Of what a graph is made that is built of a store now.
fn origin(reader: &StoreReader, identity: &IdentityTable) -> Result<GraphOrigin, StoreError> {
    Ok(GraphOrigin {
        state: reader.state().into(),
        facts: Marks::read(reader)?.facts(),
        identity: fingerprint(&format!("{identity:?}")),
    })
}

fn fingerprint(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// An error with what it rests on, in one line.
fn in_full(error: &GraphFileError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{
        catalog::{Catalog, load_graph, store_summary},
        graph::Entity,
        model::{CatalogChange, EntityRef, IdentityEntry, Timestamp, Visit},
        sketch::{READ_AT, entity_ref, repositories},
    };

    const DRAWN: &str = "component:web -> component:api\nrepository r/other\ncomponent:x owner group:a";

    fn stored(drawn: &str) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::at(folder.path().join("catalog.redb"));
        crawl(&store, drawn);
        (folder, store)
    }

    fn crawl(store: &Store, drawn: &str) {
        let visits = repositories(drawn).into_iter().map(|repository| Visit::Read(Box::new(repository)));
        let change = CatalogChange { visits: visits.collect() };
        store.apply(&change, READ_AT).expect("the store takes the change");
        store_summary(store, &IdentityTable::default()).expect("the store is sound");
    }

    /// The graph in the file beside a store, where it is used.
    fn used(store: &Store, identity: &IdentityTable) -> Option<CatalogGraph> {
        store.read(|reader| kept(store.path(), reader, identity)).expect("the store is sound")
    }

    fn names(graph: &CatalogGraph) -> Vec<&EntityRef> {
        graph.entities().map(Entity::name).collect()
    }

    #[test]
    fn a_crawl_leaves_a_graph_that_is_used() {
        let (_folder, store) = stored(DRAWN);
        let kept = used(&store, &IdentityTable::default()).expect("it is there");
        let built = load_graph(&store, &IdentityTable::default()).expect("the store is sound");
        assert_eq!((names(&kept), kept.revision()), (names(&built), built.revision()));
        crawl(&store, "component:web -> component:other");
        let kept = used(&store, &IdentityTable::default()).expect("it is there");
        assert!(kept.entity(&entity_ref("component:other")).is_some());
    }

    #[test]
    fn a_graph_of_something_else_is_not_used() {
        let (_folder, store) = stored(DRAWN);
        let visits = repositories("component:y").into_iter().map(|of| Visit::Read(Box::new(of)));
        store.apply(&CatalogChange { visits: visits.collect() }, READ_AT).expect("it is applied");
        assert!(used(&store, &IdentityTable::default()).is_none(), "the store says more");

        let (_folder, other) = stored("component:z");
        let (_folder, store) = stored(DRAWN);
        fs::copy(graph_file_of(other.path()), graph_file_of(store.path())).expect("it is copied");
        assert!(used(&store, &IdentityTable::default()).is_none(), "it is of another store");

        let entries = vec![IdentityEntry { entity: entity_ref("component:web"), names: Vec::new() }];
        let (_folder, store) = stored(DRAWN);
        assert!(used(&store, &IdentityTable { entries }).is_none(), "names mean something else");
    }

    #[test]
    fn a_graph_is_used_while_repositories_are_found_unchanged() {
        let (_folder, store) = stored(DRAWN);
        let later = Timestamp(READ_AT.0 + 60);
        let visits = repositories(DRAWN);
        let seen = visits.iter().map(|of| Visit::Unchanged { id: of.head.id.clone(), observed_at: later });
        store.apply(&CatalogChange { visits: seen.collect() }, later).expect("it is applied");
        let before = fs::read(graph_file_of(store.path())).expect("it is there");
        store_summary(&store, &IdentityTable::default()).expect("the store is sound");
        assert_eq!(fs::read(graph_file_of(store.path())).ok(), Some(before), "it is not written again");
        let graph = used(&store, &IdentityTable::default()).expect("it says the same");
        assert!(graph.repositories().all(|repository| repository.head().observed_at == Some(later)));
    }

    #[test]
    fn a_damaged_graph_is_as_none() {
        let (_folder, store) = stored(DRAWN);
        let path = graph_file_of(store.path());
        let whole = fs::read(&path).expect("it is there");
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 1;
        for bytes in [&b""[..], b"nonsense", &whole[..whole.len() - 1], &flipped] {
            fs::write(&path, bytes).expect("it is written");
            assert!(used(&store, &IdentityTable::default()).is_none());
            let graph = open_graph(&store, &IdentityTable::default()).expect("it is built");
            assert!(graph.entity(&entity_ref("component:x")).is_some());
        }
    }

    #[test]
    fn a_graph_that_is_lost_is_there_again_after_the_next_crawl() {
        let (_folder, store) = stored(DRAWN);
        fs::remove_file(graph_file_of(store.path())).expect("it is there");
        store_summary(&store, &IdentityTable::default()).expect("the store is sound");
        assert!(used(&store, &IdentityTable::default()).is_some());
    }

    #[test]
    fn a_catalog_that_begins_with_a_kept_graph_is_brought_up_to_date() {
        let (_folder, store) = stored(DRAWN);
        let catalog = Catalog::open(store, IdentityTable::default()).expect("the store is sound");
        let visits = repositories("component:web -> component:new").into_iter();
        let change = CatalogChange { visits: visits.map(|of| Visit::Read(Box::new(of))).collect() };
        catalog.apply(&change, READ_AT).expect("it is applied");
        let built = load_graph(catalog.store(), &IdentityTable::default()).expect("the store is sound");
        let graph = catalog.graph();
        assert!(graph.patched_len() > 0, "it is made beside the kept one");
        assert_eq!((names(&graph), graph.diagnostics()), (names(&built), built.diagnostics()));
    }

    #[test]
    fn several_may_crawl_and_read_at_once() {
        let (_folder, store) = stored(DRAWN);
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for _ in 0..10 {
                        keep_graph(&store, &IdentityTable::default()).expect("the store is sound");
                        let _ = fs::remove_file(graph_file_of(store.path()));
                        let graph = open_graph(&store, &IdentityTable::default()).expect("it is sound");
                        assert!(graph.entity(&entity_ref("component:x")).is_some());
                    }
                });
            }
        });
        let left = fs::read_dir(store.path().parent().expect("a folder")).expect("a folder").flatten();
        let left: Vec<_> = left.map(|entry| entry.file_name()).collect();
        assert!(left.len() <= 2, "{left:?}");
    }

    #[test]
    fn an_exported_graph_is_that_of_the_store() {
        let (folder, store) = stored(DRAWN);
        let path = folder.path().join("out.graph");
        let exported = export_graph(&store, &IdentityTable::default(), &path).expect("it is written");
        let file = GraphFile::open(&path).expect("it is sound");
        assert_eq!((exported.bytes, exported.revision), (file.bytes(), file.revision()));
        let built = load_graph(&store, &IdentityTable::default()).expect("the store is sound");
        assert_eq!(names(&file.read().expect("it is sound")), names(&built));
    }
}
