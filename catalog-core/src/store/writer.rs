//! Writing to the store: one transaction.

use redb::{Database, ReadableTable, Table, WriteTransaction};

use super::{
    StoreError, StoredSummary,
    guard::{discard, guard},
    reader::{meta_record, open_head},
    record::{DeclarationsRecord, DiagnosticRecord, HeadRecord, StateRecord, SummaryRecord, encode},
    reviews::{self, ChangedReview},
    seal::{checksum, seal},
    tables::{
        DECLARATIONS, DECLARATIONS_NAME, FORMAT, FORMAT_KEY, META, META_NAME, REPOSITORIES,
        REPOSITORIES_NAME, STATE_KEY, SUMMARY_KEY, check_format, foreign_redb, format_mark, is_foreign,
    },
};
use crate::model::{
    CatalogChange, Diagnostic, RepositoryDeclarations, RepositoryId, ReviewChange, ReviewEffect,
    ReviewRefusal, Revision, Timestamp, Visit,
};

type Records<'t> = Table<'t, &'static str, &'static [u8]>;

/// One transaction on the store: all of it is kept, or nothing.
pub struct StoreWriter {
    transaction: Option<WriteTransaction>,
    state: StateRecord,
}

impl StoreWriter {
    /// Begins a transaction on a store, which must have our format.
    pub(super) fn begin(database: &Database) -> Result<Self, StoreError> {
        let transaction = guard("it is opened for writing", || database.begin_write())?;
        let mut writer = Self { transaction: Some(transaction), state: StateRecord::default() };
        let opened = guard("it is opened for writing", || match writer.transaction().open_table(META) {
            Err(error) if is_foreign(&error) => Ok(None),
            meta => meta.map(Some),
        });
        let meta = opened?.ok_or_else(foreign_redb)?;
        check_format(&meta)?;
        let state = meta_record(&meta, STATE_KEY)?;
        discard(meta);
        writer.state = state.ok_or_else(|| StoreError::corrupt("its state is missing"))?;
        Ok(writer)
    }

    /// Makes the tables of an empty store.
    pub(super) fn initialize(database: &Database) -> Result<(), StoreError> {
        Self::initialize_as(database, FORMAT)
    }

    pub(super) fn initialize_as(database: &Database, format: u32) -> Result<(), StoreError> {
        guard("it is made", || {
            let transaction = database.begin_write()?;
            transaction.open_table(META)?.insert(FORMAT_KEY, format_mark(format).as_slice())?;
            let state = seal(META_NAME, STATE_KEY, &encode(&StateRecord::default()));
            transaction.open_table(META)?.insert(STATE_KEY, state.as_slice())?;
            transaction.open_table(REPOSITORIES)?;
            transaction.open_table(DECLARATIONS)?;
            transaction.commit()?;
            Ok::<_, redb::Error>(())
        })
    }

    /// The number of the state that this transaction has made so far.
    pub fn revision(&self) -> Revision {
        Revision(self.state.revision)
    }

    /// Makes the visits part of the store and gives the revision that this makes.
    ///
    /// What was read replaces what was there. What is unchanged, or read with the same facts, only
    /// gets a new observation time. What could not be read keeps its declarations, commit and last
    /// observation, and is marked unreadable since the first failure. The revision goes up by one
    /// if any fact changed; `now` then becomes its time. A visit that found a repository that is not in the
    /// store unchanged says nothing and is left out.
    pub fn apply(&mut self, change: &CatalogChange, now: Timestamp) -> Result<Revision, StoreError> {
        let mut state = self.state;
        let (mut repositories, mut declarations) = guard("its tables are opened", || {
            let transaction = self.transaction();
            Ok::<_, redb::Error>((
                transaction.open_table(REPOSITORIES)?,
                transaction.open_table(DECLARATIONS)?,
            ))
        })?;
        // Pages are filled best in the order of the keys; several visits to one repository stay in theirs.
        let mut visits: Vec<&Visit> = change.visits.iter().collect();
        visits.sort_by_key(|visit| visit.repository());
        let mut changed = false;
        for visit in visits {
            let tables = Tables { repositories: &mut repositories, declarations: &mut declarations };
            changed |= tables.apply(visit, &mut state)?;
        }
        discard((repositories, declarations));
        if changed {
            state.revision += 1;
            state.changed_at = Some(now.0);
        }
        if state != self.state {
            self.put_meta(STATE_KEY, &encode(&state))?;
            self.state = state;
        }
        Ok(self.revision())
    }

    /// Keeps counts, unless counts of a later revision are there.
    pub fn set_summary(&mut self, summary: StoredSummary) -> Result<(), StoreError> {
        let meta = guard("its state is read", || self.transaction().open_table(META))?;
        // Counts can be counted again, so that damaged ones are simply replaced.
        let stored: Option<SummaryRecord> = meta_record(&meta, SUMMARY_KEY).unwrap_or(None);
        discard(meta);
        if stored.is_some_and(|stored| stored.revision > summary.revision.0) {
            return Ok(());
        }
        self.put_meta(SUMMARY_KEY, &encode(&summary.record()))
    }

