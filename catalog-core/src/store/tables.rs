//! The tables of the store, and the mark that says which format they have.

use redb::{ReadableTable, TableDefinition};

use super::{StoreError, guard::guard};

pub(super) type Table = TableDefinition<'static, &'static str, &'static [u8]>;

/// What is known of the store as a whole, by the names below.
pub(super) const META: Table = TableDefinition::new(META_NAME);
/// A small record for each repository, by its id.
pub(super) const REPOSITORIES: Table = TableDefinition::new(REPOSITORIES_NAME);
/// A large record for each repository that was ever read, by its id.
pub(super) const DECLARATIONS: Table = TableDefinition::new(DECLARATIONS_NAME);
/// A record for each review by its id, and one for each answer by the id and a number. A store in which
/// nothing was ever reviewed has no such table.
pub(super) const REVIEWS: Table = TableDefinition::new(REVIEWS_NAME);

pub(super) const META_NAME: &str = "meta";
pub(super) const REPOSITORIES_NAME: &str = "repositories";
pub(super) const DECLARATIONS_NAME: &str = "declarations";
pub(super) const REVIEWS_NAME: &str = "reviews";

pub(super) const FORMAT_KEY: &str = "catalog";
pub(super) const STATE_KEY: &str = "state";
pub(super) const SUMMARY_KEY: &str = "summary";
pub(super) const REVIEWS_KEY: &str = "reviews";

/// The format that this version writes, and the newest that it reads.
///
/// A change of a stored form raises it, keeps a reader for the old one and adds a golden file. A store gets
/// it with the first change that is written to it; records that are not written then stay as they are.
///
/// Format 3 added what needs are for, and the history of repositories; format 4 which manifests commits changed.
pub(super) const FORMAT: u32 = 4;
/// The oldest format that is read. Format 1 was never released: what it held is read again from git.
const FORMAT_OLDEST: u32 = 2;

/// The mark is the one record whose form never changes: this text, the format, and the CRC-32 of both.
const MARK: &[u8; 8] = b"catalog\0";

pub(super) fn format_mark(format: u32) -> Vec<u8> {
    let mut mark = MARK.to_vec();
    mark.extend_from_slice(&format.to_le_bytes());
    let checksum = crc32fast::hash(&mark);
    mark.extend_from_slice(&checksum.to_le_bytes());
    mark
}

/// Whether this version can read a store with this mark.
pub(super) fn check_format(meta: &impl ReadableTable<&'static str, &'static [u8]>) -> Result<(), StoreError> {
    let mark = guard("its format is read", || {
        Ok::<_, redb::Error>(meta.get(FORMAT_KEY)?.map(|mark| mark.value().to_vec()))
    })?;
    let Some(mark) = mark else { return Err(foreign_redb()) };
    let format = mark.get(MARK.len()..MARK.len() + 4).and_then(|bytes| bytes.try_into().ok());
    let Some(format) = format.map(u32::from_le_bytes).filter(|_| mark.starts_with(MARK)) else {
        return Err(foreign_redb());
    };
    match format {
        _ if mark != format_mark(format) => {
            Err(StoreError::corrupt("the mark of its format does not fit its checksum"))
        }
        0 => Err(StoreError::corrupt("it has format 0, which never was")),
        1..FORMAT_OLDEST => Err(StoreError::Older { found: format, known: FORMAT }),
        FORMAT_OLDEST..=FORMAT => Ok(()),
        found => Err(StoreError::Newer { found, known: FORMAT }),
    }
}

pub(super) fn foreign_redb() -> StoreError {
    StoreError::foreign("a redb file of another program")
}

/// Whether a table cannot be opened because it is not one of ours.
pub(super) fn is_foreign(error: &redb::TableError) -> bool {
    matches!(
        error,
        redb::TableError::TableDoesNotExist(_)
            | redb::TableError::TableTypeMismatch { .. }
            | redb::TableError::TableIsMultimap(_)
            | redb::TableError::TypeDefinitionChanged { .. }
    )
}
