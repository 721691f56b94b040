//! What holds store and graph together: open, apply, graph.
//!
//! A [`Catalog`] reads its graph from a [`Store`] and gives it out; [`Catalog::apply`] and
//! [`Catalog::change_reviews`] commit a change and put the new graph in place, [`Catalog::refresh`] does so
//! for what another process committed. The store is never held open in between, so that a crawl, a server and
//! a terminal work beside each other.

mod changed_graph;
mod current_graph;
mod graph_file;
mod hidden_part;
mod marks;

use std::{
    panic::resume_unwind,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use rustc_hash::FxHashSet;

pub use changed_graph::{ChangedGraphError, graph_with, open_graph_and_repository};
pub use current_graph::CurrentGraph;
pub use graph_file::{ExportError, ExportedGraph, export_graph, graph_file_of, open_graph};
pub use hidden_part::HiddenPart;

use crate::{
    graph::{CatalogGraph, GraphBuilder, GraphChange},
    model::{
        CatalogChange, IdentityTable, RepositoryDeclarations, RepositoryId, ReviewChange, ReviewEffect,
        ReviewRefusal, Revision, Timestamp,
    },
    query::summary,
    store::{Store, StoreError, StoreReader, StoredSummary},
};

use marks::{Difference, Marks};

/// How many repositories may have changed for the graph to be changed and not built anew.
const CHANGED_MAX: usize = 64;
/// Or of how many one, in a large catalog.
const REPOSITORIES_PER_CHANGED: usize = 32;

/// From how many repositories on two threads take them in.
const REPOSITORIES_FOR_TWO: u64 = 500;

/// A store with the graph of its present revision.
#[derive(Debug)]
pub struct Catalog {
    store: Store,
    identity: IdentityTable,
    current: Arc<CurrentGraph>,
    /// What is not in the graph.
    hidden: HiddenPart,
    /// What the graph was made from. Held while a new one is made, so that an older one never replaces a
    /// newer one.
    building: Mutex<Marks>,
}

impl Catalog {
    /// Reads the graph of a store, in which names mean what `identity` adds to what the files say.
    /// O(facts): a hundred thousand entities take less than a second, and a tenth of that where a crawl has
    /// left the graph beside the store.
    pub fn open(store: Store, identity: IdentityTable) -> Result<Self, StoreError> {
        Self::open_into(store, identity, Arc::new(CurrentGraph::new(CatalogGraph::empty())))
    }

    /// The same, and the graph is put where those already look who answer from it.
    pub fn open_into(
        store: Store,
        identity: IdentityTable,
        current: Arc<CurrentGraph>,
    ) -> Result<Self, StoreError> {
        let (graph, marks) = store.read(|reader| {
            let marks = Marks::read(reader)?;
            let graph = match graph_file::kept(store.path(), reader, &identity)? {
                Some(graph) => graph,
                None => build(reader, &identity)?,
            };
            Ok((graph, marks))
        })?;
        current.replace(graph);
        let hidden = HiddenPart::default();
        Ok(Self { store, identity, current, hidden, building: Mutex::new(marks) })
    }

    /// The same of a store out of which a part is cut, for those who are not to see it. What is written through
    /// it goes to the whole store. The graph is always built: O(facts).
    pub fn open_without(
        hidden: HiddenPart,
        store: Store,
        identity: IdentityTable,
    ) -> Result<Self, StoreError> {
        let identity = hidden.cut_identity(identity);
        let (graph, marks) =
            store.read(|reader| Ok((build_without(&hidden, reader, &identity)?, Marks::read(reader)?)))?;
        let current = Arc::new(CurrentGraph::new(graph));
        Ok(Self { store, identity, current, hidden, building: Mutex::new(marks) })
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

    /// Makes a change of reviews part of the catalog: in the store, durably, and then in the graph.
    ///
    /// The inner result is what the review says to it: a refusal leaves everything as it was. Other
    /// processes are waited for up to `wait_max`. What was taken is taken also where the store cannot be
    /// read again at once; it is then in the graph later.
    pub fn change_reviews(
        &self,
        change: &ReviewChange,
        now: Timestamp,
        wait_max: Duration,
    ) -> Result<Result<ReviewEffect, ReviewRefusal>, StoreError> {
        let changed = self.store.clone().wait_up_to(wait_max).change_reviews(change, now)?;
        if let Err(error) = self.refresh() {
            tracing::warn!(%error, "a review was changed, and the store cannot be read again at once");
        }
        Ok(changed)
    }

    /// What the store knows of one repository at the revision of `graph`, without what is hidden; nothing where it
    /// knows nothing.
    ///
    /// # Errors
    ///
    /// The store cannot be read, or is at another revision by now.
    pub fn declarations(
        &self,
        graph: &CatalogGraph,
        id: &RepositoryId,
    ) -> Result<Option<RepositoryDeclarations>, ChangedGraphError> {
        self.store.read(|reader| match changed_graph::unchanged(reader, graph.revision()) {
            Ok(()) => Ok(Ok(reader.declarations(id)?.and_then(|said| self.hidden.cut(said)))),
            Err(error) => Ok(Err(error)),
        })?
    }

    /// The graph in which a repository says something else than in `graph`, which must be one of this catalog:
    /// see [`graph_with`]. Nothing is written.
    ///
    /// # Errors
    ///
    /// The store cannot be read, or is at another revision by now where it has to be asked.
    pub fn graph_with(
        &self,
        graph: &CatalogGraph,
        now: &RepositoryDeclarations,
    ) -> Result<CatalogGraph, ChangedGraphError> {
        changed_graph::graph_without(&self.hidden, graph, Some((&self.store, &self.identity)), now)
    }

    /// Puts the graph of the store's present state in place. Tells whether that is another revision;
    /// if not, only the times at which repositories were seen can be other ones.
    ///
    /// Only the repositories that changed are read, with those that speak of the same entities, and the graph
    /// is made [beside the former one](CatalogGraph::with_change); where that cannot be, it is built anew.
    pub fn refresh(&self) -> Result<bool, StoreError> {
        let mut marks = self.building.lock().unwrap_or_else(PoisonError::into_inner);
        let former = self.graph();
        let (graph, present) = self.store.read(|reader| {
            let present = Marks::read(reader)?;
            let graph = match changed(&self.hidden, reader, &former, marks.difference(&present))? {
                Some(graph) => graph,
                None => build_without(&self.hidden, reader, &self.identity)?,
            };
            Ok((graph, present))
        })?;
        let is_other = graph.revision() != former.revision();
        self.current.replace(graph);
        *marks = present;
        Ok(is_other)
    }
}

/// The graph of a store's present revision, built of what the store says whatever lies beside it. One
/// repository at a time, or two in a large catalog, is in memory beside the graph.
pub fn load_graph(store: &Store, identity: &IdentityTable) -> Result<CatalogGraph, StoreError> {
    store.read(|reader| build(reader, identity))
}

fn build(reader: &StoreReader, identity: &IdentityTable) -> Result<CatalogGraph, StoreError> {
    build_without(&HiddenPart::default(), reader, identity)
}

fn build_without(
    hidden: &HiddenPart,
    reader: &StoreReader,
    identity: &IdentityTable,
) -> Result<CatalogGraph, StoreError> {
    let take_in = |ranks| {
        let mut builder = GraphBuilder::new().with_identity(identity.clone());
        let add = |declarations| {
            if let Some(seen) = hidden.cut(declarations) {
                builder.add(seen);
            }
        };
        reader.for_each_repository_in(ranks, add).map(|()| builder)
    };
    let all = reader.repositories();
    let halfway = if all < REPOSITORIES_FOR_TWO { all } else { all / 2 };
    let builder = thread::scope(|threads| {
        let rest = (halfway < all).then(|| threads.spawn(|| take_in(halfway..u64::MAX)));
        let mut builder = take_in(0..halfway)?;
        if let Some(rest) = rest {
            builder.absorb(rest.join().unwrap_or_else(|panic| resume_unwind(panic))?);
        }
        Ok::<_, StoreError>(builder)
    })?;
    let graph = builder.build(reader.revision());
    let reviews = hidden.cut_reviews(&graph, reader.reviews()?);
    Ok(graph.with_reviews(reviews))
}

/// The graph after a change; nothing where it must be built anew.
fn changed(
    hidden: &HiddenPart,
    reader: &StoreReader,
    former: &CatalogGraph,
    difference: Difference,
) -> Result<Option<CatalogGraph>, StoreError> {
    let Difference { said, seen, removed, reviewed } = difference;
    if said.len() > CHANGED_MAX.max(former.repositories().len() / REPOSITORIES_PER_CHANGED) {
        return Ok(None);
    }
    let removed = removed.into_iter().filter(|id| !hidden.hides_repository(id)).collect();
    let mut change = GraphChange { removed, ..GraphChange::default() };
    for id in said {
        change.now.extend(reader.declarations(&id)?.and_then(|said| hidden.cut(said)));
    }
    if seen.len() > CHANGED_MAX {
        let seen: FxHashSet<RepositoryId> = seen.into_iter().collect();
        let is_seen = |id: &RepositoryId| seen.contains(id) && !hidden.hides_repository(id);
        change.seen = reader.heads()?.into_iter().filter(|head| is_seen(&head.id)).collect();
    } else {
        for id in seen.into_iter().filter(|id| !hidden.hides_repository(id)) {
            change.seen.extend(reader.head(&id)?);
        }
    }
    let mut failed = None;
    let graph = former.with_change(change, reader.revision(), |id| match reader.declarations(id) {
        Ok(declarations) => declarations.and_then(|said| hidden.cut(said)),
        Err(error) => {
            failed = Some(error);
            None
        }
    });
    if let Some(error) = failed {
        return Err(error);
    }
    let Ok(graph) = graph else { return Ok(None) };
    // Where a part is hidden, which reviews are seen depends on the graph.
    if !reviewed && hidden.is_empty() {
        return Ok(Some(graph));
    }
    let reviews = hidden.cut_reviews(&graph, reader.reviews()?);
    Ok(Some(graph.with_reviews(reviews)))
}

/// Counts of a store's present revision: kept ones where there are any, else counted from the graph
/// and kept, so that a crawl that changed nothing need not build a graph to say what is there. Counts
/// that rest on an identity table are not kept, since the table may change without the store.
///
/// A graph that was built for it is put [beside the store](graph_file_of) for all who ask next.
pub fn store_summary(store: &Store, identity: &IdentityTable) -> Result<StoredSummary, StoreError> {
    let may_keep = identity.entries.is_empty();
    let kept = store.read(|reader| {
        let revision = reader.revision();
        Ok(reader.summary()?.filter(|summary| may_keep && summary.revision == revision))
    })?;
    if let Some(kept) = kept.filter(|kept| graph_file::is_kept(store.path(), kept.revision)) {
        return Ok(kept);
    }
    let counted = summary(&graph_file::keep_graph(store, identity)?);
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
        graph::Entity,
        model::{NewReview, Person, ReviewItem, ReviewScope, Visit},
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
    fn a_store_of_many_repositories_is_taken_in_on_two_threads_and_whole() {
        let drawn = |count: u64| -> String {
            let of =
                |number| format!("repository r/{number}\ncomponent:c{number} -> component:c{}\n", number / 2);
            (0..count).map(of).collect()
        };
        for count in [REPOSITORIES_FOR_TWO - 1, REPOSITORIES_FOR_TWO + 1] {
            let (_folder, catalog) = catalog(&drawn(count));
            let graph = load_graph(catalog.store(), &IdentityTable::default()).expect("the store is sound");
            let one = crate::sketch::graph(&drawn(count));
            assert!(graph.entities().map(Entity::name).eq(one.entities().map(Entity::name)), "of {count}");
            let shown =
                |graph: &CatalogGraph| graph.relations().map(|of| format!("{of:?}")).collect::<Vec<_>>();
            assert_eq!(shown(&graph), shown(&one));
            assert_eq!((graph.diagnostics(), graph.needs().len()), (one.diagnostics(), one.needs().len()));
        }
    }

    #[test]
    fn a_change_is_made_beside_the_former_graph() {
        let (_folder, catalog) = catalog("component:web -> component:api\nrepository r/other\ncomponent:x");
        catalog
            .apply(&change("repository r/new\ncomponent:api -> component:x"), READ_AT)
            .expect("it is applied");
        let graph = catalog.graph();
        assert!(graph.patched_len() > 0, "the graph shares what is the same");
        let anew = load_graph(catalog.store(), &IdentityTable::default()).expect("the store is sound");
        assert!(graph.entities().map(Entity::name).eq(anew.entities().map(Entity::name)));
        assert_eq!((graph.diagnostics(), graph.needs().len()), (anew.diagnostics(), anew.needs().len()));
        // What refers to the changed repository is read from the store.
        catalog.apply(&change("component:web\ncomponent:x"), READ_AT).expect("it is applied");
        let (graph, x) = (catalog.graph(), entity_ref("component:x"));
        assert_eq!(graph.entity(&x).map(|of| of.declarations().count()), Some(2));
        assert!(graph.patched_len() > 0);
    }

    #[test]
    fn when_a_repository_was_seen_comes_with_a_refresh() {
        let (_folder, catalog) = catalog("component:web -> component:api");
        let id = catalog.graph().repositories().next().map(|of| of.id().clone()).expect("there is one");
        let later = Timestamp(READ_AT.0 + 60);
        let seen = Visit::Unchanged { id: id.clone(), observed_at: later };
        catalog.apply(&CatalogChange { visits: vec![seen] }, later).expect("it is applied");
        let graph = catalog.graph();
        assert_eq!(graph.revision(), Revision(1));
        assert_eq!(graph.repository(&id).and_then(|of| of.head().observed_at), Some(later));
    }

    #[test]
    fn names_that_are_united_make_a_graph_that_is_built_anew() {
        let (_folder, catalog) =
            catalog("component:web alias component:shop\nrepository r/other\ncomponent:x");
        catalog
            .apply(&change("repository r/new\ncomponent:a -> component:shop"), READ_AT)
            .expect("it is applied");
        let graph = catalog.graph();
        assert!(graph.entity(&entity_ref("component:a")).is_some());
        assert_eq!(graph.entity(&entity_ref("component:shop")), graph.entity(&entity_ref("component:web")));
        assert_eq!(graph.patched_len(), 0);
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
    fn an_answer_is_in_the_graph_at_once_and_stays_through_a_crawl() {
        let (_folder, catalog) = catalog("component:web owner group:shop");
        let former = catalog.graph();
        let by = Person { written: "ann".into(), user: None };
        let start = ReviewChange::Start(NewReview {
            id: None,
            title: "shop".into(),
            scope: ReviewScope::default(),
            items: [ReviewItem {
                entity: entity_ref("component:web"),
                owner: Some(entity_ref("group:shop")),
                manifest: None,
                changed_at: None,
            }]
            .into(),
            by,
            due: READ_AT,
            automatic_days: None,
        });
        let effect = catalog
            .change_reviews(&start, READ_AT, Duration::ZERO)
            .expect("the store takes it")
            .expect("it begins");
        assert_eq!((effect.revision, effect.review.as_str()), (Revision(2), "shop"));
        assert_eq!((catalog.graph().revision(), catalog.graph().reviews().len()), (Revision(2), 1));
        assert!(former.reviews().is_empty());
        catalog.apply(&change("component:web owner group:pay"), READ_AT).expect("it is applied");
        assert_eq!((catalog.graph().revision(), catalog.graph().reviews().len()), (Revision(3), 1));
        let anew = load_graph(catalog.store(), &IdentityTable::default()).expect("the store is sound");
        assert_eq!(anew.reviews(), catalog.graph().reviews());
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