    /// Makes everything durable.
    pub(super) fn commit(mut self) -> Result<(), StoreError> {
        let transaction = self.transaction.take().expect("a writer has its transaction until it commits");
        guard("it is written", || transaction.commit())
    }

    /// Makes a change of reviews part of the store, which makes a new revision where anything changes.
    /// O(items and answers of the review).
    ///
    /// The inner result is what the review says to it: a refusal leaves everything as it was.
    pub fn change_reviews(
        &mut self,
        change: &ReviewChange,
        now: Timestamp,
    ) -> Result<Result<ReviewEffect, ReviewRefusal>, StoreError> {
        let changed = reviews::change(self.transaction(), change, now)?;
        let ChangedReview { review, answers, changed } = match changed {
            Ok(changed) => changed,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if changed {
            let revision = self.state.revision + 1;
            let state = StateRecord { revision, changed_at: Some(now.0), ..self.state };
            self.put_meta(STATE_KEY, &encode(&state))?;
            self.state = state;
        }
        Ok(Ok(ReviewEffect { revision: self.revision(), review, answers, changed }))
    }

    fn transaction(&self) -> &WriteTransaction {
        self.transaction.as_ref().expect("a writer has its transaction until it commits")
    }

    fn put_meta(&self, key: &str, payload: &[u8]) -> Result<(), StoreError> {
        let record = seal(META_NAME, key, payload);
        guard("its state is written", || {
            self.transaction().open_table(META)?.insert(key, record.as_slice())?;
            Ok::<_, redb::Error>(())
        })
    }
}

impl Drop for StoreWriter {
    fn drop(&mut self) {
        discard(self.transaction.take());
    }
}

impl std::fmt::Debug for StoreWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoreWriter").field("state", &self.state).finish_non_exhaustive()
    }
}

struct Tables<'w, 't> {
    repositories: &'w mut Records<'t>,
    declarations: &'w mut Records<'t>,
}

impl Tables<'_, '_> {
    /// Applies one visit; whether a fact changed.
    fn apply(mut self, visit: &Visit, state: &mut StateRecord) -> Result<bool, StoreError> {
        let id = visit.repository();
        let old_bytes = value_of(self.repositories, id)?;
        let old = old_bytes.as_deref().map(|bytes| open_head(id, bytes)).transpose()?;
        let new = match visit {
            Visit::Read(read) => self.put_declarations(read)?,
            Visit::Unchanged { observed_at, .. } => {
                let Some(old) = &old else { return Ok(false) };
                HeadRecord {
                    observed_at: Some(observed_at.0),
                    unreadable: None,
                    diagnostic: None,
                    ..old.clone()
                }
            }
            Visit::Unreadable { address, observed_at, diagnostic, .. } => {
                unreadable(old.as_ref(), address, *observed_at, diagnostic)
            }
        };
        let new_bytes = seal(REPOSITORIES_NAME, id.as_str(), &encode(&new));
        if old_bytes.as_deref() == Some(&new_bytes) {
            return Ok(false);
        }
        guard("a repository is written", || {
            self.repositories.insert(id.as_str(), new_bytes.as_slice())?;
            Ok::<_, redb::Error>(())
        })?;
        state.repositories += u64::from(old_bytes.is_none());
        let removed = old_bytes.as_deref().map_or(0, checksum);
        state.heads_checksum = state
            .heads_checksum
            .wrapping_sub(u64::from(removed))
            .wrapping_add(u64::from(checksum(&new_bytes)));
        Ok(old.is_none_or(|old| !old.same_facts(&new)))
    }

    /// Stores what a repository says, unless it is stored already, and makes its head.
    fn put_declarations<'a>(
        &mut self,
        read: &'a RepositoryDeclarations,
    ) -> Result<HeadRecord<'a>, StoreError> {
        let id = &read.head.id;
        let bytes = seal(DECLARATIONS_NAME, id.as_str(), &encode(&DeclarationsRecord::of(read)));
        if value_of(self.declarations, id)?.as_deref() != Some(&bytes) {
            guard("declarations are written", || {
                self.declarations.insert(id.as_str(), bytes.as_slice())?;
                Ok::<_, redb::Error>(())
            })?;
        }
        Ok(HeadRecord::of(&read.head, checksum(&bytes)))
    }
}

fn unreadable<'a>(
    old: Option<&HeadRecord<'a>>,
    address: &'a str,
    observed_at: Timestamp,
    diagnostic: &'a Diagnostic,
) -> HeadRecord<'a> {
    let since = old.and_then(|old| old.unreadable).map_or(observed_at.0, |(since, _)| since);
    let unreadable = Some((since, &*diagnostic.message));
    let diagnostic = Some(DiagnosticRecord::of(diagnostic));
    match old {
        Some(old) => HeadRecord { unreadable, diagnostic, ..old.clone() },
        None => HeadRecord {
            address,
            commit: None,
            committed_at: None,
            observed_at: None,
            unreadable,
            diagnostic,
            reader: 0,
            declarations: None,
        },
    }
}

fn value_of(table: &Records<'_>, id: &RepositoryId) -> Result<Option<Vec<u8>>, StoreError> {
    guard("a record is looked up", || {
        Ok::<_, redb::Error>(table.get(id.as_str())?.map(|record| record.value().to_vec()))
    })
}
