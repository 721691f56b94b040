//! The store as others see it: a path, opened for as long as one operation takes.

use std::{
    fmt,
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use redb::{Builder, Database, ReadOnlyDatabase};

use super::{
    Holder, StoreError, StoreReader, StoredSummary,
    create::{create, not_writable},
    guard::{discard, guard},
    writer::StoreWriter,
};
use crate::model::{CatalogChange, ReviewChange, ReviewEffect, ReviewRefusal, Revision, Timestamp};

/// How much of the file is kept in memory while it is open. Every page is read about once.
pub(super) const CACHE_BYTES: usize = 16 << 20;
/// How often a process that waits looks whether the store is free.
const POLL: Duration = Duration::from_millis(50);
/// What every file of redb begins with.
const REDB_MAGIC: &[u8; 9] = b"redb\x1A\x0A\xA9\x0D\x0A";

type OnWait = Arc<dyn Fn(Option<&Holder>) + Send + Sync>;

/// Facts on disk: what each repository says, in one file.
///
/// The file is open only during an operation, so that a crawl, a server and look-ups in several
/// processes can work beside each other: any number may read at a time, or one may write. An operation that
/// meets another one in its way waits for it, at most as long as [`Store::wait_up_to`] allows.
#[derive(Clone)]
pub struct Store {
    path: PathBuf,
    wait_max: Duration,
    on_wait: Option<OnWait>,
}

impl Store {
    /// The store at a path. Nothing is opened yet, and the file need not exist.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), wait_max: Duration::ZERO, on_wait: None }
    }

    /// The same, waiting for other processes up to this long; not at all by default.
    #[must_use]
    pub fn wait_up_to(mut self, wait_max: Duration) -> Self {
        self.wait_max = wait_max;
        self
    }

    /// The same, telling once in each operation that it begins to wait, and for whom where that is known.
    #[must_use]
    pub fn on_wait(mut self, on_wait: impl Fn(Option<&Holder>) + Send + Sync + 'static) -> Self {
        self.on_wait = Some(Arc::new(on_wait));
        self
    }

    /// Where the store is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads one state of the store.
    ///
    /// After a process died while it wrote, the file is repaired first, which takes writing to it.
    pub fn read<T>(
        &self,
        reading: impl FnOnce(&StoreReader) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut waited = Duration::ZERO;
        reading(&self.open_reader(&mut waited)?)
    }

    /// Writes in one transaction, which is durable on return; an error leaves the store as it was.
    ///
    /// Where there is no file, or an empty one, a new store is made.
    pub fn write<T>(
        &self,
        writing: impl FnOnce(&mut StoreWriter) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match self.check_beginning() {
            Err(StoreError::NotFound) => create(&self.path)?,
            Err(StoreError::Foreign { .. }) if self.is_empty_file() => create(&self.path)?,
            checked => checked?,
        }
        let mut waited = Duration::ZERO;
        // A file that is not ours or newer is not even opened for writing, which would change it.
        drop(self.open_reader(&mut waited)?);
        let database = self.waiting(&mut waited, || self.open_for_writing())?;
        let written = StoreWriter::begin(&database).and_then(|mut writer| {
            let result = writing(&mut writer)?;
            writer.commit()?;
            Ok(result)
        });
        discard(database);
        written
    }

    /// Makes a change part of the store: [`StoreWriter::apply`] in a transaction of its own.
    pub fn apply(&self, change: &CatalogChange, now: Timestamp) -> Result<Revision, StoreError> {
        self.write(|writer| writer.apply(change, now))
    }

    /// Makes a change of reviews part of the store: [`StoreWriter::change_reviews`] in a transaction of its own.
    ///
    /// Where there is no store none is made: nothing can be reviewed in it.
    pub fn change_reviews(
        &self,
        change: &ReviewChange,
        now: Timestamp,
    ) -> Result<Result<ReviewEffect, ReviewRefusal>, StoreError> {
        self.check_beginning()?;
        self.write(|writer| writer.change_reviews(change, now))
    }

    /// Keeps counts: [`StoreWriter::set_summary`] in a transaction of its own.
    pub fn set_summary(&self, summary: StoredSummary) -> Result<(), StoreError> {
        self.write(|writer| writer.set_summary(summary))
    }

    /// Checks every page and every record, and gives the number of repositories.
    ///
    /// Opens the file for writing, as redb's own check needs it. Reads the whole file: some seconds a gigabyte.
    pub fn verify(&self) -> Result<u64, StoreError> {
        let mut waited = Duration::ZERO;
        let reader = self.open_reader(&mut waited)?;
        let mut verified = 0;
        reader.for_each_repository(|_| verified += 1)?;
        reader.reviews()?;
        reader.summary()?;
        drop(reader);
        let mut database = self.waiting(&mut waited, || self.open_for_writing())?;
        let sound = guard("it is checked", || database.check_integrity());
        discard(database);
        if sound? { Ok(verified) } else { Err(StoreError::corrupt("its pages did not fit their checksums")) }
    }

    fn open_reader(&self, waited: &mut Duration) -> Result<StoreReader, StoreError> {
        self.check_beginning()?;
        let database = match self.waiting(waited, || self.open_for_reading()) {
            Err(StoreError::NeedsRepair) => {
                self.repair(waited)?;
                self.waiting(waited, || self.open_for_reading())
            }
            opened => opened,
        };
        StoreReader::open(database?)
    }

    /// Opening for writing repairs what a process that died has left.
    fn repair(&self, waited: &mut Duration) -> Result<(), StoreError> {
        match self.waiting(waited, || self.open_for_writing()) {
            Ok(database) => {
                discard(database);
                Ok(())
            }
            Err(StoreError::ReadOnly(_)) => Err(StoreError::NeedsRepair),
            Err(error) => Err(error),
        }
    }

    fn open_for_reading(&self) -> Result<ReadOnlyDatabase, StoreError> {
        guard("it is opened", || Builder::new().set_cache_size(CACHE_BYTES).open_read_only(&self.path))
    }

    fn open_for_writing(&self) -> Result<Database, StoreError> {
        let opened = guard("it is opened", || Builder::new().set_cache_size(CACHE_BYTES).open(&self.path));
        opened.map_err(|error| match error {
            StoreError::Io(error) => not_writable(error),
            error => error,
        })
    }

    /// Tries until no other process is in the way, or the time of the operation is up, of which `waited` is gone.
    fn waiting<T>(
        &self,
        waited: &mut Duration,
        attempt: impl Fn() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        loop {
            let result = attempt();
            if !matches!(result, Err(StoreError::Held { .. })) {
                return result;
            }
            let by = Holder::of(&self.path);
            if *waited >= self.wait_max {
                return Err(StoreError::Held { by });
            }
            if let Some(on_wait) = self.on_wait.as_ref().filter(|_| waited.is_zero()) {
                on_wait(by.as_ref());
            }
            let step = POLL.min(self.wait_max - *waited);
            thread::sleep(step);
            *waited += step;
        }
    }

    /// Whether the file begins as a file of redb does, whatever follows.
    fn check_beginning(&self) -> Result<(), StoreError> {
        let mut beginning = Vec::with_capacity(REDB_MAGIC.len());
        let limit = u64::try_from(REDB_MAGIC.len()).unwrap_or(u64::MAX);
        File::open(&self.path)?.take(limit).read_to_end(&mut beginning)?;
        match beginning.as_slice() {
            beginning if beginning == REDB_MAGIC => Ok(()),
            [] => Err(StoreError::foreign("an empty file")),
            beginning if REDB_MAGIC.starts_with(beginning) => {
                Err(StoreError::corrupt("the file ends too early"))
            }
            _ => Err(StoreError::foreign("a file of another kind")),
        }
    }

    fn is_empty_file(&self) -> bool {
        self.path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() == 0)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("path", &self.path)
            .field("wait_max", &self.wait_max)
            .finish_non_exhaustive()
    }
}
