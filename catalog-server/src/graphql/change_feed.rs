//! What changed from one revision of the catalog to the next, for those who want to be told.
//!
//! Whoever puts another graph in place, a crawl, a review or another process: the feed sees it within a moment,
//! works out once what is different, and hands that to all. While nobody listens it does nothing. Who is slow
//! loses what is oldest, and is told so; nothing is kept for him.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use catalog_core::{
    catalog::CurrentGraph,
    graph::{CatalogGraph, Entity},
    model::{EntityRef, RepositoryId},
    query::{FieldChange, difference},
};
use tokio::{
    sync::broadcast::{Receiver, Sender},
    task::spawn_blocking,
    time::sleep,
};

/// How often the feed looks for another graph.
const LOOK: Duration = Duration::from_millis(50);
/// How many changes wait for who is slow.
const CHANGES_WAITING: usize = 16;
/// How many entities of one change are told one by one.
const ROWS_MAX: usize = 10_000;

/// Tells what changes. Shared by all who listen.
#[derive(Debug)]
pub(crate) struct ChangeFeed {
    current: Arc<CurrentGraph>,
    sender: Sender<Arc<ChangeSet>>,
    /// The graph of which one was told last; nothing while nobody listens.
    told: Mutex<Option<Arc<CatalogGraph>>>,
}

/// What is different between two revisions.
#[derive(Debug)]
pub(super) struct ChangeSet {
    pub(super) before: u64,
    pub(super) revision: u64,
    /// In the order of their refs: what came, what went, what is another one; at most [`ROWS_MAX`] of all.
    pub(super) rows: Vec<ChangeRow>,
    /// Whether there are more.
    pub(super) is_cut: bool,
}

/// An entity that changed.
#[derive(Clone, Debug)]
pub(super) struct ChangeRow {
    pub(super) kind: ChangeKind,
    pub(super) name: EntityRef,
    pub(super) before: Option<Whose>,
    pub(super) after: Option<Whose>,
    pub(super) fields: Vec<FieldChange>,
    pub(super) has_other_relations: bool,
}

/// Who owns an entity, and which repository declares it.
#[derive(Clone, Debug)]
pub(super) struct Whose {
    pub(super) owner: Option<EntityRef>,
    pub(super) repository: Option<RepositoryId>,
}

/// In what way an entity changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChangeKind {
    Added,
    Removed,
    Changed,
}

impl ChangeFeed {
    pub(super) fn new(current: Arc<CurrentGraph>) -> Self {
        Self { current, sender: Sender::new(CHANGES_WAITING), told: Mutex::default() }
    }

    /// Listens from now on, and tells from which revision on that is.
    pub(super) fn listen(&self) -> (u64, Receiver<Arc<ChangeSet>>) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let graph = told.get_or_insert_with(|| self.current.get());
        (graph.revision().0, self.sender.subscribe())
    }

    /// Tells of changes until it is dropped.
    pub(crate) async fn run(self: Arc<Self>) {
        loop {
            sleep(LOOK).await;
            let Some((before, after)) = self.next() else { continue };
            match spawn_blocking(move || ChangeSet::between(&before, &after)).await {
                // Nobody may listen any more.
                Ok(change) => drop(self.sender.send(Arc::new(change))),
                Err(fault) => tracing::error!(%fault, "what changed could not be told"),
            }
        }
    }

    /// The graph of which one was told last and that of now, where they are of two revisions.
    fn next(&self) -> Option<(Arc<CatalogGraph>, Arc<CatalogGraph>)> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if self.sender.receiver_count() == 0 {
            *told = None;
            return None;
        }
        let (before, after) = (told.clone()?, self.current.get());
        if Arc::ptr_eq(&before, &after) {
            return None;
        }
        *told = Some(Arc::clone(&after));
        (before.revision() != after.revision()).then_some((before, after))
    }
}

