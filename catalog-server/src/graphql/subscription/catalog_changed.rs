//! `catalogChanged`: what each new revision of the catalog changes.

use std::sync::Arc;

use async_graphql::{
    Context, Enum, InputObject, Result, SimpleObject, Subscription,
    futures_util::{Stream, stream::unfold},
};
use catalog_core::model::{EntityRef, RepositoryId};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::graphql::{
    ErrorCode, GraphqlLimits,
    change_feed::{ChangeFeed, ChangeKind, ChangeRow, ChangeSet, Whose},
    page::{check_text, error, row_count},
};

#[derive(Default)]
pub(super) struct CatalogChangedSubscription;

/// Of which entities one wants to be told. The parts are joined by *and*, the values of one part by *or*; of a
/// change of owner or repository, both before and after count.
#[derive(Clone, Debug, Default, InputObject)]
pub(super) struct CatalogChangedFilter {
    /// Kinds, as in `component`.
    #[graphql(default)]
    kinds: Vec<String>,
    /// Refs of owners, as in `group:shop`; without a kind, a group.
    #[graphql(default)]
    owners: Vec<String>,
    /// Names of repositories, whole or the end of one after a `/`.
    #[graphql(default)]
    repositories: Vec<String>,
    /// Refs of entities, as in `component:shop`.
    #[graphql(default)]
    refs: Vec<String>,
}

/// What is different in a revision of the catalog. The first one that is told says from which revision on one
/// is told, with nothing changed.
#[derive(Clone, Debug, SimpleObject)]
pub(super) struct CatalogChange {
    /// The revision that the catalog has now.
    revision: u64,
    /// The revision that it is compared with.
    previous_revision: u64,
    /// Revisions of which one was not told, because what came before was not read in time: ask for what
    /// matters again. 0 where nothing was missed.
    missed_revisions: u64,
    /// Entities that came, by ref; as many as `first` says.
    added: Vec<EntityInChange>,
    /// Entities that came.
    added_count: usize,
    /// Entities that went, by ref; as many as `first` says.
    removed: Vec<EntityInChange>,
    /// Entities that went.
    removed_count: usize,
    /// Entities of which something else is said, or that have other relations, by ref; as many as `first` says.
    changed: Vec<EntityInChange>,
    /// Entities of which something else is said, or that have other relations.
    changed_count: usize,
    /// Whether everything was counted: of more than ten thousand entities only that many are looked at.
    complete: bool,
}

/// An entity that came, went or is another one.
#[derive(Clone, Debug, SimpleObject)]
pub(super) struct EntityInChange {
    /// Its ref.
    #[graphql(name = "ref")]
    reference: String,
    /// The ref of its owner; of one that went, as it was.
    owner: Option<String>,
    /// The ref of its owner before; null for one that came.
    owner_before: Option<String>,
    /// The name of the repository that declares it; of one that went, as it was.
    repository: Option<String>,
    /// What is said otherwise.
    fields: Vec<ChangedEntityField>,
    /// Whether it has other relations to others.
    other_relations: bool,
}

/// Something that is said otherwise of an entity.
#[derive(Clone, Debug, SimpleObject)]
pub(super) struct ChangedEntityField {
    /// What.
    field: ChangedFieldName,
    /// As it was; null where nothing was said.
    before: Option<String>,
    /// As it is; null where nothing is said.
    after: Option<String>,
}

/// What can be said otherwise of an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ChangedField", remote = "catalog_core::query::ChangedField")]
pub(super) enum ChangedFieldName {
    /// Whether it is declared, or only named.
    Standing,
    /// Its kind as declared.
    Kind,
    /// Its type.
    Type,
    /// Its lifecycle.
    Lifecycle,
    /// Its tier.
    Tier,
    /// Its owner.
    Owner,
    /// The system, or for a system the domain, that it is a part of.
    System,
    /// What it promises.
    Objectives,
    /// The classes of its data.
    DataClasses,
}

