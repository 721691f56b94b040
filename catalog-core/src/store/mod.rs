//! What repositories say, on disk.
//!
//! A [`Store`] is a file that is open only while an operation runs. A [`StoreReader`] reads one state of
//! it, a [`StoreWriter`] makes a [`CatalogChange`](crate::model::CatalogChange) or a
//! [`ReviewChange`](crate::model::ReviewChange) part of it in one transaction. Four tables: `meta` (the format,
//! the state, a [`StoredSummary`]), `repositories` (a small record each), `declarations` (all that a repository
//! says, replaced whole) and `reviews` (what people say, only ever added to). Every record carries
//! a checksum; what does not fit is a [`StoreError`], never a wrong answer. This is the only room that knows redb.

mod access;
mod create;
mod error;
mod guard;
mod holder;
mod reader;
mod record;
mod reviews;
mod seal;
mod summary;
mod tables;
#[cfg(test)]
mod tests;
mod visit_form;
mod writer;

pub use access::Store;
pub use error::StoreError;
pub use holder::Holder;
pub(crate) use reader::RepositoryMark;
pub use reader::StoreReader;
pub(crate) use reviews::ReviewsMark;
pub use summary::StoredSummary;
pub use visit_form::{decode_visit, encode_declarations, encode_visit};
pub use writer::StoreWriter;
