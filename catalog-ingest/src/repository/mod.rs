//! Open, fetch and walk: the only room that knows git.
//!
//! A [`RepositoryAddress`] says where a repository is; [`head_of`] tells cheaply whether anything is
//! new there; `fetch` brings one of another machine into the cache; a [`Snapshot`] is one state of it,
//! of which every [`Entry`] can be visited, found and read. [`commit_files`] writes, for tests and
//! examples. What goes wrong is a [`RepositoryError`], with a [`FetchTrouble`] where another attempt can
//! help. A `HistoryReading` is what the commits before a snapshot say. A [`Secret`] lets one in:
//! `credential_helper` asks git's own helpers for one, `authorities` says whom https trusts. `Commits` finds
//! commits by the names that people give them, where two lines meet, and what two commits do not share.
//!
//! Nothing of a repository that somebody else can write decides how it is read: its configuration,
//! hooks, attributes, alternates outside git's own rules and replace references are never followed.

mod address;
mod author;
mod authorities;
mod authors;
mod changed_entries;
mod changed_in_folder;
mod commit;
mod commits;
mod configured_email;
mod create;
mod credential_helper;
mod directory;
mod entry_name;
mod error;
mod fetch;
mod folder;
mod git_config;
mod head;
mod history;
mod ignore_rules;
mod libgit2;
mod link_local;
mod objects;
mod remote_url;
mod revision;
mod secret;
mod snapshot;
mod touched_areas;
mod transport_http;
mod transport_ssh;
mod walk;
mod working_tree;

#[cfg(test)]
mod fetch_tests;
#[cfg(test)]
mod history_tests;
#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod https_tests;
#[cfg(test)]
pub(crate) mod loopback;
#[cfg(test)]
mod tests;

pub use address::RepositoryAddress;
pub use authorities::trusted as trusted_authorities;
pub(crate) use authorities::trusted;
pub use authors::{RecentAuthor, recent_authors};
pub use commits::CommitOrder;
pub use configured_email::configured_email;
pub use create::{CommitWords, check_out, commit_files};
pub use error::{FetchTrouble, RepositoryError};
pub use fetch::{FetchProgress, cached_folder};
pub use head::head_of;
pub use remote_url::RemoteUrl;
pub use revision::RevisionError;
pub use secret::Secret;
pub use snapshot::{FileContent, Snapshot};
pub use walk::{Entry, EntryKind, WalkOutcome, is_vendored};

pub(crate) use changed_entries::ChangedEntry;
pub(crate) use commits::Commits;
pub(crate) use credential_helper::ask_credential_helper;
pub(crate) use fetch::{fetch, remove_unfinished_packs};
pub(crate) use folder::FolderKind;
pub(crate) use history::HistoryReading;
pub(crate) use link_local::NoLinkLocal;
pub(crate) use objects::content_id;
pub(crate) use remote_url::{id_of_url, percent_decoded};
