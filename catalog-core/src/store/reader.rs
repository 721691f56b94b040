//! Reading the store: one state of it, as it was when it was opened.

use std::{
    hash::{DefaultHasher, Hasher as _},
    ops::Range,
    sync::OnceLock,
};

use redb::{ReadOnlyDatabase, ReadOnlyTable, ReadTransaction, ReadableDatabase, ReadableTable};

use super::{
    StoreError, StoredSummary,
    guard::{discard, guard},
    reviews::{self, ReviewsMark},
    seal::{checksum, unseal},
    tables::{
        DECLARATIONS, DECLARATIONS_NAME, META, META_NAME, REPOSITORIES, REPOSITORIES_NAME, STATE_KEY,
        SUMMARY_KEY, check_format, foreign_redb, is_foreign,
    },
};
use crate::{
    model::{RepositoryDeclarations, RepositoryHead, RepositoryId, Reviews, Revision, Timestamp},
    record::{HeadRecord, Senseless, StateRecord, SummaryRecord, decode, decode_declarations, encode},
};

type Records = ReadOnlyTable<&'static str, &'static [u8]>;

/// What of redb is open, in the order in which it is to be dropped: what reads before what it reads from.
struct Opened {
    meta: Records,
    repositories: Records,
    /// Opened when a record of it is asked for: with few repositories, opening it reads all that one says.
    declarations: OnceLock<Records>,
    transaction: ReadTransaction,
    _database: ReadOnlyDatabase,
}

/// One state of the store, open for reading. No process can write while it lives, so keep it short.
///
/// Every record is checked against its checksum when it is read. Answers about all repositories are
/// also checked for being complete, so that damage never shows as a repository that is not there.
pub struct StoreReader {
    opened: Option<Opened>,
    state: StateRecord,
}

impl StoreReader {
    pub(super) fn open(database: ReadOnlyDatabase) -> Result<Self, StoreError> {
        let opened = guard("it is opened", || {
            let transaction = database.begin_read()?;
            let meta = match transaction.open_table(META) {
                Err(error) if is_foreign(&error) => return Ok(Err(foreign_redb())),
                meta => meta?,
            };
            Ok::<_, redb::Error>(Ok((transaction, meta)))
        });
        let (transaction, meta) = match opened.and_then(|opened| opened) {
            Ok(opened) => opened,
            Err(error) => {
                discard(database);
                return Err(error);
            }
        };
        check_format(&meta)?;
        let repositories = guard("its tables are opened", || transaction.open_table(REPOSITORIES))?;
        let state =
            meta_record(&meta, STATE_KEY)?.ok_or_else(|| StoreError::corrupt("its state is missing"))?;
        let declarations = OnceLock::new();
        let opened = Opened { meta, repositories, declarations, transaction, _database: database };
        Ok(Self { opened: Some(opened), state })
    }

    /// The number of this state.
    pub fn revision(&self) -> Revision {
        Revision(self.state.revision)
    }

    /// What tells this state from every other one, also from one in which only times are others.
    pub(crate) fn state(&self) -> Vec<u8> {
        encode(&self.state)
    }

    /// When this revision was made; `None` for an empty store.
    pub fn changed_at(&self) -> Option<Timestamp> {
        self.state.changed_at.map(Timestamp)
    }

    /// How many repositories there are.
    pub fn repositories(&self) -> u64 {
        self.state.repositories
    }

    /// The counts that were stored last; they are of the revision that they name.
    pub fn summary(&self) -> Result<Option<StoredSummary>, StoreError> {
        let record: Option<SummaryRecord> = meta_record(self.meta(), SUMMARY_KEY)?;
        Ok(record.map(StoredSummary::of))
    }

    /// Every repository, sorted by id.
    pub fn heads(&self) -> Result<Vec<RepositoryHead>, StoreError> {
        let mut heads = Vec::new();
        self.for_each_head(|id, head, _| {
            heads.push(head.to_model(id).map_err(|senseless| corrupt(REPOSITORIES_NAME, id, senseless))?);
            Ok(())
        })?;
        Ok(heads)
    }

