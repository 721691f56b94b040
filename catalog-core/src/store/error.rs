//! Why an operation on the store did not happen.

use std::io;

use super::Holder;

/// Why an operation on the store did not happen. The store is as it was before.
///
/// The path is not repeated here: whoever asks knows it, see [`Store::path`](super::Store::path).
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no file at the path of the store.
    #[error("there is no store")]
    NotFound,
    /// A newer version of this program wrote the store. It is left untouched.
    #[error("the store has format {found}, and this version knows formats up to {known}")]
    Newer {
        /// The format that the store has.
        found: u32,
        /// The newest format that this version knows.
        known: u32,
    },
    /// An earlier version of this program wrote the store, before formats were kept. It is left untouched.
    #[error(
        "the store has format {found}, and this version writes format {known} and no longer reads {found}"
    )]
    Older {
        /// The format that the store has.
        found: u32,
        /// The format that this version writes.
        known: u32,
    },
    /// The file is something else than a store. It is left untouched.
    #[error("the file is not a catalog store but {found}")]
    Foreign {
        /// What it is, as far as that can be told.
        found: Box<str>,
    },
    /// The store does not hold what was written into it.
    #[error("the store is damaged: {what}")]
    Corrupt {
        /// Which part, with table and key where they are known.
        what: Box<str>,
    },
    /// Another process works with the store and did not end within the time that was allowed.
    #[error("the store is held by {}", .by.as_ref().map_or_else(|| "another process".to_owned(), Holder::to_string))]
    Held {
        /// Which process, where the system tells.
        by: Option<Holder>,
    },
    /// The store lies where this process cannot write.
    #[error("the store cannot be written to")]
    ReadOnly(#[source] io::Error),
    /// The last process that wrote to the store died, and this one can read the file but not repair it.
    #[error(
        "a process died while it wrote to the store, and the store can only be repaired where it can be written to"
    )]
    NeedsRepair,
    /// The disk is full, or a quota is used up.
    #[error("there is no space left for the store")]
    Full(#[source] io::Error),
    /// Reading or writing the file failed in another way.
    #[error("the file of the store could not be read or written")]
    Io(#[source] io::Error),
}

impl StoreError {
    pub(super) fn corrupt(what: impl Into<Box<str>>) -> Self {
        Self::Corrupt { what: what.into() }
    }

    pub(super) fn foreign(found: impl Into<Box<str>>) -> Self {
        Self::Foreign { found: found.into() }
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind;
        match error.kind() {
            ErrorKind::NotFound => Self::NotFound,
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly(error),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Self::Full(error),
            ErrorKind::IsADirectory => Self::foreign("a folder"),
            ErrorKind::UnexpectedEof => Self::corrupt("the file ends too early"),
            _ => Self::Io(error),
        }
    }
}

impl From<redb::Error> for StoreError {
    fn from(error: redb::Error) -> Self {
        match error {
            redb::Error::DatabaseAlreadyOpen | redb::Error::LockProtocolMismatch => Self::Held { by: None },
            redb::Error::RepairAborted => Self::NeedsRepair,
            redb::Error::Corrupted(what) => Self::corrupt(what),
            // The first bytes were looked at before, so that the file is one of redb.
            redb::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
                Self::corrupt(error.to_string())
            }
            redb::Error::Io(error) => error.into(),
            redb::Error::UpgradeRequired(version) => {
                Self::foreign(format!("a redb file of the old format {version}"))
            }
            redb::Error::TableTypeMismatch { .. }
            | redb::Error::TableIsMultimap(_)
            | redb::Error::TableDoesNotExist(_)
            | redb::Error::TypeDefinitionChanged { .. } => Self::corrupt(error.to_string()),
            other => Self::Io(io::Error::other(other.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;

    #[test]
    fn what_the_system_says_keeps_its_meaning() {
        let of = |kind: ErrorKind| StoreError::from(redb::Error::Io(kind.into()));
        assert!(matches!(of(ErrorKind::NotFound), StoreError::NotFound));
        assert!(matches!(of(ErrorKind::ReadOnlyFilesystem), StoreError::ReadOnly(_)));
        assert!(matches!(of(ErrorKind::StorageFull), StoreError::Full(_)));
        assert!(matches!(of(ErrorKind::QuotaExceeded), StoreError::Full(_)));
        assert!(matches!(of(ErrorKind::UnexpectedEof), StoreError::Corrupt { .. }));
        assert!(matches!(of(ErrorKind::BrokenPipe), StoreError::Io(_)));
    }
}