#[Subscription]
impl CatalogChangedSubscription {
    /// Tells after each new revision of the catalog what it changes, and only of what the filter lets through.
    /// Who is slow misses the oldest revisions, and is told how many.
    async fn catalog_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of which entities; of all where it is left out.")] filter: Option<
            CatalogChangedFilter,
        >,
        #[graphql(desc = "How many entities of each list, 1 to 100; 50 where it is left out.")] first: Option<
            i32,
        >,
    ) -> Result<impl Stream<Item = CatalogChange> + use<>> {
        let limits = ctx.data::<GraphqlLimits>()?;
        let first = first.map_or(Ok(limits.page_rows_default), |first| row_count("first", first, limits))?;
        let filter = Filter::read(ctx, filter.unwrap_or_default())?;
        let (revision, receiver) = ctx.data::<Arc<ChangeFeed>>()?.listen();
        let listener = Listener { receiver, filter, first, told: None, begin: revision };
        Ok(unfold(listener, |mut listener| async move {
            let change = listener.next().await?;
            Some((change, listener))
        }))
    }
}

/// A filter that was understood.
struct Filter {
    kinds: Vec<String>,
    owners: Vec<EntityRef>,
    repositories: Vec<String>,
    refs: Vec<EntityRef>,
}

/// One who is told.
struct Listener {
    receiver: Receiver<Arc<ChangeSet>>,
    filter: Filter,
    first: usize,
    /// The revision that was told last.
    told: Option<u64>,
    begin: u64,
}

impl Filter {
    fn read(ctx: &Context<'_>, filter: CatalogChangedFilter) -> Result<Self> {
        let limits = ctx.data::<GraphqlLimits>()?;
        let CatalogChangedFilter { kinds, owners, repositories, refs } = filter;
        for (name, values) in
            [("kinds", &kinds), ("owners", &owners), ("repositories", &repositories), ("refs", &refs)]
        {
            if values.len() > limits.refs_max {
                let (count, refs_max) = (values.len(), limits.refs_max);
                let message =
                    format!("`{name}` holds {count}, over the limit `graphql.refs_max` of {refs_max}");
                return Err(error(ErrorCode::ArgumentInvalid, message));
            }
            values.iter().try_for_each(|value| check_text(ctx, name, value))?;
        }
        let parse = |text: &String, kind: &str| {
            let whole = if text.contains(':') { text.clone() } else { format!("{kind}:{text}") };
            EntityRef::parse_full(&whole).map_err(|fault| {
                error(ErrorCode::ArgumentInvalid, format!("`{text}` is no ref of an entity: {fault}"))
            })
        };
        Ok(Self {
            kinds: kinds.iter().map(|kind| kind.to_lowercase()).collect(),
            owners: owners.iter().map(|text| parse(text, "group")).collect::<Result<_>>()?,
            repositories,
            refs: refs.iter().map(|text| parse(text, "component")).collect::<Result<_>>()?,
        })
    }