    /// One repository; `None` where it is not in the store.
    ///
    /// One look-up if it is there. If it is not, every head is read, to be sure that it is not lost.
    pub fn head(&self, id: &RepositoryId) -> Result<Option<RepositoryHead>, StoreError> {
        self.with_head(id, |head| {
            head.to_model(id).map_err(|senseless| corrupt(REPOSITORIES_NAME, id, senseless))
        })
    }

    /// What one repository says; `None` where it is not in the store.
    ///
    /// Of a repository that could not be read last time, this is what it said before, with the
    /// diagnostic of the failed visit at the end.
    pub fn declarations(&self, id: &RepositoryId) -> Result<Option<RepositoryDeclarations>, StoreError> {
        self.with_head(id, |head| self.declarations_of(id, head))
    }

    /// By what each repository is told from what it was before: two that are equal say the same.
    /// Good within this process.
    pub(crate) fn marks(&self) -> Result<Vec<(RepositoryId, RepositoryMark)>, StoreError> {
        let mut marks = Vec::new();
        self.for_each_head(|id, head, bytes| {
            let said = encode(&(head.declarations, &head.diagnostic, head.commit));
            marks.push((id.clone(), RepositoryMark { said: fingerprint(&said), head: fingerprint(bytes) }));
            Ok(())
        })?;
        Ok(marks)
    }

    /// Every review with its answers. O(items and answers of all).
    pub fn reviews(&self) -> Result<Reviews, StoreError> {
        reviews::read_all(self.transaction(), self.meta())
    }

    /// By what the reviews are told from what they were before.
    pub(crate) fn reviews_mark(&self) -> Result<ReviewsMark, StoreError> {
        reviews::mark(self.meta())
    }

    /// What every repository says, in the order of their ids; one at a time is in memory.
    ///
    /// An error may come after some repositories, which then are not all there are.
    pub fn for_each_repository(&self, visit: impl FnMut(RepositoryDeclarations)) -> Result<(), StoreError> {
        self.for_each_repository_in(0..u64::MAX, visit)
    }

    /// What those repositories say whose ranks, in the order of their ids, lie in a range. As
    /// [`for_each_repository`](Self::for_each_repository), for one of several threads.
    pub(crate) fn for_each_repository_in(
        &self,
        ranks: Range<u64>,
        mut visit: impl FnMut(RepositoryDeclarations),
    ) -> Result<(), StoreError> {
        let mut rank = 0;
        self.for_each_head(|id, head, _| {
            if ranks.contains(&rank) {
                visit(self.declarations_of(id, head)?);
            }
            rank += 1;
            Ok(())
        })
    }