impl ChangeSet {
    /// Compares two graphs. Of graphs that were changed from one only what lies apart is looked into.
    fn between(before: &CatalogGraph, after: &CatalogGraph) -> Self {
        let difference = difference(before, after);
        let mut rows = BTreeMap::new();
        for entity in &difference.added {
            rows.insert(entity.name(), row(ChangeKind::Added, None, Some(*entity)));
        }
        for entity in &difference.removed {
            rows.insert(entity.name(), row(ChangeKind::Removed, Some(*entity), None));
        }
        for change in &difference.changed {
            let fields = change.fields.clone();
            let row = row(ChangeKind::Changed, Some(change.before), Some(change.after));
            rows.insert(change.after.name(), ChangeRow { fields, ..row });
        }
        let relations = difference.relations_gained.iter().chain(&difference.relations_lost);
        let changed = difference.relations_changed.iter().map(|change| change.after.from().name());
        for name in relations.map(|relation| relation.from().name()).chain(changed) {
            let (of_before, of_after) = (before.entity(name), after.entity(name));
            let row = rows.entry(name).or_insert_with(|| row(ChangeKind::Changed, of_before, of_after));
            row.has_other_relations = true;
        }
        let is_cut = rows.len() > ROWS_MAX;
        Self {
            before: before.revision().0,
            revision: after.revision().0,
            rows: rows.into_values().take(ROWS_MAX).collect(),
            is_cut,
        }
    }
}

fn row(kind: ChangeKind, before: Option<Entity<'_>>, after: Option<Entity<'_>>) -> ChangeRow {
    let whose = |entity: Entity<'_>| Whose {
        owner: entity.owner().map(|owner| owner.name().clone()),
        repository: entity.repository().map(|repository| repository.id().clone()),
    };
    let present = after.or(before).expect("an entity that changed is of one of the graphs");
    ChangeRow {
        kind,
        name: present.name().clone(),
        before: before.map(whose),
        after: after.map(whose),
        fields: Vec::new(),
        has_other_relations: false,
    }
}

#[cfg(test)]
mod tests {
    use catalog_core::{graph::GraphBuilder, model::Revision, sketch};

    use super::*;

    fn graph(revision: u64, sketch: &str) -> CatalogGraph {
        let mut builder = GraphBuilder::new();
        sketch::repositories(sketch).into_iter().for_each(|repository| builder.add(repository));
        builder.build(Revision(revision))
    }

    #[test]
    fn what_came_went_and_is_another_one_is_told_by_name() {
        let before =
            graph(3, "component:web owner group:a -> component:api\ngroup:a\ngroup:b\ncomponent:old");
        let after = graph(5, "component:web owner group:b -> resource:db\ngroup:a\ngroup:b\nresource:db");
        let change = ChangeSet::between(&before, &after);
        assert_eq!((change.before, change.revision, change.is_cut), (3, 5, false));
        let shown: Vec<_> = change
            .rows
            .iter()
            .map(|row| format!("{:?} {} {}", row.kind, row.name.short(), row.fields.len()))
            .collect();
        let expected = [
            "Removed component:api 0",
            "Removed component:old 0",
            "Changed component:web 1",
            "Added resource:db 0",
        ];
        assert_eq!(shown, expected);
        assert!(change.rows[2].has_other_relations);
    }

    #[test]
    fn a_change_before_anybody_listens_is_not_told_and_one_after_is() {
        let current = Arc::new(CurrentGraph::new(graph(1, "component:a")));
        let feed = ChangeFeed::new(Arc::clone(&current));
        current.replace(graph(2, "component:b"));
        assert!(feed.next().is_none());
        let (revision, receiver) = feed.listen();
        assert_eq!(revision, 2);
        current.replace(graph(4, "component:c"));
        let (before, after) = feed.next().expect("it changed");
        assert_eq!((before.revision().0, after.revision().0), (2, 4));
        assert!(feed.next().is_none());
        drop(receiver);
        current.replace(graph(5, "component:d"));
        assert!(feed.next().is_none() && feed.listen().0 == 5);
    }
}
