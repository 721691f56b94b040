//! Open, fetch and walk: the only room that knows git.
//!
//! A [`RepositoryAddress`] says where a repository is; [`head_of`] tells cheaply whether anything is
//! new there; `fetch` brings one of another machine into the cache; a [`Snapshot`] is one state of it,
//! of which every [`Entry`] can be visited, found and read. [`commit_files`] writes, for tests and
//! examples. What goes wrong is a [`RepositoryError`].
//!
//! Nothing of a repository that somebody else can write decides how it is read: its configuration,
//! hooks, attributes, alternates outside git's own rules and replace references are never followed.

mod address;
mod authors;
mod commit;
mod create;
mod directory;
mod entry_name;
mod error;
mod fetch;
mod folder;
mod git_config;
mod head;
mod ignore_rules;
mod libgit2;
mod objects;
mod remote_url;
mod snapshot;
mod transport_http;
mod transport_ssh;
mod walk;
mod working_tree;

#[cfg(test)]
mod fetch_tests;
#[cfg(test)]
mod tests;

pub use address::RepositoryAddress;
pub use authors::{RecentAuthor, recent_authors};
pub use create::{CommitWords, commit_files};
pub use error::RepositoryError;
pub use fetch::{FetchProgress, cached_folder};
pub use head::head_of;
pub use remote_url::RemoteUrl;
pub use snapshot::{FileContent, Snapshot};
pub use walk::{Entry, EntryKind, WalkOutcome, is_vendored};

pub(crate) use error::grouped;
pub(crate) use fetch::fetch;
pub(crate) use folder::FolderKind;
pub(crate) use remote_url::{id_of_url, percent_decoded};