    fn with_head<T>(
        &self,
        id: &RepositoryId,
        use_head: impl FnOnce(&HeadRecord<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let record = guard("a repository is looked up", || self.repositories_table().get(id.as_str()))?;
        match record {
            Some(record) => {
                let bytes = guard("a repository is read", || Ok::<_, redb::Error>(record.value()))?;
                use_head(&open_head(id, bytes)?).map(Some)
            }
            None => self.for_each_head(|_, _, _| Ok(())).map(|()| None),
        }
    }

    /// Visits every head record, then makes sure that it were all of them.
    fn for_each_head(
        &self,
        mut visit: impl FnMut(&RepositoryId, &HeadRecord<'_>, &[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let (mut count, mut sum) = (0_u64, 0_u64);
        let mut records = guard("its repositories are listed", || self.repositories_table().iter())?;
        while let Some((key, value)) = guard("its repositories are read", || records.next().transpose())? {
            let (key, bytes) =
                guard("a repository is read", || Ok::<_, redb::Error>((key.value(), value.value())))?;
            let id = RepositoryId::new(key).ok_or_else(|| {
                StoreError::corrupt(format!("a key of table `{REPOSITORIES_NAME}` is no id"))
            })?;
            visit(&id, &open_head(&id, bytes)?, bytes)?;
            count += 1;
            sum = sum.wrapping_add(u64::from(checksum(bytes)));
        }
        if (count, sum) != (self.state.repositories, self.state.heads_checksum) {
            return Err(StoreError::corrupt(format!(
                "table `{REPOSITORIES_NAME}` has {count} records that are not the {} that were stored",
                self.state.repositories
            )));
        }
        Ok(())
    }

    fn declarations_of(
        &self,
        id: &RepositoryId,
        head: &HeadRecord<'_>,
    ) -> Result<RepositoryDeclarations, StoreError> {
        let senseless = |senseless| corrupt(DECLARATIONS_NAME, id, senseless);
        let model = head.to_model(id).map_err(senseless)?;
        let mut declarations = match head.declarations {
            None => RepositoryDeclarations {
                head: model,
                manifests: Vec::new(),
                diagnostics: Vec::new(),
                tombstones: Vec::new(),
                history: None,
            },
            Some(expected) => {
                let lost = || corrupt(DECLARATIONS_NAME, id, Senseless("is not the one that was stored"));
                let record = guard("declarations are looked up", || {
                    self.declarations_table()?.get(id.as_str()).map_err(redb::Error::from)
                })?
                .ok_or_else(lost)?;
                let bytes = guard("declarations are read", || Ok::<_, redb::Error>(record.value()))?;
                let payload = unseal(DECLARATIONS_NAME, id.as_str(), bytes)?;
                if checksum(bytes) != expected {
                    return Err(lost());
                }
                decode_declarations(payload, model).map_err(senseless)?
            }
        };
        if let Some(diagnostic) = &head.diagnostic {
            declarations.diagnostics.push(diagnostic.to_model().map_err(senseless)?);
        }
        Ok(declarations)
    }

    fn opened(&self) -> &Opened {
        self.opened.as_ref().expect("a reader is open until it is dropped")
    }

    fn meta(&self) -> &Records {
        &self.opened().meta
    }

    fn transaction(&self) -> &ReadTransaction {
        &self.opened().transaction
    }

    fn repositories_table(&self) -> &Records {
        &self.opened().repositories
    }

    /// To be called where redb may panic.
    fn declarations_table(&self) -> Result<&Records, redb::Error> {
        let opened = self.opened();
        if let Some(table) = opened.declarations.get() {
            return Ok(table);
        }
        let table = opened.transaction.open_table(DECLARATIONS)?;
        Ok(opened.declarations.get_or_init(|| table))
    }
}

impl Drop for StoreReader {
    fn drop(&mut self) {
        discard(self.opened.take());
    }
}

impl std::fmt::Debug for StoreReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoreReader").field("state", &self.state).finish_non_exhaustive()
    }
}

/// What tells a repository from what it was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RepositoryMark {
    /// Of everything that it says.
    pub(crate) said: u64,
    /// Of what is known of the repository itself, when it was seen too.
    pub(crate) head: u64,
}

fn fingerprint(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

/// A record of the table `meta`; `None` where there is none.
pub(super) fn meta_record<T: for<'a> serde::Deserialize<'a>>(
    meta: &impl ReadableTable<&'static str, &'static [u8]>,
    key: &str,
) -> Result<Option<T>, StoreError> {
    let bytes = guard("its state is read", || {
        Ok::<_, redb::Error>(meta.get(key)?.map(|record| record.value().to_vec()))
    })?;
    let Some(bytes) = bytes else { return Ok(None) };
    let payload = unseal(META_NAME, key, &bytes)?;
    decode(payload).map(Some).map_err(|Senseless(what)| {
        StoreError::corrupt(format!("record `{key}` of table `{META_NAME}` {what}"))
    })
}

pub(super) fn open_head<'a>(id: &RepositoryId, bytes: &'a [u8]) -> Result<HeadRecord<'a>, StoreError> {
    let payload = unseal(REPOSITORIES_NAME, id.as_str(), bytes)?;
    decode(payload).map_err(|senseless| corrupt(REPOSITORIES_NAME, id, senseless))
}

fn corrupt(table: &str, id: &RepositoryId, Senseless(what): Senseless) -> StoreError {
    StoreError::corrupt(format!("record `{id}` of table `{table}` {what}"))
}