    fn lets_through(&self, row: &ChangeRow) -> bool {
        let sides = || [&row.before, &row.after].into_iter().flatten();
        let is_owner = |whose: &Whose| whose.owner.as_ref().is_some_and(|owner| self.owners.contains(owner));
        let is_there = |whose: &Whose| {
            let id = whose.repository.as_ref().map_or("", RepositoryId::as_str);
            self.repositories.iter().any(|text| {
                id.strip_suffix(text.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
            })
        };
        (self.kinds.is_empty() || self.kinds.iter().any(|kind| kind == row.name.kind()))
            && (self.refs.is_empty() || self.refs.contains(&row.name))
            && (self.owners.is_empty() || sides().any(is_owner))
            && (self.repositories.is_empty() || sides().any(is_there))
    }
}

impl Listener {
    /// The next change that one wants to be told of; nothing once nobody tells any more.
    async fn next(&mut self) -> Option<CatalogChange> {
        let Some(_) = self.told else {
            self.told = Some(self.begin);
            return Some(CatalogChange::nothing(self.begin));
        };
        loop {
            match self.receiver.recv().await {
                Ok(change) => {
                    if let Some(change) = self.show(&change) {
                        return Some(change);
                    }
                }
                // What comes next says by its revisions how much was missed.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    }

    fn show(&mut self, change: &ChangeSet) -> Option<CatalogChange> {
        let told = self.told.replace(change.revision).unwrap_or(change.before);
        let mut shown = CatalogChange {
            revision: change.revision,
            previous_revision: change.before,
            missed_revisions: change.before.saturating_sub(told),
            complete: !change.is_cut,
            ..CatalogChange::nothing(change.revision)
        };
        for row in change.rows.iter().filter(|row| self.filter.lets_through(row)) {
            let (list, count) = match row.kind {
                ChangeKind::Added => (&mut shown.added, &mut shown.added_count),
                ChangeKind::Removed => (&mut shown.removed, &mut shown.removed_count),
                ChangeKind::Changed => (&mut shown.changed, &mut shown.changed_count),
            };
            *count += 1;
            if list.len() < self.first {
                list.push(row.into());
            }
        }
        let has_rows = shown.added_count + shown.removed_count + shown.changed_count > 0;
        let wants_all = self.filter.is_empty();
        (has_rows || wants_all || shown.missed_revisions > 0 || change.is_cut).then_some(shown)
    }
}

impl Filter {
    fn is_empty(&self) -> bool {
        self.kinds.is_empty()
            && self.owners.is_empty()
            && self.repositories.is_empty()
            && self.refs.is_empty()
    }
}

impl CatalogChange {
    fn nothing(revision: u64) -> Self {
        Self {
            revision,
            previous_revision: revision,
            missed_revisions: 0,
            added: Vec::new(),
            added_count: 0,
            removed: Vec::new(),
            removed_count: 0,
            changed: Vec::new(),
            changed_count: 0,
            complete: true,
        }
    }
}

impl From<&ChangeRow> for EntityInChange {
    fn from(row: &ChangeRow) -> Self {
        let owner = |whose: &Option<Whose>| {
            whose.as_ref().and_then(|whose| whose.owner.as_ref()).map(ToString::to_string)
        };
        let present = row.after.as_ref().or(row.before.as_ref());
        let fields = row.fields.iter().map(|change| ChangedEntityField {
            field: change.field.into(),
            before: change.before.clone(),
            after: change.after.clone(),
        });
        Self {
            reference: row.name.to_string(),
            owner: if row.after.is_some() { owner(&row.after) } else { owner(&row.before) },
            owner_before: owner(&row.before),
            repository: present.and_then(|whose| whose.repository.as_ref()).map(ToString::to_string),
            fields: fields.collect(),
            other_relations: row.has_other_relations,
        }
    }
}

#[cfg(test)]
mod tests {
    use catalog_core::{catalog::CurrentGraph, graph::CatalogGraph};
    use tokio::{runtime::Runtime, sync::broadcast};

    use super::*;

    fn change(revision: u64) -> Arc<ChangeSet> {
        Arc::new(ChangeSet { before: revision - 1, revision, rows: Vec::new(), is_cut: false })
    }

    #[test]
    fn who_is_slow_is_told_what_was_missed_and_keeps_nothing_waiting() {
        let sender = broadcast::Sender::new(4);
        let receiver = sender.subscribe();
        let filter =
            Filter { kinds: Vec::new(), owners: Vec::new(), repositories: Vec::new(), refs: Vec::new() };
        let mut listener = Listener { receiver, filter, first: 1, told: None, begin: 10 };
        let runtime = Runtime::new().expect("a runtime can be built");
        let mut next = || {
            let change = runtime.block_on(listener.next()).expect("something is told");
            (change.previous_revision, change.revision, change.missed_revisions)
        };
        assert_eq!(next(), (10, 10, 0));
        (11..=30).for_each(|revision| drop(sender.send(change(revision))));
        assert_eq!(next(), (26, 27, 16));
        assert_eq!(next(), (27, 28, 0));
    }

    #[test]
    fn a_filter_of_nothing_that_changed_tells_nothing() {
        let feed = ChangeFeed::new(Arc::new(CurrentGraph::new(CatalogGraph::empty())));
        let (begin, receiver) = feed.listen();
        let filter = Filter {
            kinds: vec!["api".to_owned()],
            owners: Vec::new(),
            repositories: Vec::new(),
            refs: Vec::new(),
        };
        let mut listener = Listener { receiver, filter, first: 1, told: Some(begin), begin };
        assert!(listener.show(&change(begin + 1)).is_none());
        // What was missed is told all the same.
        let missed = listener.show(&change(begin + 5)).map(|of| of.missed_revisions);
        assert_eq!(missed, Some(3));
    }
}
